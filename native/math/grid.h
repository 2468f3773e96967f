#pragma once

#include <cmath>
#include <cstdint>

#include "core/macros.h"
#include "math/cubic.h"

namespace retrograd::math {

enum class GridMode : uint8_t { Linear, Nearest, Cubic };
enum class GridPadding : uint8_t { Zeros, Border, Reflection };

/// How the places of a grid are taken.
struct GridRule {
  GridMode mode;
  GridPadding padding;
  bool alignCorners;
};

/// A point of a dimension, in places, and its derivative by the grid's coordinate.
template <class T>
struct GridPoint {
  T at, slope;
};

template <class T>
RETROGRAD_HD inline GridPoint<T> gridPoint(T coordinate, int64_t size, bool alignCorners) {
  const T n = static_cast<T>(size);
  if (alignCorners) return {(coordinate + 1) / 2 * (n - 1), (n - 1) / 2};
  return {((coordinate + 1) * n - 1) / 2, n / 2};
}

/// Mirrored until it lies between `low` and `high`.
template <class T>
RETROGRAD_HD inline GridPoint<T> reflected(GridPoint<T> p, T low, T high) {
  if (low == high) return {T(0), T(0)};
  const T span = high - low, distance = std::abs(p.at - low);
  const T times = std::floor(distance / span), rest = distance - times * span;
  const bool odd = times != 2 * std::floor(times / 2);
  return {odd ? span - rest + low : rest + low, (p.at < low) != odd ? -p.slope : p.slope};
}

/// What stands for a point outside of the places; NaN counts as the first.
template <class T>
RETROGRAD_HD inline GridPoint<T> gridPadded(GridPoint<T> p, int64_t size, const GridRule& rule) {
  if (rule.padding == GridPadding::Zeros) return p;
  const T last = static_cast<T>(size - 1), edge = rule.alignCorners ? T(0) : T(0.5);
  if (rule.padding == GridPadding::Reflection) p = reflected(p, -edge, last + edge);
  if (!(p.at > 0)) return {T(0), T(0)};
  return p.at < last ? p : GridPoint<T>{last, T(0)};
}

/// The places that a result takes, in each of `kDims` dimensions, with their weights and the weights' derivatives by
/// the grid's coordinate. Together they are kAll taps.
template <class T, int kDims, GridMode kMode>
struct GridTaps {
  static constexpr int kEach = kMode == GridMode::Linear ? 2 : kMode == GridMode::Nearest ? 1 : 4;
  static constexpr int kAll = kDims == 2 ? kEach * kEach : kEach * kEach * kEach;

  int32_t place[kDims][kEach], step[kDims];  // negative: outside
  T weight[kDims][kEach], slope[kDims][kEach];

  /// `grid`: coordinates, of the last dimension first.
  RETROGRAD_HD GridTaps(const T* grid, const int64_t (&size)[kDims], const GridRule& rule) {
    RETROGRAD_UNROLL for (int d = 0; d < kDims; ++d) {
      const GridPoint<T> free = gridPoint(grid[kDims - 1 - d], size[d], rule.alignCorners);
      if constexpr (kMode == GridMode::Cubic) {
        const T before = std::floor(free.at);
        cubicWeights(weight[d], free.at - before);
        cubicSlopes(slope[d], free.at - before);
        RETROGRAD_UNROLL for (int k = 0; k < 4; ++k) {
          place[d][k] =
              placeOf(size[d], gridPadded(GridPoint<T>{before + static_cast<T>(k - 1), T(0)}, size[d], rule).at);
          slope[d][k] *= free.slope;
        }
      } else {
        const GridPoint<T> p = gridPadded(free, size[d], rule);
        const T before = kMode == GridMode::Nearest ? std::nearbyint(p.at) : std::floor(p.at);
        place[d][0] = placeOf(size[d], before);
        if constexpr (kMode == GridMode::Nearest) {
          weight[d][0] = 1;
          slope[d][0] = 0;
        } else {
          place[d][1] = placeOf(size[d], before + 1);
          weight[d][0] = before + 1 - p.at;
          weight[d][1] = p.at - before;
          slope[d][0] = -p.slope;
          slope[d][1] = p.slope;
        }
      }
    }
    step[kDims - 1] = 1;
    RETROGRAD_UNROLL for (int d = kDims - 1; d > 0; --d) step[d - 1] = step[d] * static_cast<int32_t>(size[d]);
  }

  /// Where tap `k` lies in an image; negative: outside.
  RETROGRAD_HD int32_t offset(int k) const {
    int32_t at = 0;
    bool outside = false;
    RETROGRAD_UNROLL for (int d = kDims - 1; d >= 0; --d, k /= kEach) {
      outside |= place[d][k % kEach] < 0;
      at += place[d][k % kEach] * step[d];
    }
    return outside ? -1 : at;
  }
  /// The weight of tap `k`, or its derivative by the coordinate of dimension `by`.
  RETROGRAD_HD T weightOf(int k, int by = -1) const {
    T w = 1;
    RETROGRAD_UNROLL for (int d = kDims - 1; d >= 0; --d, k /= kEach) w *=
        d == by ? slope[d][k % kEach] : weight[d][k % kEach];
    return w;
  }

 private:
  /// Weights of a place that is not finite are NaN, and so must the result be.
  RETROGRAD_HD static int32_t placeOf(int64_t size, T at) {
    if (kMode != GridMode::Nearest && at - at != 0) return 0;
    return at >= 0 && at < static_cast<T>(static_cast<int32_t>(size)) ? static_cast<int32_t>(at) : -1;
  }
};

/// Calls `f(std::integral_constant<int, dims>, std::integral_constant<GridMode, mode>)`.
template <class F>
void dispatchGrid(int64_t dims, GridMode mode, F&& f) {
  auto of = [&]<GridMode kMode>(std::integral_constant<GridMode, kMode> m) {
    if constexpr (kMode != GridMode::Cubic)
      if (dims == 3) return f(std::integral_constant<int, 3>(), m);
    f(std::integral_constant<int, 2>(), m);
  };
  switch (mode) {
    case GridMode::Linear: return of(std::integral_constant<GridMode, GridMode::Linear>());
    case GridMode::Nearest: return of(std::integral_constant<GridMode, GridMode::Nearest>());
    case GridMode::Cubic: return of(std::integral_constant<GridMode, GridMode::Cubic>());
  }
}

}  // namespace retrograd::math
