#include "kernel/norm.h"

#include <cmath>

#include "cpu/lines.h"
#include "cpu/tree.h"
#include "math/carry.h"

namespace retrograd::cpu {

namespace {

constexpr int64_t kLineGrain = kGrain / 4;

template <class T>
const T* vectorOf(const Tensor& t) {
  return t.defined() ? t.data<T>() : nullptr;
}

/// `scratch` has n elements. Distances from the mean lose nothing to a large one: what its rounding takes away is found
/// and put back. Squares are of distances.
template <class T>
RETROGRAD_CLONES void layerNormRow(T* out, T* mean, T* rstd, const T* x, T* scratch, const T* weight, const T* bias,
                                   int64_t n, T eps) {
  const T count = static_cast<T>(n), m = *mean = reduceDense<math::Sum>(x, n) / count;
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) scratch[i] = x[i] - m;
  const T* centred = scratch;
  const T rest = reduceDense<math::Sum>(centred, n) / count;
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) scratch[i] -= rest;
  const T r = *rstd = T(1) / std::sqrt(reduceDense<math::Sum, true>(centred, n, centred) / count + eps);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) out[i] = centred[i] * r * (weight ? weight[i] : T(1)) + (bias ? bias[i] : T(0));
}

template <class T>
RETROGRAD_CLONES void layerNormBackwardRow(T* out, const T* g, const T* x, T mean, T rstd, T* scratch, const T* weight,
                                           int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    scratch[i] = weight ? g[i] * weight[i] : g[i];
    out[i] = (x[i] - mean) * rstd;
  }
  const T *h = scratch, *normalized = out;
  const T along = reduceDense<math::Sum>(h, n) / static_cast<T>(n);
  const T across = reduceDense<math::Sum, true>(h, n, normalized) / static_cast<T>(n);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) out[i] = rstd * (h[i] - along - normalized[i] * across);
}

void layerNormKernel(const Tensor& out, const Tensor& mean, const Tensor& rstd, const Tensor& in, const Tensor& weight,
                     const Tensor& bias, double eps) {
  const Lines lines({&out, &mean, &rstd, &in}, 1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const T *w = vectorOf<T>(weight), *b = vectorOf<T>(bias);
    lines.forEachDense<T, T, T, const T>(kLineGrain, [&](T* to, T* mean, T* rstd, const T* x, T* scratch) {
      layerNormRow(to, mean, rstd, x, scratch, w, b, lines.n, static_cast<T>(eps));
    });
  });
}

void layerNormBackwardKernel(const Tensor& out, const Tensor& grad, const Tensor& in, const Tensor& mean,
                             const Tensor& rstd, const Tensor& weight) {
  const Lines lines({&out, &mean, &rstd, &grad, &in}, 1);
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const T* w = vectorOf<T>(weight);
    lines.forEachDense<T, const T, const T, const T, const T>(
        kLineGrain, [&](T* to, const T* mean, const T* rstd, const T* g, const T* x, T* scratch) {
          layerNormBackwardRow(to, g, x, *mean, *rstd, scratch, w, lines.n);
        });
  });
}

constexpr int64_t kColumns = 512;  // whose sums are in the cache together

/// Sums of a few columns, which carry along what their additions round off.
template <class T>
struct ColumnSums {
  T ofWeight[kColumns] = {}, restOfWeight[kColumns] = {}, ofBias[kColumns] = {}, restOfBias[kColumns] = {};
};

template <class T>
RETROGRAD_CLONES void addRow(ColumnSums<T>& sums, const T* g, const T* x, T mean, T rstd, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    math::carry(sums.ofWeight[i], sums.restOfWeight[i], g[i] * ((x[i] - mean) * rstd));
    math::carry(sums.ofBias[i], sums.restOfBias[i], g[i]);
  }
}

/// `rows` and `columns` from the given ones on.
Tensor part(const Tensor& t, int64_t row, int64_t column, int64_t rows, int64_t columns) {
  Layout layout = t.layout();
  layout.offset += row * layout.strides[0] + column * layout.strides[1];
  layout.sizes = {rows, columns};
  return Tensor(std::move(layout));
}

/// Rows are taken in stretches that depend on their number alone, whose sums are then added up in order.
void layerNormParametersKernel(const Tensor& ofWeight, const Tensor& ofBias, const Tensor& grad, const Tensor& in,
                               const Tensor& mean, const Tensor& rstd) {
  const int64_t rows = in.size(0), n = in.size(1);
  const int64_t stretch = std::max<int64_t>(64, (rows + 31) / 32), stretches = (rows + stretch - 1) / stretch;
  const int64_t blocks = (n + kColumns - 1) / kColumns;
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const auto partial = std::make_unique_for_overwrite<T[]>(static_cast<size_t>(2 * stretches * n));
    const int64_t work = std::min(rows, stretch) * std::min(n, kColumns);
    parallelFor(stretches * blocks, kLineGrain / std::max<int64_t>(work, 1) + 1, [&](int64_t begin, int64_t end) {
      for (int64_t item = begin; item < end; ++item) {
        const int64_t row = item / blocks * stretch, column = item % blocks * kColumns;
        const int64_t height = std::min(stretch, rows - row), width = std::min(kColumns, n - column);
        const Tensor g = part(grad, row, column, height, width), x = part(in, row, column, height, width);
        const Tensor m = part(mean, row, 0, height, 1), r = part(rstd, row, 0, height, 1);
        ColumnSums<T> sums;
        Lines({&m, &r, &g, &x}, 1)
            .forEachDense<const T, const T, const T, const T>(
                height * width, [&](const T* mean, const T* rstd, const T* g, const T* x, T*) {
                  addRow(sums, g, x, *mean, *rstd, width);
                });
        T* to = partial.get() + item / blocks * 2 * n + column;
        for (int64_t i = 0; i < width; ++i) {
          to[i] = math::withRest(sums.ofWeight[i], sums.restOfWeight[i]);
          to[n + i] = math::withRest(sums.ofBias[i], sums.restOfBias[i]);
        }
      }
    });
    for (int64_t i = 0; i < 2 * n; ++i) {
      math::Carry<T> sum{};
      for (int64_t k = 0; k < stretches; ++k) sum.add(partial[static_cast<size_t>(2 * k * n + i)]);
      (i < n ? ofWeight.data<T>()[i] : ofBias.data<T>()[i - n]) = sum.value();
    }
  });
}

const decltype(layerNormSlot)::Fill fill(layerNormSlot, DeviceType::CPU, &layerNormKernel);
const decltype(layerNormBackwardSlot)::Fill fillBackward(layerNormBackwardSlot, DeviceType::CPU,
                                                         &layerNormBackwardKernel);
const decltype(layerNormParametersSlot)::Fill fillParameters(layerNormParametersSlot, DeviceType::CPU,
                                                             &layerNormParametersKernel);

}  // namespace

}  // namespace retrograd::cpu
