#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include "core/tensor.h"
#include "cpu/threads.h"
#include "kernel/copy.h"

// What the kernel tests share: tensors with given or random elements, the layouts that every kernel must treat alike,
// and comparison bit for bit.

namespace retrograd::testing {

inline Tensor empty(const Dims& sizes, DType t = DType::Float32) { return allocateTensor("test", sizes, t, kCpu); }

template <class T>
Tensor tensor(const Dims& sizes, const std::vector<T>& values) {
  Tensor x = empty(sizes, DTypeOf<T>::value);
  EXPECT_EQ(x.numel(), static_cast<int64_t>(values.size()));
  for (size_t i = 0; i < values.size(); ++i) x.data<T>()[i] = values[i];
  return x;
}

/// Numbers of a fixed sequence: floating ones are normal, integers small.
inline Tensor random(const Dims& sizes, DType t = DType::Float32, uint64_t seed = 1) {
  Tensor x = empty(sizes, t);
  std::mt19937_64 bits(seed);
  dispatch(t, [&]<class T>(Type<T>) {
    std::normal_distribution<double> normal(0, 2);
    for (int64_t i = 0; i < x.numel(); ++i) {
      if constexpr (std::is_floating_point_v<T>)
        x.data<T>()[i] = static_cast<T>(normal(bits));
      else if constexpr (std::is_same_v<T, bool>)
        x.data<T>()[i] = bits() & 1;
      else
        x.data<T>()[i] = static_cast<T>(static_cast<int64_t>(bits() % 19) - (std::is_signed_v<T> ? 9 : 0));
    }
  });
  return x;
}

/// The same elements behind another layout.
inline Tensor view(const Tensor& x, const Dims& sizes, const Dims& strides, int64_t offset = 0) {
  Layout l = x.layout();
  l.sizes = sizes;
  l.strides = strides;
  l.offset = offset;
  return Tensor(std::move(l));
}
inline Tensor transpose(const Tensor& x, int64_t a, int64_t b) {
  Layout l = x.layout();
  std::swap(l.sizes[a], l.sizes[b]);
  std::swap(l.strides[a], l.strides[b]);
  return Tensor(std::move(l));
}
inline Tensor slice(const Tensor& x, int64_t dim, int64_t from, int64_t to, int64_t step = 1) {
  Layout l = x.layout();
  l.offset += from * l.strides[dim];
  l.sizes[dim] = (to - from + step - 1) / step;
  l.strides[dim] *= step;
  return Tensor(std::move(l));
}
inline Tensor dense(const Tensor& x) {
  Tensor y = empty(x.sizes(), x.dtype());
  copySlot(kCpu, y, x);
  return y;
}

/// Tensors equal to `x` with other layouts: dimensions stored in reverse, and every other element of a larger one.
inline std::vector<Tensor> layoutsOf(const Tensor& x) {
  const int64_t rank = x.dim();
  Dims reversed, wide;
  for (int64_t d = rank - 1; d >= 0; --d) reversed.push_back(x.size(d));
  Tensor turned = empty(reversed, x.dtype());
  for (int64_t d = 0; d < rank / 2; ++d) turned = transpose(turned, d, rank - 1 - d);
  copySlot(kCpu, turned, x);
  for (int64_t d = 0; d < rank; ++d) wide.push_back(x.size(d) * 2 + 1);
  Tensor spread = empty(wide, x.dtype());
  for (int64_t d = 0; d < rank; ++d) spread = slice(spread, d, 1, 1 + 2 * x.size(d), 2);
  copySlot(kCpu, spread, x);
  return {turned, spread};
}

/// The elements' bytes in row-major order.
inline std::vector<char> bytes(const Tensor& x) {
  Tensor y = x.isContiguous() ? x : dense(x);
  const char* from = static_cast<const char*>(y.data());
  return std::vector<char>(from, from + y.numel() * static_cast<int64_t>(itemSize(y.dtype())));
}

#define EXPECT_SAME_BITS(a, b) EXPECT_TRUE(::retrograd::testing::bytes(a) == ::retrograd::testing::bytes(b))

template <class T>
std::vector<T> values(const Tensor& x) {
  Tensor y = dense(x);
  return std::vector<T>(y.data<T>(), y.data<T>() + y.numel());
}

/// Runs `make` with one and with more threads than there are likely to be cores: both results must have the same bits.
inline void expectSameOnThreads(const std::function<Tensor()>& make) {
  const int before = cpu::numThreads();
  cpu::setNumThreads(1);
  Tensor one = make();
  for (int n : {2, 3}) {
    cpu::setNumThreads(n);
    EXPECT_SAME_BITS(one, make()) << n << " threads";
  }
  cpu::setNumThreads(before);
}

inline constexpr auto kAllTypes = tableOfTypes([]<class T>(Type<T>) { return DTypeOf<T>::value; });

}  // namespace retrograd::testing
