#pragma once

#include <algorithm>
#include <utility>

#include "core/convert.h"
#include "core/error.h"
#include "cuda/device.cuh"
#include "cuda/launch.h"
#include "kernel/plan.h"
#include "kernel/pointwise.h"
#include "math/domain.h"
#include "math/elementary.h"

namespace retrograd::cuda {

// How a functor becomes kernels: one for dense operands with vectors of 16 bytes, one for every other layout, which
// also converts elements of other dtypes. Both take any number of operands.

enum class Access : uint8_t {
  Each,    ///< an element of its own for each element of the result
  Single,  ///< one element in device memory for all
  Value,   ///< a number that the host knew
};

/// The dtype of the elements in memory, where they are not of the kernel's type.
struct Stored {
  bool differs = false;
  DType dtype = DType::Bool;
};

/// An operand as a kernel receives it.
template <class T>
struct In {
  const T* data;
  T value;
  Access access;
  Stored stored;
};

/// The result likewise.
template <class R>
struct Out {
  R* data;
  Stored stored;
};

/// Whether kernels load elements of a dtype as `T`. (Types that stand for a size alone have no dtype.)
template <class T>
constexpr bool loads(DType from) {
  if constexpr (requires { DTypeOf<T>::value; })
    return from != DTypeOf<T>::value && promote(from, DTypeOf<T>::value) == DTypeOf<T>::value;
  else
    return false;
}
/// Whether they store `R` as one.
template <class R>
constexpr bool stores(DType to) {
  if constexpr (requires { DTypeOf<R>::value; })
    return loads<R>(to) && category(to) == category(DTypeOf<R>::value);
  else
    return false;
}

template <class T, int N>
struct alignas(sizeof(T) * N) Pack {
  T v[N];
};

template <class T, int N>
RETROGRAD_HD bool isAligned(const T* p) {
  return reinterpret_cast<uintptr_t>(p) % (sizeof(T) * N) == 0;
}

/// The elements from an address on, `count` of them where that is less than N, the rest zeros; in one piece where the
/// address is aligned for that.
template <int N, class T>
__device__ inline Pack<T, N> loadUpTo(const T* from, int64_t count) {
  if (count >= N && isAligned<T, N>(from)) return *reinterpret_cast<const Pack<T, N>*>(from);
  Pack<T, N> p;
#pragma unroll
  for (int i = 0; i < N; ++i) p.v[i] = i < count ? from[i] : T(0);
  return p;
}

/// Stores as `loadUpTo` loads.
template <int N, class T>
__device__ inline void storeUpTo(T* to, int64_t count, const Pack<T, N>& p) {
  if (count >= N && isAligned<T, N>(to)) {
    *reinterpret_cast<Pack<T, N>*>(to) = p;
    return;
  }
#pragma unroll
  for (int i = 0; i < N; ++i)
    if (i < count) to[i] = p.v[i];
}

/// Adds where bools become true by either.
template <class T>
__device__ inline T sum(T a, T b) {
  if constexpr (std::is_same_v<T, bool>)
    return a | b;
  else
    return math::wrappingAdd(a, b);
}

/// Elements that a thread takes at once: as many as 16 bytes of the widest type hold, at most 8 (code grows with them).
template <class... T>
inline constexpr int kPack = std::min(8, static_cast<int>(16 / std::max({sizeof(T)...})));

template <int N, class T>
__device__ inline Pack<T, N> loadPack(const In<T>& in, int64_t first) {
  if (in.access == Access::Each) return *reinterpret_cast<const Pack<T, N>*>(in.data + first);
  const T v = in.access == Access::Single ? *in.data : in.value;
  Pack<T, N> p;
#pragma unroll
  for (int i = 0; i < N; ++i) p.v[i] = v;
  return p;
}

template <class T>
__device__ inline T loadOne(const In<T>& in, int64_t i) {
  return in.access == Access::Each ? in.data[i] : in.access == Access::Single ? *in.data : in.value;
}

template <int N, class F, class R, class... T>
__device__ inline void applyPack(const F& f, R* out, const Pack<T, N>&... p) {
  Pack<R, N> r;
#pragma unroll
  for (int i = 0; i < N; ++i) r.v[i] = f(p.v[i]...);
  *reinterpret_cast<Pack<R, N>*>(out) = r;
}

template <class F, class R, class... T>
__global__ void __launch_bounds__(kBlock) denseKernel(F f, int64_t n, R* out, In<T>... in) {
  constexpr int N = kPack<R, T...>;
  const int64_t first = (blockNumber() * kBlock + threadNumber()) * N;
  if (first + N <= n) {
    applyPack<N>(f, out + first, loadPack<N>(in, first)...);
  } else {
    for (int64_t i = first; i < n; ++i) out[i] = f(loadOne(in, i)...);
  }
}

/// Elements of a strided kernel that a thread takes, a block's width apart.
inline constexpr int kStridedItems = 4;

/// Offsets of several elements, by a Walk that is not wide.
template <int K, int N>
__device__ inline void narrowOffsets(const Walk<K>& walk, uint32_t (&i)[N], int32_t (&to)[K][N]) {
  for (int32_t(&offsets)[N] : to)
    for (int32_t& offset : offsets) offset = 0;
#pragma unroll 1
  for (int d = walk.rank - 1; d > 0; --d) {
    const Divider divider = walk.dividers[d];
#pragma unroll
    for (int j = 0; j < N; ++j) {
      const uint32_t q = divider.quotient(i[j]);
      const int32_t r = static_cast<int32_t>(i[j] - q * divider.divisor);
#pragma unroll
      for (int k = 0; k < K; ++k) to[k][j] += r * static_cast<int32_t>(walk.strides[k][d]);
      i[j] = q;
    }
  }
#pragma unroll
  for (int j = 0; j < N; ++j)
#pragma unroll
    for (int k = 0; k < K; ++k) to[k][j] += static_cast<int32_t>(i[j]) * static_cast<int32_t>(walk.strides[k][0]);
}

/// Elements of another dtype.
template <int N, class T>
__device__ inline void loadConverted(Pack<T, N>& to, const char* from, const int32_t (&offsets)[N], DType stored) {
  switch (stored) {
#define ROW(dtype, text, element, ...)                                                                        \
  case DType::dtype:                                                                                          \
    if constexpr (loads<T>(DType::dtype))                                                                     \
      for (int j = 0; j < N; ++j) to.v[j] = convert<T>(*reinterpret_cast<const element*>(from + offsets[j])); \
    break;
    RETROGRAD_DTYPES(ROW)
#undef ROW
  }
}
template <class R>
__device__ inline void storeConverted(char* to, R v, DType stored) {
  switch (stored) {
#define ROW(dtype, text, element, ...)                                                            \
  case DType::dtype:                                                                              \
    if constexpr (stores<R>(DType::dtype)) *reinterpret_cast<element*>(to) = convert<element>(v); \
    break;
    RETROGRAD_DTYPES(ROW)
#undef ROW
  }
}

template <int N, class T>
__device__ inline Pack<T, N> loadAt(const In<T>& in, const int32_t (&offsets)[N]) {
  const char* from = reinterpret_cast<const char*>(in.data);
  Pack<T, N> p;
  if (in.stored.differs) {
    loadConverted(p, from, offsets, in.stored.dtype);
    return p;
  }
#pragma unroll
  for (int j = 0; j < N; ++j)
    p.v[j] = in.access == Access::Value ? in.value : *reinterpret_cast<const T*>(from + offsets[j]);
  return p;
}

template <int N, class F, class R, class... T>
__device__ inline void applyAt(const F& f, const Out<R>& out, const int32_t (&offsets)[N], uint32_t first, uint32_t n,
                               const Pack<T, N>&... p) {
#pragma unroll
  for (int j = 0; j < N; ++j) {
    if (first + j * kBlock >= n) return;
    char* to = reinterpret_cast<char*>(out.data) + offsets[j];
    const R r = f(p.v[j]...);
    if (out.stored.differs)
      storeConverted(to, r, out.stored.dtype);
    else
      *reinterpret_cast<R*>(to) = r;
  }
}

template <class F, class R, class... T, size_t... K>
__device__ inline void strided(const F& f, const Walk<1 + sizeof...(T)>& walk, uint32_t n, const Out<R>& out,
                               std::index_sequence<K...>, const In<T>&... in) {
  const uint32_t first =
      static_cast<uint32_t>(blockNumber()) * (kBlock * kStridedItems) + static_cast<uint32_t>(threadNumber());
  uint32_t i[kStridedItems];
#pragma unroll
  for (int j = 0; j < kStridedItems; ++j) i[j] = first + j * kBlock < n ? first + j * kBlock : n - 1;
  int32_t offsets[1 + sizeof...(T)][kStridedItems];
  narrowOffsets(walk, i, offsets);
  applyAt<kStridedItems>(f, out, offsets[0], first, n, loadAt<kStridedItems>(in, offsets[K + 1])...);
}

template <class F, class R, class... T>
__global__ void __launch_bounds__(kBlock)
    stridedKernel(F f, Walk<1 + sizeof...(T)> walk, uint32_t n, Out<R> out, In<T>... in) {
  strided(f, walk, n, out, std::index_sequence_for<T...>(), in...);
}

/// An operand whose elements are what `T` says. One that is a 0-d tensor on the host stands still: only its value
/// counts.
template <class T>
In<T> operand(const Tensor& t) {
  if (t.device().isCpu()) return {nullptr, *t.data<T>(), Access::Value, {}};
  return {t.data<T>(), T(), Access::Each, {}};
}

/// An operand of any dtype that kernels load as `T`.
template <class T>
In<T> convertedOperand(const Tensor& t) {
  if (t.dtype() == DTypeOf<T>::value) return operand<T>(t);
  if (!t.device().isCpu()) return {t.data<T>(), T(), Access::Each, {true, t.dtype()}};
  return {nullptr, dispatch(t.dtype(), [&]<class S>(Type<S>) { return convert<T>(*t.data<S>()); }), Access::Value, {}};
}
template <class T>
In<T> convertedOperand(const Operand& o) {
  return o.isNumber() ? In<T>{nullptr, o.number().to<T>(), Access::Value, {}} : convertedOperand<T>(o.tensor());
}
template <class R>
Out<R> convertedResult(const Tensor& t) {
  return {t.data<R>(), {t.dtype() != DTypeOf<R>::value, t.dtype()}};
}

/// Takes apart what is too large for 32-bit arithmetic or has too many dimensions. Operands begin where the plan says.
template <class F, class R, class... T, size_t... K>
void runStrided(const F& f, const Plan& plan, cudaStream_t stream, std::index_sequence<K...> numbers, Out<R> out,
                In<T>... in) {
  if (plan.rank > kWalkRank || plan.isWide()) {
    const int64_t half = plan.sizes[0] / 2;
    runStrided(f, plan.slice(0, half), stream, numbers, out, in...);
    runStrided(f, plan.slice(half, plan.sizes[0] - half), stream, numbers, out, in...);
    return;
  }
  out.data = reinterpret_cast<R*>(plan.data[0]);
  ((in.data = in.access == Access::Value ? nullptr : reinterpret_cast<const T*>(plan.data[K + 1])), ...);
  launch(&stridedKernel<F, R, T...>, blocksFor(plan.total, kBlock * kStridedItems), kBlock, 0, stream, f,
         plan.walk<1 + sizeof...(T)>(""), static_cast<uint32_t>(plan.total), out, in...);
}

/// Decides how the dense kernel gets at an operand; false where it cannot. (The strided kernel needs no decision.)
template <int N, class T>
bool settle(const Plan& plan, size_t k, In<T>& in) {
  if (in.access == Access::Value) return true;
  if (in.stored.differs) return false;
  if (plan.isConstant(static_cast<int>(k))) in.access = Access::Single;
  return in.access == Access::Single || (plan.isDense(static_cast<int>(k)) && isAligned<T, N>(in.data));
}

template <class F, class R, class... T, size_t... K>
void runPlan(const F& f, const Plan& plan, cudaStream_t stream, std::index_sequence<K...> numbers, Out<R> out,
             In<T>... in) {
  constexpr int N = kPack<R, T...>;
  const bool dense =
      !out.stored.differs && plan.isDense(0) && isAligned<R, N>(out.data) && (settle<N>(plan, K + 1, in) && ...);
  if (dense)
    launch(&denseKernel<F, R, T...>, blocksFor(plan.total, kBlock * N), kBlock, 0, stream, f, plan.total, out.data,
           in...);
  else
    runStrided(f, plan, stream, numbers, out, in...);
}

/// An operand as the plan takes it; kernels get the value of a number otherwise.
inline PlanOperand planOperand(const Tensor& t) { return &t; }
inline PlanOperand planOperand(const Operand& o) { return o.isNumber() ? PlanOperand() : PlanOperand(&o.tensor()); }

/// Calls `run(plan, stream)` for elements of `out`, to whose sizes the others broadcast, unless there are none.
template <class Run, class... Ins>
void withPlan(const Run& run, const Tensor& out, const Ins&... ins) {
  cudaStream_t stream = use(out);
  Plan plan(out.sizes(), {&out, planOperand(ins)...});
  if (plan.total == 0) return;
  plan.sortByStride();
  plan.merge();
  run(plan, stream);
}

/// out[i] = f(ins[i]...): `R` is the type of the result's elements, `T` those of the operands, which broadcast to the
/// sizes of `out` and may be 0-d tensors on the host.
template <class R, class... T, class F, class... Ins>
void pointwise(const F& f, const Tensor& out, const Ins&... ins) {
  auto run = [&](const Plan& plan, cudaStream_t stream) {
    runPlan(f, plan, stream, std::index_sequence_for<T...>(), Out<R>{out.data<R>(), {}}, operand<T>(ins)...);
  };
  withPlan(run, out, ins...);
}

/// The same for operands of all dtypes that kernels load as `T`, and a result of one that they store `R` as.
template <class R, class... T, class F, class... Ins>
void convertingPointwise(const F& f, const Tensor& out, const Ins&... ins) {
  auto run = [&](const Plan& plan, cudaStream_t stream) {
    runPlan(f, plan, stream, std::index_sequence_for<T...>(), convertedResult<R>(out), convertedOperand<T>(ins)...);
  };
  withPlan(run, out, ins...);
}

/// The same by the strided kernel alone, for what is too rare to pay for a dense one.
template <class R, class... T, class F, class... Ins>
void stridedPointwise(const F& f, const Tensor& out, const Ins&... ins) {
  auto run = [&](const Plan& plan, cudaStream_t stream) {
    runStrided(f, plan, stream, std::index_sequence_for<T...>(), convertedResult<R>(out), convertedOperand<T>(ins)...);
  };
  withPlan(run, out, ins...);
}

template <class F>
void unaryFamily(const F& f, const Tensor& out, const Tensor& in, DType type) {
  dispatchComputed(type, [&]<class T>(Type<T>) {
    if constexpr (math::accepts<T>(F::kDomain))
      convertingPointwise<math::ResultOf<F, T>, T>(f, out, in);
    else
      failDType(F::kName, type);
  });
}

template <class F>
void binaryFamily(const F& f, const Tensor& out, const Operand& a, const Operand& b, DType type) {
  dispatchComputed(type, [&]<class T>(Type<T>) {
    if constexpr (math::accepts<T>(F::kDomain))
      convertingPointwise<math::ResultOf<F, T>, T, T>(f, out, a, b);
    else
      failDType(F::kName, type);
  });
}

/// What the type lists expand (no lambda, whose template parameter could not be deduced).
struct FillUnary {
  template <class F>
  void operator()() const {
    typename decltype(unarySlot<F>)::Fill(unarySlot<F>, DeviceType::CUDA, &unaryFamily<F>);
  }
};
struct FillBinary {
  template <class F>
  void operator()() const {
    typename decltype(binarySlot<F>)::Fill(binarySlot<F>, DeviceType::CUDA, &binaryFamily<F>);
  }
};

/// Fills the slots of every `kParts`-th functor of a list: a static object in the file of a kernel family.
template <class List, class Fill, size_t kPart = 0, size_t kParts = 1>
struct Family {
  Family() { List::template forEach<kPart, kParts>(Fill()); }
};

}  // namespace retrograd::cuda
