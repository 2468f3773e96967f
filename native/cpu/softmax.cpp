#include "cpu/lines.h"
#include "cpu/pointwise.h"
#include "cpu/tree.h"
#include "kernel/reduce.h"

namespace retrograd::cpu {

namespace {

/// out[i] = exp(x[i] - shift), whole vectors only; see Padded.
template <class T>
RETROGRAD_INLINE void expShifted(T* out, const T* x, T shift, int64_t n) {
  Padded<T> padded;
  alignas(64) T results[kVector];
  const int64_t full = n & -kVector;
  T* to = out;
  const T* from = x;
  for (int64_t count = full;;) {
    const int64_t whole = count & -kVector;
#pragma GCC ivdep
    for (int64_t i = 0; i < whole; ++i) to[i] = math::exp(from[i] - shift);
    if (to == results) {
      std::memcpy(out + full, results, static_cast<size_t>(n - full) * sizeof(T));
      return;
    }
    if (full == n) return;
    from = padded.fill(x + full, n - full);
    to = results;
    count = kVector;
  }
}

/// `scratch` has n elements; `out` may be `x`.
template <class T>
RETROGRAD_CLONES void softmaxRow(T* out, const T* x, T* scratch, int64_t n, bool log) {
  const T top = reduceDense<math::Amax>(x, n);
  expShifted(scratch, x, top, n);
  const T total = reduceDense<math::Sum>(scratch, n);
  if (log) {
    const T shift = std::log(total);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = x[i] - top - shift;
  } else {
    const T scale = 1 / total;  // a division for each element would take as long as its exponential
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = scratch[i] * scale;
  }
}

template <class T>
RETROGRAD_CLONES void softmaxBackwardRow(T* out, const T* g, const T* y, T* scratch, int64_t n, bool log) {
  if (log) {
    const T total = reduceDense<math::Sum>(g, n);
    expShifted(scratch, y, T(0), n);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = g[i] - scratch[i] * total;
  } else {
    for (int64_t i = 0; i < n; ++i) scratch[i] = g[i] * y[i];
    const T total = reduceDense<math::Sum>(static_cast<const T*>(scratch), n);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = y[i] * (g[i] - total);
  }
}

constexpr int64_t kLineGrain = kGrain / 8;

void softmaxKernel(const Tensor& out, const Tensor& in, int64_t dim, bool log) {
  const Lines lines({&out, &in}, dim);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    lines.forEachDense<T, const T>(kLineGrain,
                                   [&](T* to, const T* x, T* scratch) { softmaxRow(to, x, scratch, lines.n, log); });
  });
}

void softmaxBackwardKernel(const Tensor& out, const Tensor& grad, const Tensor& y, int64_t dim, bool log) {
  const Lines lines({&out, &grad, &y}, dim);
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    lines.forEachDense<T, const T, const T>(kLineGrain, [&](T* to, const T* g, const T* y, T* scratch) {
      softmaxBackwardRow(to, g, y, scratch, lines.n, log);
    });
  });
}

const decltype(softmaxSlot)::Fill fill(softmaxSlot, DeviceType::CPU, &softmaxKernel);
const decltype(softmaxBackwardSlot)::Fill fillBackward(softmaxBackwardSlot, DeviceType::CPU, &softmaxBackwardKernel);

}  // namespace

}  // namespace retrograd::cpu
