#include "kernel/random.h"

#include "cuda/pointwise.cuh"

namespace retrograd::cuda {

namespace {

/// One thread takes one counter and the elements that share it: `make(words, values)` fills kPer values.
template <class T, int kPer, class Make>
__global__ void __launch_bounds__(kBlock)
    counterKernel(T* out, int64_t n, math::PhiloxKey key, const uint64_t* base, Make make) {
  const int64_t counter = blockNumber() * kBlock + threadNumber();
  const int64_t first = counter * kPer;
  if (first >= n) return;
  Pack<T, kPer> values;
  key.offset += *base;
  make(math::philox(key, static_cast<uint64_t>(counter)), first, n, values.v);
  storeUpTo(out + first, n - first, values);
}

template <class T, int kPer, class Make>
void run(const Tensor& out, math::PhiloxKey key, const Make& make) {
  const int64_t n = out.numel();
  launch(&counterKernel<T, kPer, Make>, blocksFor((n + kPer - 1) / kPer, kBlock), kBlock, 0, use(out), out.data<T>(), n,
         key, randomBase(out.device()), make);
}

template <class T>
struct Uniform {
  T low, span, high;
  __device__ void operator()(const math::PhiloxWords& r, int64_t, int64_t, T* to) const {
#pragma unroll
    for (int j = 0; j < math::kPerCounter<T>; ++j) {
      T v = low + span * math::uniformFrom(r, j, T());
      to[j] = v < high ? v : low;  // rounding may reach the open end
    }
  }
};

template <class T>
struct Normal {
  T mean, deviation;
  __device__ void operator()(const math::PhiloxWords& r, int64_t, int64_t, T* to) const {
#pragma unroll
    for (int j = 0; j < math::kPerCounter<T> / 2; ++j) {
      auto pair = math::normalsFrom(r, j, T());
      to[2 * j] = mean + deviation * pair.first;
      to[2 * j + 1] = mean + deviation * pair.second;
    }
  }
};

/// An element takes 64 bits whatever its type.
template <class T>
struct Integers {
  int64_t low;
  uint64_t span;
  __device__ void operator()(const math::PhiloxWords& r, int64_t, int64_t, T* to) const {
#pragma unroll
    for (int j = 0; j < 2; ++j) to[j] = math::integerFrom<T>(math::word64(r, j), low, span);
  }
};

template <class T, class P>
struct Bernoulli {
  static constexpr int kPer = math::kPerCounter<P>;
  In<P> probability;

  template <class Visit>
  void forEachPointer(Visit&& visit) const {
    visit(probability.data);
  }
  __device__ void operator()(const math::PhiloxWords& r, int64_t first, int64_t n, T* to) const {
    const Pack<P, kPer> p = probability.access == Access::Each ? loadUpTo<kPer>(probability.data + first, n - first)
                                                               : loadPack<kPer>(probability, first);
#pragma unroll
    for (int j = 0; j < kPer; ++j) to[j] = static_cast<T>(math::uniformFrom(r, j, P()) < p.v[j]);
  }
};

void uniformFamily(const Tensor& out, double low, double high, math::PhiloxKey key) {
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    run<T, math::kPerCounter<T>>(out, key,
                                 Uniform<T>{static_cast<T>(low), static_cast<T>(high - low), static_cast<T>(high)});
  });
}

void normalFamily(const Tensor& out, double mean, double deviation, math::PhiloxKey key) {
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    run<T, math::kPerCounter<T>>(out, key, Normal<T>{static_cast<T>(mean), static_cast<T>(deviation)});
  });
}

void integersFamily(const Tensor& out, int64_t low, int64_t high, math::PhiloxKey key) {
  const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) { run<T, 2>(out, key, Integers<T>{low, span}); });
}

void bernoulliFamily(const Tensor& out, const Tensor& p, math::PhiloxKey key) {
  if (!isFloating(p.dtype())) failDType("bernoulli", p.dtype());
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) {
    dispatchFloating(p.dtype(), [&]<class P>(Type<P>) {
      constexpr int kPer = math::kPerCounter<P>;
      In<P> probability = operand<P>(p);
      if (p.dim() == 0 && probability.data) probability.access = Access::Single;
      run<T, kPer>(out, key, Bernoulli<T, P>{probability});
    });
  });
}

const decltype(uniformSlot)::Fill fillUniform(uniformSlot, DeviceType::CUDA, &uniformFamily);
const decltype(normalSlot)::Fill fillNormal(normalSlot, DeviceType::CUDA, &normalFamily);
const decltype(integersSlot)::Fill fillIntegers(integersSlot, DeviceType::CUDA, &integersFamily);
const decltype(bernoulliSlot)::Fill fillBernoulli(bernoulliSlot, DeviceType::CUDA, &bernoulliFamily);

}  // namespace

}  // namespace retrograd::cuda
