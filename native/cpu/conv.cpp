#include "kernel/conv.h"

#include <algorithm>
#include <cstring>
#include <memory>

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

/// Channels whose places make up a tile.
int64_t channelsOfTile(const Conv& c) { return std::clamp<int64_t>(kTilePlaces / c.places, 1, c.channels); }

/// Calls `row(result, image, n, skipped)` for the parts of results [from, to) that lie in a row of the result, for one
/// place of the kernel: `n` results from number `result` on, the first of which sees the image at `image`; negative `n`
/// stands for -n results that see padding.
template <class Row>
void forEachRow(const Conv& c, int64_t place, int64_t from, int64_t to, Row&& row) {
  const int64_t kw = place % c.kernel[2], kh = place / c.kernel[2] % c.kernel[1],
                kd = place / c.kernel[2] / c.kernel[1];
  const auto [begin, end] = c.inside(2, kw);
  while (from < to) {
    const int64_t line = from / c.result[2], w0 = from % c.result[2];
    const int64_t n = std::min(c.result[2] - w0, to - from);
    const int64_t h = c.first(1, kh) + line % c.result[1] * c.steps.stride[1];
    const int64_t d = c.first(0, kd) + line / c.result[1] * c.steps.stride[0];
    if (h < 0 || h >= c.size[1] || d < 0 || d >= c.size[0]) {
      row(from, 0, -n);
    } else {
      const int64_t b = std::clamp(begin, w0, w0 + n), e = std::clamp(end, w0, w0 + n);
      if (b > w0) row(from, 0, w0 - b);
      if (e > b) row(from + b - w0, (d * c.size[1] + h) * c.size[2] + c.first(2, kw) + b * c.steps.stride[2], e - b);
      if (w0 + n > std::max(b, e)) row(from + std::max(b, e) - w0, 0, std::max(b, e) - w0 - n);
    }
    from += n;
  }
}

/// to[i] = from[i * step].
template <class T>
RETROGRAD_CLONES void takeRun(T* to, const T* from, int64_t step, int64_t n) {
  if (step == 1) {
    std::memcpy(to, from, static_cast<size_t>(n) * sizeof(T));
    return;
  }
  for (int64_t i = 0; i < n; ++i) to[i] = from[i * step];
}

/// to[i * step] += from[i].
template <class T>
RETROGRAD_CLONES void addRun(T* to, int64_t step, const T* from, int64_t n) {
  if (step == 1) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) to[i] += from[i];
    return;
  }
  for (int64_t i = 0; i < n; ++i) to[i * step] += from[i];
}

/// A thread's tile of the unfolded image.
template <class T>
class Tile {
 public:
  explicit Tile(const Conv& c)
      : conv_(c),
        step_(std::min(kTile, c.results) +
              (c.results > 16 ? 16 : 0)),  // rows that do not fall into the same lines of the cache
        memory_(new T[static_cast<size_t>(step_ * channelsOfTile(c) * c.places)]) {}

  T* data() { return memory_.get(); }
  int64_t step() const { return step_; }
  Matrix<T> matrix() const { return {memory_.get(), step_, 1}; }
  Matrix<T> transposed() const { return {memory_.get(), 1, step_}; }

  /// Results [from, to) of `count` channels from `x` on.
  void unfold(const T* x, int64_t count, int64_t from, int64_t to) {
    T* row = memory_.get();
    for (int64_t c = 0; c < count; ++c, x += conv_.area)
      for (int64_t k = 0; k < conv_.places; ++k, row += step_)
        forEachRow(conv_, k, from, to, [&](int64_t result, int64_t image, int64_t n) {
          if (n < 0)
            std::fill_n(row + result - from, -n, T(0));
          else
            takeRun(row + result - from, x + image, conv_.steps.stride[2], n);
        });
  }
  /// The other way: adds to the image.
  void fold(T* x, int64_t count, int64_t from, int64_t to) const {
    const T* row = memory_.get();
    for (int64_t c = 0; c < count; ++c, x += conv_.area)
      for (int64_t k = 0; k < conv_.places; ++k, row += step_)
        forEachRow(conv_, k, from, to, [&](int64_t result, int64_t image, int64_t n) {
          if (n > 0) addRun(x + image, conv_.steps.stride[2], row + result - from, n);
        });
  }

 private:
  const Conv& conv_;
  int64_t step_;
  std::unique_ptr<T[]> memory_;
};

/// How many multiplications are worth a thread, given those of an item.
int64_t grainOf(int64_t work) { return std::max<int64_t>(1, kGrain / std::max<int64_t>(work, 1)); }

/// Calls `fn(c0, count)` for the tiles' channels of a group.
template <class Fn>
void forEachChannels(const Conv& c, Fn&& fn) {
  const int64_t step = channelsOfTile(c);
  for (int64_t c0 = 0; c0 < c.channels; c0 += step) fn(c0, std::min(step, c.channels - c0));
}

template <class T>
void unfolded(const Conv& c, T* y, const T* x, const T* w, const T* bias) {
  const int64_t row = c.channels * c.places;  // of the weight
  const int64_t tiles = (c.results + kTile - 1) / kTile;
  parallelFor(c.batch * c.groups * tiles, grainOf(c.outputs * row * std::min(kTile, c.results)),
              [&](int64_t begin, int64_t end) {
                Tile<T> tile(c);
                for (int64_t i = begin; i < end; ++i) {
                  const int64_t image = i / tiles, g = image % c.groups;  // images of one group each
                  const int64_t from = i % tiles * kTile, to = std::min(from + kTile, c.results), n = to - from;
                  T* out = y + image * c.outputs * c.results + from;
                  const T* in = x + image * c.channels * c.area;
                  const T* weight = w + g * c.outputs * row;
                  if (bias)
                    for (int64_t o = 0; o < c.outputs; ++o)
                      std::fill_n(out + o * c.results, n, bias[g * c.outputs + o]);
                  if (c.isPlain()) {
                    gemmBlock(c.outputs, n, row, Matrix<T>{weight, row, 1}, Matrix<T>{in + from, c.area, 1}, out,
                              c.results, bias != nullptr);
                    continue;
                  }
                  forEachChannels(c, [&](int64_t c0, int64_t count) {
                    tile.unfold(in + c0 * c.area, count, from, to);
                    gemmBlock(c.outputs, n, count * c.places, Matrix<T>{weight + c0 * c.places, row, 1}, tile.matrix(),
                              out, c.results, bias || c0);
                  });
                }
              });
}

template <class T>
void unfoldedInput(const Conv& c, T* x, const T* y, const T* w) {
  const int64_t row = c.channels * c.places, step = channelsOfTile(c), parts = (c.channels + step - 1) / step;
  parallelFor(
      c.batch * c.groups * parts, grainOf(c.outputs * step * c.places * c.results), [&](int64_t begin, int64_t end) {
        Tile<T> tile(c);
        for (int64_t i = begin; i < end; ++i) {
          const int64_t image = i / parts, g = image % c.groups;
          const int64_t c0 = i % parts * step, count = std::min(step, c.channels - c0);
          T* out = x + (image * c.channels + c0) * c.area;
          const T* gradient = y + image * c.outputs * c.results;
          const Matrix<T> weight{w + g * c.outputs * row + c0 * c.places, 1, row};
          if (c.isPlain()) {
            gemmBlock(count, c.results, c.outputs, weight, Matrix<T>{gradient, c.results, 1}, out, c.area, false);
            continue;
          }
          std::fill_n(out, count * c.area, T(0));
          for (int64_t from = 0; from < c.results; from += kTile) {
            const int64_t to = std::min(from + kTile, c.results);
            gemmBlock(count * c.places, to - from, c.outputs, weight, Matrix<T>{gradient + from, c.results, 1},
                      tile.data(), tile.step(), false);
            tile.fold(out, count, from, to);
          }
        }
      });
}

/// The batch is taken in parts, whose number depends on the sizes alone, and whose sums are then added in order.
template <class T>
void unfoldedWeight(const Conv& c, T* w, const T* y, const T* x) {
  const int64_t row = c.channels * c.places, step = channelsOfTile(c), pieces = (c.channels + step - 1) / step;
  const int64_t elements = c.groups * c.outputs * row;
  const int64_t room = c.batch * c.groups * (c.channels * c.area + c.outputs * c.results) / 8;
  const int64_t parts = std::clamp<int64_t>(room / std::max<int64_t>(elements, 1), 1, std::min<int64_t>(c.batch, 16));
  const std::unique_ptr<T[]> sums(parts > 1 ? new T[static_cast<size_t>(parts * elements)] : nullptr);
  const int64_t work = c.batch / parts * c.outputs * step * c.places * c.results;
  parallelFor(parts * c.groups * pieces, grainOf(work), [&](int64_t begin, int64_t end) {
    Tile<T> tile(c);
    for (int64_t i = begin; i < end; ++i) {
      const int64_t part = i / pieces / c.groups, g = i / pieces % c.groups;
      const int64_t c0 = i % pieces * step, count = std::min(step, c.channels - c0);
      T* out = (parts > 1 ? sums.get() + part * elements : w) + g * c.outputs * row + c0 * c.places;
      bool add = false;
      for (int64_t n = part * c.batch / parts; n < (part + 1) * c.batch / parts; ++n) {
        const T* gradient = y + (n * c.groups + g) * c.outputs * c.results;
        const T* in = x + ((n * c.groups + g) * c.channels + c0) * c.area;
        for (int64_t from = 0; from < c.results; from += kTile, add = true) {
          const int64_t to = std::min(from + kTile, c.results);
          if (!c.isPlain()) tile.unfold(in, count, from, to);
          gemmBlock(c.outputs, count * c.places, to - from, Matrix<T>{gradient + from, c.results, 1},
                    c.isPlain() ? Matrix<T>{in + from, 1, c.area} : tile.transposed(), out, row, add);
        }
      }
    }
  });
  for (int64_t part = 0; part < parts && parts > 1; ++part)
    parallelFor(elements, kGrain, [&](int64_t begin, int64_t end) {
      const T* from = sums.get() + part * elements;
      if (part == 0)
        std::copy(from + begin, from + end, w + begin);
      else
        addRun(w + begin, 1, from + begin, end - begin);
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
