#pragma once

#include <array>
#include <cstring>

#include "core/error.h"
#include "cpu/clones.h"
#include "cpu/loops.h"
#include "kernel/pointwise.h"
#include "math/domain.h"

namespace retrograd::cpu {

// How a functor of math/ becomes a kernel: one vectorised loop over dense runs for each element type; all else
// (layouts, broadcasting, threads) is the elementwise engine's, which is compiled once.

/// Elementary functions see full vectors only: what is left over goes through padded buffers, so that an element's
/// value does not depend on its position. One half lies in the domain of every function.
template <class T>
struct Padded {
  alignas(64) T values[kVector];
  const T* fill(const T* from, int64_t n) {
    if (n == 1) {
      for (T& v : values) v = *from;
    } else {
      for (T& v : values) v = static_cast<T>(0.5);
      std::memcpy(values, from, static_cast<size_t>(n) * sizeof(T));
    }
    return values;
  }
};

template <class F, class T>
RETROGRAD_CLONES void unaryRun(const void* context, char* const* p, int64_t n) {
  using R = math::ResultOf<F, T>;
  const F f = *static_cast<const F*>(context);
  R* out = reinterpret_cast<R*>(p[0]);
  const T* in = reinterpret_cast<const T*>(p[1]);
  if constexpr (math::isElementary<F>() && std::is_floating_point_v<T>) {
    Padded<T> padded;
    alignas(64) R results[kVector];
    const int64_t full = n & -kVector;
    R* to = out;
    const T* from = in;
    for (int64_t count = full;;) {
      const int64_t whole = count & -kVector;
#pragma GCC ivdep
      for (int64_t i = 0; i < whole; ++i) to[i] = f(from[i]);
      if (to == results) {
        std::memcpy(out + full, results, static_cast<size_t>(n - full) * sizeof(R));
        return;
      }
      if (full == n) return;
      from = padded.fill(in + full, n - full);
      to = results;
      count = kVector;
    }
  } else {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = f(in[i]);
  }
}

template <class F, class T>
RETROGRAD_CLONES void binaryRun(const void* context, char* const* p, int64_t n) {
  using R = math::ResultOf<F, T>;
  const F f = *static_cast<const F*>(context);
  R* out = reinterpret_cast<R*>(p[0]);
  const T* a = reinterpret_cast<const T*>(p[1]);
  const T* b = reinterpret_cast<const T*>(p[2]);
  if constexpr (math::isElementary<F>() && std::is_floating_point_v<T>) {
    Padded<T> paddedA, paddedB;
    alignas(64) R results[kVector];
    const int64_t full = n & -kVector;
    R* to = out;
    const T* fromA = a;
    const T* fromB = b;
    for (int64_t count = full;;) {
      const int64_t whole = count & -kVector;
#pragma GCC ivdep
      for (int64_t i = 0; i < whole; ++i) to[i] = f(fromA[i], fromB[i]);
      if (to == results) {
        std::memcpy(out + full, results, static_cast<size_t>(n - full) * sizeof(R));
        return;
      }
      if (full == n) return;
      fromA = paddedA.fill(a + full, n - full);
      fromB = paddedB.fill(b + full, n - full);
      to = results;
      count = kVector;
    }
  } else {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = f(a[i], b[i]);
  }
}

template <class F>
constexpr int64_t grainOf() {
  return math::isElementary<F>() ? kGrain / 8 : kGrain;
}

/// The runs of a functor by dtype; null where its domain does not take one.
template <class F>
inline constexpr auto kUnaryRuns = tableOfTypes([]<class T>(Type<T>) -> RunFn {
  if constexpr (isComputed(DTypeOf<T>::value) && math::accepts<T>(F::kDomain))
    return &unaryRun<F, T>;
  else
    return nullptr;
});
template <class F>
inline constexpr auto kBinaryRuns = tableOfTypes([]<class T>(Type<T>) -> RunFn {
  if constexpr (isComputed(DTypeOf<T>::value) && math::accepts<T>(F::kDomain))
    return &binaryRun<F, T>;
  else
    return nullptr;
});

/// What a functor's runs give that take `type`.
template <class F>
constexpr DType resultOf(DType type) {
  return math::givesBool(F::kDomain) ? DType::Bool : type;
}

/// Whether the elements of a tensor, `n` of them, lie one after the other and are of dtype `type`.
inline bool isRun(const Tensor& t, int64_t n, DType type) {
  return t.isContiguous() && t.numel() == n && t.dtype() == type;
}
inline bool isRun(const Operand& o, int64_t n, DType type) { return !o.isNumber() && isRun(o.tensor(), n, type); }

template <class F>
void unaryKernel(const F& f, const Tensor& out, const Tensor& in, DType type) {
  RunFn run = kUnaryRuns<F>[static_cast<int>(type)];
  if (!run) failDType(F::kName, type);
  const int64_t n = out.numel();
  if (n <= grainOf<F>() && isRun(out, n, resultOf<F>(type)) && isRun(in, n, type)) {
    char* p[] = {static_cast<char*>(out.data()), static_cast<char*>(in.data())};
    if (n) run(&f, p, n);
    return;
  }
  elementwise(run, &f, {{&out, resultOf<F>(type)}, {&in, type}}, grainOf<F>());
}

template <class F>
void binaryKernel(const F& f, const Tensor& out, const Operand& a, const Operand& b, DType type) {
  RunFn run = kBinaryRuns<F>[static_cast<int>(type)];
  if (!run) failDType(F::kName, type);
  const int64_t n = out.numel();
  if (n <= grainOf<F>() && isRun(out, n, resultOf<F>(type)) && isRun(a, n, type) && isRun(b, n, type)) {
    char* p[] = {static_cast<char*>(out.data()), static_cast<char*>(a.tensor().data()),
                 static_cast<char*>(b.tensor().data())};
    if (n) run(&f, p, n);
    return;
  }
  elementwise(run, &f, {{&out, resultOf<F>(type)}, {a, type}, {b, type}}, grainOf<F>());
}

template <class F>
void fillUnary() {
  typename decltype(unarySlot<F>)::Fill(unarySlot<F>, DeviceType::CPU, &unaryKernel<F>);
}
template <class F>
void fillBinary() {
  typename decltype(binarySlot<F>)::Fill(binarySlot<F>, DeviceType::CPU, &binaryKernel<F>);
}

/// Runs something when the library is loaded: a static object in the file of a kernel family.
struct AtLoad {
  template <class Fn>
  explicit AtLoad(Fn fn) {
    fn();
  }
};

}  // namespace retrograd::cpu
