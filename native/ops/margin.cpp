#include "ops/margin.h"

#include <limits>

#include "kernel/margin.h"
#include "ops/losses.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// Rows of a matrix [n, classes], also of one row [classes].
Tensor asMatrix(T x) { return x.dim() == 2 ? x : reshape(x, {1, -1}); }

/// A margin loss of each class, and outside the graph: its slope by the input where `slopes`.
Tensor multilabelRaw(T input, T target, bool slopes) {
  NoGradGuard plain;
  Tensor out = allocateTensor("multilabelMarginLoss", input.sizes(), input.dtype(), input.device());
  multilabelMarginSlot(input.device(), asMatrix(out), contiguous(asMatrix(input)), contiguous(asMatrix(target)),
                       slopes);
  return out;
}

}  // namespace

Tensor hingeEmbeddingLoss(const Tensor& input, const Tensor& target, double margin, Reduction reduction) {
  checkFloating("hingeEmbeddingLoss", input);
  return named("hingeEmbeddingLoss", [&] {
    const Tensor far = where(ne(target, 1), clampMin(margin - input, 0), 0.0);
    return reduced(far + where(ne(target, -1), input, 0.0), reduction);
  });
}

Tensor marginRankingLoss(const Tensor& input1, const Tensor& input2, const Tensor& target, double margin,
                         Reduction reduction) {
  checkFloating("marginRankingLoss", input1);
  checkFloating("marginRankingLoss", input2);
  if (input1.dim() != input2.dim() || input1.dim() != target.dim())
    fail<ShapeError>("marginRankingLoss: wants inputs and a target of as many dimensions, got ",
                     toString(input1.sizes()), ", ", toString(input2.sizes()), " and ", toString(target.sizes()));
  return named("marginRankingLoss",
               [&] { return reduced(clampMin(-target * (input1 - input2) + margin, 0), reduction); });
}

Tensor cosineEmbeddingLoss(const Tensor& input1, const Tensor& input2, const Tensor& target, double margin,
                           Reduction reduction) {
  checkFloating("cosineEmbeddingLoss", input1);
  checkFloating("cosineEmbeddingLoss", input2);
  if (target.dim() > 1 || input1.dim() != target.dim() + 1 || input2.dim() != input1.dim())
    fail<ShapeError>("cosineEmbeddingLoss: wants inputs [n, size] and a target [n], or [size] and [], got ",
                     toString(input1.sizes()), ", ", toString(input2.sizes()), " and ", toString(target.sizes()));
  return named("cosineEmbeddingLoss", [&] {
    auto along = [](T x) { return sum(x, {-1}); };
    const Tensor squares = (along(square(input1)) + 1e-12) * (along(square(input2)) + 1e-12);
    const Tensor cosine = along(input1 * input2) / sqrt(squares);
    const Tensor near = where(eq(target, 1), 1 - cosine, 0.0);
    return reduced(near + where(eq(target, -1), clampMin(cosine - margin, 0), 0.0), reduction);
  });
}

Tensor tripletMarginLoss(const Tensor& anchor, const Tensor& positive, const Tensor& negative, double margin, double p,
                         double eps, bool swap, Reduction reduction) {
  for (T x : {anchor, positive, negative}) checkFloating("tripletMarginLoss", x);
  if (!(margin > 0))
    throw std::invalid_argument("tripletMarginLoss: the margin must be above 0, got " + std::to_string(margin));
  if (anchor.dim() != positive.dim() || anchor.dim() != negative.dim())
    fail<ShapeError>("tripletMarginLoss: wants tensors of as many dimensions, got ", toString(anchor.sizes()), ", ",
                     toString(positive.sizes()), " and ", toString(negative.sizes()));
  return named("tripletMarginLoss", [&] {
    const Tensor near = pairwiseDistance(anchor, positive, p, eps);
    Tensor far = pairwiseDistance(anchor, negative, p, eps);
    if (swap) far = minimum(far, pairwiseDistance(positive, negative, p, eps));
    return reduced(clampMin(near + margin - far, 0), reduction);
  });
}

Tensor softMarginLoss(const Tensor& input, const Tensor& target, Reduction reduction) {
  checkFloating("softMarginLoss", input);
  return named("softMarginLoss", [&] {
    Tensor y;
    {
      NoGradGuard plain;
      y = detach(reduced(-logsigmoid(input * target), reduction));
    }
    auto toProduct = [reduction](T g, T product) {
      const Tensor slope = -(g * sigmoid(-product));
      return reduction == Reduction::Mean ? slope / static_cast<double>(std::max<int64_t>(product.numel(), 1)) : slope;
    };
    return record("SoftMarginLossBackward0", y,
                  wrt(input, saves(input, target), [=](T g, T x, T t) { return toProduct(g, x * t) * t; }),
                  wrt(target, saves(input, target), [=](T g, T x, T t) { return toProduct(g, x * t) * x; }));
  });
}

Tensor multiMarginLoss(const Tensor& input, const Tensor& target, int64_t p, double margin,
                       const OptionalTensor& weight, Reduction reduction) {
  if (p != 1 && p != 2) throw std::invalid_argument("multiMarginLoss: p must be 1 or 2, got " + std::to_string(p));
  return named("multiMarginLoss", [&] {
    if (input.dim() > 2 || (input.dim() > 0 && input.sizes().back() == 0))
      fail<ShapeError>("wants scores [n, classes] or [classes], at least one class, got ", toString(input.sizes()));
    constexpr int64_t kNone = std::numeric_limits<int64_t>::min();
    const Tensor own = nllLoss(input, target, {}, kNone, Reduction::None);  // minus the target's score
    const Tensor at = unsqueeze(target, -1);
    Tensor each = unsqueeze(own + margin, -1) + input;
    each = where(gt(each, 0), each, 0.0);
    if (p == 2) each = square(each);
    each = scatter(each, -1, at, zerosLike(unsqueeze(own, -1)));
    if (weight.defined()) each = each * unsqueeze(countsOf(input, target, weight, kNone), -1);
    return reduced(mean(each, {-1}), reduction);
  });
}

Tensor multilabelMarginLoss(const Tensor& input, const Tensor& target, Reduction reduction) {
  checkFloating("multilabelMarginLoss", input);
  if (target.dtype() != DType::Int64)
    fail<DTypeError>("multilabelMarginLoss: the target must hold int64 class numbers, got ", name(target.dtype()));
  if (input.dim() < 1 || input.dim() > 2 || input.sizes().back() == 0 || input.sizes() != target.sizes())
    fail<ShapeError>(
        "multilabelMarginLoss: wants scores and targets [n, classes] or [classes], at least one class, got ",
        toString(input.sizes()), " and ", toString(target.sizes()));
  if (input.device() != target.device())
    fail<DeviceError>("multilabelMarginLoss: the operands are on ", toString(input.device()), " and ",
                      toString(target.device()), "; move one with to(device)");
  return named("multilabelMarginLoss", [&] {
    Tensor y;
    {
      NoGradGuard plain;
      y = detach(reduced(mean(multilabelRaw(input, target, false), {-1}), reduction));
    }
    return record("MultilabelMarginLossBackward0", y, wrt(input, saves(input, target), [reduction](T g, T x, T target) {
                    auto count = static_cast<double>(x.sizes().back());
                    if (reduction == Reduction::Mean) count = static_cast<double>(std::max<int64_t>(x.numel(), 1));
                    const Tensor each = reduction == Reduction::None ? unsqueeze(g, -1) : g;
                    Tensor slope;
                    {
                      NoGradGuard plain;
                      slope = each * multilabelRaw(x, target, true) / count;
                    }
                    return onlyOnce("multilabelMarginLoss", slope, x, g);
                  }));
  });
}

Tensor multilabelSoftMarginLoss(const Tensor& input, const Tensor& target, const OptionalTensor& weight,
                                Reduction reduction) {
  return named("multilabelSoftMarginLoss", [&] {
    if (input.dim() == 0) fail<ShapeError>("a 0-d tensor has no classes");
    const Tensor numbers =
        category(target.dtype()) == Category::Floating ? target : to(target, input.dtype(), target.device());
    return reduced(mean(binaryCrossEntropyWithLogits(input, numbers, weight, Reduction::None), {-1}), reduction);
  });
}

}  // namespace retrograd
