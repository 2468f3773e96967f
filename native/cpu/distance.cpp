#include "kernel/distance.h"

#include <algorithm>

#include "cpu/clones.h"
#include "cpu/loops.h"
#include "math/distance.h"

namespace retrograd::cpu {

namespace {

constexpr int64_t kColumns = 1024;  // distances that are in the cache together

/// `m` distances of the row `x` from columns, of which elements lie `apart`.
template <class N, class T>
RETROGRAD_CLONES void distancesOfRow(const N& norm, T* out, const T* x, const T* columns, int64_t apart, int64_t size,
                                     int64_t m) {
  std::fill_n(out, m, T(0));
  for (int64_t k = 0; k < size; ++k) {
    const T *y = columns + k * apart, own = x[k];
#pragma GCC ivdep
    for (int64_t j = 0; j < m; ++j) out[j] = norm.fold(out[j], math::apartBy(own, y[j]));
  }
#pragma GCC ivdep
  for (int64_t j = 0; j < m; ++j) out[j] = norm.finish(out[j]);
}

template <class N, class T>
RETROGRAD_CLONES void gradientOfRow(const N& norm, T* out, const T* g, const T* x, const T* rows, const T* d,
                                    int64_t size, int64_t m) {
  std::fill_n(out, size, T(0));
  for (int64_t j = 0; j < m; ++j) {
    const T *y = rows + j * size, factor = norm.factor(g[j], d[j]), distance = d[j];
#pragma GCC ivdep
    for (int64_t k = 0; k < size; ++k) out[k] += norm.slope(x[k] - y[k], factor, distance);
  }
}

/// Calls row(batch, i), with `i` counted over all batches, for each row of `x1`.
template <class Row>
void forEachRowOf(const Tensor& x1, int64_t m, Row&& row) {
  const int64_t n = x1.size(1), work = std::max<int64_t>(m * x1.size(2), 1);
  parallelFor(x1.size(0) * n, kGrain / work + 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) row(i / n, i);
  });
}

void cdistKernel(const Tensor& out, const Tensor& x1, const Tensor& x2, double p) {
  const int64_t size = x1.size(2), m = x2.size(2);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    math::withNorm(p, [&](const auto& norm) {
      forEachRowOf(x1, m, [&](int64_t batch, int64_t i) {
        for (int64_t j = 0; j < m; j += kColumns)
          distancesOfRow(norm, out.data<T>() + i * m + j, x1.data<T>() + i * size, x2.data<T>() + batch * size * m + j,
                         m, size, std::min(kColumns, m - j));
      });
    });
  });
}

void cdistBackwardKernel(const Tensor& out, const Tensor& grad, const Tensor& x1, const Tensor& x2,
                         const Tensor& distances, double p) {
  const int64_t size = x1.size(2), m = x2.size(1);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    math::withNorm(p, [&](const auto& norm) {
      forEachRowOf(x1, m, [&](int64_t batch, int64_t i) {
        gradientOfRow(norm, out.data<T>() + i * size, grad.data<T>() + i * m, x1.data<T>() + i * size,
                      x2.data<T>() + batch * m * size, distances.data<T>() + i * m, size, m);
      });
    });
  });
}

const decltype(cdistSlot)::Fill fill(cdistSlot, DeviceType::CPU, &cdistKernel);
const decltype(cdistBackwardSlot)::Fill fillBackward(cdistBackwardSlot, DeviceType::CPU, &cdistBackwardKernel);

}  // namespace

}  // namespace retrograd::cpu
