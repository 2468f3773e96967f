#include "kernel/resample.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "cpu/clones.h"
#include "cpu/threads.h"

namespace retrograd::cpu {

namespace {

/// A dimension of the result and the taps of its places.
template <class T>
struct Axis {
  int64_t in, out;
  const int32_t *begins, *places;
  const T* weights;

  Axis(const Tensor& to, const Tensor& from, const Taps& taps, int d)
      : in(from.size(d + 1)),
        out(to.size(d + 1)),
        begins(taps.at<int32_t>(taps.begins[d])),
        places(taps.at<int32_t>(taps.places[d])),
        weights(taps.moves ? nullptr : taps.at<T>(taps.weights[d])) {}

  int64_t taps() const { return begins[out]; }
  /// How many taps each place has; 0 where their numbers differ.
  int32_t each() const {
    for (int64_t j = 0; j <= out; ++j)
      if (begins[j] != begins[1] * j) return 0;
    return begins[1];
  }
};

template <class T>
struct Axes {
  Axis<T> depth, height, width;
  Axes(const Tensor& out, const Tensor& in, const Taps& taps)
      : depth(out, in, taps, 0), height(out, in, taps, 1), width(out, in, taps, 2) {}
};

/// Calls `row(result, plane, d, h)` for the rows of the result: where it lies, and of which plane and place it is.
template <class T, class Row>
void forEachRow(const Axes<T>& a, T* out, int64_t begin, int64_t end, Row&& row) {
  for (int64_t i = begin; i < end; ++i)
    row(out + i * a.width.out, i / a.height.out / a.depth.out, i / a.height.out % a.depth.out, i % a.height.out);
}

/// Whether a place has one tap, of weight 1.
template <class T>
bool isOne(const Axis<T>& a, int64_t j) {
  return a.begins[j + 1] - a.begins[j] == 1 && (!a.weights || a.weights[a.begins[j]] == 1);
}

/// The longest run of places that have such a tap, on neighbours in order.
template <class T>
std::pair<int64_t, int64_t> longestRun(const Axis<T>& a) {
  std::pair<int64_t, int64_t> best{0, 0};
  for (int64_t j = 0, begin = 0; j < a.out; ++j) {
    if (!isOne(a, j)) {
      begin = j + 1;
      continue;
    }
    if (j > begin && a.places[a.begins[j]] != a.places[a.begins[j] - 1] + 1) begin = j;
    if (j + 1 - begin > best.second - best.first) best = {begin, j + 1};
  }
  return best;
}

template <class T>
void copyRun(T* to, const T* from, const Axis<T>& a, std::pair<int64_t, int64_t> run) {
  if (run.second > run.first)
    std::memcpy(to + run.first, from + a.places[a.begins[run.first]],
                static_cast<size_t>(run.second - run.first) * sizeof(T));
}

// ---- elements that are moved ----

template <class T>
void move(const Tensor& out, const Tensor& in, const Taps& taps) {
  const Axes<T> a(out, in, taps);
  const int32_t* places = a.width.places;
  const std::pair<int64_t, int64_t> run = longestRun(a.width);
  parallelFor(out.numel() / a.width.out, std::max<int64_t>(1, kGrain / a.width.out), [&](int64_t begin, int64_t end) {
    forEachRow(a, out.data<T>(), begin, end, [&](T* to, int64_t plane, int64_t d, int64_t h) {
      const T* from =
          in.data<T>() + ((plane * a.depth.in + a.depth.places[d]) * a.height.in + a.height.places[h]) * a.width.in;
      for (int64_t j = 0; j < run.first; ++j) to[j] = from[places[j]];
      copyRun(to, from, a.width, run);
      for (int64_t j = run.second; j < a.width.out; ++j) to[j] = from[places[j]];
    });
  });
}

// ---- elements that are added: rows first, then what lies in the row ----

template <class T>
RETROGRAD_CLONES void scaleRow(T* to, const T* from, T factor, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) to[i] = factor * from[i];
}

template <class T>
RETROGRAD_CLONES void addScaledRow(T* to, const T* from, T factor, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) to[i] += factor * from[i];
}

/// `kTaps` for each place.
template <int kTaps, class T>
RETROGRAD_CLONES void takeSame(T* to, const T* from, const int32_t* places, const T* weights, int64_t n) {
  for (int64_t j = 0; j < n; ++j) {
    T sum = weights[j * kTaps] * from[places[j * kTaps]];
    for (int k = 1; k < kTaps; ++k) sum += weights[j * kTaps + k] * from[places[j * kTaps + k]];
    to[j] = sum;
  }
}

template <class T>
void takeAny(T* to, const T* from, const Axis<T>& a, int64_t begin, int64_t end) {
  for (int64_t j = begin; j < end; ++j) {
    T sum = 0;
    for (int32_t e = a.begins[j]; e < a.begins[j + 1]; ++e) sum += a.weights[e] * from[a.places[e]];
    to[j] = sum;
  }
}

template <class T>
void take(T* to, const T* from, const Axis<T>& a, int32_t each, std::pair<int64_t, int64_t> run) {
  switch (each) {
    case 1: return takeSame<1>(to, from, a.places, a.weights, a.out);
    case 2: return takeSame<2>(to, from, a.places, a.weights, a.out);
    case 4: return takeSame<4>(to, from, a.places, a.weights, a.out);
    default:
      takeAny(to, from, a, 0, run.first);
      copyRun(to, from, a, run);
      takeAny(to, from, a, run.second, a.out);
  }
}

template <class T>
void add(const Tensor& out, const Tensor& in, const Taps& taps) {
  const Axes<T> a(out, in, taps);
  const int64_t rows = a.depth.taps() * a.height.taps() / (a.depth.out * a.height.out);  // for each of the result
  const int64_t work = std::max<int64_t>(1, a.width.taps() + rows * a.width.in);
  const int32_t each = a.width.each();
  const std::pair<int64_t, int64_t> run = longestRun(a.width);
  parallelFor(out.numel() / a.width.out, std::max<int64_t>(1, kGrain / work), [&](int64_t begin, int64_t end) {
    const std::unique_ptr<T[]> memory(new T[static_cast<size_t>(a.width.in)]);
    T* const sum = memory.get();
    forEachRow(a, out.data<T>(), begin, end, [&](T* to, int64_t plane, int64_t d, int64_t h) {
      const T* from = in.data<T>() + plane * a.depth.in * a.height.in * a.width.in;
      bool first = true;
      const T* row = sum;
      for (int32_t i = a.depth.begins[d]; i < a.depth.begins[d + 1]; ++i)
        for (int32_t j = a.height.begins[h]; j < a.height.begins[h + 1]; ++j) {
          const T* next = from + (a.depth.places[i] * a.height.in + a.height.places[j]) * a.width.in;
          const T weight = a.depth.weights[i] * a.height.weights[j];
          if (isOne(a.depth, d) && isOne(a.height, h))
            row = next;  // nothing is added to it
          else
            (first ? &scaleRow<T> : &addScaledRow<T>)(sum, next, weight, a.width.in);
          first = false;
        }
      if (first)
        std::fill_n(to, a.width.out, T(0));
      else
        take(to, row, a.width, each, run);
    });
  });
}

void resampleKernel(const Tensor& out, const Tensor& in, const Taps& taps) {
  if (taps.moves)
    dispatchSize(out.dtype(), [&]<class T>(T) { move<T>(out, in, taps); });
  else
    dispatchFloating(out.dtype(), [&]<class T>(Type<T>) { add<T>(out, in, taps); });
}

const decltype(resampleSlot)::Fill fill(resampleSlot, DeviceType::CPU, &resampleKernel);

}  // namespace

}  // namespace retrograd::cpu
