#include <cmath>

#include "math/binary.h"
#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

enum Reduction : int64_t { kNone, kMean, kSum };

void checkReduction(const char* op, int64_t reduction) {
  if (reduction < kNone || reduction > kSum)
    throw std::invalid_argument(std::string(op) + ": the reduction must be 0 (none), 1 (mean) or 2 (sum), got " +
                                std::to_string(reduction));
}

Tensor reduced(T each, int64_t reduction) {
  return reduction == kNone ? each : reduction == kMean ? mean(each, {}, false) : sum(each, {}, false);
}

/// The gradient that reaches each element before the loss's own slope.
Tensor perElement(T g, T like, int64_t reduction) {
  return reduction == kMean ? mul(g, 1.0 / static_cast<double>(std::max<int64_t>(like.numel(), 1))) : g;
}

void checkFloating(const char* op, T input, T target) {
  if (!isFloating(input.dtype()) || !isFloating(target.dtype()))
    fail<DTypeError>(op, ": needs floating tensors, got ", name(input.dtype()), " and ", name(target.dtype()));
}

/// A loss of the difference: `each(d)` outside the graph, `slope(d)` its derivative in differentiable operations.
template <class E, class S>
Tensor differenceLoss(const char* op, const char* node, T input, T target, int64_t reduction, E each, S slope) {
  checkReduction(op, reduction);
  checkFloating(op, input, target);
  broadcast(op, input.sizes(), target.sizes());
  Tensor y;
  {
    NoGradGuard plain;
    y = detach(reduced(each(sub(input, target)), reduction));
  }
  auto toInput = [reduction, slope](T g, T a, T b) {
    Tensor d = sub(a, b);
    return mul(slope(d), perElement(g, d, reduction));
  };
  return record(node, y, wrt(input, toInput, input, target),
                wrt(
                    target, [toInput](T g, T a, T b) { return neg(toInput(g, a, b)); }, input, target));
}

}  // namespace

Tensor mseLoss(const Tensor& input, const Tensor& target, int64_t reduction) {
  return differenceLoss(
      "mseLoss", "MseLossBackward0", input, target, reduction, [](T d) { return square(d); },
      [](T d) { return mul(d, 2); });
}

Tensor l1Loss(const Tensor& input, const Tensor& target, int64_t reduction) {
  return differenceLoss(
      "l1Loss", "L1LossBackward0", input, target, reduction, [](T d) { return abs(d); }, [](T d) { return sign(d); });
}

Tensor smoothL1Loss(const Tensor& input, const Tensor& target, int64_t reduction, double beta) {
  if (!(beta >= 0)) throw std::invalid_argument("smoothL1Loss: beta may not be negative, got " + std::to_string(beta));
  if (beta == 0) return l1Loss(input, target, reduction);
  return differenceLoss(
      "smoothL1Loss", "SmoothL1LossBackward0", input, target, reduction,
      [beta](T d) {
        Tensor size = abs(d);
        return where(lt(size, beta), mul(square(d), 0.5 / beta), sub(size, 0.5 * beta));
      },
      [beta](T d) { return clamp(mul(d, 1 / beta), -1.0, 1.0); });
}

namespace {

/// A GPU is not waited for: there the logarithms give NaN.
void checkProbabilities(T input) {
  if (!input.device().isCpu() || input.numel() == 0) return;
  NoGradGuard plain;
  double low = item(min(input)), high = item(max(input));
  if (!(low >= 0 && high <= 1))
    throw std::invalid_argument("binaryCrossEntropy: the input must lie in [0, 1], got numbers from " +
                                std::to_string(low) + " to " + std::to_string(high) +
                                "; for other numbers there is binaryCrossEntropyWithLogits");
}

}  // namespace

Tensor binaryCrossEntropy(const Tensor& input, const Tensor& target, int64_t reduction) {
  checkReduction("binaryCrossEntropy", reduction);
  checkFloating("binaryCrossEntropy", input, target);
  if (input.sizes() != target.sizes())
    fail<ShapeError>("binaryCrossEntropy: the input ", toString(input.sizes()), " and the target ",
                     toString(target.sizes()), " must have one shape");
  checkProbabilities(input);
  // As in PyTorch, logarithms are limited to -100 from below.
  return named("binaryCrossEntropy", [&] {
    Tensor toOne = mul(target, clampMin(log(input), -100.0));
    return reduced(neg(add(toOne, mul(rsub(target, 1), clampMin(log1p(neg(input)), -100.0)))), reduction);
  });
}

Tensor binaryCrossEntropyWithLogits(const Tensor& input, const Tensor& target, int64_t reduction) {
  checkReduction("binaryCrossEntropyWithLogits", reduction);
  checkFloating("binaryCrossEntropyWithLogits", input, target);
  if (input.sizes() != target.sizes())
    fail<ShapeError>("binaryCrossEntropyWithLogits: the input ", toString(input.sizes()), " and the target ",
                     toString(target.sizes()), " must have one shape");
  Tensor y;
  {
    NoGradGuard plain;
    y = detach(reduced(sub(softplus(input, 1, __builtin_inf()), mul(input, target)), reduction));
  }
  return record(
      "BinaryCrossEntropyWithLogitsBackward0", y,
      wrt(
          input, [reduction](T g, T x, T target) { return mul(sub(sigmoid(x), target), perElement(g, x, reduction)); },
          input, target),
      wrt(
          target, [reduction](T g, T x) { return mul(neg(x), perElement(g, x, reduction)); }, input));
}

namespace {

/// The target, once known to lie in [0, classes). A GPU is not waited for: there the kernel that picks by the result
/// notes what is out of range, for which negative numbers, which would count from the end, are moved out of it.
Tensor checkedClasses(T target, int64_t classes) {
  if (!target.device().isCpu()) return where(lt(target, 0), classes, Operand(target));
  if (target.numel() == 0) return target;
  int64_t low = itemLong(min(target)), high = itemLong(max(target));
  if (low < 0 || high >= classes)
    fail<IndexError>("nllLoss: the class number ", low < 0 ? low : high, " is out of range for ", classes, " classes");
  return target;
}

}  // namespace

Tensor nllLoss(const Tensor& input, const Tensor& target, int64_t reduction) {
  checkReduction("nllLoss", reduction);
  if (!isFloating(input.dtype()))
    fail<DTypeError>("nllLoss: needs floating log-probabilities, got ", name(input.dtype()));
  if (target.dtype() != DType::Int64)
    fail<DTypeError>("nllLoss: the target must hold int64 class numbers, got ", name(target.dtype()));
  if (input.dim() < 1 || input.dim() > 2 || target.dim() != input.dim() - 1 ||
      (input.dim() == 2 && target.size(0) != input.size(0)))
    fail<ShapeError>("nllLoss: wants log-probabilities [n, classes] or [classes] and classes [n] or [], got ",
                     toString(input.sizes()), " and ", toString(target.sizes()));
  int64_t classes = input.sizes().back();
  auto pick = [](T x, T target) { return squeeze(gather(x, -1, unsqueeze(target, -1)), {-1}); };
  Tensor y;
  {
    NoGradGuard plain;
    y = detach(reduced(neg(pick(input, checkedClasses(target, classes))), reduction));
  }
  return record("NllLossBackward0", y,
                wrt(
                    input,
                    [reduction, sizes = input.sizes()](T g, T target) {
                      Tensor each = expand(neg(perElement(g, target, reduction)), target.sizes());
                      Tensor zeros = full(sizes, 0, g.dtype(), g.device());
                      return scatter(zeros, -1, unsqueeze(target, -1), unsqueeze(each, -1));
                    },
                    target));
}

Tensor crossEntropy(const Tensor& input, const Tensor& target, int64_t reduction) {
  return named("crossEntropy", [&] { return nllLoss(logSoftmax(input, -1), target, reduction); });
}

}  // namespace retrograd
