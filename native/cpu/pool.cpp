#include "kernel/pool.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "cpu/clones.h"
#include "cpu/threads.h"
#include "kernel/load.h"

namespace retrograd::cpu {

namespace {

using math::Window;
using Kind = math::Windows::Kind;

// Results are computed together, one place of the window after the other, wherever windows move by a fixed stride:
// those of a row; averages of small images as a lattice, which has one for every element of several images, of which
// the pooling's are picked. Otherwise each result goes through the rows of its window.

constexpr int64_t kStrip = 512;     // results of a row that are computed together: what they need stays in the cache
constexpr int64_t kLattice = 4096;  // results of a lattice, at most
constexpr int64_t kSeveral = 1024;  // results of a lattice of several images, at most
constexpr int64_t kShortRow = 16;
constexpr int64_t kShortStride = 4;
constexpr int64_t kLanes = 32;

/// A place of the window along the width: where it lies for result 0, and for which results it is in the image.
struct Place {
  int64_t at, begin, end;
};

struct Pool {
  const Pooling& p;
  int64_t depth, height, width;  // of the results
  std::vector<Place> places;     // along the width; empty where results are computed one by one
  std::vector<int64_t> offsets;  // of the window's places from its first, where results are picked from a lattice
  int64_t full[2] = {0, 0};      // the results along the width whose windows are cut neither by image nor padding

  Pool(const Pooling& p, bool countPadding)
      : p(p), depth(p.along[0].results), height(p.along[1].results), width(p.along[2].results) {
    const math::Windows& w = p.along[2];
    if (w.kind != Kind::Strided || (w.dilation == 1 && w.results < w.kernel)) return;
    const int64_t reach = w.padding - (w.results - 1) * w.stride;  // of the last result before the image
    const int64_t first = reach > 0 ? (reach + w.dilation - 1) / w.dilation : 0;
    const int64_t last = std::min(w.kernel - 1, (w.size - 1 + w.padding) / w.dilation);
    full[1] = w.results;
    for (int64_t k = first; k <= last; ++k) {
      const int64_t at = k * w.dilation - w.padding;
      const int64_t begin = at < 0 ? (-at + w.stride - 1) / w.stride : 0;
      const int64_t end = std::min(w.results, at < w.size ? (w.size - 1 - at) / w.stride + 1 : 0);
      if (begin >= end) continue;
      places.push_back({at, begin, end});
      full[0] = std::max(full[0], begin), full[1] = std::min(full[1], end);
    }
    if (countPadding) full[0] = 0, full[1] = (w.size + 2 * w.padding - w.kernel) / w.stride + 1;
    if (!countPadding && static_cast<int64_t>(places.size()) < w.kernel) full[1] = 0;
    full[1] = std::clamp(full[1], int64_t{0}, w.results);
    full[0] = std::min(full[0], full[1]);
  }
  /// For averages, which may go by a lattice.
  Pool(const Pooling& p, const Average& average) : Pool(p, average.countPadding) { listOffsets(); }
  bool byRows() const { return !places.empty(); }
  bool byLattice() const { return !offsets.empty(); }
  int64_t area() const { return p.area(); }
  int64_t results() const { return p.results(); }
  /// The first element of a row of the image.
  int64_t row(int64_t d, int64_t h) const { return (d * p.along[1].size + h) * p.along[2].size; }
  int64_t stride() const { return p.along[2].stride; }
  /// The first place of the window of a result that is not cut.
  int64_t first(int64_t d, int64_t h, int64_t w) const {
    return row(d * p.along[0].stride, h * p.along[1].stride) + w * p.along[2].stride;
  }
  /// Images whose lattices are computed together.
  int64_t latticeImages() const { return std::max<int64_t>(1, kSeveral / area()); }
  /// Results of a lattice of that many images.
  int64_t latticeOf(int64_t images) const {
    return (images - 1) * area() + first(depth - 1, height - 1, width - 1) + 1;
  }

 private:
  /// Where windows are small and not cut, rows too short for vectors, and not too much of the lattice is thrown away.
  void listOffsets() {
    const auto& a = p.along;
    if (!byRows() || width >= kShortRow || area() > kLattice || area() > 8 * results()) return;
    for (const math::Windows& w : a)
      if (w.padding || (w.results - 1) * w.stride + w.dilation * (w.kernel - 1) >= w.size) return;
    for (int64_t i = 0; i < a[0].kernel; ++i)
      for (int64_t j = 0; j < a[1].kernel; ++j)
        for (int64_t k = 0; k < a[2].kernel; ++k)
          offsets.push_back(row(i * a[0].dilation, j * a[1].dilation) + k * a[2].dilation);
  }
};

/// Calls `fn(result, place)` for the results of `images` images, with what a lattice has for them.
template <class Fn>
RETROGRAD_INLINE void pick(const Pool& p, int64_t images, const Fn& fn) {
  int64_t result = 0;
  for (int64_t image = 0; image < images; ++image)
    for (int64_t d = 0; d < p.depth; ++d)
      for (int64_t h = 0; h < p.height; ++h) {
        const int64_t first = image * p.area() + p.first(d, h, 0);
        for (int64_t w = 0; w < p.width; ++w) fn(result++, first + w * p.stride());
      }
}

/// The sample of an image along a dimension.
template <class T>
RETROGRAD_INLINE T sampleOf(const T* samples, int64_t image, int d) {
  return samples ? samples[image * 3 + d] : T(0);
}

/// Rows of results [begin, end), counted through all images.
struct Rows {
  int64_t begin, end;

  /// Calls `fn(row, image, d, h)`.
  template <class Fn>
  RETROGRAD_INLINE void forEach(const Pool& p, const Fn& fn) const {
    int64_t h = begin % p.height, d = begin / p.height % p.depth, image = begin / p.height / p.depth;
    for (int64_t row = begin; row < end; ++row) {
      fn(row, image, d, h);
      if (++h < p.height) continue;
      h = 0;
      if (++d < p.depth) continue;
      d = 0, ++image;
    }
  }
};

/// Calls `fn(rows)` for parts of all rows of results, on several threads.
template <class Fn>
void shareRows(const Pool& p, int64_t images, const Fn& fn) {
  const int64_t rows = images * p.depth * p.height;
  const int64_t work = std::max(p.area(), p.results()) / (p.depth * p.height);
  parallelFor(rows, std::max<int64_t>(1, kGrain / 8 / std::max<int64_t>(1, work)), [&](int64_t begin, int64_t end) {
    fn(Rows{begin, end});
  });
}

/// Calls `fn(begin, end)` for parts of all images, on several threads.
template <class Fn>
void shareImages(const Pooling& p, int64_t images, const Fn& fn) {
  parallelFor(images, std::max<int64_t>(1, kGrain / 8 / std::max(p.area(), p.results())), fn);
}

/// Calls `fn(from, n)` for the strips of a row of results.
template <class Fn>
RETROGRAD_INLINE void forEachStrip(const Pool& p, const Fn& fn) {
  for (int64_t from = 0; from < p.width; from += kStrip) fn(from, std::min(kStrip, p.width - from));
}

/// Calls `fn(row)` for the rows of an image that a row of results sees, by their first elements.
template <class Fn>
RETROGRAD_INLINE void forEachRow(const Pool& p, const Window& d, const Window& h, const Fn& fn) {
  for (int64_t i = d.begin; i < d.end; i += d.step)
    for (int64_t j = h.begin; j < h.end; j += h.step) fn(p.row(i, j));
}

/// Calls `fn(first, n)` for the runs of elements that make up a window without dilation along the width.
template <class Fn>
RETROGRAD_INLINE void forEachRun(const Pool& p, const Window& d, const Window& h, const Window& w, const Fn& fn) {
  const int64_t width = p.p.along[2].size;
  if (w.end - w.begin == width && h.step == 1)
    for (int64_t i = d.begin; i < d.end; i += d.step) fn(p.row(i, h.begin), (h.end - h.begin) * width);
  else
    forEachRow(p, d, h, [&](int64_t row) { fn(row + w.begin, w.end - w.begin); });
}

/// Calls `fn(j, n, at)` for the part of a strip that has a place of the window in the image: results j to j + n of the
/// strip, the first of which sees it at `at` in the row of the image.
template <class Fn>
RETROGRAD_INLINE void forPart(const Pool& p, const Place& place, int64_t from, int64_t n, const Fn& fn) {
  const int64_t begin = std::max(place.begin, from), end = std::min(place.end, from + n);
  if (begin < end) fn(begin - from, end - begin, place.at + begin * p.stride());
}

/// Calls `fn(step)` with a constant for the usual strides.
template <class Fn>
RETROGRAD_INLINE void withStride(int64_t stride, const Fn& fn) {
  if (stride == 1)
    fn(std::integral_constant<int64_t, 1>{});
  else if (stride == 2)
    fn(std::integral_constant<int64_t, 2>{});
  else
    fn(stride);
}

// ---- the largest ----

template <class T, class I, class Step>
RETROGRAD_INLINE void maxRun(T* best, I* at, const T* x, I place, Step step, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    const T v = x[i * step];
    const bool larger = (v > best[i]) | (v != v);
    best[i] = larger ? v : best[i];
    if (at) at[i] = larger ? static_cast<I>(place + static_cast<I>(i) * static_cast<I>(step)) : at[i];
  }
}

/// `I`: an integer as wide as T, wherever the image's places fit.
template <class T, class I>
RETROGRAD_CLONES __attribute__((flatten)) void maxRows(const Pool& p, Rows rows, T* out, int64_t* indices,
                                                       const T* in) {
  rows.forEach(p, [&](int64_t row, int64_t image, int64_t d, int64_t h) {
    const T* x = in + image * p.area();
    const Window depth = p.p.along[0].of(d, T(0)), height = p.p.along[1].of(h, T(0));
    forEachStrip(p, [&](int64_t from, int64_t n) {
      T* best = out + row * p.width + from;
      I found[kStrip];
      std::fill_n(best, n, -std::numeric_limits<T>::infinity());
      if (indices) std::fill_n(found, n, I(-1));
      forEachRow(p, depth, height, [&](int64_t first) {
        for (const Place& place : p.places)
          forPart(p, place, from, n, [&](int64_t j, int64_t count, int64_t at) {
            at += first;
            withStride(p.stride(), [&](auto step) {
              if (indices)
                maxRun(best + j, found + j, x + at, static_cast<I>(at), step, count);
              else
                maxRun<T, I>(best + j, nullptr, x + at, 0, step, count);
            });
          });
      });
      if (!indices) return;
      int64_t* to = indices + row * p.width + from;
      I least = 0;
      for (int64_t i = 0; i < n; ++i) to[i] = found[i], least = std::min(least, found[i]);
      if (least < 0)  // nothing but -inf
        for (int64_t i = 0; i < n; ++i)
          if (to[i] < 0) to[i] = p.row(depth.begin, height.begin) + p.p.along[2].of(from + i, T(0)).begin;
    });
  });
}

/// The largest of n elements, at least kLanes; NaN if there is one.
template <class T>
RETROGRAD_INLINE T largestOf(const T* x, int64_t n) {
  T lanes[kLanes];
  std::copy_n(x, kLanes, lanes);
  for (int64_t i = kLanes; i < n; i += kLanes) {
    const T* from = x + std::min(i, n - kLanes);
#pragma GCC unroll 1
#pragma GCC ivdep
    for (int64_t l = 0; l < kLanes; ++l) {
      const T v = from[l];
      lanes[l] = (v > lanes[l]) | (v != v) ? v : lanes[l];
    }
  }
  T all = lanes[0];
  for (T v : lanes) all = (v > all) | (v != v) ? v : all;
  return all;
}

template <class T>
RETROGRAD_INLINE void maxOf(T v, int64_t place, T& best, int64_t& at) {
  if (v > best || v != v || at < 0) best = v, at = place;
}

template <class T>
RETROGRAD_INLINE void maxOfRun(const T* x, int64_t n, int64_t place, T& best, int64_t& at) {
  if (n < kLanes) {
    for (int64_t k = 0; k < n; ++k) maxOf(x[k], place + k, best, at);
    return;
  }
  const T largest = largestOf(x, n);
  if (!(largest > best || largest != largest || at < 0)) return;
  int64_t k = 0;
  if (largest != largest)
    for (k = n - 1; x[k] == x[k];) --k;
  else
    while (x[k] != largest) ++k;
  best = x[k], at = place + k;
}

template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void maxWindows(const Pool& p, Rows rows, T* out, int64_t* indices,
                                                          const T* in, const T* samples) {
  rows.forEach(p, [&](int64_t row, int64_t image, int64_t d, int64_t h) {
    const T* x = in + image * p.area();
    const Window depth = p.p.along[0].of(d, sampleOf(samples, image, 0)),
                 height = p.p.along[1].of(h, sampleOf(samples, image, 1));
    for (int64_t i = 0; i < p.width; ++i) {
      const Window w = p.p.along[2].of(i, sampleOf(samples, image, 2));
      T best = -std::numeric_limits<T>::infinity();
      int64_t at = -1;
      forEachRun(p, depth, height, w, [&](int64_t first, int64_t n) { maxOfRun(x + first, n, first, best, at); });
      out[row * p.width + i] = best;
      if (indices) indices[row * p.width + i] = at;
    }
  });
}

void maxPoolKernel(const Tensor& out, const Tensor& indices, const Tensor& in, const Tensor& samples,
                   const Pooling& pooling) {
  const Pool p(pooling, false);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    using Narrow = std::conditional_t<sizeof(T) == 4, int32_t, int64_t>;
    T* to = out.data<T>();
    int64_t* at = indices.defined() ? indices.data<int64_t>() : nullptr;
    const T* random = samples.defined() ? samples.data<T>() : nullptr;
    shareRows(p, in.size(0), [&, x = in.data<T>()](Rows rows) {
      if (!p.byRows())
        maxWindows<T>(p, rows, to, at, x, random);
      else if (p.area() <= std::numeric_limits<Narrow>::max())
        maxRows<T, Narrow>(p, rows, to, at, x);
      else
        maxRows<T, int64_t>(p, rows, to, at, x);
    });
  });
}

void maxPoolBackwardKernel(const Tensor& in, const Tensor& out, const Tensor& indices, const Tensor&,
                           const Pooling& pooling) {
  const int64_t area = pooling.area(), results = pooling.results();
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    shareImages(pooling, in.size(0), [&](int64_t begin, int64_t end) {
      for (int64_t image = begin; image < end; ++image) {
        T* to = in.data<T>() + image * area;
        std::fill_n(to, area, T(0));
        const T* from = out.data<T>() + image * results;
        const int64_t* at = indices.data<int64_t>() + image * results;
        for (int64_t i = 0; i < results; ++i) {
          const int64_t place = loadOnce(at + i);
          if (place >= 0 && place < area) to[place] += from[i];  // a thread may write indices meanwhile
        }
      }
    });
  });
}

// ---- the average ----

/// to[i] = from[i] / what the window of result `first` + i is divided by.
template <class T>
RETROGRAD_INLINE void divide(const Pool& p, const Average& average, const Window& d, const Window& h, T* to,
                             const T* from, int64_t first, int64_t n) {
  const auto one = [&](int64_t i) {
    to[i] = from[i] / static_cast<T>(average.of(d, h, p.p.along[2].of(first + i, T(0))));
  };
  const int64_t begin = std::clamp(p.full[0] - first, int64_t{0}, n), end = std::clamp(p.full[1] - first, begin, n);
  for (int64_t i = 0; i < begin; ++i) one(i);
  if (begin < end) {
    const T divisor = static_cast<T>(average.of(d, h, p.p.along[2].of(first + begin, T(0))));
    for (int64_t i = begin; i < end; ++i) to[i] = from[i] / divisor;
  }
  for (int64_t i = end; i < n; ++i) one(i);
}

template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void averageRows(const Pool& p, const Average& average, Rows rows, T* out,
                                                           const T* in) {
  rows.forEach(p, [&](int64_t row, int64_t image, int64_t d, int64_t h) {
    const T* x = in + image * p.area();
    const Window depth = p.p.along[0].of(d, T(0)), height = p.p.along[1].of(h, T(0));
    forEachStrip(p, [&](int64_t from, int64_t n) {
      T* sums = out + row * p.width + from;
      std::fill_n(sums, n, T(0));
      forEachRow(p, depth, height, [&](int64_t first) {
        for (const Place& place : p.places)
          forPart(p, place, from, n, [&](int64_t j, int64_t count, int64_t at) {
            withStride(p.stride(), [&](auto step) {
              T* to = sums + j;
              const T* from = x + first + at;
#pragma GCC ivdep
              for (int64_t i = 0; i < count; ++i) to[i] += from[i * step];
            });
          });
      });
      divide(p, average, depth, height, sums, sums, from, n);
    });
  });
}

template <class T>
RETROGRAD_INLINE T sumOf(const T* x, int64_t n) {
  constexpr int64_t kWide = 4;
  typedef T V __attribute__((vector_size(kWide * sizeof(T))));
  V lanes[4] = {};
  int64_t i = 0;
  for (; i + 4 * kWide <= n; i += 4 * kWide)
    for (int64_t l = 0; l < 4; ++l) lanes[l] += loadVector<V>(x + i + l * kWide);
  const V all = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
  T sum = (all[0] + all[1]) + (all[2] + all[3]);
  for (; i < n; ++i) sum += x[i];
  return sum;
}

template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void averageWindows(const Pool& p, const Average& average, Rows rows, T* out,
                                                              const T* in) {
  rows.forEach(p, [&](int64_t row, int64_t image, int64_t d, int64_t h) {
    const T* x = in + image * p.area();
    const Window depth = p.p.along[0].of(d, T(0)), height = p.p.along[1].of(h, T(0));
    for (int64_t i = 0; i < p.width; ++i) {
      const Window w = p.p.along[2].of(i, T(0));
      T sum = 0;
      forEachRun(p, depth, height, w, [&](int64_t first, int64_t n) { sum += sumOf(x + first, n); });
      out[row * p.width + i] = sum / static_cast<T>(average.of(depth, height, w));
    }
  });
}

/// Of images [begin, end).
template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void averageBackward(const Pool& p, const Average& average, int64_t begin,
                                                               int64_t end, T* in, const T* out) {
  const Rows rows{begin * p.depth * p.height, end * p.depth * p.height};
  rows.forEach(p, [&](int64_t row, int64_t image, int64_t d, int64_t h) {
    T* x = in + image * p.area();
    if (d == 0 && h == 0) std::fill_n(x, p.area(), T(0));
    const T* gradient = out + row * p.width;
    const Window depth = p.p.along[0].of(d, T(0)), height = p.p.along[1].of(h, T(0));
    if (!p.byRows()) {
      for (int64_t i = 0; i < p.width; ++i) {
        const Window w = p.p.along[2].of(i, T(0));
        const T share = gradient[i] / static_cast<T>(average.of(depth, height, w));
        forEachRun(p, depth, height, w, [&](int64_t first, int64_t n) {
          for (int64_t k = 0; k < n; ++k) x[first + k] += share;
        });
      }
      return;
    }
    forEachStrip(p, [&](int64_t from, int64_t n) {
      // Spread over the image's row with zeros between, so that vectors can add them.
      const int64_t step = p.stride(), spread = step <= kShortStride ? step : 1;
      T shares[kStrip], apart[kStrip * kShortStride];
      divide(p, average, depth, height, shares, gradient + from, from, n);
      std::fill_n(apart, n * spread, T(0));
      for (int64_t i = 0; i < n; ++i) apart[i * spread] = shares[i];
      forEachRow(p, depth, height, [&](int64_t first) {
        // Backwards, so that an element's shares are added in the results' order.
        for (size_t k = p.places.size(); k--;)
          forPart(p, p.places[k], from, n, [&](int64_t j, int64_t count, int64_t at) {
            T* to = x + first + at;
            const T* share = apart + j * spread;
            if (spread == step)
              for (int64_t i = 0; i < (count - 1) * step + 1; ++i) to[i] += share[i];
            else
              for (int64_t i = 0; i < count; ++i) to[i * step] += share[i];
          });
      });
    });
  });
}

/// What each window is divided by where none is cut.
template <class T>
T divisorOf(const Pool& p, const Average& average) {
  const auto& a = p.p.along;
  return static_cast<T>(average.of(a[0].of(0, T(0)), a[1].of(0, T(0)), a[2].of(0, T(0))));
}

/// Of images [begin, end).
template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void averageLattice(const Pool& p, const Average& average, int64_t begin,
                                                              int64_t end, T* out, const T* in) {
  const T divisor = divisorOf<T>(p, average);
  T sums[kLattice];
  for (int64_t image = begin; image < end; image += p.latticeImages()) {
    const int64_t images = std::min(p.latticeImages(), end - image), n = p.latticeOf(images);
    std::fill_n(sums, n, T(0));
    for (int64_t offset : p.offsets) {
      const T* x = in + image * p.area() + offset;
      for (int64_t i = 0; i < n; ++i) sums[i] += x[i];
    }
    for (int64_t i = 0; i < n; ++i) sums[i] /= divisor;
    T* to = out + image * p.results();
    pick(p, images, [&](int64_t result, int64_t i) { to[result] = sums[i]; });
  }
}

/// Of images [begin, end).
template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void averageLatticeBackward(const Pool& p, const Average& average,
                                                                      int64_t begin, int64_t end, T* in, const T* out) {
  const T divisor = divisorOf<T>(p, average);
  T shares[kLattice];
  for (int64_t image = begin; image < end; image += p.latticeImages()) {
    const int64_t images = std::min(p.latticeImages(), end - image), n = p.latticeOf(images);
    const T* gradient = out + image * p.results();
    std::fill_n(shares, n, T(0));
    pick(p, images, [&](int64_t result, int64_t i) { shares[i] = gradient[result]; });
    for (int64_t i = 0; i < n; ++i) shares[i] /= divisor;
    T* x = in + image * p.area();
    std::fill_n(x, images * p.area(), T(0));
    // Backwards, so that an element's shares are added in the results' order.
    for (size_t k = p.offsets.size(); k--;) {
      T* to = x + p.offsets[k];
      for (int64_t i = 0; i < n; ++i) to[i] += shares[i];
    }
  }
}

void avgPoolKernel(const Tensor& out, const Tensor& in, const Pooling& pooling, const Average& average) {
  const Pool p(pooling, average);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    if (p.byLattice())
      return shareImages(pooling, in.size(0), [&, to = out.data<T>(), x = in.data<T>()](int64_t begin, int64_t end) {
        averageLattice<T>(p, average, begin, end, to, x);
      });
    shareRows(p, in.size(0), [&, to = out.data<T>(), x = in.data<T>()](Rows rows) {
      if (p.byRows())
        averageRows<T>(p, average, rows, to, x);
      else
        averageWindows<T>(p, average, rows, to, x);
    });
  });
}

void avgPoolBackwardKernel(const Tensor& in, const Tensor& out, const Pooling& pooling, const Average& average) {
  const Pool p(pooling, average);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    shareImages(pooling, in.size(0), [&, x = in.data<T>(), g = out.data<T>()](int64_t begin, int64_t end) {
      if (p.byLattice())
        averageLatticeBackward<T>(p, average, begin, end, x, g);
      else
        averageBackward<T>(p, average, begin, end, x, g);
    });
  });
}

const decltype(maxPoolSlot)::Fill fillMax(maxPoolSlot, DeviceType::CPU, &maxPoolKernel);
const decltype(maxPoolBackwardSlot)::Fill fillMaxBackward(maxPoolBackwardSlot, DeviceType::CPU, &maxPoolBackwardKernel);
const decltype(avgPoolSlot)::Fill fillAverage(avgPoolSlot, DeviceType::CPU, &avgPoolKernel);
const decltype(avgPoolBackwardSlot)::Fill fillAverageBackward(avgPoolBackwardSlot, DeviceType::CPU,
                                                              &avgPoolBackwardKernel);

}  // namespace

}  // namespace retrograd::cpu
