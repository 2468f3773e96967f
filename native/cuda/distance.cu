#include "kernel/distance.h"

#include "cuda/pointwise.cuh"
#include "math/distance.h"

namespace retrograd::cuda {

namespace {

/// A thread for each distance, in row-major order.
template <class N, class T>
__global__ void __launch_bounds__(kBlock)
    cdistKernel(N norm, int64_t total, int64_t n, int64_t m, int64_t size, T* out, const T* x1, const T* x2) {
  const int64_t at = blockNumber() * kBlock + threadNumber();
  if (at >= total) return;
  const int64_t row = at / m, j = at % m;
  const T *x = x1 + row * size, *y = x2 + row / n * size * m + j;
  T folded = T(0);
  for (int64_t k = 0; k < size; ++k) folded = norm.fold(folded, math::apartBy(x[k], y[k * m]));
  out[at] = norm.finish(folded);
}

/// A thread for each element of `x1`.
template <class N, class T>
__global__ void __launch_bounds__(kBlock)
    cdistBackwardKernel(N norm, int64_t total, int64_t n, int64_t m, int64_t size, T* out, const T* g, const T* x1,
                        const T* x2, const T* d) {
  const int64_t at = blockNumber() * kBlock + threadNumber();
  if (at >= total) return;
  const int64_t row = at / size;
  const T *y = x2 + row / n * m * size + at % size, x = x1[at];
  T sum = T(0);
  for (int64_t j = 0; j < m; ++j) {
    const T distance = d[row * m + j];
    sum += norm.slope(x - y[j * size], norm.factor(g[row * m + j], distance), distance);
  }
  out[at] = sum;
}

void cdistFamily(const Tensor& out, const Tensor& x1, const Tensor& x2, double p) {
  if (out.numel() == 0) return;
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    math::withNorm(p, [&]<class N>(const N& norm) {
      launch(&cdistKernel<N, T>, blocksFor(out.numel(), kBlock), kBlock, 0, use(out), norm, out.numel(), x1.size(1),
             x2.size(2), x1.size(2), out.data<T>(), x1.data<T>(), x2.data<T>());
    });
  });
}

void cdistBackwardFamily(const Tensor& out, const Tensor& grad, const Tensor& x1, const Tensor& x2,
                         const Tensor& distances, double p) {
  if (out.numel() == 0) return;
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    math::withNorm(p, [&]<class N>(const N& norm) {
      launch(&cdistBackwardKernel<N, T>, blocksFor(out.numel(), kBlock), kBlock, 0, use(out), norm, out.numel(),
             x1.size(1), x2.size(1), x1.size(2), out.data<T>(), grad.data<T>(), x1.data<T>(), x2.data<T>(),
             distances.data<T>());
    });
  });
}

const decltype(cdistSlot)::Fill fill(cdistSlot, DeviceType::CUDA, &cdistFamily);
const decltype(cdistBackwardSlot)::Fill fillBackward(cdistBackwardSlot, DeviceType::CUDA, &cdistBackwardFamily);

}  // namespace

}  // namespace retrograd::cuda
