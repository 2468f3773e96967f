#include "kernel/grid.h"

#include <algorithm>
#include <memory>

#include "cpu/clones.h"
#include "cpu/threads.h"

namespace retrograd::cpu {

namespace {

using math::GridMode;
using math::GridRule;

constexpr int64_t kPoints = 64;  // results whose taps are found together

struct Shape {
  int64_t batch, channels, area, results;

  Shape(const Tensor& in, const Tensor& grid)
      : batch(in.size(0)), channels(in.size(1)), area(1), results(grid.size(1)) {
    for (int64_t d = 2; d < in.dim(); ++d) area *= in.size(d);
  }
  int64_t blocks() const { return (results + kPoints - 1) / kPoints; }
};

/// The taps of up to kPoints results, those of one number side by side.
template <class T, int kDims, GridMode kMode>
struct Block {
  using Taps = math::GridTaps<T, kDims, kMode>;
  static constexpr int kAll = Taps::kAll;
  int32_t offset[kAll][kPoints];
  T weight[kAll][kPoints];
  T slope[kDims][kAll][kPoints];  // by the coordinates, in the grid's order

  /// Results [first, first + n) of image `i`.
  void find(const Tensor& in, const Tensor& grid, int64_t i, int64_t first, int64_t n, const GridRule& rule,
            bool slopes) {
    int64_t size[kDims];
    for (int d = 0; d < kDims; ++d) size[d] = in.size(d + 2);
    const T* at = grid.data<T>() + (i * grid.size(1) + first) * kDims;
    for (int64_t p = 0; p < n; ++p) {
      const Taps taps(at + p * kDims, size, rule);
      for (int k = 0; k < kAll; ++k) {
        offset[k][p] = taps.offset(k);
        weight[k][p] = taps.weightOf(k);
        for (int d = 0; slopes && d < kDims; ++d) slope[kDims - 1 - d][k][p] = taps.weightOf(k, d);
      }
    }
  }
};

template <class T>
using Points = T[kPoints];

/// to[p] = the sum of what the taps take.
template <int kAll, class T>
RETROGRAD_CLONES void take(T* to, const T* image, const Points<int32_t>* offset, const Points<T>* weight, int64_t n) {
  for (int64_t p = 0; p < n; ++p) {
    T sum = 0;
#pragma GCC unroll 16
    for (int k = 0; k < kAll; ++k) {
      const int32_t at = offset[k][p];
      const T v = weight[k][p] * image[std::max(at, 0)];
      sum += at < 0 ? T(0) : v;
    }
    to[p] = sum;
  }
}

/// to[p] += g[p] times that.
template <int kAll, class T>
RETROGRAD_CLONES void addProduct(T* to, const T* image, const T* g, const Points<int32_t>* offset,
                                 const Points<T>* weight, int64_t n) {
  T sums[kPoints];
  take<kAll>(sums, image, offset, weight, n);
  for (int64_t p = 0; p < n; ++p) to[p] += sums[p] * g[p];
}

/// Calls `run(Type<T>, block, i, first, n)` for all results, a block at a time: `i` is the image, `first` to before
/// `first + n` are its results.
template <class Run>
void forEachBlock(const Tensor& in, const Tensor& grid, GridMode mode, Run&& run) {
  const Shape s(in, grid);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T> type) {
    math::dispatchGrid(
        grid.size(2), mode,
        [&]<int kDims, GridMode kMode>(std::integral_constant<int, kDims>, std::integral_constant<GridMode, kMode>) {
          using B = Block<T, kDims, kMode>;
          const int64_t grain = std::max<int64_t>(1, kGrain / (kPoints * B::kAll * std::max<int64_t>(s.channels, 8)));
          parallelFor(s.batch * s.blocks(), grain, [&](int64_t begin, int64_t end) {
            const std::unique_ptr<B> block(new B);
            for (int64_t t = begin; t < end; ++t) {
              const int64_t first = t % s.blocks() * kPoints;
              run(type, *block, t / s.blocks(), first, std::min(kPoints, s.results - first));
            }
          });
        });
  });
}

void sampleKernel(const Tensor& out, const Tensor& in, const Tensor& grid, const GridRule& rule) {
  const Shape s(in, grid);
  forEachBlock(in, grid, rule.mode, [&]<class T, class B>(Type<T>, B& block, int64_t i, int64_t first, int64_t n) {
    block.find(in, grid, i, first, n, rule, false);
    for (int64_t c = i * s.channels; c < (i + 1) * s.channels; ++c) {
      T* to = out.data<T>() + c * s.results + first;
      take<B::kAll>(to, in.data<T>() + c * s.area, block.offset, block.weight, n);
    }
  });
}

void gridKernel(const Tensor& ofGrid, const Tensor& out, const Tensor& in, const Tensor& grid, const GridRule& rule) {
  const Shape s(in, grid);
  forEachBlock(in, grid, rule.mode, [&]<class T, class B>(Type<T>, B& block, int64_t i, int64_t first, int64_t n) {
    constexpr int kDims = std::extent_v<decltype(block.slope)>;
    block.find(in, grid, i, first, n, rule, true);
    T sums[kDims][kPoints] = {};
    for (int64_t c = i * s.channels; c < (i + 1) * s.channels; ++c)
      for (int d = 0; d < kDims; ++d)
        addProduct<B::kAll>(sums[d], in.data<T>() + c * s.area, out.data<T>() + c * s.results + first, block.offset,
                            block.slope[d], n);
    T* to = ofGrid.data<T>() + (i * s.results + first) * kDims;
    for (int64_t p = 0; p < n; ++p)
      for (int d = 0; d < kDims; ++d) to[p * kDims + d] = sums[d][p];
  });
}

constexpr int64_t kChannels = 8;  // for which taps are found once

/// Results that meet in a place are added in their order, tap by tap.
void inputKernel(const Tensor& in, const Tensor& out, const Tensor& grid, const GridRule& rule) {
  const Shape s(in, grid);
  const int64_t groups = (s.channels + kChannels - 1) / kChannels;
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    math::dispatchGrid(
        grid.size(2), rule.mode,
        [&]<int kDims, GridMode kMode>(std::integral_constant<int, kDims>, std::integral_constant<GridMode, kMode>) {
          using B = Block<T, kDims, kMode>;
          const int64_t grain = std::max<int64_t>(1, kGrain / (std::max<int64_t>(s.results, 1) * B::kAll * kChannels));
          parallelFor(s.batch * groups, grain, [&](int64_t begin, int64_t end) {
            const std::unique_ptr<B> block(new B);
            for (int64_t t = begin; t < end; ++t) {
              const int64_t i = t / groups, from = t % groups * kChannels, to = std::min(from + kChannels, s.channels);
              for (int64_t first = 0; first < s.results; first += kPoints) {
                const int64_t n = std::min(kPoints, s.results - first);
                block->find(in, grid, i, first, n, rule, false);
                for (int64_t c = i * s.channels + from; c < i * s.channels + to; ++c) {
                  T* image = in.data<T>() + c * s.area;
                  const T* g = out.data<T>() + c * s.results + first;
                  for (int k = 0; k < B::kAll; ++k)
                    for (int64_t p = 0; p < n; ++p)
                      if (block->offset[k][p] >= 0) image[block->offset[k][p]] += block->weight[k][p] * g[p];
                }
              }
            }
          });
        });
  });
}

const decltype(gridSampleSlot)::Fill fill(gridSampleSlot, DeviceType::CPU, &sampleKernel);
const decltype(gridSampleInputSlot)::Fill fillInput(gridSampleInputSlot, DeviceType::CPU, &inputKernel);
const decltype(gridSampleGridSlot)::Fill fillGrid(gridSampleGridSlot, DeviceType::CPU, &gridKernel);

}  // namespace

}  // namespace retrograd::cpu
