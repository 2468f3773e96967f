#include "ops/losses.h"

#include <atomic>
#include <cmath>
#include <limits>

#include "core/host.h"
#include "kernel/loss.h"
#include "math/binary.h"

namespace retrograd {

namespace {

using T = const Tensor&;

void refuseBatchMean(Reduction reduction) {
  if (reduction == Reduction::BatchMean) throw std::invalid_argument("BATCH_MEAN is a reduction of klDiv alone");
}

}  // namespace

Tensor reduced(const Tensor& each, Reduction reduction) {
  refuseBatchMean(reduction);
  return reduction == Reduction::None ? each : reduction == Reduction::Mean ? mean(each) : sum(each);
}

Tensor raised(const Tensor& x, double least) {
  Tensor y;
  {
    NoGradGuard plain;
    y = clampMin(x, least);
  }
  return record("CloneBackward0", y, wrt(x, [](T g) { return g; }));
}

Tensor onlyOnce(const char* op, const Tensor& gradient, const Tensor& x, const Tensor& g) {
  auto none = [op](T) -> Tensor { fail<AutogradError>(op, ": there is no second derivative"); };
  return record("NotImplemented", gradient, wrt(x, none), wrt(g, none));
}

namespace {

/// The gradient that reaches each element before the loss's own slope.
Tensor perElement(T g, T like, Reduction reduction) {
  return reduction == Reduction::Mean ? g * (1.0 / static_cast<double>(std::max<int64_t>(like.numel(), 1))) : g;
}

void checkBothFloating(const char* op, T input, T target) {
  if (!isFloating(input.dtype()) || !isFloating(target.dtype()))
    fail<DTypeError>(op, ": needs floating tensors, got ", name(input.dtype()), " and ", name(target.dtype()));
}

/// A loss of the difference: `each(d)` outside the graph, `slope(d)` its derivative in differentiable operations.
template <class E, class S>
Tensor differenceLoss(const char* op, const char* node, T input, T target, Reduction reduction, E each, S slope) {
  checkBothFloating(op, input, target);
  broadcast(op, input.sizes(), target.sizes());
  static constinit std::atomic_flag warned;
  if (input.sizes() != target.sizes() && !warned.test_and_set())
    host.warn(std::string(op) + ": the input " + toString(input.sizes()) + " and the target " +
              toString(target.sizes()) + " are broadcast, which is seldom what a loss should do; give them one shape");
  Tensor y;
  {
    NoGradGuard plain;
    y = named(op, [&] { return detach(reduced(each(input - target), reduction)); });
  }
  auto toInput = [reduction, slope](T g, T a, T b) {
    Tensor d = a - b;
    return slope(d) * perElement(g, d, reduction);
  };
  return record(node, y, wrt(input, saves(input, target), toInput),
                wrt(target, saves(input, target), [toInput](T g, T a, T b) { return -toInput(g, a, b); }));
}

/// slope * d^2 / (2 * bound) for differences d below `bound`, else a line of that slope.
Tensor parabolaLoss(const char* op, const char* node, T input, T target, Reduction reduction, double bound,
                    double slope) {
  return differenceLoss(
      op, node, input, target, reduction,
      [=](T d) {
        const Tensor size = abs(d), line = size - 0.5 * bound;
        return where(lt(size, bound), square(d) * (0.5 * slope / bound), slope == 1 ? line : line * slope);
      },
      [=](T d) {
        Tensor steep = d * (slope / bound), limited;
        {
          NoGradGuard plain;
          limited = clamp(steep, -slope, slope);
        }
        return modes.grad ? where(lt(abs(d), bound), steep, limited) : limited;  // constant from there, as in PyTorch
      });
}

/// Losses of single elements times a weight of the input's shape.
Tensor weighted(T each, T input, T weight) {
  if (weight.sizes() != input.sizes())
    fail<ShapeError>("the weight must have the input's shape ", toString(input.sizes()), ", got ",
                     toString(weight.sizes()));
  return each * weight;
}

/// Likewise, with the mean by the weights.
Tensor averaged(T each, T input, T weight, Reduction reduction) {
  const Tensor losses = weighted(each, input, weight);
  return reduction == Reduction::Mean ? sum(losses) / sum(weight) : reduced(losses, reduction);
}

}  // namespace

Tensor mseLoss(const Tensor& input, const Tensor& target, Reduction reduction, const OptionalTensor& weight) {
  if (weight.defined())
    return named("mseLoss",
                 [&] { return averaged(mseLoss(input, target, Reduction::None), input, weight, reduction); });
  return differenceLoss(
      "mseLoss", "MseLossBackward0", input, target, reduction, [](T d) { return square(d); },
      [](T d) { return d * 2; });
}

Tensor l1Loss(const Tensor& input, const Tensor& target, Reduction reduction, const OptionalTensor& weight) {
  if (weight.defined())
    return named("l1Loss", [&] { return averaged(l1Loss(input, target, Reduction::None), input, weight, reduction); });
  return differenceLoss(
      "l1Loss", "L1LossBackward0", input, target, reduction, [](T d) { return abs(d); }, [](T d) { return sign(d); });
}

Tensor smoothL1Loss(const Tensor& input, const Tensor& target, Reduction reduction, double beta) {
  if (!(beta >= 0)) throw std::invalid_argument("smoothL1Loss: beta may not be negative, got " + std::to_string(beta));
  if (beta == 0) return named("smoothL1Loss", [&] { return l1Loss(input, target, reduction); });
  return parabolaLoss("smoothL1Loss", "SmoothL1LossBackward0", input, target, reduction, beta, 1);
}

Tensor huberLoss(const Tensor& input, const Tensor& target, Reduction reduction, double delta,
                 const OptionalTensor& weight) {
  if (!(delta > 0)) throw std::invalid_argument("huberLoss: delta must be above 0, got " + std::to_string(delta));
  if (weight.defined())
    return named("huberLoss", [&] {
      return reduced(weighted(huberLoss(input, target, Reduction::None, delta), input, weight), reduction);
    });
  return parabolaLoss("huberLoss", "HuberLossBackward0", input, target, reduction, delta, delta);
}

namespace {

/// The derivatives of a loss of two classes, in differentiable operations: of its slope by the input (`curvature`) and
/// by the target (`mixed`), and of the loss itself by the target, whose own derivative by the input is `mixed` again.
struct ClassLoss {
  const char* op;
  const char* node;
  Tensor (*curvature)(T x, T target);
  Tensor (*mixed)(T x);
  Tensor (*byTarget)(T x);
};

constexpr ClassLoss kProbabilities{"binaryCrossEntropy", "BinaryCrossEntropyBackward0",
                                   [](T p, T t) {
                                     // t / p^2 + (1 - t) / (1 - p)^2
                                     Tensor variance = clampMin(p * (1 - p), 1e-12);
                                     return (square(p - t) + t * (1 - t)) / square(variance);
                                   },
                                   [](T p) { return -reciprocal(clampMin(p * (1 - p), 1e-12)); },
                                   [](T p) { return clampMin(log1p(-p), -100.0) - clampMin(log(p), -100.0); }};

constexpr ClassLoss kLogits{"binaryCrossEntropyWithLogits", "BinaryCrossEntropyWithLogitsBackward0",
                            [](T x, T) { return sigmoid(x) * sigmoid(-x); },
                            [](T x) { return full(x.sizes(), -1, x.dtype(), x.device()); }, [](T x) { return -x; }};

void checkClassLoss(const char* op, T input, T target, std::initializer_list<const Tensor*> weights) {
  checkBothFloating(op, input, target);
  if (input.sizes() != target.sizes())
    fail<ShapeError>(op, ": the input ", toString(input.sizes()), " and the target ", toString(target.sizes()),
                     " must have one shape");
  for (const Tensor* weight : weights)
    if (weight->defined() && !isBroadcastableTo(weight->sizes(), input.sizes()))
      fail<ShapeError>(op, ": a weight ", toString(weight->sizes()), " does not broadcast to the input ",
                       toString(input.sizes()));
}

/// The derivative of a loss by its input.
template <class Slope>
Tensor slopeOf(const ClassLoss& loss, T x, T target) {
  return record("BinaryCrossEntropyBackwardBackward0", applyBinary(Slope{}, x, Operand(target)).result,
                wrt(x, saves(x, target), [loss](T g, T x, T target) { return g * loss.curvature(x, target); }),
                wrt(target, saves(x), [loss](T g, T x) { return g * loss.mixed(x); }));
}

Tensor slopeByTarget(const ClassLoss& loss, T x) {
  Tensor y;
  {
    NoGradGuard plain;
    y = loss.byTarget(x);
  }
  return record("BinaryCrossEntropyBackwardBackward0", y,
                wrt(x, saves(x), [loss](T g, T x) { return g * loss.mixed(x); }));
}

template <class Value, class Slope>
Tensor classLoss(const ClassLoss& loss, T input, T target, Reduction reduction) {
  Tensor y;
  {
    NoGradGuard plain;
    y = detach(reduced(applyBinary(Value{}, input, Operand(target), Into::Fresh, false, loss.op).result, reduction));
  }
  return record(loss.node, y,
                wrt(input, saves(input, target),
                    [loss, reduction](T g, T x, T target) {
                      return slopeOf<Slope>(loss, x, target) * perElement(g, x, reduction);
                    }),
                wrt(target, saves(input),
                    [loss, reduction](T g, T x) { return slopeByTarget(loss, x) * perElement(g, x, reduction); }));
}

/// A GPU is not waited for: there the logarithms give NaN.
void checkProbabilities(const char* what, T x) {
  if (!x.device().isCpu() || x.numel() == 0) return;
  NoGradGuard plain;
  double low = item(min(x)), high = item(max(x));
  if (!(low >= 0 && high <= 1))
    throw std::invalid_argument("binaryCrossEntropy: the " + std::string(what) +
                                " must lie in [0, 1], got numbers from " + std::to_string(low) + " to " +
                                std::to_string(high) + "; for other numbers there is binaryCrossEntropyWithLogits");
}

}  // namespace

Tensor binaryCrossEntropy(const Tensor& input, const Tensor& target, const OptionalTensor& weight,
                          Reduction reduction) {
  checkClassLoss(kProbabilities.op, input, target, {&weight});
  checkProbabilities("input", input);
  checkProbabilities("target", target);
  auto loss = [&](Reduction reduction) {
    return classLoss<math::ProbabilityLoss, math::ProbabilityLossSlope>(kProbabilities, input, target, reduction);
  };
  return named(kProbabilities.op,
               [&] { return weight.defined() ? reduced(loss(Reduction::None) * weight, reduction) : loss(reduction); });
}

Tensor binaryCrossEntropyWithLogits(const Tensor& input, const Tensor& target, const OptionalTensor& weight,
                                    Reduction reduction, const OptionalTensor& posWeight) {
  checkClassLoss(kLogits.op, input, target, {&weight, &posWeight});
  auto loss = [&](Reduction reduction) {
    return classLoss<math::LogitLoss, math::LogitLossSlope>(kLogits, input, target, reduction);
  };
  return named(kLogits.op, [&] {
    if (!weight.defined() && !posWeight.defined()) return loss(reduction);
    Tensor each = loss(Reduction::None);
    if (posWeight.defined()) each = each - (posWeight - 1) * target * logsigmoid(input);
    return reduced(weight.defined() ? each * weight : each, reduction);
  });
}

namespace {

/// How class numbers are meant.
struct Classes {
  int64_t dim;  ///< of the input, along which the classes are
  int64_t ignored;
};

Classes checkedClasses(T input, T target, T weight, int64_t ignored) {
  if (!isFloating(input.dtype()))
    fail<DTypeError>("nllLoss: needs floating log-probabilities, got ", name(input.dtype()));
  if (target.dtype() != DType::Int64)
    fail<DTypeError>("nllLoss: the target must hold int64 class numbers, got ", name(target.dtype()),
                     "; convert it by to(INT64)");
  const Classes how{input.dim() > 1, ignored};
  Dims rest = input.sizes();
  if (!rest.empty()) rest.erase(static_cast<size_t>(how.dim));
  if (input.dim() < 1 || target.sizes() != rest) {
    Dims column = input.sizes();
    if (how.dim) column[1] = 1;
    fail<ShapeError>("nllLoss: wants scores [n, classes, ...] or [classes] and class numbers [n, ...] or [], got ",
                     toString(input.sizes()), " and ", toString(target.sizes()),
                     how.dim && target.sizes() == column ? "; squeeze(1) of the target helps" : "");
  }
  if (!weight.defined()) return how;
  if (weight.sizes() != Dims{input.size(how.dim)})
    fail<ShapeError>("nllLoss: the weight has a number for each of ", input.size(how.dim), " classes, got ",
                     toString(weight.sizes()));
  if (weight.dtype() != input.dtype())
    fail<DTypeError>("nllLoss: the weight is ", name(weight.dtype()), " and the input ", name(input.dtype()));
  if (shouldRecord(weight)) throw AutogradError("nllLoss: there is no gradient for the weight; pass its detach()");
  return how;
}

/// Each target's loss, and what it counts, outside any graph. `shares` may be undefined.
void lossesInto(T losses, T shares, T input, T target, T weight, Classes how) {
  nllLossSlot(input.device(), losses, shares, input, how.dim, target, weight, how.ignored);
}

Tensor lossOfEach(T input, T target, T weight, Classes how);

/// The gradient of `lossOfEach`, from one for each target to one of `sizes`.
Tensor gradientOfEach(T gradient, T target, T weight, const Dims& sizes, Classes how) {
  Tensor out = allocateTensor("nllLoss", sizes, gradient.dtype(), gradient.device());
  nllLossBackwardSlot(out.device(), out, gradient, how.dim, target, weight, how.ignored);
  return record("NllLossBackwardBackward0", out, wrt(gradient, saves(target, weight), [how](T g, T target, T weight) {
                  return lossOfEach(g, target, weight, how);
                }));
}

const char* lossNode(T input) { return input.dim() > 2 ? "NllLoss2DBackward0" : "NllLossBackward0"; }

Tensor lossOfEach(T input, T target, T weight, Classes how) {
  Tensor losses = allocateTensor("nllLoss", target.sizes(), input.dtype(), input.device());
  lossesInto(losses, Tensor(), input, target, weight, how);
  return record(lossNode(input), losses,
                wrt(input, saves(target, weight), [how, sizes = input.sizes()](T g, T target, T weight) {
                  return gradientOfEach(g, target, weight, sizes, how);
                }));
}

/// Their sum, divided by that of what they count where `averages`.
Tensor sumOfLosses(T input, T target, T weight, Classes how, bool averages) {
  Tensor y, total;
  {
    NoGradGuard plain;
    Tensor both = allocateTensor("nllLoss", {1 + averages, target.numel()}, input.dtype(), input.device());
    auto row = [&](int64_t i) { return view(select(both, 0, i), target.sizes()); };
    lossesInto(row(0), averages ? row(1) : Tensor(), input, target, weight, how);
    if (averages) {
      const Tensor sums = sum(both, {1}, false);
      total = select(sums, 0, 1);
      y = select(sums, 0, 0) / total;
    } else {
      y = sum(both, {}, false);
    }
  }
  return record(
      lossNode(input), y,
      wrt(input, saves(target, weight, total), [how, sizes = input.sizes()](T g, T target, T weight, T total) {
        Tensor each = expand(total.defined() ? g / total : g, target.sizes());
        return gradientOfEach(each, target, weight, sizes, how);
      }));
}

}  // namespace

Tensor nllLoss(const Tensor& input, const Tensor& target, const OptionalTensor& weight, int64_t ignored,
               Reduction reduction) {
  named("nllLoss", [&] { refuseBatchMean(reduction); });
  const Classes how = checkedClasses(input, target, weight, ignored);
  const Tensor dense = weight.defined() ? contiguous(weight) : Tensor();
  if (reduction == Reduction::None) return lossOfEach(input, target, dense, how);
  return named("nllLoss", [&] { return sumOfLosses(input, target, dense, how, reduction == Reduction::Mean); });
}

Tensor countsOf(const Tensor& input, const Tensor& target, const Tensor& weight, int64_t ignored) {
  NoGradGuard plain;
  return nllLoss(expand(full({}, -1, input.dtype(), input.device()), input.sizes()), target, weight, ignored,
                 Reduction::None);
}

namespace {

/// A weight [classes] as it broadcasts to an input whose classes are along `dim`.
Tensor perClass(T weight, T input, int64_t dim) {
  if (weight.sizes() != Dims{input.size(dim)})
    fail<ShapeError>("the weight has a number for each of ", input.size(dim), " classes, got ",
                     toString(weight.sizes()));
  Dims sizes(static_cast<size_t>(input.dim()), 1);
  sizes[static_cast<size_t>(dim)] = input.size(dim);
  return reshape(weight, sizes);
}

/// Of the logarithms of what the model says, and of the classes' probabilities.
Tensor probabilityLoss(T logs, T target, T weight, int64_t dim, Reduction reduction) {
  checkBothFloating("crossEntropy", logs, target);
  Tensor each = logs * target;
  if (weight.defined()) each = each * perClass(weight, logs, dim);
  if (reduction == Reduction::None) return -sum(each, {dim});
  const Tensor total = -reduced(each, Reduction::Sum);
  if (reduction == Reduction::Sum) return total;
  refuseBatchMean(reduction);
  return total / (logs.numel() ? static_cast<double>(logs.numel() / logs.size(dim)) : 0.0);
}

/// The loss of targets that are all classes alike.
Tensor evenLoss(T logs, T target, T weight, int64_t dim, int64_t ignored, Reduction reduction) {
  const Tensor each = -sum(weight.defined() ? logs * perClass(weight, logs, dim) : logs, {dim});
  const Tensor counted = maskedFill(each, eq(target, ignored), 0.0);
  if (reduction != Reduction::Mean) return reduced(counted, reduction);
  return sum(counted) / sum(countsOf(logs, target, weight, ignored));
}

}  // namespace

Tensor crossEntropy(const Tensor& input, const Tensor& target, const OptionalTensor& weight, int64_t ignored,
                    Reduction reduction, double smoothing) {
  return named("crossEntropy", [&] {
    if (!(smoothing >= 0 && smoothing <= 1))
      throw std::invalid_argument("labelSmoothing must lie in [0, 1], got " + std::to_string(smoothing));
    const int64_t dim = input.dim() > 1;
    const Tensor logs = logSoftmax(input, dim);
    if (input.dim() > 0 && input.sizes() == target.sizes()) {
      const double each = smoothing / static_cast<double>(std::max<int64_t>(input.size(dim), 1));
      if (ignored >= 0)
        throw std::invalid_argument("a target of probabilities ignores no class number, got ignoreIndex " +
                                    std::to_string(ignored));
      return probabilityLoss(logs, smoothing > 0 ? target * (1 - smoothing) + each : target, weight, dim, reduction);
    }
    const Tensor loss = nllLoss(logs, target, weight, ignored, reduction);
    if (smoothing == 0) return loss;
    const double each = smoothing / static_cast<double>(logs.size(dim));
    return loss * (1 - smoothing) + evenLoss(logs, target, weight, dim, ignored, reduction) * each;
  });
}

Tensor klDiv(const Tensor& input, const Tensor& target, Reduction reduction, bool logTarget) {
  checkBothFloating("klDiv", input, target);
  return named("klDiv", [&] {
    // A probability of 0 counts 0.
    const Tensor each = logTarget ? exp(target) * (target - input)
                                  : target * log(maskedFill(target, eq(target, 0), 1.0)) - target * input;
    if (reduction != Reduction::BatchMean) return reduced(each, reduction);
    if (input.dim() == 0) fail<ShapeError>("a 0-d tensor is no batch");
    return sum(each) / static_cast<double>(std::max<int64_t>(input.size(0), 1));
  });
}

Tensor poissonNllLoss(const Tensor& input, const Tensor& target, bool logInput, bool isFull, double eps,
                      Reduction reduction) {
  checkFloating("poissonNllLoss", input);
  return named("poissonNllLoss", [&] {
    Tensor each = logInput ? exp(input) - target * input : input - target * log(input + eps);
    if (isFull) {
      const Tensor small = le(target, 1), count = maskedFill(target, small, 1);
      const Tensor stirling = count * log(count) - count + log(count * (2 * M_PI)) * 0.5;
      each = each + maskedFill(stirling, small, 0.0);
    }
    return reduced(each, reduction);
  });
}

Tensor gaussianNllLoss(const Tensor& input, const Tensor& target, const Tensor& var, bool isFull, double eps,
                       Reduction reduction) {
  checkBothFloating("gaussianNllLoss", input, target);
  checkFloating("gaussianNllLoss", var);
  return named("gaussianNllLoss", [&] {
    Tensor own = var;
    int64_t different = 0;
    if (var.dim() == input.dim() - 1 && var.sizes() == Dims(input.sizes().begin(), input.sizes().end() - 1)) {
      own = unsqueeze(var, -1);
    } else {
      for (int64_t d = 0; var.dim() == input.dim() && d < input.dim(); ++d) different += var.size(d) != input.size(d);
      if (var.dim() != input.dim() || different > 1 || !isBroadcastableTo(var.sizes(), input.sizes()))
        fail<ShapeError>("var must have the input's shape ", toString(input.sizes()),
                         ", with at most one size of 1 instead, or lack the last one; got ", toString(var.sizes()));
    }
    const double least = input.device().isCpu() && var.numel() > 0 ? item(min(var)) : 0;
    if (least < 0) throw std::invalid_argument("var may not be negative, got " + std::to_string(least));
    const Tensor variance = raised(maskedFill(own, lt(own, 0), std::nan("")), eps);
    const Tensor each = (log(variance) + square(input - target) / variance) * 0.5;
    return reduced(isFull ? each + 0.5 * std::log(2 * M_PI) : each, reduction);
  });
}

}  // namespace retrograd
