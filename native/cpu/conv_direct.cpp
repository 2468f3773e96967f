#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "cpu/clones.h"
#include "cpu/conv.h"
#include "cpu/threads.h"

namespace retrograd::cpu {

namespace {

// All three directions see images ("sources") through places of the kernel, each of which shifts them. A block of
// results at a time, the part of the sources that it sees is copied to where padding has its zeros and each shift is an
// offset; lines of results are then computed by vectors, all places together.

constexpr int64_t kStrip = 512;      // results of a line of a block
constexpr int64_t kRoom = 8192;      // elements of the copy of a source, about
constexpr int64_t kMaxRoom = 65536;  // and at most, where one line of results sees more than that
constexpr int64_t kVectors = 8;      // of a line of results that are summed in registers, at most
constexpr int64_t kPlaces = 9;       // places of the kernel whose sums are held in registers
constexpr int64_t kShortLine = 32;   // results
constexpr int64_t kMaxRemainders = 16;
constexpr int64_t kTogetherMost = 2048;  // results of short lines that are computed together, at most

int64_t roundUp(int64_t n, int64_t step) { return (n + step - 1) / step * step; }

/// A dimension of results: number u sees the source at u * step + shift through each of some places of the kernel.
struct Axis {
  int64_t count;          // results
  int64_t first, spread;  // where number u lies among all results: first + u * spread
  int64_t size, step;     // of the source
  std::vector<int64_t> places, shifts;

  // Shifts rise or fall with the number of the place.
  int64_t low() const { return shifts.empty() ? 0 : std::min(shifts.front(), shifts.back()); }
  /// How far apart shifts lie, at most.
  int64_t reach() const { return shifts.empty() ? 0 : std::max(shifts.front(), shifts.back()) - low(); }
  /// What `n` results see.
  int64_t extent(int64_t n) const { return (n - 1) * step + reach() + 1; }
};

/// Results that see the image.
Axis ofResults(const Conv& c, int d) {
  Axis axis{c.result[d], 0, 1, c.size[d], c.steps.stride[d], {}, {}};
  for (int64_t k = 0; k < c.kernel[d]; ++k) axis.places.push_back(k), axis.shifts.push_back(c.first(d, k));
  return axis;
}

/// Elements first, first + stride, ... of the image that see the results.
Axis ofImage(const Conv& c, int d, int64_t first) {
  const int64_t stride = c.steps.stride[d];
  Axis axis{(c.size[d] - first + stride - 1) / stride, first, stride, c.result[d], 1, {}, {}};
  for (int64_t k = 0; k < c.kernel[d]; ++k)
    if (const int64_t at = first - c.first(d, k); at % stride == 0)
      axis.places.push_back(k), axis.shifts.push_back(at / stride);
  return axis;
}

/// Blocks of results, and the layout of the copy of what one of them sees: planes, rows, and in a row one part for each
/// remainder of its columns by the step, so that each place of the kernel finds its columns side by side.
template <class T>
struct Blocks {
  const Axis (&axes)[3];
  int64_t n[3];                   // results of a block, at most
  int64_t parts[3];               // blocks
  int64_t rows, part, row, room;  // rows of a plane; elements of a part of a row, of a row, of a source
  std::vector<int64_t> offsets;   // of the places of the kernel; `places` are their numbers
  std::vector<int64_t> places;

  Blocks(const Axis (&axes)[3], const int64_t (&kernel)[3]) : axes(axes), n{1, 1, std::min(axes[2].count, kStrip)} {
    part = roundUp(n[2], kLanes<T>) + axes[2].reach() / axes[2].step;
    row = part * axes[2].step;
    const int64_t plane = kRoom / axes[0].extent(1) / row;
    n[1] = std::max<int64_t>(1, std::min((plane - axes[1].extent(1)) / axes[1].step + 1, axes[1].count));
    rows = axes[1].extent(n[1]);
    if (n[1] == axes[1].count)
      n[0] =
          std::max<int64_t>(1, std::min((kRoom / (rows * row) - axes[0].extent(1)) / axes[0].step + 1, axes[0].count));
    room = axes[0].extent(n[0]) * rows * row + kLanes<T>;
    for (int d = 0; d < 3; ++d) parts[d] = (axes[d].count + n[d] - 1) / n[d];
    for (size_t i = 0; i < axes[0].shifts.size(); ++i)
      for (size_t j = 0; j < axes[1].shifts.size(); ++j)
        for (size_t k = 0; k < axes[2].shifts.size(); ++k) {
          const int64_t w = axes[2].shifts[k] - axes[2].low();
          offsets.push_back(((axes[0].shifts[i] - axes[0].low()) * rows + axes[1].shifts[j] - axes[1].low()) * row +
                            w % axes[2].step * part + w / axes[2].step);
          places.push_back((axes[0].places[i] * kernel[1] + axes[1].places[j]) * kernel[2] + axes[2].places[k]);
        }
  }
  int64_t count() const { return parts[0] * parts[1] * parts[2]; }
  /// From the first to the last of that many lines, where they are better computed as one; 0 where not.
  int64_t together(int64_t lines) const {
    const int64_t elements = (lines - 1) * row + n[2];
    return axes[1].step == 1 && n[2] <= kShortLine && roundUp(elements, kLanes<T>) <= kTogetherMost ? elements : 0;
  }
};

/// One block: its results are from[d] to from[d] + n[d] of each dimension.
template <class T>
struct Block {
  const Blocks<T>& all;
  int64_t from[3], n[3];

  Block(const Blocks<T>& all, int64_t number) : all(all) {
    for (int d = 2; d >= 0; --d) {
      from[d] = number % all.parts[d] * all.n[d];
      n[d] = std::min(all.n[d], all.axes[d].count - from[d]);
      number /= all.parts[d];
    }
  }

  /// Calls `fn(line, at)` for the lines of results: the number of their first among all, and where the copy has what
  /// that one sees at offset 0.
  template <class Fn>
  RETROGRAD_INLINE void forEachLine(const int64_t (&size)[3], const Fn& fn) const {
    const auto& a = all.axes;
    for (int64_t i = 0; i < n[0]; ++i)
      for (int64_t j = 0; j < n[1]; ++j)
        fn(((a[0].first + (from[0] + i) * a[0].spread) * size[1] + a[1].first + (from[1] + j) * a[1].spread) * size[2] +
               a[2].first + from[2] * a[2].spread,
           (i * a[0].step * all.rows + j * a[1].step) * all.row);
  }
};

/// Copies what the block sees of a source to where, with `again`, the same has been copied of another: padding then has
/// its zeros.
template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void fill(const Block<T>& block, T* to, const T* source, bool again) {
  const Blocks<T>& all = block.all;
  const Axis &depth = all.axes[0], &height = all.axes[1], &width = all.axes[2];
  const int64_t part = all.part, step = width.step;
  for (int64_t remainder = 0; remainder < step; ++remainder) {
    const int64_t column = block.from[2] * step + width.low() + remainder;  // that element 0 of a row is copied from
    const int64_t begin = column < 0 ? std::min(part, (-column + step - 1) / step) : 0;
    const int64_t end = std::clamp(column < width.size ? (width.size - 1 - column) / step + 1 : 0, begin, part);
    for (int64_t i = 0; i < depth.extent(block.n[0]); ++i)
      for (int64_t j = 0; j < height.extent(block.n[1]); ++j) {
        const int64_t d = block.from[0] * depth.step + depth.low() + i;
        const int64_t h = block.from[1] * height.step + height.low() + j;
        T* row = to + (i * all.rows + j) * all.row + remainder * part;
        if (d < 0 || d >= depth.size || h < 0 || h >= height.size) {
          if (!again) std::fill_n(row, part, T(0));
          continue;
        }
        const T* from = source + (d * height.size + h) * width.size + column;
        if (step == 1)
          copyLine(row + begin, from + begin, end - begin);
        else
          for (int64_t k = begin; k < end; ++k) row[k] = from[k * step];
        if (again) continue;
        std::fill_n(row, begin, T(0));
        std::fill_n(row + end, part - end, T(0));
      }
  }
}

/// The kernel's elements for one target: what each place of each source counts.
template <class T>
struct Taps {
  std::vector<int64_t> offsets;
  std::vector<T> factors;
};

/// kCount vectors of `to` = start + the taps' factors times what they see.
template <class T, int kCount>
RETROGRAD_INLINE void sumTaps(T* to, const T* from, const Taps<T>& taps, T start) {
  using V = typename Vectors<T>::V;
  V sums[kCount];
  for (V& v : sums) v = V{} + start;
  const int64_t* offsets = taps.offsets.data();
  const T* factors = taps.factors.data();
  const size_t n = taps.factors.size();
  for (size_t t = 0; t < n; ++t)
#pragma GCC unroll 8
    for (int64_t v = 0; v < kCount; ++v) sums[v] += factors[t] * loadVector<V>(from + offsets[t] + v * kLanes<T>);
#pragma GCC unroll 8
  for (int64_t v = 0; v < kCount; ++v) storeVector(to + v * kLanes<T>, sums[v]);
}

/// to[0, n) = sums of taps, n at most kVectors vectors; whole vectors are written.
template <class T>
RETROGRAD_INLINE void sumLine(T* to, const T* from, const Taps<T>& taps, T start, int64_t n) {
  switch ((n + kLanes<T> - 1) / kLanes<T>) {
    case 1: return sumTaps<T, 1>(to, from, taps, start);
    case 2: return sumTaps<T, 2>(to, from, taps, start);
    case 3: return sumTaps<T, 3>(to, from, taps, start);
    case 4: return sumTaps<T, 4>(to, from, taps, start);
    case 5: return sumTaps<T, 5>(to, from, taps, start);
    case 6: return sumTaps<T, 6>(to, from, taps, start);
    case 7: return sumTaps<T, 7>(to, from, taps, start);
    default: return sumTaps<T, kVectors>(to, from, taps, start);
  }
}

/// The results of a block for one target. Short lines that lie one after the other are computed as one, with what lies
/// between them.
template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void sumBlock(const Block<T>& block, const int64_t (&size)[3], T* out,
                                                        const T* seen, const Taps<T>& taps, T start) {
  constexpr int64_t kMost = kVectors * kLanes<T>;
  const Blocks<T>& all = block.all;
  const int64_t n = block.n[2], spread = all.axes[2].spread;
  const auto put = [&](T* to, const T* line, int64_t count) {
    if (spread == 1)
      copyLine(to, line, count);
    else
      for (int64_t l = 0; l < count; ++l) to[l * spread] = line[l];
  };
  if (const int64_t together = all.together(block.n[1])) {
    T lines[kTogetherMost];
    const T* line = lines;
    int64_t left = 0;  // lines of those that were computed
    block.forEachLine(size, [&](int64_t first, int64_t at) {
      if (left == 0) {
        for (int64_t i = 0; i < together; i += kMost)
          sumLine(lines + i, seen + at + i, taps, start, std::min(together - i, kMost));
        line = lines, left = block.n[1];
      }
      put(out + first, line, n);
      line += all.row, --left;
    });
    return;
  }
  block.forEachLine(size, [&](int64_t first, int64_t at) {
    for (int64_t i = 0; i < n; i += kMost) {
      const int64_t count = std::min(n - i, kMost);
      T* const to = out + first + i * spread;
      T line[kMost];
      if (spread == 1 && count % kLanes<T> == 0) {
        sumLine(to, seen + at + i, taps, start, count);
        continue;
      }
      sumLine(line, seen + at + i, taps, start, count);
      put(to, line, count);
    }
  });
}

/// Adds to `sums` the products of a block's results with what `count` offsets see. `results` has lines of
/// roundUp(n, lanes), with zeros at the end.
template <class T, int64_t kCount>
RETROGRAD_INLINE void dotTaps(const Block<T>& block, const int64_t (&size)[3], const T* results, const T* seen,
                              const int64_t* given, int64_t count, T* sums) {
  using V = typename Vectors<T>::V;
  using Bits = typename Vectors<T>::Bits;
  const int64_t n = block.n[2];
  int64_t offsets[kCount];
  for (int64_t t = 0; t < kCount; ++t) offsets[t] = given[t < count ? t : 0];
  Bits rest{};  // of the last vector of a line: what is not a result must not count, even if it is not finite
  for (int64_t l = 0; l < kLanes<T>; ++l) rest[l] = (n - 1) % kLanes<T> >= l ? -1 : 0;
  V all[kCount] = {};
  block.forEachLine(size, [&](int64_t, int64_t at) {
    int64_t i = 0;
    for (; i + kLanes<T> <= n; i += kLanes<T>) {
      const V y = loadVector<V>(results + i);
#pragma GCC unroll 9
      for (int64_t t = 0; t < kCount; ++t) all[t] += y * loadVector<V>(seen + at + i + offsets[t]);
    }
    if (i < n) {
      const V y = loadVector<V>(results + i);
#pragma GCC unroll 9
      for (int64_t t = 0; t < kCount; ++t)
        all[t] += y * reinterpret_cast<V>(rest & loadVector<Bits>(seen + at + i + offsets[t]));
    }
    results += roundUp(n, kLanes<T>);
  });
  for (int64_t t = 0; t < std::min(count, kCount); ++t) {
    T lanes[kLanes<T>];
    storeVector(lanes, all[t]);
    for (int64_t h = kLanes<T> / 2; h; h /= 2)
      for (int64_t l = 0; l < h; ++l) lanes[l] += lanes[l + h];
    sums[t] += lanes[0];
  }
}

/// Adds to sums[t] the products of a block's results with what offset t sees.
template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void dotBlock(const Block<T>& block, const int64_t (&size)[3],
                                                        const T* results, const T* seen,
                                                        const std::vector<int64_t>& offsets, T* sums) {
  const int64_t count = static_cast<int64_t>(offsets.size());
  for (int64_t t = 0; t < count;) {
    const int64_t left = count - t;
    if (left > 3)
      dotTaps<T, kPlaces>(block, size, results, seen, offsets.data() + t, left, sums + t), t += kPlaces;
    else
      dotTaps<T, 3>(block, size, results, seen, offsets.data() + t, left, sums + t), t += 3;
  }
}

/// Elements of work that a block is worth, at most.
template <class T>
int64_t workOf(const Blocks<T>& blocks, int64_t pairs) {
  return blocks.n[0] * blocks.n[1] * blocks.n[2] * (1 + static_cast<int64_t>(blocks.places.size()) * pairs) / 4;
}

int64_t grainOf(int64_t work) { return std::max<int64_t>(1, kGrain / std::max<int64_t>(work, 1)); }

/// One side of a group's channels, the step from one channel's weights to the next's, and the sizes of a channel.
struct Side {
  int64_t count, weightStep, elements;
};

/// The results of those axes: each of a group's targets is a sum over its sources.
template <class T>
void sumOver(const Conv& c, const Axis (&axes)[3], const int64_t (&size)[3], Side targets, Side sources, T* out,
             const T* in, const T* w, const T* bias) {
  const Blocks<T> blocks(axes, c.kernel);
  const int64_t weights = c.outputs * c.channels * c.places;  // of a group
  const int64_t work = workOf(blocks, targets.count * sources.count);
  parallelFor(c.batch * c.groups * blocks.count(), grainOf(work), [&](int64_t begin, int64_t end) {
    const std::unique_ptr<T[]> seen(new T[static_cast<size_t>(sources.count * blocks.room)]);
    Taps<T> taps;
    for (int64_t s = 0; s < sources.count; ++s)
      for (int64_t offset : blocks.offsets) taps.offsets.push_back(s * blocks.room + offset);
    taps.factors.resize(taps.offsets.size());
    for (int64_t i = begin; i < end; ++i) {
      const int64_t group = i / blocks.count(), g = group % c.groups;  // counted through all images
      const Block<T> block(blocks, i % blocks.count());
      for (int64_t s = 0; s < sources.count; ++s)
        fill<T>(block, seen.get() + s * blocks.room, in + (group * sources.count + s) * sources.elements,
                i > begin && blocks.count() == 1);
      for (int64_t t = 0; t < targets.count; ++t) {
        T* factor = taps.factors.data();
        for (int64_t s = 0; s < sources.count; ++s)
          for (int64_t place : blocks.places)
            *factor++ = w[g * weights + t * targets.weightStep + s * sources.weightStep + place];
        sumBlock<T>(block, size, out + (group * targets.count + t) * targets.elements, seen.get(), taps,
                    bias ? bias[g * targets.count + t] : T(0));
      }
    }
  });
}

}  // namespace

bool isDirect(const Conv& c) {
  if (c.channels * c.outputs > 4 || c.groups == 1) return false;
  // The image has a part of its own for each remainder by the strides, and the copy of a row holds all its columns.
  const auto& stride = c.steps.stride;
  if (static_cast<double>(stride[0]) * static_cast<double>(stride[1]) * static_cast<double>(stride[2]) > kMaxRemainders)
    return false;
  double room = static_cast<double>(std::min(c.result[2], kStrip)) * static_cast<double>(c.steps.stride[2]);
  for (int d = 2; d >= 0; --d) {
    const double reach = static_cast<double>(c.kernel[d] - 1) * static_cast<double>(c.steps.dilation[d]);
    room = d == 2 ? room + reach : room * (reach + 1);
  }
  return room <= kMaxRoom;
}

template <class T>
void convDirect(const Conv& c, T* y, const T* x, const T* w, const T* bias) {
  const Axis axes[3] = {ofResults(c, 0), ofResults(c, 1), ofResults(c, 2)};
  sumOver(c, axes, c.result, Side{c.outputs, c.channels * c.places, c.results}, Side{c.channels, c.places, c.area}, y,
          x, w, bias);
}

template <class T>
void convInputDirect(const Conv& c, T* x, const T* y, const T* w) {
  const auto& stride = c.steps.stride;
  for (int64_t i = 0; i < std::min(stride[0], c.size[0]); ++i)
    for (int64_t j = 0; j < std::min(stride[1], c.size[1]); ++j)
      for (int64_t k = 0; k < std::min(stride[2], c.size[2]); ++k) {
        const Axis axes[3] = {ofImage(c, 0, i), ofImage(c, 1, j), ofImage(c, 2, k)};
        sumOver<T>(c, axes, c.size, Side{c.channels, c.places, c.area},
                   Side{c.outputs, c.channels * c.places, c.results}, x, y, w, nullptr);
      }
}

template <class T>
void convWeightDirect(const Conv& c, T* w, const T* y, const T* x) {
  const Axis axes[3] = {ofResults(c, 0), ofResults(c, 1), ofResults(c, 2)};
  const Blocks<T> blocks(axes, c.kernel);
  const int64_t row = c.channels * c.places;  // of the weight
  const int64_t work = c.batch * blocks.count() * workOf(blocks, c.channels * c.outputs);
  parallelFor(c.groups, grainOf(work), [&](int64_t begin, int64_t end) {
    const std::unique_ptr<T[]> seen(new T[static_cast<size_t>(c.channels * blocks.room)]);
    const std::unique_ptr<T[]> results(
        new T[static_cast<size_t>(blocks.n[0] * blocks.n[1] * roundUp(blocks.n[2], kLanes<T>))]);
    std::vector<int64_t> offsets;
    for (int64_t ch = 0; ch < c.channels; ++ch)
      for (int64_t offset : blocks.offsets) offsets.push_back(ch * blocks.room + offset);
    std::fill(w + begin * c.outputs * row, w + end * c.outputs * row, T(0));
    for (int64_t g = begin; g < end; ++g)
      for (int64_t n = 0; n < c.batch; ++n)
        for (int64_t b = 0; b < blocks.count(); ++b) {
          const Block<T> block(blocks, b);
          const int64_t group = n * c.groups + g, line = roundUp(block.n[2], kLanes<T>);
          for (int64_t ch = 0; ch < c.channels; ++ch)
            fill<T>(block, seen.get() + ch * blocks.room, x + (group * c.channels + ch) * c.area,
                    blocks.count() == 1 && (g > begin || n > 0));
          for (int64_t o = 0; o < c.outputs; ++o) {
            T* to = results.get();
            block.forEachLine(c.result, [&](int64_t first, int64_t) {
              copyLine(to, y + (group * c.outputs + o) * c.results + first, block.n[2]);
              std::fill(to + block.n[2], to + line, T(0));
              to += line;
            });
            dotBlock<T>(block, c.result, results.get(), seen.get(), offsets, w + (g * c.outputs + o) * row);
          }
        }
  });
}

template void convDirect(const Conv&, float*, const float*, const float*, const float*);
template void convDirect(const Conv&, double*, const double*, const double*, const double*);
template void convInputDirect(const Conv&, float*, const float*, const float*);
template void convInputDirect(const Conv&, double*, const double*, const double*);
template void convWeightDirect(const Conv&, float*, const float*, const float*);
template void convWeightDirect(const Conv&, double*, const double*, const double*);

}  // namespace retrograd::cpu
