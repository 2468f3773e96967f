#include "cuda/lines.cuh"
#include "kernel/reduce.h"
#include "math/carry.h"

namespace retrograd::cuda {

namespace {

/// What sums of T are added up in.
template <class T>
using SumOf = std::conditional_t<std::is_same_v<T, float>, double, T>;

/// Chunks of kLineItems elements for each thread, one chunk row after the other; within one, threads add up what lies
/// left of them in shared memory.
template <class T>
__global__ void __launch_bounds__(kBlock) cumsumKernel(Lines<2> lines) {
  using S = SumOf<T>;
  SharedArea area;
  S* shared = area.take<S>(kBlock);
  const LineThread<2> me(lines);
  const int t = threadNumber();
  constexpr S kNone = std::is_floating_point_v<S> ? S(-0.0) : S(0);  // keeps the sign of a zero
  math::Carry<S> carry{kNone, S(0)};
  const int64_t chunk = static_cast<int64_t>(lines.threads) * kLineItems;
  for (int64_t base = 0; base < lines.n; base += chunk) {
    const int64_t first = base + me.place * kLineItems;
    S items[kLineItems];
    S sum = kNone;
#pragma unroll
    for (int j = 0; j < kLineItems; ++j) {
      const bool inside = me.exists && first + j < lines.n;
      sum = math::wrappingAdd(sum, inside ? static_cast<S>(me.template element<const T>(lines, 1, first + j)) : kNone);
      items[j] = sum;
    }
    shared[t] = sum;
    barrier();
    for (int h = 1; h < lines.threads; h *= 2) {
      const S left = me.place >= h ? shared[t - h * me.partner] : kNone;
      barrier();
      shared[t] = math::wrappingAdd(left, shared[t]);
      barrier();
    }
    const S before = me.place ? math::wrappingAdd(carry.value(), shared[t - me.partner]) : carry.value();
    const S last = shared[t + (lines.threads - 1 - me.place) * me.partner];
    barrier();
#pragma unroll
    for (int j = 0; j < kLineItems; ++j)
      if (me.exists && first + j < lines.n)
        me.template element<T>(lines, 0, first + j) = static_cast<T>(math::wrappingAdd(before, items[j]));
    carry.add(last);
  }
}

template <class T>
struct Candidate {
  T value;
  int64_t where;
};

/// The first of equals wins, NaN beats all but an earlier NaN.
template <class T, bool kLargest>
__device__ inline Candidate<T> better(const Candidate<T>& a, const Candidate<T>& b) {
  if (a.where < 0) return b;
  if (b.where < 0) return a;
  const bool aNan = a.value != a.value, bNan = b.value != b.value;
  if (aNan != bNan) return aNan ? a : b;
  const bool equal = aNan || a.value == b.value;
  if (equal) return a.where < b.where ? a : b;
  return (kLargest ? a.value > b.value : a.value < b.value) ? a : b;
}

template <class T, bool kLargest>
__global__ void __launch_bounds__(kBlock) extremumKernel(Lines<3> lines) {
  SharedArea area;
  Candidate<T>* shared = area.take<Candidate<T>>(kBlock);
  const LineThread<3> me(lines);
  Candidate<T> best{T(), -1};
  for (int64_t i = me.place; me.exists && i < lines.n; i += lines.threads)
    best = better<T, kLargest>(best, Candidate<T>{me.template element<const T>(lines, 2, i), i});
  best = reduceLine(best, shared, lines, me,
                    [](const Candidate<T>& a, const Candidate<T>& b) { return better<T, kLargest>(a, b); });
  if (!me.exists || me.place != 0) return;
  me.template element<T>(lines, 0, 0) = best.value;
  me.template element<int64_t>(lines, 1, 0) = best.where;
}

void cumsumFamily(const Tensor& out, const Tensor& in, int64_t dim) {
  if (out.numel() == 0) return;
  const Lines<2> lines = makeLines<2>("cumsum", {&out, &in}, dim);
  dispatchComputed(in.dtype(), [&]<class T>(Type<T>) {
    if constexpr (std::is_same_v<T, bool>)
      failDType("cumsum", in.dtype());
    else
      launchLines<SumOf<T>>(&cumsumKernel<T>, lines, use(out));
  });
}

void extremumFamily(const Tensor& values, const Tensor& indices, const Tensor& in, int64_t dim, bool largest) {
  if (values.numel() == 0) return;
  const Lines<3> lines = makeLines<3>("extremum", {&values, &indices, &in}, dim);
  dispatch(in.dtype(), [&]<class T>(Type<T>) {
    launchLines<Candidate<T>>(largest ? &extremumKernel<T, true> : &extremumKernel<T, false>, lines, use(in));
  });
}

const decltype(cumsumSlot)::Fill fillCumsum(cumsumSlot, DeviceType::CUDA, &cumsumFamily);
const decltype(extremumSlot)::Fill fillExtremum(extremumSlot, DeviceType::CUDA, &extremumFamily);

}  // namespace

}  // namespace retrograd::cuda
