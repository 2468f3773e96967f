#include <vector>

#include "cpu/pointwise.h"
#include "cpu/transpose.h"
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
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = scratch[i] / total;
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

/// Lines of `n` elements, `step` apart, whose beginnings lie `next` apart, to dense lines and back.
template <class T>
RETROGRAD_CLONES void gatherLines(T* to, int64_t line, const T* from, int64_t next, int64_t step, int64_t width,
                                  int64_t n) {
  if (next == 1)
    for (int64_t i = 0; i < n; i += kTransposeSide)
      transposeBlock(from + i * step, step, to + i, line, std::min(kTransposeSide, n - i), width);
  else
    for (int64_t w = 0; w < width; ++w)
      for (int64_t i = 0; i < n; ++i) to[w * line + i] = from[w * next + i * step];
}
template <class T>
RETROGRAD_CLONES void scatterLines(const T* from, int64_t line, T* to, int64_t next, int64_t step, int64_t width,
                                   int64_t n) {
  if (next == 1)
    for (int64_t i = 0; i < n; i += kTransposeSide)
      transposeBlock(from + i, line, to + i * step, step, width, std::min(kTransposeSide, n - i));
  else
    for (int64_t w = 0; w < width; ++w)
      for (int64_t i = 0; i < n; ++i) to[w * next + i * step] = from[w * line + i];
}

/// Calls `row(p, scratch)` for each line of the operands along `dim` with pointers to dense lines; lines that are not
/// dense pass through buffers, several neighbours at a time.
template <class T, class Row>
void alongDim(std::initializer_list<const Tensor*> tensors, int64_t dim, Row&& row) {
  const Tensor& out = **tensors.begin();
  const int64_t n = out.dim() ? out.size(dim) : 1;
  if (out.numel() == 0) return;
  const int64_t lines = out.numel() / n;
  Dims sizes = out.sizes();
  if (out.dim()) sizes[dim] = 1;
  Plan plan(sizes, tensors);  // the lines' beginnings
  int64_t steps[kMaxOperands];
  int k = 0;
  bool dense = true;
  for (const Tensor* t : tensors) {
    steps[k] = t->dim() ? t->strides()[dim] : 1;
    dense &= steps[k++] == 1 || n == 1;
  }
  if (!dense) plan.sortByStride();
  plan.merge();
  constexpr int64_t kTogether = kTransposeSide, kItem = sizeof(T);
  parallelFor(lines, std::max<int64_t>(1, kGrain / 8 / n), [&](int64_t begin, int64_t end) {
    const int64_t together = dense ? 1 : kTogether;
    T small[256];
    std::vector<T> large;
    T* buffer = small;
    const int64_t line = n + 16;  // lines a power of two apart would push each other out of the cache
    const int64_t needed = n + (dense ? 0 : line * together * plan.operands);
    if (needed > static_cast<int64_t>(std::size(small))) {
      large.resize(static_cast<size_t>(needed));
      buffer = large.data();
    }
    T* p[kMaxOperands];
    forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t count) {
      for (int64_t first = 0; first < count; first += together) {
        const int64_t width = std::min(together, count - first);
        T* at[kMaxOperands];
        for (int o = 0; o < plan.operands; ++o) {
          at[o] = reinterpret_cast<T*>(plan.data[o] + offsets[o] + first * plan.step(o));
          p[o] = dense ? at[o] : buffer + n + line * o * together;
          if (!dense && o > 0) gatherLines(p[o], line, at[o], plan.step(o) / kItem, steps[o], width, n);
        }
        for (int64_t w = 0; w < width; ++w) {
          T* lines[kMaxOperands];
          for (int o = 0; o < plan.operands; ++o) lines[o] = p[o] + w * line;
          row(lines, buffer, n);
        }
        if (dense) continue;
        scatterLines(p[0], line, at[0], plan.step(0) / kItem, steps[0], width, n);
      }
    });
  });
}

void softmaxKernel(const Tensor& out, const Tensor& in, int64_t dim, bool log) {
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    alongDim<T>({&out, &in}, dim, [&](T* const* p, T* scratch, int64_t n) { softmaxRow(p[0], p[1], scratch, n, log); });
  });
}

void softmaxBackwardKernel(const Tensor& out, const Tensor& grad, const Tensor& y, int64_t dim, bool log) {
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    alongDim<T>({&out, &grad, &y}, dim,
                [&](T* const* p, T* scratch, int64_t n) { softmaxBackwardRow(p[0], p[1], p[2], scratch, n, log); });
  });
}

const decltype(softmaxSlot)::Fill fill(softmaxSlot, DeviceType::CPU, &softmaxKernel);
const decltype(softmaxBackwardSlot)::Fill fillBackward(softmaxBackwardSlot, DeviceType::CPU, &softmaxBackwardKernel);

}  // namespace

}  // namespace retrograd::cpu
