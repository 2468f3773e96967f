#include "kernel/conv.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "cpu/clones.h"
#include "cpu/conv.h"
#include "cpu/gemm_block.h"
#include "cpu/threads.h"

namespace retrograd::cpu {

namespace {

// A convolution is a product of the weight [channels out, places] with the unfolded image [places, results], of which a
// tile is made at a time: places are pairs of a channel and a place in the kernel.

constexpr int64_t kTile = 512;        // results of a tile
constexpr int64_t kTilePlaces = 640;  // about, at most: a tile then fits the second-level cache

template <class T>
constexpr T kZeros[kTile] = {};

/// Channels whose places make up a tile.
int64_t channelsOfTile(const Conv& c) { return std::clamp<int64_t>(kTilePlaces / c.places, 1, c.channels); }

/// Images that are unfolded together, as those of one group: several where one alone has too few results for a tile.
int64_t imagesOfTile(const Conv& c) {
  return c.results > kTile / 2 ? 1 : std::clamp<int64_t>(kTile / c.results, 1, std::max<int64_t>(c.batch, 1));
}

/// How often that many make up the batch, the last time perhaps with fewer.
int64_t lotsOf(const Conv& c) { return (c.batch + imagesOfTile(c) - 1) / imagesOfTile(c); }

/// Whether each image is used as it lies.
bool isUnfolded(const Conv& c) { return c.isPlain() && imagesOfTile(c) == 1; }

/// A place of the kernel: where it lies in the image for result 0 of each dimension, and for which results of a row it
/// lies in the image.
struct Place {
  int64_t depth, height, width, begin, end;
};

std::vector<Place> placesOf(const Conv& c) {
  std::vector<Place> places;
  for (int64_t d = 0; d < c.kernel[0]; ++d)
    for (int64_t h = 0; h < c.kernel[1]; ++h)
      for (int64_t w = 0; w < c.kernel[2]; ++w) {
        const auto [begin, end] = c.inside(2, w);
        places.push_back({c.first(0, d), c.first(1, h), c.first(2, w), begin, end});
      }
  return places;
}

/// Calls `row(result, image, n)` for the parts of results [from, to) that lie in a row of the result, for one place of
/// the kernel: `n` results from number `result` on, the first of which sees the image at `image`; negative `n` stands
/// for -n results that see padding.
template <class Row>
RETROGRAD_INLINE void forEachRow(const Conv& c, const Place& place, int64_t from, int64_t to, const Row& row) {
  const int64_t width = c.result[2];
  int64_t w0 = from % width, height = from / width % c.result[1], depth = from / width / c.result[1];
  while (from < to) {
    const int64_t n = std::min(width - w0, to - from);
    const int64_t h = place.height + height * c.steps.stride[1], d = place.depth + depth * c.steps.stride[0];
    if (h < 0 || h >= c.size[1] || d < 0 || d >= c.size[0]) {
      row(from, 0, -n);
    } else {
      const int64_t b = std::clamp(place.begin, w0, w0 + n), e = std::clamp(place.end, b, w0 + n);
      if (b > w0) row(from, 0, w0 - b);
      if (e > b) row(from + b - w0, (d * c.size[1] + h) * c.size[2] + place.width + b * c.steps.stride[2], e - b);
      if (w0 + n > e) row(from + e - w0, 0, e - w0 - n);
    }
    from += n, w0 = 0;
    if (++height == c.result[1]) height = 0, ++depth;
  }
}

/// Lines `step` apart, one for each place of each of `count` channels of an image, of results [from, to).
template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void unfold(const Conv& c, const std::vector<Place>& places, T* line,
                                                      int64_t step, const T* x, int64_t count, int64_t from,
                                                      int64_t to) {
  const int64_t stride = c.steps.stride[2];
  for (int64_t channel = 0; channel < count; ++channel, x += c.area)
    for (const Place& place : places) {
      forEachRow(c, place, from, to, [&](int64_t result, int64_t image, int64_t n) {
        T* run = line + result - from;
        if (n < 0)
          copyLine(run, kZeros<T>, -n);
        else if (stride == 1)
          copyLine(run, x + image, n);
        else if (stride == 2)
          for (int64_t i = 0; i < n; ++i) run[i] = x[image + 2 * i];
        else
          for (int64_t i = 0; i < n; ++i) run[i] = x[image + i * stride];
      });
      line += step;
    }
}

/// The other way: adds to the image.
template <class T>
RETROGRAD_CLONES __attribute__((flatten)) void fold(const Conv& c, const std::vector<Place>& places, const T* line,
                                                    int64_t step, T* x, int64_t count, int64_t from, int64_t to) {
  const int64_t stride = c.steps.stride[2];
  for (int64_t channel = 0; channel < count; ++channel, x += c.area)
    for (const Place& place : places) {
      forEachRow(c, place, from, to, [&](int64_t result, int64_t image, int64_t n) {
        const T* run = line + result - from;
        T* at = x + image;
        if (stride == 1)
#pragma GCC ivdep
          for (int64_t i = 0; i < n; ++i) at[i] += run[i];
        else
          for (int64_t i = 0; i < n; ++i) at[i * stride] += run[i];
      });
      line += step;
    }
}

/// to[i] += from[i].
template <class T>
RETROGRAD_CLONES void addRun(T* to, const T* from, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) to[i] += from[i];
}

/// A piece of the work: results [from, to) of some images in a group.
struct Piece {
  const Conv& c;
  int64_t group, first, images, from, to;

  int64_t columns() const { return images * (to - from); }
  int64_t image(int64_t i) const { return (first + i) * c.groups + group; }  // counted through all groups
};

/// A thread's tile of unfolded images, and the results that belong to it where they come of several images.
template <class T>
class Tile {
 public:
  explicit Tile(const Conv& c)
      : conv_(c),
        places_(placesOf(c)),
        columns_(std::min(kTile, imagesOfTile(c) * c.results)),
        step_(columns_ + (columns_ > 16 ? 16 : 0)),  // rows that do not fall into the same lines of the cache
        memory_(new T[static_cast<size_t>(step_ * channelsOfTile(c) * c.places)]),
        together_(imagesOfTile(c) > 1 ? new T[static_cast<size_t>(c.outputs * columns_)] : nullptr) {}

  T* data() { return memory_.get(); }
  int64_t step() const { return step_; }
  Matrix<T> matrix() const { return {memory_.get(), step_, 1}; }
  Matrix<T> transposed() const { return {memory_.get(), 1, step_}; }

  /// Of the channels [c0, c0 + count) of the piece's images, all of which lie at `x`.
  void unfold(const Piece& p, const T* x, int64_t c0, int64_t count) {
    for (int64_t i = 0; i < p.images; ++i)
      cpu::unfold<T>(conv_, places_, data() + i * conv_.results, step_, channel(p, x, c0, i), count, p.from, p.to);
  }
  /// The other way: adds to the images.
  void fold(const Piece& p, T* x, int64_t c0, int64_t count) {
    for (int64_t i = 0; i < p.images; ++i)
      cpu::fold<T>(conv_, places_, data() + i * conv_.results, step_, channel(p, x, c0, i), count, p.from, p.to);
  }

  /// The piece's part of all results `y`, a line for each channel: in place, or gathered from several images.
  Matrix<T> results(const Piece& p, const T* y) {
    if (!together_) return {y + first(p), conv_.results, 1};
    forEachLine(p, [&](int64_t line, int64_t at) { copyLine(together_.get() + line, y + at, conv_.results); });
    return {together_.get(), p.columns(), 1};
  }
  /// Where that part is computed, and the step between its lines; `put` puts it among all results.
  std::pair<T*, int64_t> out(const Piece& p, T* y) {
    return together_ ? std::pair(together_.get(), p.columns()) : std::pair(y + first(p), conv_.results);
  }
  void put(const Piece& p, T* y) const {
    if (together_)
      forEachLine(p, [&](int64_t line, int64_t at) { copyLine(y + at, together_.get() + line, conv_.results); });
  }

 private:
  int64_t first(const Piece& p) const { return p.image(0) * conv_.outputs * conv_.results + p.from; }
  template <class X>
  X* channel(const Piece& p, X* x, int64_t c0, int64_t i) const {
    return x + (p.image(i) * conv_.channels + c0) * conv_.area;
  }
  /// Calls `fn(line, at)` for each channel of each image: where its results lie together, and among all.
  template <class Fn>
  void forEachLine(const Piece& p, const Fn& fn) const {
    for (int64_t i = 0; i < p.images; ++i)
      for (int64_t o = 0; o < conv_.outputs; ++o)
        fn(o * p.columns() + i * conv_.results, (p.image(i) * conv_.outputs + o) * conv_.results);
  }

  const Conv& conv_;
  std::vector<Place> places_;
  int64_t columns_, step_;
  std::unique_ptr<T[]> memory_, together_;
};

/// How many multiplications are worth a thread, given those of an item.
int64_t grainOf(int64_t work) { return std::max<int64_t>(1, kGrain / std::max<int64_t>(work, 1)); }

/// Calls `fn(c0, count)` for the tiles' channels of a group.
template <class Fn>
void forEachChannels(const Conv& c, Fn&& fn) {
  const int64_t step = channelsOfTile(c);
  for (int64_t c0 = 0; c0 < c.channels; c0 += step) fn(c0, std::min(step, c.channels - c0));
}

/// Calls `fn(piece)` for the pieces of `images` images from `first` on in a group.
template <class Fn>
void forEachPiece(const Conv& c, int64_t group, int64_t first, int64_t images, const Fn& fn) {
  const int64_t together = imagesOfTile(c), end = first + images;
  for (; first < end; first += together)
    for (int64_t from = 0; from < c.results; from += kTile)
      fn(Piece{c, group, first, std::min(together, end - first), from, std::min(from + kTile, c.results)});
}

template <class T>
void unfolded(const Conv& c, T* y, const T* x, const T* w, const T* bias) {
  const int64_t row = c.channels * c.places;  // of the weight
  const int64_t together = imagesOfTile(c), lots = lotsOf(c);
  const int64_t tiles = (c.results + kTile - 1) / kTile;
  const bool isPlain = isUnfolded(c);
  parallelFor(lots * c.groups * tiles, grainOf(c.outputs * row * std::min(kTile, together * c.results)),
              [&](int64_t begin, int64_t end) {
                Tile<T> tile(c);
                for (int64_t i = begin; i < end; ++i) {
                  const int64_t g = i / tiles % c.groups, first = i / tiles / c.groups * together;
                  const int64_t from = i % tiles * kTile;
                  const Piece p{
                      c, g, first, std::min(together, c.batch - first), from, std::min(from + kTile, c.results)};
                  const T* weight = w + g * c.outputs * row;
                  const auto [out, step] = tile.out(p, y);
                  if (bias)
                    for (int64_t o = 0; o < c.outputs; ++o)
                      std::fill_n(out + o * step, p.columns(), bias[g * c.outputs + o]);
                  if (isPlain) {
                    const T* in = x + p.image(0) * c.channels * c.area + from;
                    gemmBlock(c.outputs, p.columns(), row, Matrix<T>{weight, row, 1}, Matrix<T>{in, c.area, 1}, out,
                              step, bias != nullptr);
                    continue;
                  }
                  forEachChannels(c, [&](int64_t c0, int64_t count) {
                    tile.unfold(p, x, c0, count);
                    gemmBlock(c.outputs, p.columns(), count * c.places, Matrix<T>{weight + c0 * c.places, row, 1},
                              tile.matrix(), out, step, bias || c0);
                  });
                  tile.put(p, y);
                }
              });
}

template <class T>
void unfoldedInput(const Conv& c, T* x, const T* y, const T* w) {
  const int64_t row = c.channels * c.places, step = channelsOfTile(c), parts = (c.channels + step - 1) / step;
  const int64_t together = imagesOfTile(c), lots = lotsOf(c);
  const bool isPlain = isUnfolded(c);
  const int64_t work = c.outputs * step * c.places * c.results * together;
  parallelFor(lots * c.groups * parts, grainOf(work), [&](int64_t begin, int64_t end) {
    Tile<T> tile(c);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t g = i / parts % c.groups, first = i / parts / c.groups * together;
      const int64_t images = std::min(together, c.batch - first);
      const int64_t c0 = i % parts * step, count = std::min(step, c.channels - c0);
      const Matrix<T> weight{w + g * c.outputs * row + c0 * c.places, 1, row};
      auto channels = [&](int64_t image) { return x + (((first + image) * c.groups + g) * c.channels + c0) * c.area; };
      if (isPlain) {
        const T* gradient = y + (first * c.groups + g) * c.outputs * c.results;
        gemmBlock(count, c.results, c.outputs, weight, Matrix<T>{gradient, c.results, 1}, channels(0), c.area, false);
        continue;
      }
      for (int64_t image = 0; image < images; ++image) std::fill_n(channels(image), count * c.area, T(0));
      forEachPiece(c, g, first, images, [&](const Piece& p) {
        gemmBlock(count * c.places, p.columns(), c.outputs, weight, tile.results(p, y), tile.data(), tile.step(),
                  false);
        tile.fold(p, x, c0, count);
      });
    }
  });
}

/// The batch is taken in parts, whose number depends on the sizes alone, and whose sums are then added in order.
template <class T>
void unfoldedWeight(const Conv& c, T* w, const T* y, const T* x) {
  const int64_t row = c.channels * c.places, step = channelsOfTile(c), pieces = (c.channels + step - 1) / step;
  const int64_t elements = c.groups * c.outputs * row, together = imagesOfTile(c);
  const int64_t room = c.batch * c.groups * (c.channels * c.area + c.outputs * c.results) / 8;
  const int64_t parts =
      std::clamp<int64_t>(room / std::max<int64_t>(elements, 1), 1, std::clamp<int64_t>(c.batch / together, 1, 16));
  const bool isPlain = isUnfolded(c);
  const std::unique_ptr<T[]> sums(parts > 1 ? new T[static_cast<size_t>(parts * elements)] : nullptr);
  const int64_t work = c.batch / parts * c.outputs * step * c.places * c.results;
  parallelFor(parts * c.groups * pieces, grainOf(work), [&](int64_t begin, int64_t end) {
    Tile<T> tile(c);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t part = i / pieces / c.groups, g = i / pieces % c.groups;
      const int64_t c0 = i % pieces * step, count = std::min(step, c.channels - c0);
      T* out = (parts > 1 ? sums.get() + part * elements : w) + g * c.outputs * row + c0 * c.places;
      const int64_t first = part * c.batch / parts, last = (part + 1) * c.batch / parts;
      bool add = false;
      forEachPiece(c, g, first, last - first, [&](const Piece& p) {
        if (!isPlain) tile.unfold(p, x, c0, count);
        const T* in = x + (p.image(0) * c.channels + c0) * c.area + p.from;
        gemmBlock(c.outputs, count * c.places, p.columns(), tile.results(p, y),
                  isPlain ? Matrix<T>{in, 1, c.area} : tile.transposed(), out, row, add);
        add = true;
      });
    }
  });
  for (int64_t part = 0; part < parts && parts > 1; ++part)
    parallelFor(elements, kGrain, [&](int64_t begin, int64_t end) {
      const T* from = sums.get() + part * elements;
      if (part == 0)
        std::copy(from + begin, from + end, w + begin);
      else
        addRun(w + begin, from + begin, end - begin);
    });
}

void convKernel(const Tensor& y, const Tensor& x, const Tensor& w, const Tensor& bias, const ConvSteps& steps) {
  const Conv c(y, x, w, steps);
  dispatchFloating(y.dtype(), [&]<class T>(Type<T>) {
    const T* b = bias.defined() ? bias.data<T>() : nullptr;
    (isDirect(c) ? convDirect<T> : unfolded<T>)(c, y.data<T>(), x.data<T>(), w.data<T>(), b);
  });
}

void convInputKernel(const Tensor& x, const Tensor& y, const Tensor& w, const ConvSteps& steps) {
  const Conv c(y, x, w, steps);
  dispatchFloating(y.dtype(), [&]<class T>(Type<T>) {
    (isDirect(c) ? convInputDirect<T> : unfoldedInput<T>)(c, x.data<T>(), y.data<T>(), w.data<T>());
  });
}

void convWeightKernel(const Tensor& w, const Tensor& y, const Tensor& x, const ConvSteps& steps) {
  const Conv c(y, x, w, steps);
  dispatchFloating(y.dtype(), [&]<class T>(Type<T>) {
    (isDirect(c) ? convWeightDirect<T> : unfoldedWeight<T>)(c, w.data<T>(), y.data<T>(), x.data<T>());
  });
}

const decltype(convSlot)::Fill fill(convSlot, DeviceType::CPU, &convKernel);
const decltype(convInputSlot)::Fill fillInput(convInputSlot, DeviceType::CPU, &convInputKernel);
const decltype(convWeightSlot)::Fill fillWeight(convWeightSlot, DeviceType::CPU, &convWeightKernel);

}  // namespace

}  // namespace retrograd::cpu
