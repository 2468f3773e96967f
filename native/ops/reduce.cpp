#include "kernel/reduce.h"

#include <cmath>

#include "math/binary.h"
#include "math/reduce.h"
#include "ops/norms.h"
#include "ops/pointwise.h"
#include "ops/strided.h"

namespace retrograd {

namespace {

using T = const Tensor&;

Dims keptSizes(const Tensor& x, const Dims& dims) {
  Dims sizes = x.sizes();
  for (int64_t d : dims)
    if (!sizes.empty()) sizes[d] = 1;
  return sizes;
}

Dims droppedSizes(const Tensor& x, const Dims& dims) {
  Dims sizes;
  for (int64_t d = 0; d < x.dim(); ++d)
    if (std::find(dims.begin(), dims.end(), d) == dims.end()) sizes.push_back(x.size(d));
  return sizes;
}

int64_t countOver(const Tensor& x, const Dims& dims) {
  int64_t n = 1;
  for (int64_t d : dims)
    if (x.dim()) n *= x.size(d);
  return n;
}

/// A reduction and what its derivative needs: the wrapped dimensions.
struct Reduced {
  Tensor result;
  Dims dims;
};

template <class F>
Reduced reduceRaw(const char* op, const F& f, const Tensor& x, const Dims& dims, bool keepdim) {
  Dims over = wrapDims(op, dims, x.dim());
  const DType type = reducedType<F>(x.dtype());
  Tensor kept = allocateTensor(op, keptSizes(x, over), type, x.device());
  reduceSlot<F>(x.device(), f, kept, x);
  if (type == computedType(x.dtype())) kept = castRaw(kept, x.dtype());
  if (!keepdim) {
    Layout layout = kept.layout();
    layout.sizes = droppedSizes(x, over);
    layout.strides = contiguousStrides(layout.sizes);
    kept = Tensor(std::move(layout));
  }
  return {std::move(kept), std::move(over)};
}

/// `g` (or a result) with the reduced dimensions back in place with size 1.
Tensor restoreDims(T g, const Dims& sizes, const Dims& dims) {
  Dims kept = sizes;
  for (int64_t d : dims)
    if (!kept.empty()) kept[d] = 1;
  return g.sizes() == kept ? g : reshape(g, kept);
}

Tensor spread(T g, const Dims& sizes, const Dims& dims) { return expand(restoreDims(g, sizes, dims), sizes); }

void checkNotEmpty(const char* op, const Tensor& x, const Dims& dims) {
  if (countOver(x, dims) == 0)
    fail<ShapeError>(op, ": there is no such element among none: shape ", toString(x.sizes()));
}

/// The product of all elements of `x` but each one, along the last dimension: products of a balanced tree going up,
/// then of the rest going down, so that zeros need no special case at any order.
Tensor productOfOthers(T x) {
  int64_t n = x.size(x.dim() - 1), padded = 1;
  while (padded < n) padded *= 2;
  Dims padding = x.sizes();
  padding.back() = padded - n;
  std::vector<Tensor> levels{padded == n ? x : cat({x, full(padding, 1, x.dtype(), x.device())}, -1)};
  auto half = [](T t, int64_t which) { return slice(t, -1, which, t.sizes().back(), 2); };
  while (levels.back().sizes().back() > 1) levels.push_back(half(levels.back(), 0) * half(levels.back(), 1));
  Tensor rest = full(levels.back().sizes(), 1, x.dtype(), x.device());
  for (size_t i = levels.size() - 1; i-- > 0;) {
    Tensor pair = stack({rest * half(levels[i], 1), rest * half(levels[i], 0)}, -1);
    rest = reshape(pair, levels[i].sizes());
  }
  return padded == n ? rest : narrow(rest, -1, 0, n);
}

/// Where elements are equal, or both NaN.
Tensor same(T a, T b) { return applyBinary(math::Same{}, a, Operand(b)).result; }

template <class F>
Tensor extremumOver(const char* op, const char* node, const F& f, const Tensor& x, const Dims& dims, bool keepdim) {
  checkNotEmpty(op, x, wrapDims(op, dims, x.dim()));
  Reduced r = reduceRaw(op, f, x, dims, keepdim);
  return record(node, r.result, wrt(x, saves(x, r.result), [dims = r.dims](T g, T x, T y) {
                  Tensor ties = to(same(x, restoreDims(y, x.sizes(), dims)), g.dtype(), g.device());
                  return restoreDims(g, x.sizes(), dims) * (ties / sum(ties, dims, true));
                }));
}

std::vector<Tensor> extremumAlong(const char* op, const char* node, const Tensor& x, int64_t dim, bool keepdim,
                                  bool largest) {
  int64_t d = wrapDim(op, dim, x.dim());
  checkNotEmpty(op, x, {d});
  Dims sizes = keptSizes(x, {d});
  Tensor values = allocateTensor(op, sizes, x.dtype(), x.device());
  Tensor indices = allocateTensor(op, sizes, DType::Int64, x.device());
  if (x.dim() == 0) {
    NoGradGuard plain;
    values = clone(x);
    indices = full({}, 0, DType::Int64, x.device());
  } else {
    extremumSlot(x.device(), values, indices, x, d, largest);
  }
  if (!keepdim && x.dim() > 0) {
    NoGradGuard plain;
    Dims dropped = droppedSizes(x, {d});
    values = detach(reshape(values, dropped));
    indices = detach(reshape(indices, dropped));
  }
  record(node, values, wrt(x, saves(indices), [d, sizes = x.sizes()](T g, T indices) {
           Tensor zeros = full(sizes, 0, g.dtype(), g.device());
           return scatterAdd(zeros, d, restoreDims(indices, sizes, {d}), restoreDims(g, sizes, {d}));
         }));
  return {values, indices};
}

Tensor flatExtremum(const char* op, const Tensor& x, bool largest) {
  checkNotEmpty(op, x, wrapDims(op, {}, x.dim()));
  NoGradGuard plain;
  Tensor once = x;  // the first of equals counts: index 0 of an expanded dimension
  for (int64_t d = 0; d < x.dim(); ++d)
    if (x.strides()[d] == 0) once = narrow(once, d, 0, 1);
  Tensor rest = extremumAlong(op, "", reshape(once, {-1}), 0, false, largest)[1];
  if (once.sizes() == x.sizes()) return rest;
  Tensor index = full({}, 0, DType::Int64, x.device());
  const Dims from = contiguousStrides(once.sizes()), to = contiguousStrides(x.sizes());
  for (int64_t d = 0; d < x.dim(); ++d) {
    index = index + floorDivide(rest, from[d]) * to[d];
    rest = remainder(rest, from[d]);
  }
  return index;
}

/// Its own derivative stays closed: softmax's product with the gradient, from the result.
Tensor softmaxBackward(T g, T y, int64_t dim) {
  Tensor out = allocateTensor("softmax", y.sizes(), y.dtype(), y.device());
  softmaxBackwardSlot(y.device(), out, g, y, dim, false);
  return record("SoftmaxBackwardDataBackward0", out,
                wrt(g, saves(y), [dim](T gg, T y) { return softmaxBackward(gg, y, dim); }),
                wrt(y, saves(g, y), [dim](T gg, T g, T y) {
                  Tensor inner = sum(g * y, {dim}, true), outer = sum(gg * y, {dim}, true);
                  return gg * (g - inner) - g * outer;
                }));
}

Tensor logSoftmaxBackward(T g, T y, int64_t dim) {
  Tensor out = allocateTensor("logSoftmax", y.sizes(), y.dtype(), y.device());
  softmaxBackwardSlot(y.device(), out, g, y, dim, true);
  return record("LogSoftmaxBackwardDataBackward0", out,
                wrt(g, saves(y), [dim](T gg, T y) { return gg - sum(gg * exp(y), {dim}, true); }),
                wrt(y, saves(g, y), [dim](T gg, T g, T y) { return -(gg * exp(y) * sum(g, {dim}, true)); }));
}

Tensor softmaxRaw(const char* op, const Tensor& x, int64_t dim, bool log) {
  checkFloating(op, x);
  Tensor out = allocateTensor(op, x.sizes(), x.dtype(), x.device());
  auto line = [](T t) { return t.dim() ? t : viewRaw(t, {{1}, {1}, 0}); };
  softmaxSlot(x.device(), line(out), line(x), dim, log);
  return out;
}

}  // namespace

Tensor sum(const Tensor& x, const Dims& dims, bool keepdim) {
  Reduced r = reduceRaw("sum", math::Sum{}, x, dims, keepdim);
  return record(dims.empty() ? "SumBackward0" : "SumBackward1", r.result,
                wrt(x, [sizes = x.sizes(), dims = r.dims](T g) { return spread(g, sizes, dims); }));
}

Tensor mean(const Tensor& x, const Dims& dims, bool keepdim) {
  checkFloating("mean", x);
  Reduced r = reduceRaw("mean", math::Sum{}, x, dims, keepdim);
  double n = static_cast<double>(countOver(x, r.dims));
  binarySlot<math::Div>(x.device(), math::Div{}, r.result, r.result, n, computedType(x.dtype()));
  return record(dims.empty() ? "MeanBackward0" : "MeanBackward1", r.result,
                wrt(x, [sizes = x.sizes(), dims = r.dims, n](T g) {
                  return spread(g / std::max(n, 1.0), sizes, dims);  // without elements, 0 rather than 0 / 0
                }));
}

Tensor prod(const Tensor& x, const Dims& dims, bool keepdim) {
  Reduced r = reduceRaw("prod", math::Prod{}, x, dims, keepdim);
  return record(dims.empty() ? "ProdBackward0" : "ProdBackward1", r.result, wrt(x, saves(x), [dims = r.dims](T g, T x) {
                  if (x.dim() == 0 || x.numel() == 0) return spread(g, x.sizes(), dims);
                  // The reduced dimensions go last and become one, like the others.
                  Dims order, inverse(x.dim());
                  for (int64_t d = 0; d < x.dim(); ++d)
                    if (std::find(dims.begin(), dims.end(), d) == dims.end()) order.push_back(d);
                  order.append(dims.begin(), dims.end());
                  for (size_t i = 0; i < order.size(); ++i) inverse[order[i]] = static_cast<int64_t>(i);
                  Tensor moved = permute(x, order);
                  Tensor others = productOfOthers(reshape(moved, {-1, countOver(x, dims)}));
                  return restoreDims(g, x.sizes(), dims) * permute(reshape(others, moved.sizes()), inverse);
                }));
}

Tensor amax(const Tensor& x, const Dims& dims, bool keepdim) {
  return extremumOver("amax", "AmaxBackward0", math::Amax{}, x, dims, keepdim);
}
Tensor amin(const Tensor& x, const Dims& dims, bool keepdim) {
  return extremumOver("amin", "AminBackward0", math::Amin{}, x, dims, keepdim);
}
Tensor max(const Tensor& x) { return extremumOver("max", "MaxBackward1", math::Amax{}, x, {}, false); }
Tensor min(const Tensor& x) { return extremumOver("min", "MinBackward1", math::Amin{}, x, {}, false); }
std::vector<Tensor> maxAlong(const Tensor& x, int64_t dim, bool keepdim) {
  return extremumAlong("max", "MaxBackward0", x, dim, keepdim, true);
}
std::vector<Tensor> minAlong(const Tensor& x, int64_t dim, bool keepdim) {
  return extremumAlong("min", "MinBackward0", x, dim, keepdim, false);
}
Tensor argmax(const Tensor& x) { return flatExtremum("argmax", x, true); }
Tensor argmin(const Tensor& x) { return flatExtremum("argmin", x, false); }
Tensor argmaxAlong(const Tensor& x, int64_t dim, bool keepdim) {
  NoGradGuard plain;
  return extremumAlong("argmax", "", x, dim, keepdim, true)[1];
}
Tensor argminAlong(const Tensor& x, int64_t dim, bool keepdim) {
  NoGradGuard plain;
  return extremumAlong("argmin", "", x, dim, keepdim, false)[1];
}

Tensor all(const Tensor& x, const Dims& dims, bool keepdim) {
  return reduceRaw("all", math::All{}, x, dims, keepdim).result;
}
Tensor any(const Tensor& x, const Dims& dims, bool keepdim) {
  return reduceRaw("any", math::Any{}, x, dims, keepdim).result;
}

namespace {

/// Sum of squared distances from the mean over n - correction.
Tensor varRaw(const char* op, const Tensor& x, const Dims& dims, double correction, bool keepdim) {
  checkFloating(op, x);
  NoGradGuard plain;
  Dims over = wrapDims(op, dims, x.dim());
  double freedom = std::max(static_cast<double>(countOver(x, over)) - correction, 0.0);
  return detach(sum(square(x - mean(x, over, true)), over, keepdim) / freedom);
}

/// d var / dx * g = g * 2 (x - mean) / (n - correction).
Tensor varBackward(T g, T x, const Dims& dims, double correction) {
  double freedom = static_cast<double>(countOver(x, dims)) - correction;
  return restoreDims(g, x.sizes(), dims) * ((x - mean(x, dims, true)) * (2 / freedom));
}

}  // namespace

namespace {

/// d std / dx * g; 0 where the deviation y is 0.
Tensor stdBackward(T g, T x, T y, const Dims& dims, double correction) {
  return varBackward(maskedFill(g / (y * 2), eq(y, 0), 0), x, dims, correction);
}

/// d mean / dx * g, added to `other` where that is defined.
Tensor addMeanBackward(const Tensor& other, T g, T x, const Dims& dims) {
  if (!g.defined()) return other;
  const Tensor slope = spread(g / std::max(static_cast<double>(countOver(x, dims)), 1.0), x.sizes(), dims);
  return other.defined() ? other + slope : slope;
}

Tensor meanRaw(T x, const Dims& dims, bool keepdim) {
  NoGradGuard plain;
  return mean(x, dims, keepdim);
}

Tensor stdRaw(const char* op, T x, const Dims& dims, double correction, bool keepdim) {
  NoGradGuard plain;
  return sqrt(varRaw(op, x, dims, correction, keepdim));
}

}  // namespace

Tensor var(const Tensor& x, const Dims& dims, double correction, bool keepdim) {
  Tensor y = varRaw("var", x, dims, correction, keepdim);
  return record("VarBackward0", y, wrt(x, saves(x), [over = wrapDims("var", dims, x.dim()), correction](T g, T x) {
                  return varBackward(g, x, over, correction);
                }));
}

Tensor std(const Tensor& x, const Dims& dims, double correction, bool keepdim) {
  Tensor y = stdRaw("std", x, dims, correction, keepdim);
  return record("StdBackward0", y,
                wrt(x, saves(x, y), [over = wrapDims("std", dims, x.dim()), correction](T g, T x, T y) {
                  return stdBackward(g, x, y, over, correction);
                }));
}

std::vector<Tensor> varMean(const Tensor& x, const Dims& dims, double correction, bool keepdim) {
  const Tensor y = varRaw("varMean", x, dims, correction, keepdim);
  return record("VarMeanBackward0", {y, meanRaw(x, dims, keepdim)},
                wrt(x, saves(x), [over = wrapDims("varMean", dims, x.dim()), correction](const Grads& g, T x) {
                  Tensor slope;
                  if (g[0].defined()) slope = varBackward(g[0], x, over, correction);
                  return addMeanBackward(slope, g[1], x, over);
                }));
}

std::vector<Tensor> stdMean(const Tensor& x, const Dims& dims, double correction, bool keepdim) {
  const Tensor y = stdRaw("stdMean", x, dims, correction, keepdim);
  return record(
      "StdMeanBackward0", {y, meanRaw(x, dims, keepdim)},
      wrt(x, saves(x, result[0]), [over = wrapDims("stdMean", dims, x.dim()), correction](const Grads& g, T x, T y) {
        Tensor slope;
        if (g[0].defined()) slope = stdBackward(g[0], x, y, over, correction);
        return addMeanBackward(slope, g[1], x, over);
      }));
}

Tensor powerNormSlope(const Tensor& x, const Tensor& y, double p) {
  Tensor none = eq(y, 0), norm = maskedFill(y, none, 1), size = abs(x), slope;
  if (p > 0 && p < 2) {
    // Powers between -1 and 1, which are in range where the quotient is not.
    Tensor power = pow(size, p - 1);
    slope = p < 1 ? maskedFill(power, eq(x, 0), 0) * pow(norm, 1 - p) : power / pow(norm, p - 1);
  } else {
    slope = pow(size / norm, p - 1);
  }
  return sign(x) * maskedFill(slope, none, 0);
}

Tensor norm(const Tensor& x, double p, const Dims& dims, bool keepdim) {
  checkFloating("norm", x);
  Dims over = wrapDims("norm", dims, x.dim());
  Tensor y;
  {
    NoGradGuard plain;
    if (p == __builtin_inf())
      y = named("norm", [&] { return amax(abs(x), over, keepdim); });
    else if (p == -__builtin_inf())
      y = named("norm", [&] { return amin(abs(x), over, keepdim); });
    else if (p == 0)
      y = to(sum(ne(x, 0), over, keepdim), x.dtype(), x.device());
    else if (p == 1)
      y = sum(abs(x), over, keepdim);
    else if (p == 2)
      y = sqrt(sum(square(x), over, keepdim));
    else
      y = pow(sum(pow(abs(x), p), over, keepdim), 1 / p);
    y = detach(y);
  }
  return record("LinalgVectorNormBackward0", y, wrt(x, saves(x, y), [over, p](T g, T x, T y) -> Tensor {
                  if (p == 0) return {};
                  Tensor gk = restoreDims(g, x.sizes(), over), yk = restoreDims(y, x.sizes(), over);
                  if (p == 1) return gk * sign(x);
                  if (p == 2) return gk * maskedFill(x / yk, eq(yk, 0), 0);
                  if (std::isinf(p)) {
                    Tensor ties = to(same(abs(x), yk), g.dtype(), g.device());
                    return gk * sign(x) * (ties / sum(ties, over, true));
                  }
                  return gk * powerNormSlope(x, yk, p);
                }));
}

Tensor logsumexp(const Tensor& x, const Dims& dims, bool keepdim) {
  Dims over = wrapDims("logsumexp", dims, x.dim());
  Tensor y;
  {
    NoGradGuard plain;
    if (countOver(x, over) == 0) {
      y = log(sum(exp(x), over, true));
    } else {
      Tensor top = amax(x, over, true);
      top = where(isfinite(top), top, 0.0);
      // One temporary of this size.
      Tensor terms = applyBinary(math::Sub{}, x, Operand(top), Into::Fresh, false).result;
      y = log(sum(exp(terms, Into::Self), over, true)) + top;
    }
    if (!keepdim) y = reshape(y, droppedSizes(x, over));
    y = detach(y);
  }
  return record("LogsumexpBackward0", y, wrt(x, saves(x, y), [over](T g, T x, T y) {
                  return restoreDims(g, x.sizes(), over) * exp(x - restoreDims(y, x.sizes(), over));
                }));
}

Tensor cumsum(const Tensor& x, int64_t dim) {
  int64_t d = wrapDim("cumsum", dim, x.dim());
  Tensor out = allocateTensor("cumsum", x.sizes(), reducedType<math::Sum>(x.dtype()), x.device());
  const bool converts = out.dtype() != x.dtype();
  if (converts || x.dim() == 0) copySlot(x.device(), out, x);
  if (x.dim()) cumsumSlot(x.device(), out, converts ? out : x, d);
  return record("CumsumBackward0", out, wrt(x, [d](T g) { return flip(cumsum(flip(g, {d}), d), {d}); }));
}

Tensor softmax(const Tensor& x, int64_t dim) {
  int64_t d = wrapDim("softmax", dim, x.dim());
  Tensor y = softmaxRaw("softmax", x, d, false);
  return record("SoftmaxBackward0", y,
                wrt(x, saves(y), [d](T g, T y) { return y.dim() ? softmaxBackward(g, y, d) : g * (y - y); }));
}

Tensor logSoftmax(const Tensor& x, int64_t dim) {
  int64_t d = wrapDim("logSoftmax", dim, x.dim());
  Tensor y = softmaxRaw("logSoftmax", x, d, true);
  return record("LogSoftmaxBackward0", y,
                wrt(x, saves(y), [d](T g, T y) { return y.dim() ? logSoftmaxBackward(g, y, d) : g * (y - y); }));
}

bool equal(const Tensor& a, const Tensor& b) {
  NoGradGuard plain;
  return named("equal", [&] {
    return a.dtype() == b.dtype() && a.sizes() == b.sizes() && itemLong(all(eq(a, b), {}, false)) != 0;
  });
}

bool allclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equalNan) {
  NoGradGuard plain;
  if (!(rtol >= 0) || !(atol >= 0))
    throw std::invalid_argument("allclose: rtol and atol may not be negative, got " + std::to_string(rtol) + " and " +
                                std::to_string(atol));
  return named("allclose", [&] {
    Tensor same = eq(a, b);  // integers beyond float64's digits too
    Tensor x = to(a, DType::Float64, a.device()), y = to(b, DType::Float64, b.device());
    Tensor near = same;
    if (rtol > 0 || atol > 0)
      near = logicalOr(same, logicalAnd(logicalAnd(isfinite(x), isfinite(y)), le(abs(x - y), abs(y) * rtol + atol)));
    if (equalNan) near = logicalOr(near, logicalAnd(isnan(x), isnan(y)));
    return itemLong(all(near, {}, false)) != 0;
  });
}

}  // namespace retrograd
