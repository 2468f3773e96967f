#include "kernel/copy.h"

#include <cstring>
#include <vector>

#include "cpu/pointwise.h"
#include "cpu/transpose.h"
#include "math/carry.h"
#include "math/elementary.h"

namespace retrograd::cpu {

namespace {

template <class From, class To>
RETROGRAD_CLONES void castRun(const void*, char* const* p, int64_t n) {
  To* out = reinterpret_cast<To*>(p[0]);
  const From* in = reinterpret_cast<const From*>(p[1]);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) out[i] = convert<To>(in[i]);
}

template <class T>
void sameRun(const void*, char* const* p, int64_t n) {
  std::memmove(p[0], p[1], static_cast<size_t>(n) * sizeof(T));
}

// A copy where the result is dense along one dimension and the operand along another. The result is written strip by
// strip, the strips block by block.

template <class T>
RETROGRAD_CLONES void transposeStrip(T* to, int64_t toStep, const T* from, int64_t fromStep, int64_t rows,
                                     int64_t columns) {
  if constexpr (sizeof(T) == 1) {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < columns; ++c) to[r * toStep + c] = from[c * fromStep + r];
  } else {
    for (int64_t c = 0; c < columns; c += kTransposeSide) {
      if (c + 2 * kTransposeSide <= columns)
        for (int64_t i = 0; i < kTransposeSide; ++i) __builtin_prefetch(from + (c + kTransposeSide + i) * fromStep);
      transposeBlock(from + c * fromStep, fromStep, to + c, toStep, std::min(kTransposeSide, columns - c), rows);
    }
  }
}

/// Lines too short to be worth a run each: the other way round, the elements of one number in all lines are one.
template <class T>
RETROGRAD_CLONES void shortLines(T* to, int64_t toNext, int64_t toStep, const T* from, int64_t fromNext,
                                 int64_t fromStep, int64_t lines, int64_t length) {
  for (int64_t i = 0; i < length; ++i)
    for (int64_t l = 0; l < lines; ++l) to[l * toNext + i * toStep] = from[l * fromNext + i * fromStep];
}

/// Calls `fn(out, in, n)` for strips of up to `side` elements of dimension `along`, by their first elements: with all
/// of the innermost dimension, they make up the result.
template <class T, class Fn>
void forEachStrip(const Plan& plan, int along, int64_t side, const Fn& fn) {
  const int inner = plan.rank - 1;
  Plan outer = plan;
  outer.sizes[along] = (plan.sizes[along] + side - 1) / side;
  for (int k = 0; k < 2; ++k) outer.strides[k][along] = plan.strides[k][along] * side;
  outer.sizes[inner] = 1;
  int64_t strips = 1, below = 1;
  for (int d = 0; d < outer.rank; ++d) strips *= outer.sizes[d];
  for (int d = along + 1; d < outer.rank; ++d) below *= outer.sizes[d];
  parallelFor(strips, std::max<int64_t>(1, kGrain / (side * plan.sizes[inner])), [&](int64_t begin, int64_t end) {
    int64_t strip = begin;
    forEachRow(outer, begin, end, [&](const int64_t* offsets, int64_t) {
      const int64_t first = strip++ / below % outer.sizes[along] * side;
      fn(reinterpret_cast<T*>(plan.data[0] + offsets[0]), reinterpret_cast<const T*>(plan.data[1] + offsets[1]),
         std::min(side, plan.sizes[along] - first));
    });
  });
}

template <class T>
void copyTransposed(const Plan& plan, int dense) {
  constexpr int64_t kItem = sizeof(T);
  forEachStrip<T>(plan, dense, kTransposeSide, [&](T* to, const T* from, int64_t n) {
    transposeStrip(to, plan.strides[0][dense] / kItem, from, plan.step(1) / kItem, n, plan.sizes[plan.rank - 1]);
  });
}

constexpr int64_t kShort = 8;    // elements of a short line, at most
constexpr int64_t kLines = 256;  // lines that are copied together: the first-level cache holds them

template <class T>
void copyShortLines(const Plan& plan) {
  constexpr int64_t kItem = sizeof(T);
  const int inner = plan.rank - 1, outer = plan.rank - 2;
  forEachStrip<T>(plan, outer, kLines, [&](T* to, const T* from, int64_t n) {
    shortLines(to, plan.strides[0][outer] / kItem, plan.step(0) / kItem, from, plan.strides[1][outer] / kItem,
               plan.step(1) / kItem, n, plan.sizes[inner]);
  });
}

bool hasShortLines(const Plan& plan) {
  return plan.rank > 1 && plan.sizes[plan.rank - 1] <= kShort && plan.sizes[plan.rank - 2] > plan.sizes[plan.rank - 1];
}

/// The dimension along which the operand is dense, where a tiled copy pays; -1 otherwise.
int tiledDimension(const Plan& plan) {
  const int inner = plan.rank - 1;
  const int64_t item = plan.itemSize[0];
  if (plan.step(0) != item || std::abs(plan.step(1)) < 4 * item || plan.sizes[inner] < 4) return -1;
  for (int d = 0; d < inner; ++d)
    if (plan.strides[1][d] == item && plan.sizes[d] >= 4) return d;
  return -1;
}

void copyKernel(const Tensor& out, const Tensor& in) {
  const int64_t n = out.numel();
  if (n == 0) return;
  RunFn run = converter(in.dtype(), out.dtype());
  if (out.isContiguous() && in.isContiguous() && in.numel() == n && n <= kGrain) {
    char* p[] = {static_cast<char*>(out.data()), static_cast<char*>(in.data())};
    return run(nullptr, p, n);
  }
  if (in.dtype() == out.dtype()) {
    Plan plan(out.sizes(), {&out, &in});
    plan.sortByStride();
    plan.merge();
    if (int d = tiledDimension(plan); d >= 0)
      return dispatchSize(out.dtype(), [&]<class T>(T) { copyTransposed<T>(plan, d); });
    if (hasShortLines(plan)) return dispatchSize(out.dtype(), [&]<class T>(T) { copyShortLines<T>(plan); });
  }
  elementwise(run, nullptr, {&out, &in}, kGrain);
}

template <class T>
void fillRun(const void* value, char* const* p, int64_t n) {
  std::fill_n(reinterpret_cast<T*>(p[0]), n, *static_cast<const T*>(value));
}

void fillKernel(const Tensor& out, Scalar value) {
  const uint64_t bits = value.bitsAs(out.dtype());
  dispatchSize(out.dtype(), [&]<class T>(T) { elementwise(&fillRun<T>, &bits, {&out}, kGrain); });
}

template <class T, class S>
RETROGRAD_CLONES void rangeRun(T* out, S start, S step, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i)
    out[i] = convert<T>(math::wrappingAdd(start, math::wrappingMul(static_cast<S>(i), step)));
}

void rangeKernel(const Tensor& out, Scalar start, Scalar step) {
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) {
    parallelFor(out.numel(), kGrain, [&](int64_t begin, int64_t end) {
      if (start.isFloating() || step.isFloating())
        rangeRun<T, double>(out.data<T>(), start.toDouble(), step.toDouble(), begin, end);
      else
        rangeRun<T, int64_t>(out.data<T>(), start.to<int64_t>(), step.to<int64_t>(), begin, end);
    });
  });
}

void triangleKernel(const Tensor& out, const Tensor& in, int64_t diagonal, bool lower) {
  const Dims& sizes = out.sizes();
  const int64_t rank = out.dim();
  if (out.numel() == 0) return;
  const int64_t rows = sizes[rank - 2], columns = sizes[rank - 1];
  Plan plan(sizes, {&out, &in});
  plan.close();
  const int64_t item = plan.itemSize[0];
  parallelFor(out.numel() / columns, std::max<int64_t>(1, kGrain / columns), [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      // Columns [from, to) of this row stay.
      int64_t split = std::clamp(r % rows + diagonal + (lower ? 1 : 0), int64_t{0}, columns);
      int64_t from = lower ? 0 : split, to = lower ? split : columns;
      int64_t column = 0;
      forEachRow(plan, r * columns, (r + 1) * columns, [&](const int64_t* offsets, int64_t n) {
        for (int64_t i = 0; i < n; ++i, ++column) {
          char* cell = plan.data[0] + offsets[0] + i * plan.step(0);
          if (column >= from && column < to)
            std::memmove(cell, plan.data[1] + offsets[1] + i * plan.step(1), static_cast<size_t>(item));
          else
            std::memset(cell, 0, static_cast<size_t>(item));
        }
      });
    }
  });
}

/// Carries along what additions round off, in memory that lies as the result does from its first to its last element.
template <class T>
void overlappingAddMany(const Plan& plan) {
  const auto [lowest, highest] = plan.reach(0);
  std::vector<T> rests(static_cast<size_t>(highest - lowest) / sizeof(T) + 1);
  char* const restsAt = reinterpret_cast<char*>(rests.data()) - lowest;
  forEachRow(plan, 0, plan.total, [&](const int64_t* offsets, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      const int64_t at = offsets[0] + i * plan.step(0);
      T &sum = *reinterpret_cast<T*>(plan.data[0] + at), &rest = *reinterpret_cast<T*>(restsAt + at);
      math::carry(sum, rest, *reinterpret_cast<const T*>(plan.data[1] + offsets[1] + i * plan.step(1)));
    }
  });
  T* sums = reinterpret_cast<T*>(plan.data[0] + lowest);
  for (size_t i = 0; i < rests.size(); ++i)
    if (rests[i] < 0 || rests[i] > 0) sums[i] += rests[i];
}

void overlappingAddKernel(const Tensor& out, const Tensor& in) {
  if (out.numel() == 0) return;
  Plan plan(out.sizes(), {&out, &in});
  plan.merge();  // keeps the order, in which elements are added
  const uint64_t apart = meetingFree(plan);
  int64_t meet = 1;  // elements in one place, at most
  for (int d = 0; d < plan.rank; ++d)
    if (!(apart >> d & 1)) meet *= plan.sizes[d];
  if (isFloating(out.dtype()) && meet >= kManyAdditions)
    return dispatchFloating(out.dtype(), [&]<class T>(Type<T>) { overlappingAddMany<T>(plan); });
  dispatchSum(out.dtype(), [&]<class T>(Type<T>) {
    forEachRow(plan, 0, plan.total, [&](const int64_t* offsets, int64_t n) {
      char* to = plan.data[0] + offsets[0];
      const char* from = plan.data[1] + offsets[1];
      for (int64_t i = 0; i < n; ++i, to += plan.step(0), from += plan.step(1)) {
        T& cell = *reinterpret_cast<T*>(to);
        const T value = *reinterpret_cast<const T*>(from);
        if constexpr (std::is_same_v<T, bool>)
          cell = cell | value;
        else
          cell = math::wrappingAdd(cell, value);
      }
    });
  });
}

}  // namespace

RunFn converter(DType from, DType to) {
  return dispatch(from, [&]<class From>(Type<From>) {
    return dispatch(to, [&]<class To>(Type<To>) -> RunFn {
      if constexpr (std::is_same_v<From, To>)
        return &sameRun<From>;
      else
        return &castRun<From, To>;
    });
  });
}

namespace {

const decltype(copySlot)::Fill fillCopy(copySlot, DeviceType::CPU, &copyKernel);
const decltype(fillSlot)::Fill fillFill(fillSlot, DeviceType::CPU, &fillKernel);
const decltype(rangeSlot)::Fill fillRange(rangeSlot, DeviceType::CPU, &rangeKernel);
const decltype(triangleSlot)::Fill fillTriangle(triangleSlot, DeviceType::CPU, &triangleKernel);
const decltype(overlappingAddSlot)::Fill fillOverlapping(overlappingAddSlot, DeviceType::CPU, &overlappingAddKernel);

}  // namespace

}  // namespace retrograd::cpu
