#include "cuda/lines.cuh"
#include "kernel/reduce.h"
#include "math/carry.h"
#include "math/reduce.h"

namespace retrograd::cuda {

namespace {

constexpr int kItems = 4;

// Threads hold their elements in registers where they take no more than kItems each: memory is read once, and
// exponentials are computed once.

/// Calls visit(i, j) for the number `i` of each element that the thread takes, its `j`-th: kItems times where it holds
/// them, even where the line ends before.
template <bool kHeld, int K, class Visit>
__device__ inline void forEach(const Lines<K>& lines, const LineThread<K>& me, Visit visit) {
  if constexpr (kHeld) {
#pragma unroll
    for (int j = 0; j < kItems; ++j) visit(me.place + j * int64_t{lines.threads}, j);
  } else {
    for (int64_t i = me.place; i < lines.n; i += lines.threads) visit(i, 0);
  }
}

template <class T, bool kLog, bool kHeld>
__global__ void __launch_bounds__(kBlock) softmaxKernel(Lines<2> lines) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<2> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  constexpr T kNone = math::Amax::identity<T>();  // whose exponential adds nothing
  T held[kHeld ? kItems : 1];
  auto x = [&](int64_t i) { return i < n ? me.template element<const T>(lines, 1, i) : kNone; };
  T top = kNone;
  forEach<kHeld>(lines, me, [&](int64_t i, int j) { top = math::Amax::combine(top, held[j] = x(i)); });
  top = reduceLine(top, shared, lines, me, [](T a, T b) { return math::Amax::combine(a, b); });
  math::Carry<T> sum{};  // of what may be many elements
  forEach<kHeld>(lines, me, [&](int64_t i, int j) {
    const T shifted = (kHeld ? held[j] : x(i)) - top, e = math::exp(shifted);
    sum.add(e);
    held[j] = kLog ? shifted : e;
  });
  const T total = reduceLine(sum.value(), shared, lines, me, [](T a, T b) { return a + b; });
  const T shift = kLog ? math::log(total) : T(0);
  forEach<kHeld>(lines, me, [&](int64_t i, int j) {
    if (i >= n) return;
    T& out = me.template element<T>(lines, 0, i);
    if constexpr (kLog)
      out = (kHeld ? held[j] : x(i) - top) - shift;
    else
      out = (kHeld ? held[j] : math::exp(x(i) - top)) / total;
  });
}

template <class T, bool kLog, bool kHeld>
__global__ void __launch_bounds__(kBlock) softmaxBackwardKernel(Lines<3> lines) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<3> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  T grads[kHeld ? kItems : 1], results[kHeld ? kItems : 1];
  auto load = [&](int64_t i, int j) {
    grads[j] = i < n ? me.template element<const T>(lines, 1, i) : T(0);
    results[j] = i < n ? me.template element<const T>(lines, 2, i) : T(0);
  };
  math::Carry<T> sum{};
  forEach<kHeld>(lines, me, [&](int64_t i, int j) {
    load(i, j);
    sum.add(kLog ? grads[j] : grads[j] * results[j]);
  });
  const T total = reduceLine(sum.value(), shared, lines, me, [](T a, T b) { return a + b; });
  forEach<kHeld>(lines, me, [&](int64_t i, int j) {
    if (i >= n) return;
    if (!kHeld) load(i, j);
    T& out = me.template element<T>(lines, 0, i);
    if constexpr (kLog)
      out = grads[j] - math::exp(results[j]) * total;
    else
      out = results[j] * (grads[j] - total);
  });
}

template <class T, int K>
void run(const Lines<K>& lines, cudaStream_t stream, void (*kernel)(Lines<K>), void (*holding)(Lines<K>)) {
  launch(lines.n <= int64_t{kItems} * lines.threads ? holding : kernel, blocksOf(lines), kBlock,
         SharedArea::bytesFor<T>(kBlock), stream, lines);
}

void softmaxFamily(const Tensor& out, const Tensor& in, int64_t dim, bool log) {
  if (out.numel() == 0) return;
  const Lines<2> lines = makeLines<2>("softmax", {&out, &in}, dim, kItems);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    if (log)
      run<T>(lines, use(out), &softmaxKernel<T, true, false>, &softmaxKernel<T, true, true>);
    else
      run<T>(lines, use(out), &softmaxKernel<T, false, false>, &softmaxKernel<T, false, true>);
  });
}

void softmaxBackwardFamily(const Tensor& out, const Tensor& grad, const Tensor& y, int64_t dim, bool log) {
  if (out.numel() == 0) return;
  const Lines<3> lines = makeLines<3>("softmaxBackward", {&out, &grad, &y}, dim, kItems);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    if (log)
      run<T>(lines, use(out), &softmaxBackwardKernel<T, true, false>, &softmaxBackwardKernel<T, true, true>);
    else
      run<T>(lines, use(out), &softmaxBackwardKernel<T, false, false>, &softmaxBackwardKernel<T, false, true>);
  });
}

const decltype(softmaxSlot)::Fill fill(softmaxSlot, DeviceType::CUDA, &softmaxFamily);
const decltype(softmaxBackwardSlot)::Fill fillBackward(softmaxBackwardSlot, DeviceType::CUDA, &softmaxBackwardFamily);

}  // namespace

}  // namespace retrograd::cuda
