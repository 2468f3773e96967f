#include "cuda/lines.cuh"
#include "kernel/reduce.h"
#include "math/reduce.h"

namespace retrograd::cuda {

namespace {

constexpr int64_t kItems = 4;

template <class T, bool kLog>
__global__ void __launch_bounds__(kBlock) softmaxKernel(Lines<2> lines) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<2> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  auto x = [&](int64_t i) { return me.template element<const T>(lines, 1, i); };
  T top = math::Amax::identity<T>();
  for (int64_t i = me.place; i < n; i += lines.threads) top = math::Amax::combine(top, x(i));
  top = reduceLine(top, shared, lines, me, [](T a, T b) { return math::Amax::combine(a, b); });
  T total = T(0);
  for (int64_t i = me.place; i < n; i += lines.threads) total += math::exp(x(i) - top);
  total = reduceLine(total, shared, lines, me, [](T a, T b) { return a + b; });
  const T shift = kLog ? math::log(total) : T(0);
  for (int64_t i = me.place; i < n; i += lines.threads) {
    T& out = me.template element<T>(lines, 0, i);
    if constexpr (kLog)
      out = x(i) - top - shift;
    else
      out = math::exp(x(i) - top) / total;
  }
}

template <class T, bool kLog>
__global__ void __launch_bounds__(kBlock) softmaxBackwardKernel(Lines<3> lines) {
  SharedArea area;
  T* shared = area.take<T>(kBlock);
  const LineThread<3> me(lines);
  const int64_t n = me.exists ? lines.n : 0;
  auto g = [&](int64_t i) { return me.template element<const T>(lines, 1, i); };
  auto y = [&](int64_t i) { return me.template element<const T>(lines, 2, i); };
  T total = T(0);
  for (int64_t i = me.place; i < n; i += lines.threads) total += kLog ? g(i) : g(i) * y(i);
  total = reduceLine(total, shared, lines, me, [](T a, T b) { return a + b; });
  for (int64_t i = me.place; i < n; i += lines.threads) {
    T& out = me.template element<T>(lines, 0, i);
    if constexpr (kLog)
      out = g(i) - math::exp(y(i)) * total;
    else
      out = y(i) * (g(i) - total);
  }
}

void softmaxFamily(const Tensor& out, const Tensor& in, int64_t dim, bool log) {
  if (out.numel() == 0) return;
  const Lines<2> lines = makeLines<2>("softmax", {&out, &in}, dim, kItems);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    launch(log ? &softmaxKernel<T, true> : &softmaxKernel<T, false>, blocksOf(lines), kBlock,
           SharedArea::bytesFor<T>(kBlock), use(out), lines);
  });
}

void softmaxBackwardFamily(const Tensor& out, const Tensor& grad, const Tensor& y, int64_t dim, bool log) {
  if (out.numel() == 0) return;
  const Lines<3> lines = makeLines<3>("softmaxBackward", {&out, &grad, &y}, dim, kItems);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    launch(log ? &softmaxBackwardKernel<T, true> : &softmaxBackwardKernel<T, false>, blocksOf(lines), kBlock,
           SharedArea::bytesFor<T>(kBlock), use(out), lines);
  });
}

const decltype(softmaxSlot)::Fill fill(softmaxSlot, DeviceType::CUDA, &softmaxFamily);
const decltype(softmaxBackwardSlot)::Fill fillBackward(softmaxBackwardSlot, DeviceType::CUDA, &softmaxBackwardFamily);

}  // namespace

}  // namespace retrograd::cuda
