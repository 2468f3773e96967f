#include "kernel/pool.h"

#include "ops/ops.h"
#include "ops/perdim.h"
#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;
using Kind = math::Windows::Kind;

/// A pooling of the last dimensions; those before them count images.
struct Pool {
  const char* op;
  int64_t dims;
  Pooling pooling;

  /// The windows along a spatial dimension. Kernels have three, of which the last ones are those of the operation.
  math::Windows& along(int64_t d) { return pooling.along[d + 3 - dims]; }
  const math::Windows& along(int64_t d) const { return pooling.along[d + 3 - dims]; }

  /// The sizes of `x` with other spatial ones: the windows' `member`.
  Dims sized(T x, int64_t math::Windows::*member) const {
    Dims sizes(x.sizes().begin(), x.sizes().end() - dims);
    for (int64_t d = 0; d < dims; ++d) sizes.push_back(along(d).*member);
    return sizes;
  }
  /// [images, depth, height, width], dense, outside the graph.
  Tensor images(T t) const {
    NoGradGuard plain;
    Dims sizes{-1};
    for (int64_t d = 0; d < 3; ++d) sizes.push_back(d + dims < 3 ? 1 : t.size(t.dim() - 3 + d));
    return view(contiguous(t), sizes);
  }
};

/// A row for each image, whose elements are `t`'s spatial ones.
Tensor flat(const Pool& p, T t) { return flatten(flatten(t, t.dim() - p.dims, -1), 0, -2); }

Pool checked(const char* op, int64_t dims, T x, Kind kind) {
  checkFloating(op, x);
  bool fits = x.dim() == dims + 1 || x.dim() == dims + 2;
  for (int64_t d = x.dim() == dims + 2 || kind == Kind::Even ? 1 : 0; fits && d < x.dim(); ++d)
    fits = x.size(d) > 0 && x.size(d) <= INT32_MAX;  // what is computed from the sizes fits into an int64
  if (!fits)
    fail<ShapeError>(op, ": needs an input of ", dims + 1, " or ", dims + 2, " dimensions, of which the ",
                     kind == Kind::Even ? "first" : "batch", " alone may be empty, got ", toString(x.sizes()));
  Pool p{op, dims, {}};
  for (math::Windows& w : p.pooling.along) w = {kind, 1, 1, 1, 1, 0, 1};
  for (int64_t d = 0; d < dims; ++d) p.along(d).size = x.size(x.dim() - dims + d);
  return p;
}

/// Throws where a window would hold nothing of the image.
void checkWindows(const Pool& p, T x) {
  for (int64_t d = 0; d < p.dims; ++d) {
    const math::Windows& w = p.along(d);
    bool any = w.results > 0;
    for (int64_t i = 0; any && w.dilation > 1 && i < w.results; ++i) any = w.of(i, 0.0).count() > 0;
    if (!any)
      fail<ShapeError>(p.op, ": the windows of ", w.kernel, w.dilation > 1 ? " places, dilated," : " places",
                       w.results > 0 ? " would hold nothing of the input " : " do not fit the input ",
                       toString(x.sizes()), " padded by ", w.padding, " in dimension ", x.dim() - p.dims + d);
  }
}

Pool strided(const char* op, int64_t dims, T x, const PerDim& kernel, const PerDim& stride, const PerDim& padding,
             const PerDim& dilation, bool ceilMode) {
  Pool p = checked(op, dims, x, Kind::Strided);
  const auto kernels = perDim(op, "the kernel", kernel, dims, 1);
  const auto strides = stride.empty() ? kernels : perDim(op, "the stride", stride, dims, 1);
  const auto paddings = perDim(op, "the padding", padding, dims, 0);
  const auto dilations = perDim(op, "the dilation", dilation, dims, 1);
  for (size_t d = 0; d < 3; ++d) {
    math::Windows& w = p.pooling.along[d];
    w.kernel = kernels[d], w.stride = strides[d], w.padding = paddings[d], w.dilation = dilations[d];
    if (w.padding > w.kernel / 2)
      fail<std::invalid_argument>(op, ": the padding may be half of the kernel at most, got ", w.padding,
                                  " for a kernel of ", w.kernel);
    const int64_t extent = w.dilation * (w.kernel - 1) + 1;
    const int64_t room = w.size + 2 * w.padding - extent + (ceilMode ? w.stride - 1 : 0);
    w.results = room < 0 ? 0 : room / w.stride + 1;
    if (ceilMode && (w.results - 1) * w.stride >= w.size + w.padding) --w.results;  // it would see padding alone
  }
  checkWindows(p, x);
  return p;
}

Pool even(const char* op, int64_t dims, T x, const PerDim& outputSize) {
  Pool p = checked(op, dims, x, Kind::Even);
  const auto sizes = perDim(op, "the output size", outputSize, dims, -1);
  for (int64_t d = 0; d < dims; ++d) {
    const int64_t size = sizes[static_cast<size_t>(d + 3 - dims)];
    p.along(d).results = size < 0 ? p.along(d).size : size;
  }
  return p;
}

/// A new tensor for the gradient of the image from that of the results; zeros where there are none.
Tensor imageOf(const Pool& p, T g) {
  const Dims sizes = p.sized(g, &math::Windows::size);
  return g.numel() ? allocateTensor(p.op, sizes, g.dtype(), g.device()) : full(sizes, 0, g.dtype(), g.device());
}

// ---- the largest ----

/// The gradient of the image from that of the largest elements, which lie at `indices`.
Tensor maxBackward(const Pool& p, T g, T indices, T samples) {
  Tensor x = imageOf(p, g);
  if (g.numel()) maxPoolBackwardSlot(g.device(), p.images(x), p.images(g), p.images(indices), samples, p.pooling);
  return record("MaxPool2DWithIndicesBackwardBackward0", x, wrt(g, saves(indices), [p](T gg, T indices) {
                  return reshape(gather(flat(p, gg), 1, flat(p, indices)), indices.sizes());
                }));
}

/// The largest elements, and their places where they are `wanted` or the derivative needs them.
std::vector<Tensor> maxOf(const Pool& p, const char* node, T x, bool wanted, T samples = {}) {
  const Dims sizes = p.sized(x, &math::Windows::results);
  const bool recorded = shouldRecord(x);
  Tensor out = allocateTensor(p.op, sizes, x.dtype(), x.device()), indices;
  if (wanted || recorded) indices = allocateTensor(p.op, sizes, DType::Int64, x.device());
  if (out.numel())
    maxPoolSlot(x.device(), p.images(out), indices.defined() ? p.images(indices) : indices, p.images(x), samples,
                p.pooling);
  if (!recorded) return {out, indices};
  return record(node, {out, indices}, wrt(x, saves(samples, result[1]), [p](T g, T samples, T indices) {
                  return maxBackward(p, g, indices, samples);
                }));
}

// ---- the average ----

Tensor averageBackward(const Pool& p, const char* node, const Average& a, T g);

Tensor averageOf(const Pool& p, const char* node, const char* back, const Average& a, T x) {
  Tensor out = allocateTensor(p.op, p.sized(x, &math::Windows::results), x.dtype(), x.device());
  if (out.numel()) avgPoolSlot(x.device(), p.images(out), p.images(x), p.pooling, a);
  return record(node, out, wrt(x, [=](T g) { return averageBackward(p, back, a, g); }));
}

Tensor averageBackward(const Pool& p, const char* node, const Average& a, T g) {
  Tensor x = imageOf(p, g);
  if (g.numel()) avgPoolBackwardSlot(g.device(), p.images(x), p.images(g), p.pooling, a);
  return record(node, x, wrt(g, [=](T gg) { return averageOf(p, node, node, a, gg); }));
}

Tensor evenAverage(const char* op, const char* node, const char* back, int64_t dims, T x, const PerDim& outputSize) {
  const Pool p = even(op, dims, x, outputSize);
  if (p.pooling.results() != 1) return averageOf(p, node, back, {true, 0}, x);
  Dims spatial;  // of whole images, as PyTorch does
  for (int64_t d = x.dim() - dims; d < x.dim(); ++d) spatial.push_back(d);
  return named(op, [&] { return mean(x, spatial, true); });
}

// ---- made of these ----

template <class Average>
Tensor powerAverage(const char* op, int64_t dims, T x, double normType, const PerDim& kernel, const Average& average) {
  return named(op, [&] {
    checkFloating(op, x);
    const auto kernels = perDim(op, "the kernel", kernel, dims, 1);
    double places = 1;
    for (int64_t k : kernels) places *= static_cast<double>(k);
    const Tensor mean = average(pow(x, normType));
    return pow(mul(sign(mean) * relu(abs(mean)), places), 1 / normType);
  });
}

/// [images, 3], outside the graph, of [batch, channels, dims]. In two dimensions PyTorch has the width's first.
Tensor samplesOf(const Pool& p, T samples) {
  NoGradGuard plain;
  const Tensor rows = reshape(samples, {-1, p.dims});
  if (p.dims == 3) return contiguous(rows);
  const Tensor width = narrow(rows, 1, 0, 1), height = narrow(rows, 1, 1, 1);
  return cat({width, height, width}, 1);
}

std::vector<Tensor> fractional(const char* op, const char* node, int64_t dims, T x, const PerDim& kernel,
                               const PerDim& outputSize, T randomSamples, bool wanted) {
  Pool p = checked(op, dims, x, Kind::Random);
  const auto kernels = perDim(op, "the kernel", kernel, dims, 1);
  const auto results = perDim(op, "the output size", outputSize, dims, 1);
  for (size_t d = 0; d < 3; ++d) {
    math::Windows& w = p.pooling.along[d];
    w.kernel = kernels[d], w.results = results[d];
    // In three dimensions PyTorch wants one more.
    if (w.results + w.kernel - 1 > w.size - (dims == 3 ? 1 : 0))
      fail<ShapeError>(op, ": ", w.results, " different windows of ", w.kernel, " need more than the input ",
                       toString(x.sizes()));
  }
  const Dims sizes{x.dim() == dims + 2 ? x.size(0) : 1, x.size(x.dim() - dims - 1), dims};
  if (randomSamples.defined()) {
    if (randomSamples.sizes() != sizes)
      fail<ShapeError>(op, ": needs random samples ", toString(sizes), ", got ", toString(randomSamples.sizes()));
    if (randomSamples.dtype() != x.dtype())
      fail<DTypeError>(op, ": the input is ", name(x.dtype()), ", but the random samples ",
                       name(randomSamples.dtype()));
  }
  return maxOf(p, node, x, wanted,
               samplesOf(p, randomSamples.defined() ? randomSamples : rand(sizes, x.dtype(), x.device())));
}

/// The places must lie in the image: scatter checks it.
Tensor unpool(const char* op, const char* node, int64_t dims, T x, T indices, const PerDim& kernel,
              const PerDim& stride, const PerDim& padding, const Dims* outputSize) {
  Pool p = checked(op, dims, x, Kind::Strided);
  const auto kernels = perDim(op, "the kernel", kernel, dims, 1);
  const auto strides = stride.empty() ? kernels : perDim(op, "the stride", stride, dims, 1);
  const auto paddings = perDim(op, "the padding", padding, dims, 0);
  if (indices.dtype() != DType::Int64) fail<DTypeError>(op, ": the indices must be int64, got ", name(indices.dtype()));
  if (indices.sizes() != x.sizes())
    fail<ShapeError>(op, ": the indices ", toString(indices.sizes()), " are not of the input's shape ",
                     toString(x.sizes()));
  if (outputSize && outputSize->size() != static_cast<size_t>(dims) &&
      outputSize->size() != static_cast<size_t>(x.dim()))
    fail<ShapeError>(op, ": the output size needs ", dims, " numbers or all ", x.dim(), ", got ",
                     toString(*outputSize));
  Dims sizes(x.sizes().begin(), x.sizes().end() - dims);
  for (int64_t d = 0; d < dims; ++d) {
    const size_t i = static_cast<size_t>(d + 3 - dims);
    const int64_t least = (p.along(d).size - 1) * strides[i] + kernels[i] - 2 * paddings[i];
    const int64_t size = outputSize ? *(outputSize->end() - dims + d) : least;
    if (size < 1 || size <= least - strides[i] || size >= least + strides[i])
      fail<ShapeError>(op, ": the output size must lie between ", std::max<int64_t>(least - strides[i], 0), " and ",
                       least + strides[i], " in dimension ", d, " of the image, got ", size);
    sizes.push_back(size);
  }
  const Tensor out = named(op, [&] {
    NoGradGuard plain;
    Tensor image = zeros(sizes, x.dtype(), x.device());
    return detach(view(scatter(flat(p, image), 1, flat(p, indices), flat(p, x)), sizes));
  });
  return record(node, out, wrt(x, saves(indices), [p](T g, T indices) {
                  return reshape(gather(flat(p, g), 1, flat(p, indices)), indices.sizes());
                }));
}

}  // namespace

#define POOLING(dims, override, divisor)                                                                             \
  std::vector<Tensor> maxPool##dims##dWithIndices(const Tensor& x, const PerDim& kernel, const PerDim& stride,       \
                                                  const PerDim& padding, const PerDim& dilation, bool ceilMode) {    \
    return maxOf(strided("maxPool" #dims "dWithIndices", dims, x, kernel, stride, padding, dilation, ceilMode),      \
                 "MaxPool" #dims "DWithIndicesBackward0", x, true);                                                  \
  }                                                                                                                  \
  Tensor maxPool##dims##d(const Tensor& x, const PerDim& kernel, const PerDim& stride, const PerDim& padding,        \
                          const PerDim& dilation, bool ceilMode) {                                                   \
    return maxOf(strided("maxPool" #dims "d", dims, x, kernel, stride, padding, dilation, ceilMode),                 \
                 "MaxPool" #dims "DWithIndicesBackward0", x, false)[0];                                              \
  }                                                                                                                  \
  Tensor avgPool##dims##d(const Tensor& x, const PerDim& kernel, const PerDim& stride, const PerDim& padding,        \
                          bool ceilMode, bool countIncludePad override) {                                            \
    return averageOf(strided("avgPool" #dims "d", dims, x, kernel, stride, padding, {1}, ceilMode),                  \
                     "AvgPool" #dims "DBackward0", "AvgPool" #dims "DBackwardBackward0", {countIncludePad, divisor}, \
                     x);                                                                                             \
  }                                                                                                                  \
  std::vector<Tensor> adaptiveMaxPool##dims##dWithIndices(const Tensor& x, const PerDim& outputSize) {               \
    return maxOf(even("adaptiveMaxPool" #dims "dWithIndices", dims, x, outputSize),                                  \
                 "AdaptiveMaxPool" #dims "DBackward0", x, true);                                                     \
  }                                                                                                                  \
  Tensor adaptiveMaxPool##dims##d(const Tensor& x, const PerDim& outputSize) {                                       \
    return maxOf(even("adaptiveMaxPool" #dims "d", dims, x, outputSize), "AdaptiveMaxPool" #dims "DBackward0", x,    \
                 false)[0];                                                                                          \
  }                                                                                                                  \
  Tensor adaptiveAvgPool##dims##d(const Tensor& x, const PerDim& outputSize) {                                       \
    return evenAverage("adaptiveAvgPool" #dims "d", "AdaptiveAvgPool" #dims "DBackward0",                            \
                       "AdaptiveAvgPool" #dims "DBackwardBackward0", dims, x, outputSize);                           \
  }                                                                                                                  \
  Tensor lpPool##dims##d(const Tensor& x, double normType, const PerDim& kernel, const PerDim& stride,               \
                         bool ceilMode) {                                                                            \
    return powerAverage("lpPool" #dims "d", dims, x, normType, kernel,                                               \
                        [&](T powers) { return avgPool##dims##d(powers, kernel, stride, {0}, ceilMode); });          \
  }                                                                                                                  \
  Tensor maxUnpool##dims##d(const Tensor& x, const Tensor& indices, const PerDim& kernel, const PerDim& stride,      \
                            const PerDim& padding) {                                                                 \
    return unpool("maxUnpool" #dims "d", "MaxUnpool" #dims "DBackward0", dims, x, indices, kernel, stride, padding,  \
                  nullptr);                                                                                          \
  }                                                                                                                  \
  Tensor maxUnpool##dims##d(const Tensor& x, const Tensor& indices, const PerDim& kernel, const PerDim& stride,      \
                            const PerDim& padding, const Dims& outputSize) {                                         \
    return unpool("maxUnpool" #dims "d", "MaxUnpool" #dims "DBackward0", dims, x, indices, kernel, stride, padding,  \
                  &outputSize);                                                                                      \
  }

#define FRACTIONAL(dims)                                                                                               \
  std::vector<Tensor> fractionalMaxPool##dims##dWithIndices(const Tensor& x, const PerDim& kernel,                     \
                                                            const PerDim& outputSize, const OptionalTensor& samples) { \
    return fractional("fractionalMaxPool" #dims "dWithIndices", "FractionalMaxPool" #dims "DBackward0", dims, x,       \
                      kernel, outputSize, samples, true);                                                              \
  }                                                                                                                    \
  Tensor fractionalMaxPool##dims##d(const Tensor& x, const PerDim& kernel, const PerDim& outputSize,                   \
                                    const OptionalTensor& samples) {                                                   \
    return fractional("fractionalMaxPool" #dims "d", "FractionalMaxPool" #dims "DBackward0", dims, x, kernel,          \
                      outputSize, samples, false)[0];                                                                  \
  }

#define NONE
#define OVERRIDE , int64_t divisorOverride
POOLING(1, NONE, 0)
POOLING(2, OVERRIDE, divisorOverride)
POOLING(3, OVERRIDE, divisorOverride)
FRACTIONAL(2)
FRACTIONAL(3)
#undef OVERRIDE
#undef NONE
#undef POOLING
#undef FRACTIONAL

}  // namespace retrograd
