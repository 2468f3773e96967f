#include "kernel/norm.h"

#include <cmath>

#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// What shares a mean and a variance: the last `n` dimensions, one of `n` groups of an image's channels, or a channel
/// of the batch, whose statistics may also be given.
struct Sets {
  enum class Of { LastDims, Groups, Batch, Given } of;
  int64_t n;

  bool given() const { return of == Of::Given; }
  ChannelSets ofChannels() const {
    return {of == Of::Groups  ? ChannelSets::Of::Groups
            : of == Of::Batch ? ChannelSets::Of::Batch
                              : ChannelSets::Of::Given,
            of == Of::Groups ? n : 1};
  }
};

/// The shapes in which an input, its statistics and its parameters broadcast.
struct Shapes {
  Dims full, statistics, weights;
  Dims parameters;    ///< what weight and bias have themselves
  Dims kernel;        ///< what the kernel sees: a matrix, or [batch, channels, elements]
  Dims over;          ///< the dimensions of a set
  double length = 1;  ///< elements of a set

  Shapes(const Sets& sets, T x) : full(x.sizes()) {
    if (sets.of == Sets::Of::LastDims) {
      const int64_t first = x.dim() - sets.n;
      statistics = weights = full;
      kernel = {1, 1};
      for (int64_t d = 0; d < x.dim(); ++d) {
        (d < first ? weights : statistics)[d] = 1;
        kernel[d < first ? 0 : 1] *= full[d];
        if (d >= first) parameters.push_back(full[d]);
      }
    } else {
      const int64_t batch = x.size(0), channels = x.size(1);
      int64_t elements = 1;
      for (int64_t d = 2; d < x.dim(); ++d) elements *= x.size(d);
      parameters = {channels};
      kernel = {batch, channels, elements};
      if (sets.of == Sets::Of::Groups) {
        const int64_t each = channels / sets.n;
        full = {batch, sets.n, each, elements};
        statistics = {batch, sets.n, 1, 1};
        weights = {1, sets.n, each, 1};
      } else {
        full = kernel;
        statistics = weights = {1, channels, 1};
      }
    }
    for (int64_t d = 0; d < static_cast<int64_t>(full.size()); ++d) {
      if (statistics[d] == full[d]) continue;
      over.push_back(d);
      length *= static_cast<double>(full[d]);
    }
  }

  Tensor spread(T t) const { return reshape(t, full); }
  /// The average over each set, in the statistics' shape.
  Tensor average(T t) const { return over.empty() ? t : mean(t, over, true); }
  /// What all elements of a parameter's give together.
  Tensor perParameter(T t) const {
    Dims others;
    for (int64_t d = 0; d < static_cast<int64_t>(full.size()); ++d)
      if (weights[d] != full[d]) others.push_back(d);
    return reshape(others.empty() ? t : sum(t, others), parameters);
  }
};

/// Outside the graph: of that shape, in the memory of `t` where its strides allow that; undefined where `t` is.
Tensor shaped(T t, const Dims& shape) {
  NoGradGuard plain;
  return t.defined() ? reshape(t, shape) : t;
}
/// The same, dense.
Tensor dense(T t, const Dims& shape) {
  NoGradGuard plain;
  return t.defined() ? view(contiguous(t), shape) : t;
}
/// Statistics as the kernel for the last dimensions sees them.
Tensor column(T t, const Shapes& s) { return shaped(t, {s.kernel[0], 1}); }

Tensor allocated(const Dims& sizes, T like) { return allocateTensor("norm", sizes, like.dtype(), like.device()); }

/// Gradients of grad or input, input or weight, ..., in the order of a node's inputs.
using Gradients = std::array<Tensor, 5>;

std::vector<Tensor> backward(const Sets& sets, T g, T x, T mean, T rstd, T weight, bool ofInput, bool ofParameters);

/// The gradients of what `backward` gives. The gradient of the input is bilinear in `g * weight` and the gradient that
/// comes back, and the same in both.
Gradients secondGradients(const Sets& sets, bool ofInput, const Grads& back, const Saved& saved, Wanted wanted) {
  T g = saved[0], x = saved[1], mean = saved[2], rstd = saved[3], weight = saved[4];
  const Shapes s(sets, x);
  const Tensor grad = s.spread(g), centred = s.spread(x) - mean;
  Gradients out;
  auto reaches = [&](size_t i, T more) { out[i] = out[i].defined() ? out[i] + more : more; };
  if (ofInput && back[0].defined()) {
    const Tensor w = weight.defined() ? reshape(weight, s.weights) : weight;
    const Tensor v = s.spread(back[0]), h = w.defined() ? grad * w : grad;
    const Tensor ofH = s.spread(backward(sets, back[0], x, mean, rstd, {}, true, false)[0]);
    if (wanted[0]) reaches(0, w.defined() ? ofH * w : ofH);
    if (wanted[4]) out[4] = s.perParameter(ofH * grad);
    if (wanted[1] || wanted[2] || wanted[3]) {
      const Tensor normalized = centred * rstd;
      const Tensor ofNormalized = -(v * s.average(h * normalized) + h * s.average(v * normalized)) * rstd;
      const Tensor ofCentred = ofNormalized * rstd;
      if (wanted[1]) reaches(1, ofCentred);
      if (wanted[2]) reaches(2, -ofCentred);
      if (wanted[3]) reaches(3, h * ofH / rstd + ofNormalized * centred);
    }
  }
  const size_t first = ofInput;
  if (back.size() > first && (back[first].defined() || back[first + 1].defined())) {
    const Tensor ofWeight = reshape(back.orZeros(first), s.weights), scaled = ofWeight * grad;
    if (wanted[0]) reaches(0, ofWeight * (centred * rstd) + reshape(back.orZeros(first + 1), s.weights));
    if (wanted[1]) reaches(1, scaled * rstd);
    if (wanted[2]) reaches(2, -scaled * rstd);
    if (wanted[3]) reaches(3, scaled * centred);
  }
  for (size_t i : {0, 1})
    if (out[i].defined()) out[i] = reshape(out[i], x.sizes());
  return out;
}

/// From the gradient `g` of the result: that of the input, and those of weight and bias, as far as they are asked for.
std::vector<Tensor> backward(const Sets& sets, T g, T x, T mean, T rstd, T weight, bool ofInput, bool ofParameters) {
  const Shapes s(sets, x);
  Tensor in, ofWeight, ofBias;
  std::vector<Tensor> results;
  if (ofInput) results.push_back(in = allocated(x.sizes(), x));
  if (ofParameters)
    for (Tensor* t : {&ofWeight, &ofBias}) results.push_back(*t = allocated(s.parameters, x));
  if (sets.of == Sets::Of::LastDims) {
    const Tensor grads = shaped(g, s.kernel), inputs = shaped(x, s.kernel), means = column(mean, s);
    if (ofInput)
      layerNormBackwardSlot(x.device(), shaped(in, s.kernel), grads, inputs, means, column(rstd, s),
                            dense(weight, {s.kernel[1]}));
    if (ofParameters) layerNormParametersSlot(x.device(), ofWeight, ofBias, grads, inputs, means, column(rstd, s));
  } else {
    channelNormBackwardSlot(x.device(), shaped(in, s.kernel), ofWeight, ofBias, dense(g, s.kernel), dense(x, s.kernel),
                            dense(mean, s.statistics), dense(rstd, s.statistics), dense(weight, s.parameters),
                            sets.ofChannels());
  }
  const char* node = sets.of == Sets::Of::LastDims ? "NativeLayerNormBackwardBackward0"
                     : sets.of == Sets::Of::Groups ? "NativeGroupNormBackwardBackward0"
                                                   : "NativeBatchNormBackwardBackward0";
  return record(node, results,
                jointly({g, x, mean, rstd, weight}, saves(g, x, mean, rstd, weight),
                        [sets, ofInput](const Grads& back, const Saved& saved, Wanted wanted) {
                          return secondGradients(sets, ofInput, back, saved, wanted);
                        }));
}

/// The gradients of input, weight and bias from those of the results: the normalized, and, in a second derivative, mean
/// and rstd, through which the input is reached, too.
Gradients firstGradients(const Sets& sets, const Grads& g, T x, T weight, T mean, T rstd, Wanted wanted) {
  Gradients out;
  const bool ofParameters = wanted[1] || wanted[2];
  const bool ofInput = wanted[0] && !sets.given();
  if (g[0].defined() && wanted[0] && sets.given()) {
    const Shapes s(sets, x);
    const Tensor scale = weight.defined() ? rstd * reshape(weight, s.weights) : rstd;
    out[0] = reshape(s.spread(g[0]) * scale, x.sizes());
  }
  if (g[0].defined() && (ofInput || ofParameters)) {
    auto found = backward(sets, g[0], x, mean, rstd, weight, ofInput, ofParameters);
    if (ofInput) out[0] = found[0];
    if (wanted[1]) out[1] = found[found.size() - 2];
    if (wanted[2]) out[2] = found.back();
  }
  if (!ofInput || !(g[1].defined() || g[2].defined())) return out;
  const Shapes s(sets, x);
  auto reaches = [&](T more) {
    const Tensor whole = reshape(more, x.sizes());
    out[0] = out[0].defined() ? out[0] + whole : whole;
  };
  if (g[1].defined()) reaches(expand(g[1] / s.length, s.full));
  if (g[2].defined()) reaches((mean - s.spread(x)) * (g[2] * rstd * rstd * rstd / s.length));
  return out;
}

/// By statistics that the kernel finds and the node keeps as further results.
template <class Kernel>
Tensor normalizedBy(const char* node, const Sets& sets, T x, T weight, T bias, const Kernel& kernel) {
  const Shapes s(sets, x);
  const Tensor out = allocated(x.sizes(), x), mean = allocated(s.statistics, x), rstd = allocated(s.statistics, x);
  kernel(s, out, mean, rstd);
  return record(node, {out, mean, rstd},
                jointly({x, weight, bias}, saves(x, weight, result[1], result[2]),
                        [sets](const Grads& g, const Saved& saved, Wanted wanted) {
                          return firstGradients(sets, g, saved[0], saved[1], saved[2], saved[3], wanted);
                        }))[0];
}

/// By given statistics, of the shape that Shapes names.
Tensor normalizedBy(T x, T mean, T rstd, T weight, T bias) {
  const Sets sets{Sets::Of::Given, 1};
  const Shapes s(sets, x);
  const Tensor out = allocated(x.sizes(), x);
  channelNormSlot(x.device(), shaped(out, s.kernel), mean, rstd, dense(x, s.kernel), dense(weight, s.parameters),
                  dense(bias, s.parameters), sets.ofChannels(), 0, {});
  return record("NativeBatchNormBackward0", out,
                jointly({x, weight, bias}, saves(x, weight, mean, rstd),
                        [sets](const Grads& g, const Saved& saved, Wanted wanted) {
                          return firstGradients(sets, g, saved[0], saved[1], saved[2], saved[3], wanted);
                        }));
}

Tensor inverseRoot(T variance, double eps) {
  NoGradGuard plain;
  return rsqrt(variance + eps);
}

Tensor normalizedByChannels(const char* node, const Sets& sets, T x, T weight, T bias, double eps,
                            const RunningStatistics& running) {
  return normalizedBy(node, sets, x, weight, bias, [&](const Shapes& s, T out, T mean, T rstd) {
    channelNormSlot(x.device(), shaped(out, s.kernel), mean, rstd, dense(x, s.kernel), dense(weight, s.parameters),
                    dense(bias, s.parameters), sets.ofChannels(), eps, running);
  });
}

// ---- checks ----

void checkParameter(const char* op, const char* what, T t, T x, const Dims& shape) {
  if (!t.defined()) return;
  if (t.sizes() != shape)
    fail<ShapeError>(op, ": the ", what, " must have the shape ", toString(shape), ", got ", toString(t.sizes()));
  if (t.dtype() != x.dtype())
    fail<DTypeError>(op, ": the ", what, " is ", name(t.dtype()), " and the input ", name(x.dtype()));
}

void checkLast(const char* op, T x, const Dims& shape, T weight, T bias) {
  checkFloating(op, x);
  const auto rank = static_cast<int64_t>(shape.size());
  bool fits = rank > 0 && rank <= x.dim();
  for (int64_t d = 0; fits && d < rank; ++d) fits = shape[d] == x.size(x.dim() - rank + d);
  if (!fits)
    fail<ShapeError>(op, ": the normalized shape must be the sizes of the input's last dimensions, at least one; got ",
                     toString(shape), " for an input ", toString(x.sizes()));
  checkParameter(op, "weight", weight, x, shape);
  checkParameter(op, "bias", bias, x, shape);
}

void checkChannels(const char* op, T x, int64_t least, T weight, T bias) {
  checkFloating(op, x);
  if (x.dim() < least)
    fail<ShapeError>(op, ": needs an input [batch, channels, ...] of at least ", least, " dimensions, got ",
                     toString(x.sizes()));
  checkParameter(op, "weight", weight, x, {x.size(1)});
  checkParameter(op, "bias", bias, x, {x.size(1)});
}

void checkRunning(const char* op, T x, T mean, T variance, bool needed) {
  checkParameter(op, "running mean", mean, x, {x.size(1)});
  checkParameter(op, "running variance", variance, x, {x.size(1)});
  for (const Tensor* t : {&mean, &variance})
    if (t->defined() && t->device() != x.device())
      fail<DeviceError>(op, ": the input is on ", toString(x.device()), ", but running statistics on ",
                        toString(t->device()), "; move one with to(device)");
  if (needed && !(mean.defined() && variance.defined()))
    fail<std::invalid_argument>(op,
                                ": needs a running mean and a running variance where the input gives none, got null");
}

/// Of one element the variance is 0, and nothing is left of it.
void checkSeveral(const char* op, const char* of, T x, int64_t elements) {
  if (elements == 1)
    fail<ShapeError>(op, ": expected more than 1 value per ", of, ", got an input ", toString(x.sizes()));
}

// ---- running statistics ----

/// A vector that a kernel changes in place: dense, and apart from what it reads.
class Changed {
 public:
  Changed(const char* op, T self, std::initializer_list<const Tensor*> read) : op_(op), self_(self), kernel_(self) {
    if (!self.defined()) return;
    write_ = Write(op, self);
    bool apart = self.isContiguous();
    for (const Tensor* t : read) apart &= !t->defined() || t->layout().storage != self.layout().storage;
    if (!apart) kernel_ = cloneRaw(op, self);
  }
  const Tensor& kernel() const { return kernel_; }
  void finish() {
    if (kernel_.defined() && kernel_.impl() != self_.impl()) copyRaw(op_, self_, kernel_);
  }

 private:
  const char* op_;
  T self_;
  Tensor kernel_;
  Write write_;
};

}  // namespace

Tensor layerNorm(const Tensor& x, const Dims& normalizedShape, const OptionalTensor& weight, const OptionalTensor& bias,
                 double eps) {
  checkLast("layerNorm", x, normalizedShape, weight, bias);
  const Sets sets{Sets::Of::LastDims, static_cast<int64_t>(normalizedShape.size())};
  return named("layerNorm", [&] {
    return normalizedBy("NativeLayerNormBackward0", sets, x, weight, bias, [&](const Shapes& s, T out, T mean, T rstd) {
      layerNormSlot(x.device(), shaped(out, s.kernel), column(mean, s), column(rstd, s), shaped(x, s.kernel),
                    dense(weight, {s.kernel[1]}), dense(bias, {s.kernel[1]}), eps);
    });
  });
}

Tensor batchNorm(const Tensor& x, const OptionalTensor& runningMean, const OptionalTensor& runningVar,
                 const OptionalTensor& weight, const OptionalTensor& bias, bool training, double momentum, double eps) {
  const char* op = "batchNorm";
  checkChannels(op, x, 2, weight, bias);
  checkRunning(op, x, runningMean, runningVar, !training);
  return named(op, [&] {
    if (!training) {
      const Dims shape{1, x.size(1), 1};
      return normalizedBy(x, dense(runningMean, shape), inverseRoot(dense(runningVar, shape), eps), weight, bias);
    }
    checkSeveral(op, "channel when training", x, x.size(1) ? x.numel() / x.size(1) : 0);
    Changed mean(op, runningMean, {&x, &weight, &bias, &runningVar});
    Changed variance(op, runningVar, {&x, &weight, &bias});
    Tensor out = normalizedByChannels("NativeBatchNormBackward0", {Sets::Of::Batch, 1}, x, weight, bias, eps,
                                      {mean.kernel(), variance.kernel(), momentum});
    mean.finish();
    variance.finish();
    return out;
  });
}

Tensor groupNorm(const Tensor& x, int64_t numGroups, const OptionalTensor& weight, const OptionalTensor& bias,
                 double eps) {
  const char* op = "groupNorm";
  checkChannels(op, x, 2, weight, bias);
  if (numGroups < 1) fail<std::invalid_argument>(op, ": there must be at least one group, got ", numGroups);
  if (x.size(1) % numGroups != 0)
    fail<ShapeError>(op, ": the input's ", x.size(1), " channels cannot be divided into ", numGroups, " groups");
  checkSeveral(op, "group", x, x.numel() / numGroups);
  return named(op, [&] {
    return normalizedByChannels("NativeGroupNormBackward0", {Sets::Of::Groups, numGroups}, x, weight, bias, eps, {});
  });
}

Tensor instanceNorm(const Tensor& x, const OptionalTensor& runningMean, const OptionalTensor& runningVar,
                    const OptionalTensor& weight, const OptionalTensor& bias, bool useInputStats, double momentum,
                    double eps) {
  const char* op = "instanceNorm";
  checkChannels(op, x, 2, weight, bias);
  checkRunning(op, x, runningMean, runningVar, !useInputStats);
  const int64_t batch = x.size(0), channels = x.size(1);
  if (useInputStats) checkSeveral(op, "channel", x, batch && channels ? x.numel() / batch / channels : 0);
  return named(op, [&] {
    // The images side by side are one image: each channel of each is a channel of a batch of one.
    Dims sizes = x.sizes();
    sizes[0] = 1;
    sizes[1] = batch * channels;
    auto each = [&](T t) { return t.defined() ? repeat(t, {batch}) : t; };
    Tensor mean, variance;
    {
      NoGradGuard plain;
      mean = each(runningMean);
      variance = each(runningVar);
    }
    Tensor out = batchNorm(reshape(x, sizes), mean, variance, each(weight), each(bias), useInputStats, momentum, eps);
    auto change = [&](T running, T of) {
      if (!running.defined() || !useInputStats || batch == 0) return;
      const Write write(op, running);
      NoGradGuard plain;
      copyRaw(op, running, retrograd::mean(view(of, {batch, channels}), {0}));
    };
    change(runningMean, mean);
    change(runningVar, variance);
    return view(out, x.sizes());
  });
}

Tensor rmsNorm(const Tensor& x, const Dims& normalizedShape, const OptionalTensor& weight, double eps) {
  checkLast("rmsNorm", x, normalizedShape, weight, {});
  return named("rmsNorm", [&] {
    const double least = eps >= 0 ? eps : x.dtype() == DType::Float64 ? 0x1p-52 : 0x1p-23;
    Dims over;
    for (int64_t d = x.dim() - static_cast<int64_t>(normalizedShape.size()); d < x.dim(); ++d) over.push_back(d);
    const Tensor y = x * rsqrt(mean(square(x), over, true) + least);
    return weight.defined() ? y * weight : y;
  });
}

Tensor localResponseNorm(const Tensor& x, int64_t size, double alpha, double beta, double k) {
  const char* op = "localResponseNorm";
  checkChannels(op, x, 3, {}, {});
  if (size < 1) fail<std::invalid_argument>(op, ": the size must be at least 1, got ", size);
  return named(op, [&] {
    if (x.numel() == 0) return alias(x);
    // The channels are a dimension of images [batch, 1, channels, places], of which windows are averaged.
    const int64_t batch = x.size(0), channels = x.size(1), places = x.numel() / batch / channels;
    const int64_t before = std::min(size / 2, channels - 1), after = std::min((size - 1) / 2, channels - 1);
    auto zerosFor = [&](int64_t count) { return zeros({batch, 1, count, places}, x.dtype(), x.device()); };
    const Tensor squares = reshape(x * x, {batch, 1, channels, places});
    const Tensor means = avgPool2d(cat({zerosFor(before), squares, zerosFor(after)}, 2), Dims{before + after + 1, 1},
                                   Dims{1, 1}, Dims{0, 0}, false, true, size);
    return x / pow(reshape(means, x.sizes()) * alpha + k, beta);
  });
}

Tensor normalize(const Tensor& x, double p, int64_t dim, double eps) {
  return named("normalize", [&] { return x / clampMin(norm(x, p, {wrapDim("normalize", dim, x.dim())}, true), eps); });
}

}  // namespace retrograd
