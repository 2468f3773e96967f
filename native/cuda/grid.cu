#include "kernel/grid.h"

#include "cuda/device.cuh"
#include "cuda/launch.h"
#include "kernel/index.h"

namespace retrograd::cuda {

namespace {

using math::GridMode;
using math::GridRule;

/// Sizes, and a thread's number as an image and a result of it.
template <int kDims>
struct Shape {
  int64_t batch, channels, area, results;
  int64_t size[kDims];

  Shape(const Tensor& in, const Tensor& grid)
      : batch(in.size(0)), channels(in.size(1)), area(1), results(grid.size(1)) {
    for (int d = 0; d < kDims; ++d) area *= size[d] = in.size(d + 2);
  }
  RETROGRAD_HD int64_t threads() const { return batch * results; }
  /// The result of the first channel.
  __device__ int64_t firstOf(int64_t thread) const { return thread / results * channels * results + thread % results; }
};

/// A sample, and its derivatives by the coordinates, of the first dimension first.
template <class T, int kDims>
struct Sample {
  T value = 0, slope[kDims] = {};
};

/// Of the dimensions from `kFirst` on: `at` is the place in those before.
template <int kFirst, class T, int kDims, GridMode kMode>
__device__ inline Sample<T, kDims> sampleOf(const math::GridTaps<T, kDims, kMode>& taps, const T* image, int32_t at) {
  Sample<T, kDims> s;
  if constexpr (kFirst == kDims) {
    s.value = image[at];
  } else {
#pragma unroll
    for (int k = 0; k < taps.kEach; ++k) {
      if (taps.place[kFirst][k] < 0) continue;
      const auto inner = sampleOf<kFirst + 1>(taps, image, at + taps.place[kFirst][k] * taps.step[kFirst]);
      const T weight = taps.weight[kFirst][k];
      s.value += weight * inner.value;
      s.slope[kFirst] += taps.slope[kFirst][k] * inner.value;
#pragma unroll
      for (int d = kFirst + 1; d < kDims; ++d) s.slope[d] += weight * inner.slope[d];
    }
  }
  return s;
}

template <class T, int kDims, GridMode kMode>
__global__ void __launch_bounds__(kBlock)
    sampleKernel(Shape<kDims> s, GridRule rule, T* out, const T* in, const T* grid) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= s.threads()) return;
  const math::GridTaps<T, kDims, kMode> taps(grid + i * kDims, s.size, rule);
  in += i / s.results * s.channels * s.area;
  out += s.firstOf(i);
  for (int64_t c = 0; c < s.channels; ++c, in += s.area, out += s.results) *out = sampleOf<0>(taps, in, 0).value;
}

template <class T, int kDims, GridMode kMode>
__global__ void __launch_bounds__(kBlock)
    gridKernel(Shape<kDims> s, GridRule rule, T* ofGrid, const T* out, const T* in, const T* grid) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= s.threads()) return;
  const math::GridTaps<T, kDims, kMode> taps(grid + i * kDims, s.size, rule);
  in += i / s.results * s.channels * s.area;
  out += s.firstOf(i);
  T sums[kDims] = {};
  for (int64_t c = 0; c < s.channels; ++c, in += s.area, out += s.results) {
    const auto sample = sampleOf<0>(taps, in, 0);
#pragma unroll
    for (int d = 0; d < kDims; ++d) sums[d] += sample.slope[d] * *out;
  }
#pragma unroll
  for (int d = 0; d < kDims; ++d) ofGrid[i * kDims + kDims - 1 - d] = sums[d];
}

/// Where tap `k` of each result lies, and what each channel gets there: 0 at any place, if that is outside.
template <class T, int kDims, GridMode kMode>
__global__ void __launch_bounds__(kBlock)
    tapKernel(Shape<kDims> s, GridRule rule, int k, int64_t* places, T* gradients, const T* out, const T* grid) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= s.threads()) return;
  using Taps = math::GridTaps<T, kDims, kMode>;
  const Taps taps(grid + i * kDims, s.size, rule);
  int32_t at = 0;
  T weight = 0;
#pragma unroll
  for (int j = 0; j < Taps::kAll; ++j)  // so that all of `taps` stays in registers
    if (j == k) at = taps.offset(j), weight = taps.weightOf(j);
  places[i] = at < 0 ? i % s.results % s.area : at;
  int64_t j = s.firstOf(i);
  for (int64_t c = 0; c < s.channels; ++c, j += s.results) gradients[j] = at < 0 ? T(0) : weight * out[j];
}

/// Calls `run` with the types of the kernel.
template <class Run>
void dispatch(const Tensor& in, const Tensor& grid, GridMode mode, Run&& run) {
  dispatchFloating(in.dtype(), [&]<class T>(Type<T> type) {
    math::dispatchGrid(grid.size(2), mode, [&](auto dims, auto mode) { run(type, dims, mode); });
  });
}

template <int kDims>
using DimsOf = std::integral_constant<int, kDims>;
template <GridMode kMode>
using ModeOf = std::integral_constant<GridMode, kMode>;

void sampleFamily(const Tensor& out, const Tensor& in, const Tensor& grid, const GridRule& rule) {
  dispatch(in, grid, rule.mode, [&]<class T, int kDims, GridMode kMode>(Type<T>, DimsOf<kDims>, ModeOf<kMode>) {
    const Shape<kDims> s(in, grid);
    launch(&sampleKernel<T, kDims, kMode>, blocksFor(s.threads(), kBlock), kBlock, 0, use(out), s, rule, out.data<T>(),
           in.data<T>(), grid.data<T>());
  });
}

void gridFamily(const Tensor& ofGrid, const Tensor& out, const Tensor& in, const Tensor& grid, const GridRule& rule) {
  dispatch(in, grid, rule.mode, [&]<class T, int kDims, GridMode kMode>(Type<T>, DimsOf<kDims>, ModeOf<kMode>) {
    const Shape<kDims> s(in, grid);
    launch(&gridKernel<T, kDims, kMode>, blocksFor(s.threads(), kBlock), kBlock, 0, use(ofGrid), s, rule,
           ofGrid.data<T>(), out.data<T>(), in.data<T>(), grid.data<T>());
  });
}

/// `t` as [batch, channels, the rest], with steps of its own along the channels.
Tensor lines(const Tensor& t, int64_t channels, int64_t n, int64_t channelStep) {
  Layout layout = t.layout();
  layout.sizes = {t.size(0), channels, n};
  layout.strides = {channelStep ? channels * n : n, channelStep, 1};
  return Tensor(std::move(layout));
}

/// Tap by tap, as additions at the places of an index, which have an order.
void inputFamily(const Tensor& in, const Tensor& out, const Tensor& grid, const GridRule& rule) {
  dispatch(in, grid, rule.mode, [&]<class T, int kDims, GridMode kMode>(Type<T>, DimsOf<kDims>, ModeOf<kMode>) {
    const Shape<kDims> s(in, grid);
    const Tensor places = allocateTensor("gridSample", {s.batch, s.results}, DType::Int64, in.device());
    const Tensor gradients = allocateTensor("gridSample", out.sizes(), in.dtype(), in.device());
    for (int k = 0; k < math::GridTaps<T, kDims, kMode>::kAll; ++k) {
      launch(&tapKernel<T, kDims, kMode>, blocksFor(s.threads(), kBlock), kBlock, 0, use(in), s, rule, k,
             places.data<int64_t>(), gradients.data<T>(), out.data<T>(), grid.data<T>());
      scatterSlot(in.device(), lines(in, s.channels, s.area, s.area), 2, lines(places, s.channels, s.results, 0),
                  gradients, true);
    }
  });
}

const decltype(gridSampleSlot)::Fill fill(gridSampleSlot, DeviceType::CUDA, &sampleFamily);
const decltype(gridSampleInputSlot)::Fill fillInput(gridSampleInputSlot, DeviceType::CUDA, &inputFamily);
const decltype(gridSampleGridSlot)::Fill fillGrid(gridSampleGridSlot, DeviceType::CUDA, &gridFamily);

}  // namespace

}  // namespace retrograd::cuda
