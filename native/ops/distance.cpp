#include "ops/distance.h"

#include <cmath>

#include "kernel/distance.h"
#include "ops/losses.h"
#include "ops/norms.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// The derivative of the distance `d` by the difference of two elements, in differentiable operations.
Tensor slopeOf(T difference, T d, double p) {
  if (p == 0) return zerosLike(difference);
  if (p == 1) return sign(difference);
  if (std::isinf(p)) return sign(difference) * to(eq(abs(difference), d), d.dtype(), d.device());
  const Tensor none = eq(d, 0);
  if (p == 2) return maskedFill(difference / maskedFill(d, none, 1), none, 0.0);
  return powerNormSlope(difference, d, p);
}

/// The gradient of `x1` for [batch, n, size], [batch, m, size] and their distances [batch, n, m].
Tensor firstGradient(T g, T x1, T x2, T d, double p) {
  if (modes.grad) {
    const Tensor difference = unsqueeze(x1, 2) - unsqueeze(x2, 1);
    return sum(unsqueeze(g, 3) * slopeOf(difference, unsqueeze(d, 3), p), {2});
  }
  Tensor out = allocateTensor("cdist", x1.sizes(), x1.dtype(), x1.device());
  cdistBackwardSlot(x1.device(), out, contiguous(g), contiguous(x1), contiguous(x2), contiguous(d), p);
  return out;
}

/// The distances of `x1` [batch, n, size] and `x2` [batch, m, size], in the shape `sizes`.
Tensor distances(T x1, T x2, const Dims& sizes, double p) {
  Dims cube{x1.size(0), x1.size(1), x2.size(1)};
  Tensor out = allocateTensor("cdist", sizes, x1.dtype(), x1.device());
  {
    NoGradGuard plain;
    cdistSlot(x1.device(), view(out, cube), contiguous(x1), contiguous(transpose(x2, 1, 2)), p);
  }
  return record("CdistBackward0", out,
                wrt(x1, saves(x1, x2, out),
                    [=](T g, T x1, T x2, T d) { return firstGradient(reshape(g, cube), x1, x2, reshape(d, cube), p); }),
                wrt(x2, saves(x1, x2, out), [=](T g, T x1, T x2, T d) {
                  auto turned = [&](T x) { return transpose(reshape(x, cube), 1, 2); };
                  return firstGradient(turned(g), x2, x1, turned(d), p);
                }));
}

}  // namespace

Tensor cosineSimilarity(const Tensor& x1, const Tensor& x2, int64_t dim, double eps) {
  const DType type = resultType(x1, Operand(x2));
  if (!isFloating(type))
    fail<DTypeError>("cosineSimilarity: needs floating tensors, got ", name(x1.dtype()), " and ", name(x2.dtype()),
                     "; convert one with to(FLOAT32) first");
  return named("cosineSimilarity", [&] {
    const Dims sizes = broadcast("cosineSimilarity", x1.sizes(), x2.sizes());
    // Of unit vectors: the result is between -1 and 1.
    auto unit = [&](T x) {
      const Tensor v = expand(isFloating(x.dtype()) ? x : castRaw(x, type), sizes);
      return v / raised(norm(v, 2, {dim}, true), eps);
    };
    return sum(unit(x1) * unit(x2), {dim});
  });
}

Tensor pairwiseDistance(const Tensor& x1, const Tensor& x2, double p, double eps, bool keepdim) {
  return named("pairwiseDistance", [&] { return norm(x1 - x2 + eps, p, {-1}, keepdim); });
}

Tensor cdist(const Tensor& x1, const Tensor& x2, double p) {
  checkFloating("cdist", x1);
  if (x1.dtype() != x2.dtype())
    fail<DTypeError>("cdist: the operands are ", name(x1.dtype()), " and ", name(x2.dtype()),
                     "; convert one with to(dtype)");
  if (x1.dim() < 2 || x2.dim() < 2 || x1.sizes().back() != x2.sizes().back())
    fail<ShapeError>("cdist: wants [..., n, size] and [..., m, size], got ", toString(x1.sizes()), " and ",
                     toString(x2.sizes()));
  if (!(p >= 0)) throw std::invalid_argument("cdist: p may not be negative, got " + std::to_string(p));
  if (x1.device() != x2.device())
    fail<DeviceError>("cdist: the operands are on ", toString(x1.device()), " and ", toString(x2.device()),
                      "; move one with to(device)");
  return named("cdist", [&] {
    auto leading = [](T x) { return Dims(x.sizes().begin(), x.sizes().end() - 2); };
    const Dims batch = broadcast("cdist", leading(x1), leading(x2));
    const int64_t count = numel("cdist", batch), n = x1.size(x1.dim() - 2), m = x2.size(x2.dim() - 2);
    auto cube = [&](T x, int64_t rows) {
      Dims wide = batch;
      wide.push_back(rows), wide.push_back(x.sizes().back());
      return x.dim() == 3 && x.sizes() == wide ? x : reshape(expand(x, wide), {count, rows, x.sizes().back()});
    };
    Dims sizes = batch;
    sizes.push_back(n), sizes.push_back(m);
    return distances(cube(x1, n), cube(x2, m), sizes, p);
  });
}

Tensor pdist(const Tensor& x, double p) {
  if (x.dim() != 2) fail<ShapeError>("pdist: wants a matrix, got ", toString(x.sizes()));
  return named("pdist", [&] {
    return maskedSelect(cdist(x, x, p), triu(full({x.size(0), x.size(0)}, true, DType::Bool, x.device()), 1));
  });
}

}  // namespace retrograd
