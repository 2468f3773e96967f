#include "kernel/norm.h"

#include "cuda/lines.cuh"
#include "kernel/copy.h"
#include "math/carry.h"

namespace retrograd::cuda {

namespace {

template <class T>
__device__ inline T sumOverLine(const math::Carry<T>& mine, T* shared, const auto& lines, const auto& me) {
  return reduceLine(mine.value(), shared, lines, me, [](T a, T b) { return a + b; });
}

/// Operands: out, mean, rstd, in.
template <class T, bool kHeld>
__global__ void __launch_bounds__(kBlock) layerNormKernel(Lines<4> lines, const T* weight, const T* bias, T eps) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<4> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  T held[kHeld ? kLineItems : 1];
  const T count = static_cast<T>(lines.n);
  auto x = [&](int64_t i, T shift) { return i < n ? me.template element<const T>(lines, 3, i) - shift : T(0); };
  math::Carry<T> sum{}, rests{}, squares{};
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) { sum.add(held[j] = x(i, T(0))); });
  const T mean = sumOverLine(sum, shared, lines, me) / count;
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    held[j] = kHeld ? (i < n ? held[j] - mean : T(0)) : x(i, mean);
    rests.add(held[j]);
    squares.add(held[j] * held[j]);
  });
  const T rest = sumOverLine(rests, shared, lines, me) / count;  // what the mean's rounding took away
  auto centred = [&](int64_t i, int j) { return (kHeld ? held[j] : x(i, mean)) - rest; };
  const T variance = sumOverLine(squares, shared, lines, me) / count - rest * rest;
  const T rstd = T(1) / math::sqrt((variance < 0 ? T(0) : variance) + eps);
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    if (i < n)
      me.template element<T>(lines, 0, i) =
          centred(i, j) * rstd * (weight ? weight[i] : T(1)) + (bias ? bias[i] : T(0));
  });
  if (!me.exists || me.place != 0) return;
  me.template element<T>(lines, 1, 0) = mean;
  me.template element<T>(lines, 2, 0) = rstd;
}

/// Operands: out, mean, rstd, grad, in.
template <class T, bool kHeld>
__global__ void __launch_bounds__(kBlock) layerNormBackwardKernel(Lines<5> lines, const T* weight) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<5> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  const T mean = me.exists ? me.template element<const T>(lines, 1, 0) : T(0);
  const T rstd = me.exists ? me.template element<const T>(lines, 2, 0) : T(0);
  T grads[kHeld ? kLineItems : 1], normalized[kHeld ? kLineItems : 1];
  auto load = [&](int64_t i, int j) {
    grads[j] = i < n ? me.template element<const T>(lines, 3, i) * (weight ? weight[i] : T(1)) : T(0);
    normalized[j] = i < n ? (me.template element<const T>(lines, 4, i) - mean) * rstd : T(0);
  };
  math::Carry<T> sum{}, product{};
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    load(i, j);
    sum.add(grads[j]);
    product.add(grads[j] * normalized[j]);
  });
  const T along = sumOverLine(sum, shared, lines, me) / static_cast<T>(lines.n);
  const T across = sumOverLine(product, shared, lines, me) / static_cast<T>(lines.n);
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    if (i >= n) return;
    if (!kHeld) load(i, j);
    me.template element<T>(lines, 0, i) = rstd * (grads[j] - along - normalized[j] * across);
  });
}

template <class T>
const T* vectorOf(const Tensor& t) {
  return t.defined() ? t.data<T>() : nullptr;
}

void layerNormFamily(const Tensor& out, const Tensor& mean, const Tensor& rstd, const Tensor& in, const Tensor& weight,
                     const Tensor& bias, double eps) {
  if (in.numel() == 0) return;
  const Lines<4> lines = makeLines<4>("layerNorm", {&out, &mean, &rstd, &in}, 1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launchLines<T>(&layerNormKernel<T, true>, &layerNormKernel<T, false>, lines, use(out), vectorOf<T>(weight),
                   vectorOf<T>(bias), static_cast<T>(eps));
  });
}

void layerNormBackwardFamily(const Tensor& out, const Tensor& grad, const Tensor& in, const Tensor& mean,
                             const Tensor& rstd, const Tensor& weight) {
  if (in.numel() == 0) return;
  const Lines<5> lines = makeLines<5>("layerNorm", {&out, &mean, &rstd, &grad, &in}, 1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launchLines<T>(&layerNormBackwardKernel<T, true>, &layerNormBackwardKernel<T, false>, lines, use(out),
                   vectorOf<T>(weight));
  });
}

// ---- sums over rows ----

constexpr int kColumns = 32, kTeam = kBlock / kColumns;  // of a block: columns, and threads that share one
constexpr int64_t kStretch = kTeam * 16;                 // rows, at least, where there are as many
constexpr int64_t kStretches = 256;                      // at most

template <class T>
struct Matrix {
  const T* data;
  int64_t rowStep, columnStep;

  explicit Matrix(const Tensor& t) : data(t.data<T>()), rowStep(t.strides()[0]), columnStep(t.strides()[1]) {}
  __device__ T operator()(int64_t row, int64_t column) const { return data[row * rowStep + column * columnStep]; }
};

/// Sums over stretches of rows: those of stretch k are at sums[2 * k * n] and, for the bias, n later.
template <class T>
__global__ void __launch_bounds__(kBlock)
    stretchKernel(int64_t rows, int64_t n, int64_t stretch, int64_t columnBlocks, Matrix<T> grad, Matrix<T> in,
                  Matrix<T> mean, Matrix<T> rstd, T* sums) {
  SharedArea area;
  T *ofWeight = area.take<T>(kBlock), *ofBias = area.take<T>(kBlock);
  const int t = threadNumber();
  const int64_t number = blockNumber() / columnBlocks;
  const int64_t column = blockNumber() % columnBlocks * kColumns + t % kColumns;
  const int64_t begin = number * stretch, end = begin + stretch < rows ? begin + stretch : rows;
  math::Carry<T> weights{}, biases{};
  for (int64_t row = begin + t / kColumns; row < end && column < n; row += kTeam) {
    const T g = grad(row, column);
    weights.add(g * ((in(row, column) - mean(row, 0)) * rstd(row, 0)));
    biases.add(g);
  }
  ofWeight[t] = weights.value();
  ofBias[t] = biases.value();
  for (int h = kTeam / 2; h; h /= 2) {
    barrier();
    if (t / kColumns >= h) continue;
    ofWeight[t] += ofWeight[t + h * kColumns];
    ofBias[t] += ofBias[t + h * kColumns];
  }
  if (t >= kColumns || column >= n) return;
  sums[2 * number * n + column] = ofWeight[t];
  sums[(2 * number + 1) * n + column] = ofBias[t];
}

template <class T>
__global__ void __launch_bounds__(kBlock)
    addStretchesKernel(int64_t n, int64_t stretches, const T* sums, T* ofWeight, T* ofBias) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= 2 * n) return;
  math::Carry<T> sum{};
  for (int64_t k = 0; k < stretches; ++k) sum.add(sums[2 * k * n + i]);
  (i < n ? ofWeight[i] : ofBias[i - n]) = sum.value();
}

void layerNormParametersFamily(const Tensor& ofWeight, const Tensor& ofBias, const Tensor& grad, const Tensor& in,
                               const Tensor& mean, const Tensor& rstd) {
  const int64_t rows = in.size(0), n = in.size(1);
  if (n == 0) return;
  const int64_t stretch = std::max(kStretch, (rows + kStretches - 1) / kStretches);
  const int64_t stretches = (rows + stretch - 1) / stretch, columnBlocks = (n + kColumns - 1) / kColumns;
  cudaStream_t stream = use(ofWeight);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const Scratch sums(in.device(), static_cast<size_t>(2 * stretches * n) * sizeof(T));
    if (rows)
      launch(&stretchKernel<T>, blocksFor(stretches * columnBlocks, 1), kBlock, 2 * SharedArea::bytesFor<T>(kBlock),
             stream, rows, n, stretch, columnBlocks, Matrix<T>(grad), Matrix<T>(in), Matrix<T>(mean), Matrix<T>(rstd),
             sums.as<T>());
    launch(&addStretchesKernel<T>, blocksFor(2 * n, kBlock), kBlock, 0, stream, n, stretches, sums.as<T>(),
           ofWeight.data<T>(), ofBias.data<T>());
  });
}

// ---- by channels ----

// Planes are the channels of images. What is found of each plane is then put together for each set of planes.

/// Which plane belongs where.
struct ChannelPlan {
  int64_t batch, channels, elements;
  int64_t inGroup;  // channels; 0 where sets are channels of the batch

  ChannelPlan(const Tensor& image, const ChannelSets& sets)
      : batch(image.size(0)),
        channels(image.size(1)),
        elements(image.size(2)),
        inGroup(sets.of == ChannelSets::Of::Groups ? channels / sets.groups : 0) {}

  int64_t planes() const { return batch * channels; }
  int64_t planesOfSet() const { return inGroup ? inGroup : batch; }
  RETROGRAD_HD int64_t set(int64_t plane) const { return inGroup ? plane / inGroup : plane % channels; }
  RETROGRAD_HD int64_t channel(int64_t plane) const { return plane % channels; }

  /// An image, a plane to a row.
  Tensor rows(const Tensor& image) const { return matrix(image, planes(), elements); }
  /// Numbers of planes, those of a set to a line along dimension `setDim()`.
  Tensor sets(const Tensor& ofPlanes) const {
    return inGroup ? matrix(ofPlanes, planes() / inGroup, inGroup) : matrix(ofPlanes, batch, channels);
  }
  int64_t setDim() const { return inGroup ? 1 : 0; }

  static Tensor matrix(const Tensor& t, int64_t rows, int64_t columns) {
    Layout layout = t.layout();
    layout.sizes = {rows, columns};
    layout.strides = {columns, 1};
    return Tensor(std::move(layout));
  }
};

// Means are kept as two numbers, rounded and what that took away: a large one must not cost the distances from it.

/// Operands: the mean, its rest, the sum of squared distances, in; a line is a plane.
template <class T, bool kHeld>
__global__ void __launch_bounds__(kBlock) planeMomentsKernel(Lines<4> lines) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<4> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  T held[kHeld ? kLineItems : 1];
  auto x = [&](int64_t i) { return i < n ? me.template element<const T>(lines, 3, i) : T(0); };
  math::Carry<T> sum{}, rests{}, squares{};
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) { sum.add(held[j] = x(i)); });
  const T mean = sumOverLine(sum, shared, lines, me) / static_cast<T>(lines.n);
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    const T d = i < n ? (kHeld ? held[j] : x(i)) - mean : T(0);
    rests.add(d);
    squares.add(d * d);
  });
  const T rest = sumOverLine(rests, shared, lines, me), all = sumOverLine(squares, shared, lines, me);
  if (!me.exists || me.place != 0) return;
  me.template element<T>(lines, 0, 0) = mean;
  me.template element<T>(lines, 1, 0) = rest / static_cast<T>(lines.n);
  me.template element<T>(lines, 2, 0) = all - rest * rest / static_cast<T>(lines.n);
}

/// What sets have in common besides their lines.
template <class T>
struct SetResults {
  T *mean, *rest, *rstd, *runningMean, *runningVariance;
  T eps, momentum, elements;  // of a plane
  bool vanishes;              // rstd is 0 where it would be infinite
};

/// Operands: of planes the means, their rests and the sums of squares; a line is a set.
template <class T>
__global__ void __launch_bounds__(kBlock) setStatisticsKernel(Lines<3> lines, SetResults<T> to) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<3> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  const T planes = static_cast<T>(lines.n);
  auto forEach = [&](const auto& visit) {
    forEachItem<false>(lines, me, [&](int64_t i, int) {
      if (i >= n) return;
      visit(me.template element<const T>(lines, 0, i), me.template element<const T>(lines, 1, i),
            me.template element<const T>(lines, 2, i));
    });
  };
  math::Carry<T> sum{}, rests{}, between{}, within{};
  forEach([&](T mean, T, T) { sum.add(mean); });
  const T first = sumOverLine(sum, shared, lines, me) / planes;
  forEach([&](T mean, T rest, T squares) {
    const T d = mean - first + rest;
    rests.add(d);
    between.add(d * d);
    within.add(squares);
  });
  const T rest = sumOverLine(rests, shared, lines, me) / planes;
  const T spread = sumOverLine(between, shared, lines, me) - rest * rest * planes;
  const T inside = sumOverLine(within, shared, lines, me), count = planes * to.elements;
  if (!me.exists || me.place != 0) return;
  const T squares = inside + spread * to.elements, variance = squares < 0 ? T(0) : squares / count;
  const T mean = first + rest;
  to.mean[me.line] = mean;
  to.rest[me.line] = first - mean + rest;
  to.rstd[me.line] = variance + to.eps == 0 && to.vanishes ? T(0) : T(1) / math::sqrt(variance + to.eps);
  auto toward = [&](T* running, T value) {
    if (running) running[me.line] = to.momentum * value + (1 - to.momentum) * running[me.line];
  };
  toward(to.runningMean, mean);
  toward(to.runningVariance, variance * (count / (count - 1)));
}

/// Operands: out, in; a line is a plane.
template <class T>
__global__ void __launch_bounds__(kBlock)
    normalizePlanesKernel(Lines<2> lines, ChannelPlan plan, const T* mean, const T* rest, const T* rstd,
                          const T* weight, const T* bias) {
  const LineThread<2> me(lines);
  if (!me.exists) return;
  const int64_t set = plan.set(me.line), channel = plan.channel(me.line);
  const T shift = mean[set], left = rest ? rest[set] : T(0), add = bias ? bias[channel] : T(0);
  const T scale = weight ? rstd[set] * weight[channel] : rstd[set];
  forEachItem<false>(lines, me, [&](int64_t i, int) {
    me.template element<T>(lines, 0, i) = (me.template element<const T>(lines, 1, i) - shift - left) * scale + add;
  });
}

/// Operands: sums of grad and of grad * (in - mean) * rstd, grad, in; a line is a plane.
template <class T>
__global__ void __launch_bounds__(kBlock)
    planeGradientsKernel(Lines<4> lines, ChannelPlan plan, const T* mean, const T* rstd) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<4> me(lines);
  const int64_t n = me.exists ? lines.n : 0, set = me.exists ? plan.set(me.line) : 0;
  const T shift = mean[set], scale = rstd[set];
  math::Carry<T> biases{}, weights{};
  forEachItem<false>(lines, me, [&](int64_t i, int) {
    if (i >= n) return;
    const T g = me.template element<const T>(lines, 2, i);
    biases.add(g);
    weights.add(g * ((me.template element<const T>(lines, 3, i) - shift) * scale));
  });
  const T bias = sumOverLine(biases, shared, lines, me), weight = sumOverLine(weights, shared, lines, me);
  if (!me.exists || me.place != 0) return;
  me.template element<T>(lines, 0, 0) = bias;
  me.template element<T>(lines, 1, 0) = weight;
}

/// Operands: a number of each plane. `sums` gets those of each line, times the channels' weights where there are any; a
/// line is then a group.
template <class T>
__global__ void __launch_bounds__(kBlock) addPlanesKernel(Lines<1> lines, ChannelPlan plan, const T* weight, T* sums) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<1> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  math::Carry<T> sum{};
  forEachItem<false>(lines, me, [&](int64_t i, int) {
    if (i >= n) return;
    const T v = me.template element<const T>(lines, 0, i);
    sum.add(weight ? v * weight[plan.channel(me.line * plan.inGroup + i)] : v);
  });
  const T total = sumOverLine(sum, shared, lines, me);
  if (me.exists && me.place == 0) sums[me.line] = total;
}

/// Operands: out, grad, in; a line is a plane. `along` and `across` are sums over a set of the gradients of biases and
/// weights, of groups with their weights.
template <class T>
__global__ void __launch_bounds__(kBlock)
    planeBackwardKernel(Lines<3> lines, ChannelPlan plan, const T* mean, const T* rstd, const T* weight, const T* along,
                        const T* across, T count) {
  const LineThread<3> me(lines);
  if (!me.exists) return;
  const int64_t set = plan.set(me.line);
  const T w = weight ? weight[plan.channel(me.line)] : T(1), each = (plan.inGroup ? T(1) : w) / count;
  const T shift = mean[set], scale = rstd[set], level = along[set] * each, slope = across[set] * each * scale;
  forEachItem<false>(lines, me, [&](int64_t i, int) {
    me.template element<T>(lines, 0, i) = (me.template element<const T>(lines, 1, i) * w - level -
                                           (me.template element<const T>(lines, 2, i) - shift) * slope) *
                                          scale;
  });
}

Tensor scratch(int64_t count, const Tensor& like) {
  return allocateTensor("channelNorm", {count}, like.dtype(), like.device());
}

void channelNormFamily(const Tensor& out, const Tensor& mean, const Tensor& rstd, const Tensor& in,
                       const Tensor& weight, const Tensor& bias, const ChannelSets& sets, double eps,
                       const RunningStatistics& running) {
  if (in.numel() == 0) return;
  const ChannelPlan plan(in, sets);
  const Tensor x = plan.rows(in), y = plan.rows(out);
  cudaStream_t stream = use(out);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    Tensor rests;
    if (sets.of != ChannelSets::Of::Given) {
      const int64_t planes = plan.planes();
      const Tensor moments = scratch(3 * planes, in);
      auto column = [&](int64_t k) {
        Layout layout = ChannelPlan::matrix(moments, planes, 1).layout();
        layout.offset += k * planes;
        return Tensor(std::move(layout));
      };
      const Tensor m = column(0), r = column(1), q = column(2);
      launchLines<T>(&planeMomentsKernel<T, true>, &planeMomentsKernel<T, false>,
                     makeLines<4>("channelNorm", {&m, &r, &q, &x}, 1), stream);
      rests = scratch(mean.numel(), in);
      const SetResults<T> to{mean.data<T>(),
                             rests.data<T>(),
                             rstd.data<T>(),
                             running.mean.defined() ? running.mean.data<T>() : nullptr,
                             running.variance.defined() ? running.variance.data<T>() : nullptr,
                             static_cast<T>(eps),
                             static_cast<T>(running.momentum),
                             static_cast<T>(plan.elements),
                             plan.inGroup == 0};
      const Tensor means = plan.sets(m), left = plan.sets(r), squares = plan.sets(q);
      launchLines<T>(&setStatisticsKernel<T>, makeLines<3>("channelNorm", {&means, &left, &squares}, plan.setDim()),
                     stream, to);
    }
    launchLines<T>(&normalizePlanesKernel<T>, makeLines<2>("channelNorm", {&y, &x}, 1), stream, plan, mean.data<T>(),
                   vectorOf<T>(rests), rstd.data<T>(), vectorOf<T>(weight), vectorOf<T>(bias));
  });
}

void channelNormBackwardFamily(const Tensor& ofIn, const Tensor& ofWeight, const Tensor& ofBias, const Tensor& grad,
                               const Tensor& in, const Tensor& mean, const Tensor& rstd, const Tensor& weight,
                               const ChannelSets& sets) {
  if (in.numel() == 0) {
    for (const Tensor* t : {&ofWeight, &ofBias})
      if (t->defined()) fillSlot(in.device(), *t, Scalar(0));
    return;
  }
  const ChannelPlan plan(in, sets);
  const Tensor x = plan.rows(in), g = plan.rows(grad);
  cudaStream_t stream = use(in);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const Tensor biases = scratch(plan.planes(), in), weights = scratch(plan.planes(), in);
    const Tensor b = ChannelPlan::matrix(biases, plan.planes(), 1), w = ChannelPlan::matrix(weights, plan.planes(), 1);
    launchLines<T>(&planeGradientsKernel<T>, makeLines<4>("channelNorm", {&b, &w, &g, &x}, 1), stream, plan,
                   mean.data<T>(), rstd.data<T>());
    auto add = [&](const Tensor& sums, const Tensor& ofPlanes, int64_t dim, const T* factors) {
      launchLines<T>(&addPlanesKernel<T>, makeLines<1>("channelNorm", {&ofPlanes}, dim), stream, plan, factors,
                     sums.data<T>());
    };
    auto ofChannels = [&](const Tensor& sums, const Tensor& ofPlanes) {
      add(sums, ChannelPlan::matrix(ofPlanes, plan.batch, plan.channels), 0, nullptr);
    };
    Tensor along = ofBias, across = ofWeight;
    if (ofWeight.defined()) ofChannels(ofWeight, weights), ofChannels(ofBias, biases);
    if (!ofIn.defined()) return;
    if (plan.inGroup || !ofWeight.defined()) {
      along = scratch(mean.numel(), in), across = scratch(mean.numel(), in);
      add(along, plan.sets(biases), plan.setDim(), plan.inGroup ? vectorOf<T>(weight) : nullptr);
      add(across, plan.sets(weights), plan.setDim(), plan.inGroup ? vectorOf<T>(weight) : nullptr);
    }
    const Tensor to = plan.rows(ofIn);
    launchLines<T>(&planeBackwardKernel<T>, makeLines<3>("channelNorm", {&to, &g, &x}, 1), stream, plan, mean.data<T>(),
                   rstd.data<T>(), vectorOf<T>(weight), along.data<T>(), across.data<T>(),
                   static_cast<T>(plan.planesOfSet() * plan.elements));
  });
}

const decltype(channelNormSlot)::Fill fillChannels(channelNormSlot, DeviceType::CUDA, &channelNormFamily);
const decltype(channelNormBackwardSlot)::Fill fillChannelsBackward(channelNormBackwardSlot, DeviceType::CUDA,
                                                                   &channelNormBackwardFamily);
const decltype(layerNormSlot)::Fill fill(layerNormSlot, DeviceType::CUDA, &layerNormFamily);
const decltype(layerNormBackwardSlot)::Fill fillBackward(layerNormBackwardSlot, DeviceType::CUDA,
                                                         &layerNormBackwardFamily);
const decltype(layerNormParametersSlot)::Fill fillParameters(layerNormParametersSlot, DeviceType::CUDA,
                                                             &layerNormParametersFamily);

}  // namespace

}  // namespace retrograd::cuda
