#include <cmath>

#include "kernel/loss.h"
#include "math/binary.h"
#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

Tensor reduced(T each, Reduction reduction) {
  return reduction == Reduction::None ? each : reduction == Reduction::Mean ? mean(each) : sum(each);
}

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

}  // namespace

Tensor mseLoss(const Tensor& input, const Tensor& target, Reduction reduction) {
  return differenceLoss(
      "mseLoss", "MseLossBackward0", input, target, reduction, [](T d) { return square(d); },
      [](T d) { return d * 2; });
}

Tensor l1Loss(const Tensor& input, const Tensor& target, Reduction reduction) {
  return differenceLoss(
      "l1Loss", "L1LossBackward0", input, target, reduction, [](T d) { return abs(d); }, [](T d) { return sign(d); });
}

Tensor smoothL1Loss(const Tensor& input, const Tensor& target, Reduction reduction, double beta) {
  if (!(beta >= 0)) throw std::invalid_argument("smoothL1Loss: beta may not be negative, got " + std::to_string(beta));
  if (beta == 0) return named("smoothL1Loss", [&] { return l1Loss(input, target, reduction); });
  return differenceLoss(
      "smoothL1Loss", "SmoothL1LossBackward0", input, target, reduction,
      [beta](T d) {
        Tensor size = abs(d);
        return where(lt(size, beta), square(d) * (0.5 / beta), size - 0.5 * beta);
      },
      [beta](T d) {
        Tensor slope = d * (1 / beta), limited;
        {
          NoGradGuard plain;
          limited = clamp(slope, -1.0, 1.0);
        }
        return modes.grad ? where(lt(abs(d), beta), slope, limited) : limited;  // constant from beta on, as in PyTorch
      });
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

void checkClassLoss(const char* op, T input, T target) {
  checkBothFloating(op, input, target);
  if (input.sizes() != target.sizes())
    fail<ShapeError>(op, ": the input ", toString(input.sizes()), " and the target ", toString(target.sizes()),
                     " must have one shape");
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

Tensor binaryCrossEntropy(const Tensor& input, const Tensor& target, Reduction reduction) {
  checkClassLoss(kProbabilities.op, input, target);
  checkProbabilities("input", input);
  checkProbabilities("target", target);
  return classLoss<math::ProbabilityLoss, math::ProbabilityLossSlope>(kProbabilities, input, target, reduction);
}

Tensor binaryCrossEntropyWithLogits(const Tensor& input, const Tensor& target, Reduction reduction) {
  checkClassLoss(kLogits.op, input, target);
  return classLoss<math::LogitLoss, math::LogitLossSlope>(kLogits, input, target, reduction);
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
    fail<DTypeError>("nllLoss: the target must hold int64 class numbers, got ", name(target.dtype()));
  const Classes how{input.dim() > 1, ignored};
  Dims rest = input.sizes();
  if (!rest.empty()) rest.erase(static_cast<size_t>(how.dim));
  if (input.dim() < 1 || target.sizes() != rest)
    fail<ShapeError>("nllLoss: wants log-probabilities [n, classes, ...] or [classes] and classes [n, ...] or [], got ",
                     toString(input.sizes()), " and ", toString(target.sizes()));
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
  const Classes how = checkedClasses(input, target, weight, ignored);
  const Tensor dense = weight.defined() ? contiguous(weight) : Tensor();
  if (reduction == Reduction::None) return lossOfEach(input, target, dense, how);
  return named("nllLoss", [&] { return sumOfLosses(input, target, dense, how, reduction == Reduction::Mean); });
}

Tensor crossEntropy(const Tensor& input, const Tensor& target, const OptionalTensor& weight, int64_t ignored,
                    Reduction reduction) {
  return named("crossEntropy",
               [&] { return nllLoss(logSoftmax(input, input.dim() > 1), target, weight, ignored, reduction); });
}

}  // namespace retrograd
