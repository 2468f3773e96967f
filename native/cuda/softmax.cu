#include "cuda/lines.cuh"
#include "kernel/reduce.h"
#include "math/carry.h"
#include "math/reduce.h"

namespace retrograd::cuda {

namespace {

// Threads hold their elements in registers where they are few: memory is read once, and exponentials are computed once.

template <class T, bool kLog, bool kHeld>
__global__ void __launch_bounds__(kBlock) softmaxKernel(Lines<2> lines) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<2> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  constexpr T kNone = math::Amax::identity<T>();  // whose exponential adds nothing
  T held[kHeld ? kLineItems : 1];
  auto x = [&](int64_t i) { return i < n ? me.template element<const T>(lines, 1, i) : kNone; };
  T top = kNone;
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) { top = math::Amax::combine(top, held[j] = x(i)); });
  top = reduceLine(top, shared, lines, me, [](T a, T b) { return math::Amax::combine(a, b); });
  math::Carry<T> sum{};  // of what may be many elements
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    const T shifted = (kHeld ? held[j] : x(i)) - top, e = math::exp(shifted);
    sum.add(e);
    held[j] = kLog ? shifted : e;
  });
  const T total = reduceLine(sum.value(), shared, lines, me, [](T a, T b) { return a + b; });
  const T shift = kLog ? math::log(total) : T(0);
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
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
  T grads[kHeld ? kLineItems : 1], results[kHeld ? kLineItems : 1];
  auto load = [&](int64_t i, int j) {
    grads[j] = i < n ? me.template element<const T>(lines, 1, i) : T(0);
    results[j] = i < n ? me.template element<const T>(lines, 2, i) : T(0);
  };
  math::Carry<T> sum{};
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    load(i, j);
    sum.add(kLog ? grads[j] : grads[j] * results[j]);
  });
  const T total = reduceLine(sum.value(), shared, lines, me, [](T a, T b) { return a + b; });
  forEachItem<kHeld>(lines, me, [&](int64_t i, int j) {
    if (i >= n) return;
    if (!kHeld) load(i, j);
    T& out = me.template element<T>(lines, 0, i);
    if constexpr (kLog)
      out = grads[j] - math::exp(results[j]) * total;
    else
      out = results[j] * (grads[j] - total);
  });
}

void softmaxFamily(const Tensor& out, const Tensor& in, int64_t dim, bool log) {
  if (out.numel() == 0) return;
  const Lines<2> lines = makeLines<2>("softmax", {&out, &in}, dim);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    if (log)
      launchLines<T>(&softmaxKernel<T, true, true>, &softmaxKernel<T, true, false>, lines, use(out));
    else
      launchLines<T>(&softmaxKernel<T, false, true>, &softmaxKernel<T, false, false>, lines, use(out));
  });
}

void softmaxBackwardFamily(const Tensor& out, const Tensor& grad, const Tensor& y, int64_t dim, bool log) {
  if (out.numel() == 0) return;
  const Lines<3> lines = makeLines<3>("softmaxBackward", {&out, &grad, &y}, dim);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    if (log)
      launchLines<T>(&softmaxBackwardKernel<T, true, true>, &softmaxBackwardKernel<T, true, false>, lines, use(out));
    else
      launchLines<T>(&softmaxBackwardKernel<T, false, true>, &softmaxBackwardKernel<T, false, false>, lines, use(out));
  });
}

const decltype(softmaxSlot)::Fill fill(softmaxSlot, DeviceType::CUDA, &softmaxFamily);
const decltype(softmaxBackwardSlot)::Fill fillBackward(softmaxBackwardSlot, DeviceType::CUDA, &softmaxBackwardFamily);

}  // namespace

}  // namespace retrograd::cuda
