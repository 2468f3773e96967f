#include "kernel/pool.h"

#include <limits>

#include "cuda/device.cuh"
#include "cuda/launch.h"
#include "math/elementary.h"

namespace retrograd::cuda {

namespace {

using math::Window;

/// One element of all images' results, or of the images themselves: a thread's.
struct Item {
  int64_t image, place[3];

  __device__ Item(int64_t i, int64_t depth, int64_t height, int64_t width) {
    place[2] = i % width, i /= width;
    place[1] = i % height, i /= height;
    place[0] = i % depth, image = i / depth;
  }
};

__device__ Item resultOf(const Pooling& p, int64_t i) {
  return {i, p.along[0].results, p.along[1].results, p.along[2].results};
}

__device__ Item elementOf(const Pooling& p, int64_t i) {
  return {i, p.along[0].size, p.along[1].size, p.along[2].size};
}

template <class T>
__device__ T sampleOf(const T* samples, int64_t image, int d) {
  return samples ? samples[image * 3 + d] : T(0);
}

/// Calls `fn(place)` for each combination of what three windows hold, counted row by row in an image.
template <class Fn>
__device__ void forEach(const Window& d, const Window& h, const Window& w, int64_t height, int64_t width,
                        const Fn& fn) {
  for (int64_t i = d.begin; i < d.end; i += d.step)
    for (int64_t j = h.begin; j < h.end; j += h.step)
      for (int64_t k = w.begin; k < w.end; k += w.step) fn((i * height + j) * width + k);
}

template <class T>
__global__ void __launch_bounds__(kBlock)
    maxPoolKernel(Pooling p, int64_t n, T* out, int64_t* indices, const T* in, const T* samples) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const Item r = resultOf(p, i);
  const T* from = in + r.image * p.area();
  T largest = -std::numeric_limits<T>::infinity();
  int64_t at = -1;
  forEach(p.along[0].of(r.place[0], sampleOf(samples, r.image, 0)),
          p.along[1].of(r.place[1], sampleOf(samples, r.image, 1)),
          p.along[2].of(r.place[2], sampleOf(samples, r.image, 2)), p.along[1].size, p.along[2].size,
          [&](int64_t place) {
            const T v = from[place];
            if (v > largest || v != v || at < 0) largest = v, at = place;
          });
  out[i] = largest;
  if (indices) indices[i] = at;
}

/// Each element of an image adds what the results give it whose windows may hold it, in order.
template <class T>
__global__ void __launch_bounds__(kBlock)
    maxPoolBackwardKernel(Pooling p, int64_t n, T* in, const T* out, const int64_t* indices, const T* samples) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const Item e = elementOf(p, i);
  const int64_t first = e.image * p.results(), place = i - e.image * p.area();
  T sum = 0;
  forEach(p.along[0].seeing(e.place[0], sampleOf(samples, e.image, 0)),
          p.along[1].seeing(e.place[1], sampleOf(samples, e.image, 1)),
          p.along[2].seeing(e.place[2], sampleOf(samples, e.image, 2)), p.along[1].results, p.along[2].results,
          [&](int64_t result) {
            if (indices[first + result] == place) sum += out[first + result];
          });
  in[i] = sum;
}

template <class T>
__global__ void __launch_bounds__(kBlock) avgPoolKernel(Pooling p, Average average, int64_t n, T* out, const T* in) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const Item r = resultOf(p, i);
  const T* from = in + r.image * p.area();
  const Window d = p.along[0].of(r.place[0], T(0)), h = p.along[1].of(r.place[1], T(0)),
               w = p.along[2].of(r.place[2], T(0));
  T sum = 0;
  forEach(d, h, w, p.along[1].size, p.along[2].size, [&](int64_t place) { sum += from[place]; });
  out[i] = sum / static_cast<T>(average.of(d, h, w));
}

template <class T>
__global__ void __launch_bounds__(kBlock)
    avgPoolBackwardKernel(Pooling p, Average average, int64_t n, T* in, const T* out) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const Item e = elementOf(p, i);
  const T* from = out + e.image * p.results();
  T sum = 0;
  const Window d = p.along[0].seeing(e.place[0], T(0)), h = p.along[1].seeing(e.place[1], T(0)),
               w = p.along[2].seeing(e.place[2], T(0));
  for (int64_t a = d.begin; a < d.end; ++a)
    for (int64_t b = h.begin; b < h.end; ++b)
      for (int64_t c = w.begin; c < w.end; ++c)
        sum += from[(a * p.along[1].results + b) * p.along[2].results + c] /
               static_cast<T>(average.of(p.along[0].of(a, T(0)), p.along[1].of(b, T(0)), p.along[2].of(c, T(0))));
  in[i] = sum;
}

template <class T>
T* dataOf(const Tensor& t) {
  return t.defined() ? t.data<T>() : nullptr;
}

void maxPoolFamily(const Tensor& out, const Tensor& indices, const Tensor& in, const Tensor& samples,
                   const Pooling& p) {
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launch(&maxPoolKernel<T>, blocksFor(out.numel(), kBlock), kBlock, 0, use(out), p, out.numel(), out.data<T>(),
           dataOf<int64_t>(indices), in.data<T>(), dataOf<T>(samples));
  });
}

void maxPoolBackwardFamily(const Tensor& in, const Tensor& out, const Tensor& indices, const Tensor& samples,
                           const Pooling& p) {
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launch(&maxPoolBackwardKernel<T>, blocksFor(in.numel(), kBlock), kBlock, 0, use(in), p, in.numel(), in.data<T>(),
           out.data<T>(), indices.data<int64_t>(), dataOf<T>(samples));
  });
}

void avgPoolFamily(const Tensor& out, const Tensor& in, const Pooling& p, const Average& average) {
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launch(&avgPoolKernel<T>, blocksFor(out.numel(), kBlock), kBlock, 0, use(out), p, average, out.numel(),
           out.data<T>(), in.data<T>());
  });
}

void avgPoolBackwardFamily(const Tensor& in, const Tensor& out, const Pooling& p, const Average& average) {
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launch(&avgPoolBackwardKernel<T>, blocksFor(in.numel(), kBlock), kBlock, 0, use(in), p, average, in.numel(),
           in.data<T>(), out.data<T>());
  });
}

const decltype(maxPoolSlot)::Fill fillMax(maxPoolSlot, DeviceType::CUDA, &maxPoolFamily);
const decltype(maxPoolBackwardSlot)::Fill fillMaxBackward(maxPoolBackwardSlot, DeviceType::CUDA,
                                                          &maxPoolBackwardFamily);
const decltype(avgPoolSlot)::Fill fillAverage(avgPoolSlot, DeviceType::CUDA, &avgPoolFamily);
const decltype(avgPoolBackwardSlot)::Fill fillAverageBackward(avgPoolBackwardSlot, DeviceType::CUDA,
                                                              &avgPoolBackwardFamily);

}  // namespace

}  // namespace retrograd::cuda
