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
  int64_t threads() const { return batch * results; }
};

template <class T, int kDims, GridMode kMode>
__global__ void __launch_bounds__(kBlock)
    sampleKernel(Shape<kDims> s, GridRule rule, T* out, const T* in, const T* grid) {
  using Taps = math::GridTaps<T, kDims, kMode>;
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= s.threads()) return;
  const Taps taps(grid + i * kDims, s.size, rule);
  const int64_t first = i / s.results * s.channels;
  for (int64_t c = first; c < first + s.channels; ++c) {
    T sum = 0;
#pragma unroll
    for (int k = 0; k < Taps::kAll; ++k) {
      const int32_t at = taps.offset(k);
      if (at >= 0) sum += taps.weightOf(k) * in[c * s.area + at];
    }
    out[c * s.results + i % s.results] = sum;
  }
}

template <class T, int kDims, GridMode kMode>
__global__ void __launch_bounds__(kBlock)
    gridKernel(Shape<kDims> s, GridRule rule, T* ofGrid, const T* out, const T* in, const T* grid) {
  using Taps = math::GridTaps<T, kDims, kMode>;
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= s.threads()) return;
  const Taps taps(grid + i * kDims, s.size, rule);
  const int64_t first = i / s.results * s.channels;
  T sums[kDims] = {};
  for (int64_t c = first; c < first + s.channels; ++c) {
    const T g = out[c * s.results + i % s.results];
#pragma unroll
    for (int k = 0; k < Taps::kAll; ++k) {
      const int32_t at = taps.offset(k);
      if (at < 0) continue;
      const T v = in[c * s.area + at] * g;
#pragma unroll
      for (int d = 0; d < kDims; ++d) sums[kDims - 1 - d] += taps.weightOf(k, d) * v;
    }
  }
  for (int d = 0; d < kDims; ++d) ofGrid[i * kDims + d] = sums[d];
}

/// Where tap `k` of each result lies, and what each channel gets there: 0 at any place, if that is outside.
template <class T, int kDims, GridMode kMode>
__global__ void __launch_bounds__(kBlock)
    tapKernel(Shape<kDims> s, GridRule rule, int k, int64_t* places, T* gradients, const T* out, const T* grid) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= s.threads()) return;
  const math::GridTaps<T, kDims, kMode> taps(grid + i * kDims, s.size, rule);
  const int32_t at = taps.offset(k);
  const T weight = taps.weightOf(k);
  places[i] = at < 0 ? i % s.results % s.area : at;
  const int64_t first = i / s.results * s.channels;
  for (int64_t c = first; c < first + s.channels; ++c) {
    const int64_t j = c * s.results + i % s.results;
    gradients[j] = at < 0 ? T(0) : weight * out[j];
  }
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
