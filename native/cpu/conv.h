#pragma once

#include <algorithm>
#include <type_traits>
#include <utility>

#include "cpu/clones.h"
#include "kernel/conv.h"

namespace retrograd::cpu {

template <class T>
constexpr int64_t kLanes = 32 / sizeof(T);
template <class T>
struct Vectors {
  typedef T V __attribute__((vector_size(32)));
  using Bit = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;
  typedef Bit Bits __attribute__((vector_size(32)));
};

/// A copy of a line too short to be worth a call.
template <class T>
RETROGRAD_INLINE void copyLine(T* to, const T* from, int64_t n) {
  using V = typename Vectors<T>::V;
  typedef T Half __attribute__((vector_size(16)));
  constexpr int64_t kHalf = kLanes<T> / 2;
  const auto move = [&]<class U>(U, int64_t at) { storeVector(to + at, loadVector<U>(from + at)); };
  // The last of several vectors overlaps the one before it.
  if (n >= kLanes<T>) {
    for (int64_t i = 0; i < n - kLanes<T>; i += kLanes<T>) move(V{}, i);
    move(V{}, n - kLanes<T>);
  } else if (n >= kHalf) {
    move(Half{}, 0);
    move(Half{}, n - kHalf);
  } else {
    for (int64_t i = 0; i < n; ++i) to[i] = from[i];
  }
}

struct Conv {
  int64_t batch, channels, outputs, groups;
  int64_t size[3], result[3], kernel[3];
  int64_t area, results, places;  // elements of a channel of the image, of the result, of the kernel
  ConvSteps steps;

  Conv(const Tensor& y, const Tensor& x, const Tensor& w, const ConvSteps& s)
      : batch(x.size(0)), channels(x.size(1) / s.groups), outputs(y.size(1) / s.groups), groups(s.groups), steps(s) {
    for (int d = 0; d < 3; ++d) size[d] = x.size(d + 2), result[d] = y.size(d + 2), kernel[d] = w.size(d + 2);
    area = size[0] * size[1] * size[2];
    results = result[0] * result[1] * result[2];
    places = kernel[0] * kernel[1] * kernel[2];
  }

  /// Where a kernel's place lies in the image for result 0 of a dimension.
  int64_t first(int d, int64_t place) const { return place * steps.dilation[d] - steps.padding[d]; }
  /// The results of a dimension for which that place lies in the image: from `begin` to before `end`.
  std::pair<int64_t, int64_t> inside(int d, int64_t place) const {
    const int64_t at = first(d, place), step = steps.stride[d];
    const int64_t begin = at < 0 ? (-at + step - 1) / step : 0;
    const int64_t end = at < size[d] ? (size[d] - 1 - at) / step + 1 : 0;
    return {std::min(begin, result[d]), std::max(std::min(begin, result[d]), std::min(end, result[d]))};
  }
  /// Whether the image is its own unfolded form.
  bool isPlain() const {
    return places == 1 && steps.stride == ConvSteps::Each{1, 1, 1} && steps.padding == ConvSteps::Each{0, 0, 0} &&
           area == results;
  }
};

/// Convolutions of groups of few channels: sums of shifted images, without a product of matrices. They take any `bias`,
/// null too. The same bits for any thread count.
bool isDirect(const Conv& c);
template <class T>
void convDirect(const Conv& c, T* y, const T* x, const T* w, const T* bias);
template <class T>
void convInputDirect(const Conv& c, T* x, const T* y, const T* w);
template <class T>
void convWeightDirect(const Conv& c, T* w, const T* y, const T* x);

}  // namespace retrograd::cpu
