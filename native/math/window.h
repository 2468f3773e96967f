#pragma once

#include <cstdint>

#include "core/macros.h"

namespace retrograd::math {

/// What a pooling's result sees of one dimension: places begin, begin + step, ... before `end`, all in the image;
/// `whole` is how many there would be with the padding.
struct Window {
  int64_t begin, end, step, whole;
  RETROGRAD_HD int64_t count() const { return end > begin ? (end - begin + step - 1) / step : 0; }
};

/// How the windows of a pooling's results lie along one dimension.
struct Windows {
  enum class Kind {
    Strided,
    Even,    ///< they divide the image evenly, whatever the numbers below `results` say
    Random,  ///< of one size, at steps that a sample in [0, 1) decides; see fractionalMaxPool
  };
  Kind kind;
  int64_t size, results;
  int64_t kernel, stride, padding, dilation;

  /// Of result `i`. `sample` counts for Kind::Random alone, and may be any number.
  template <class T>
  RETROGRAD_HD Window of(int64_t i, T sample) const {
    if (kind == Kind::Even) {
      if (results == 1) return {0, size, 1, size};  // the usual case, without divisions
      const int64_t begin = i * size / results, end = ((i + 1) * size + results - 1) / results;
      return {begin, end, 1, end - begin};
    }
    if (kind == Kind::Random) {
      const int64_t last = size - kernel;
      // In the arithmetic of the samples, as PyTorch does.
      const T step = T(last) / T(results - 1);
      const int64_t begin =
          i == results - 1 ? last : within(T((T(i) + sample) * step), last) - within(T(sample * step), last);
      const int64_t inside = begin < 0 ? 0 : begin;
      return {inside, inside + kernel, 1, kernel};
    }
    Window w{i * stride - padding, 0, dilation, 0};
    w.end = w.begin + (kernel - 1) * dilation + 1;
    // Where it reaches past the padding after the image, in ceilMode, it is cut there.
    const int64_t cut = w.end < size + padding ? w.end : size + padding;
    w.whole = cut - w.begin;
    if (w.begin < 0) w.begin += (-w.begin + dilation - 1) / dilation * dilation;
    if (w.end > size) w.end = size;
    return w;
  }

  /// The results whose windows may hold a place: from `begin` to before `end`.
  template <class T>
  RETROGRAD_HD Window seeing(int64_t place, T sample) const {
    if (kind == Kind::Even) return {place * results / size, ((place + 1) * results + size - 1) / size, 1, 0};
    if (kind == Kind::Random) {
      const auto first = [&](int64_t from) {  // the first whose window begins there or later
        int64_t low = 0, high = results;
        while (low < high) {
          const int64_t middle = (low + high) / 2;
          if (of(middle, sample).begin < from)
            low = middle + 1;
          else
            high = middle;
        }
        return low;
      };
      return {first(place - kernel + 1), first(place + 1), 1, 0};
    }
    const int64_t last = place + padding, first = last - (kernel - 1) * dilation, end = last / stride + 1;
    return {first <= 0 ? 0 : (first + stride - 1) / stride, end < results ? end : results, 1, 0};
  }

 private:
  /// The whole part of `x` in [0, last]; 0 for NaN.
  template <class T>
  static RETROGRAD_HD int64_t within(T x, int64_t last) {
    return x > T(0) ? (x < T(last) ? static_cast<int64_t>(x) : last) : 0;
  }
};

}  // namespace retrograd::math
