#include "kernel/norm.h"

#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// How an input whose last dimensions are normalized is a matrix, with a row for each of what is normalized.
struct Rows {
  Dims over;        ///< the normalized dimensions
  Dims statistics;  ///< sizes of mean and rstd: 1 in these
  Dims normalized;  ///< sizes of weight and bias: those of these alone
  int64_t rows = 1, length = 1;

  Rows(T x, int64_t count) : statistics(x.sizes()) {
    for (int64_t d = 0; d < x.dim(); ++d) {
      if (d < x.dim() - count) {
        rows *= x.size(d);
        continue;
      }
      length *= x.size(d);
      over.push_back(d);
      normalized.push_back(x.size(d));
      statistics[d] = 1;
    }
  }
  /// Outside the graph: the memory of `t` where its strides allow that.
  Tensor matrix(T t) const {
    NoGradGuard plain;
    return reshape(t, {rows, t.sizes() == statistics ? 1 : length});
  }
  /// The same of a weight or bias, dense; undefined where that is.
  static Tensor vector(T t) {
    NoGradGuard plain;
    return t.defined() ? contiguous(t) : t;
  }
};

void check(T x, const Dims& shape, T weight, T bias) {
  checkFloating("layerNorm", x);
  const auto rank = static_cast<int64_t>(shape.size());
  bool fits = rank > 0 && rank <= x.dim();
  for (int64_t d = 0; fits && d < rank; ++d) fits = shape[d] == x.size(x.dim() - rank + d);
  if (!fits)
    fail<ShapeError>(
        "layerNorm: the normalized shape must be the sizes of the input's last dimensions, at least one; "
        "got ",
        toString(shape), " for an input ", toString(x.sizes()));
  auto checkParameter = [&](const char* what, T t) {
    if (!t.defined()) return;
    if (t.sizes() != shape)
      fail<ShapeError>("layerNorm: the ", what, " must have the normalized shape ", toString(shape), ", got ",
                       toString(t.sizes()));
    if (t.dtype() != x.dtype())
      fail<DTypeError>("layerNorm: the ", what, " is ", name(t.dtype()), " and the input ", name(x.dtype()));
  };
  checkParameter("weight", weight);
  checkParameter("bias", bias);
}

using Gradients = std::array<Tensor, 5>;

/// What reaches `input` by way of the result, from its gradient `g`. The formula is bilinear in `g * weight` and the
/// gradient that comes back, and the same in both.
Tensor inputGradient(T g, T x, T mean, T rstd, T weight, int64_t count) {
  const Rows rows(x, count);
  Tensor out = allocateTensor("layerNorm", x.sizes(), x.dtype(), x.device());
  layerNormBackwardSlot(x.device(), rows.matrix(out), rows.matrix(g), rows.matrix(x), rows.matrix(mean),
                        rows.matrix(rstd), rows.vector(weight));
  return record(
      "NativeLayerNormBackwardBackward0", out,
      jointly({g, x, mean, rstd, weight}, saves(g, x, mean, rstd, weight),
              [count, over = rows.over](const Grads& back, const Saved& saved, Wanted wanted) {
                T v = back[0], g = saved[0], x = saved[1], mean = saved[2], rstd = saved[3], weight = saved[4];
                Gradients out;
                const Tensor h = weight.defined() ? g * weight : g;
                const Tensor ofH = inputGradient(v, x, mean, rstd, {}, count);
                if (wanted[0]) out[0] = weight.defined() ? ofH * weight : ofH;
                if (wanted[4]) out[4] = ofH * g;
                if (!wanted[1] && !wanted[2] && !wanted[3]) return out;
                const Tensor centred = x - mean, normalized = centred * rstd;
                auto average = [&](T t) { return retrograd::mean(t, over, true); };
                const Tensor ofNormalized = -(v * average(h * normalized) + h * average(v * normalized)) * rstd;
                const Tensor ofCentred = ofNormalized * rstd;
                if (wanted[1]) out[1] = ofCentred;
                if (wanted[2]) out[2] = -ofCentred;
                if (wanted[3]) out[3] = sum(h * ofH, over, true) / rstd + sum(ofNormalized * centred, over, true);
                return out;
              }));
}

/// The gradients of weight and bias, from that of the result.
std::vector<Tensor> parameterGradients(T g, T x, T mean, T rstd, int64_t count) {
  const Rows rows(x, count);
  Tensor ofWeight = allocateTensor("layerNorm", rows.normalized, x.dtype(), x.device());
  Tensor ofBias = allocateTensor("layerNorm", rows.normalized, x.dtype(), x.device());
  layerNormParametersSlot(x.device(), ofWeight, ofBias, rows.matrix(g), rows.matrix(x), rows.matrix(mean),
                          rows.matrix(rstd));
  return record(
      "NativeLayerNormBackwardBackward0", {ofWeight, ofBias},
      jointly({g, x, mean, rstd}, saves(g, x, mean, rstd), [](const Grads& back, const Saved& saved, Wanted wanted) {
        T g = saved[0], x = saved[1], mean = saved[2], rstd = saved[3];
        const Tensor v = back.orZeros(0), scaled = v * g, centred = x - mean;
        Gradients out;
        if (wanted[0]) out[0] = v * (centred * rstd) + back.orZeros(1);
        if (wanted[1]) out[1] = scaled * rstd;
        if (wanted[2]) out[2] = -scaled * rstd;
        if (wanted[3]) out[3] = scaled * centred;
        return out;
      }));
}

}  // namespace

Tensor layerNorm(const Tensor& input, const Dims& normalizedShape, const OptionalTensor& weight,
                 const OptionalTensor& bias, double eps) {
  check(input, normalizedShape, weight, bias);
  const auto count = static_cast<int64_t>(normalizedShape.size());
  const Rows rows(input, count);
  Tensor out = allocateTensor("layerNorm", input.sizes(), input.dtype(), input.device());
  Tensor mean = allocateTensor("layerNorm", rows.statistics, input.dtype(), input.device());
  Tensor rstd = allocateTensor("layerNorm", rows.statistics, input.dtype(), input.device());
  layerNormSlot(input.device(), rows.matrix(out), rows.matrix(mean), rows.matrix(rstd), rows.matrix(input),
                rows.vector(weight), rows.vector(bias), eps);
  // Derivatives of higher order reach the input through the statistics, too: these are results with a gradient.
  return record(
      "NativeLayerNormBackward0", {out, mean, rstd},
      jointly({input, weight, bias}, saves(input, weight, result[1], result[2]),
              [count, length = static_cast<double>(rows.length)](const Grads& g, const Saved& saved, Wanted wanted) {
                T x = saved[0], weight = saved[1], mean = saved[2], rstd = saved[3];
                Gradients out;
                if (g[0].defined() && wanted[0]) out[0] = inputGradient(g[0], x, mean, rstd, weight, count);
                auto reaches = [&](T more) { out[0] = out[0].defined() ? out[0] + more : more; };
                if (g[1].defined() && wanted[0]) reaches(expand(g[1] / length, x.sizes()));
                if (g[2].defined() && wanted[0]) reaches((mean - x) * (g[2] * rstd * rstd * rstd / length));
                if (g[0].defined() && (wanted[1] || wanted[2])) {
                  auto both = parameterGradients(g[0], x, mean, rstd, count);
                  if (wanted[1]) out[1] = both[0];
                  if (wanted[2]) out[2] = both[1];
                }
                return out;
              }))[0];
}

}  // namespace retrograd
