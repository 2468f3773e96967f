#include "kernel/resample.h"

#include "cuda/device.cuh"
#include "cuda/launch.h"

namespace retrograd::cuda {

namespace {

struct Axis {
  int64_t in, out;
  const int32_t *begins, *places;

  Axis(const Tensor& to, const Tensor& from, const Taps& taps, int d)
      : in(from.size(d + 1)),
        out(to.size(d + 1)),
        begins(taps.at<int32_t>(taps.begins[d])),
        places(taps.at<int32_t>(taps.places[d])) {}
};

struct Axes {
  Axis depth, height, width;
  Axes(const Tensor& out, const Tensor& in, const Taps& taps)
      : depth(out, in, taps, 0), height(out, in, taps, 1), width(out, in, taps, 2) {}
};

template <class T>
__global__ void __launch_bounds__(kBlock) moveKernel(Axes a, int64_t n, T* out, const T* in) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const int64_t row = i / a.width.out, plane = row / a.height.out / a.depth.out;
  const int64_t d = a.depth.places[row / a.height.out % a.depth.out], h = a.height.places[row % a.height.out];
  out[i] = in[((plane * a.depth.in + d) * a.height.in + h) * a.width.in + a.width.places[i % a.width.out]];
}

template <class T>
struct Weights {
  const T *depth, *height, *width;
};

template <class T>
__global__ void __launch_bounds__(kBlock) addKernel(Axes a, Weights<T> w, int64_t n, T* out, const T* in) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const int64_t row = i / a.width.out, plane = row / a.height.out / a.depth.out;
  const int64_t d = row / a.height.out % a.depth.out, h = row % a.height.out, c = i % a.width.out;
  const int32_t begin = a.width.begins[c], end = a.width.begins[c + 1];
  T sum = 0;
  for (int32_t p = a.depth.begins[d]; p < a.depth.begins[d + 1]; ++p)
    for (int32_t q = a.height.begins[h]; q < a.height.begins[h + 1]; ++q) {
      const T* from = in + ((plane * a.depth.in + a.depth.places[p]) * a.height.in + a.height.places[q]) * a.width.in;
      T part = 0;
      for (int32_t e = begin; e < end; ++e) part += w.width[e] * from[a.width.places[e]];
      sum += w.depth[p] * w.height[q] * part;
    }
  out[i] = sum;
}

void resampleFamily(const Tensor& out, const Tensor& in, const Taps& taps) {
  const Axes axes(out, in, taps);
  const int64_t n = out.numel();
  if (taps.moves)
    return dispatchSize(out.dtype(), [&]<class T>(T) {
      launch(&moveKernel<T>, blocksFor(n, kBlock), kBlock, 0, use(out), axes, n, out.data<T>(), in.data<T>());
    });
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    const Weights<T> weights{taps.at<T>(taps.weights[0]), taps.at<T>(taps.weights[1]), taps.at<T>(taps.weights[2])};
    launch(&addKernel<T>, blocksFor(n, kBlock), kBlock, 0, use(out), axes, weights, n, out.data<T>(), in.data<T>());
  });
}

const decltype(resampleSlot)::Fill fill(resampleSlot, DeviceType::CUDA, &resampleFamily);

}  // namespace

}  // namespace retrograd::cuda
