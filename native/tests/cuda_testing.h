#pragma once

// For the tests of CUDA kernels against the CPU's, on whatever device there is: a GPU, or the emulated device
// (tests/emulated).

#include <gtest/gtest.h>

#include <functional>

#include "kernel/copy.h"
#include "math/domain.h"
#include "ops/ops.h"
#include "support.h"

namespace retrograd::parity {

using test::values;

inline constexpr Device kCuda{DeviceType::CUDA, 0};

inline bool isThere() { return deviceCount(DeviceType::CUDA) > 0; }

/// Skips the calling test where there is no device.
#define NEED_DEVICE() \
  if (!isThere()) GTEST_SKIP() << deviceStatus(DeviceType::CUDA)

inline Tensor toCuda(const Tensor& t) { return to(t, t.dtype(), kCuda); }
inline Tensor toHost(const Tensor& t) { return to(t, t.dtype(), kCpu); }

inline constexpr auto kAll = tableOfTypes([]<class T>(Type<T>) { return DTypeOf<T>::value; });

/// Numbers in the domain of nearly every function, with zeros, ones and signs; the same for the same arguments.
inline Tensor sample(Dims sizes, DType dtype, uint64_t seed = 1) {
  Tensor t = allocateTensor("sample", sizes, DType::Float64, kCpu);
  uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
  for (int64_t i = 0; i < t.numel(); ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    double v = static_cast<double>(static_cast<int64_t>(state >> 40) % 2001 - 1000) / 250;
    if (state >> 60 == 3) v = 0;
    if (dtype == DType::UInt8) v = v < 0 ? -v : v;
    t.data<double>()[i] = isFloating(dtype) ? v : static_cast<double>(static_cast<int64_t>(v * 3));
  }
  return to(t, dtype, kCpu);
}

/// The same elements in another layout, on the device of `t`.
inline Tensor transposedLayout(const Tensor& t) {
  return t.dim() < 2 ? t : transpose(contiguous(transpose(t, 0, -1)), 0, -1);
}
inline Tensor steppedLayout(const Tensor& t) {
  if (t.dim() == 0) return t;
  Dims sizes = t.sizes();
  sizes.push_back(2);
  Tensor wide = full(sizes, 0, t.dtype(), t.device());
  Tensor view = select(wide, -1, 1);
  copySlot(t.device(), view, t);
  return view;
}

/// The first row again and again, with stride 0. (Other elements: both devices need it.)
inline Tensor repeatedLayout(const Tensor& t) {
  return t.dim() && t.size(0) > 1 ? expand(narrow(t, 0, 0, 1), t.sizes()) : t;
}

/// The same elements from one element after an aligned address on, on the device of `t`.
inline Tensor shiftedLayout(const Tensor& t) {
  Tensor view = narrow(full({t.numel() + 1}, 0, t.dtype(), t.device()), 0, 1, t.numel());
  view = reshape(view, t.sizes());
  copySlot(t.device(), view, t);
  return view;
}

/// Bit for bit where `ulps` is 0 (all NaNs are alike), else within so many steps of the floating type.
inline void expectSame(const Tensor& expected, const Tensor& got, double ulps, const std::string& what) {
  Tensor host = contiguous(toHost(got)), wanted = contiguous(expected);
  ASSERT_EQ(wanted.sizes(), host.sizes()) << what;
  ASSERT_EQ(wanted.dtype(), host.dtype()) << what;
  std::vector<double> e = values(wanted), g = values(host);
  const double step = wanted.dtype() == DType::Float32 ? 0x1p-23 : 0x1p-52;
  int shown = 0;
  for (size_t i = 0; i < e.size() && shown < 3; ++i) {
    if (e[i] == g[i] || (e[i] != e[i] && g[i] != g[i])) continue;
    if (ulps > 0 && std::abs(e[i] - g[i]) <= ulps * step * std::max(std::abs(e[i]), 1.0)) continue;
    ADD_FAILURE() << what << ": element " << i << " is " << g[i] << ", on the CPU " << e[i];
    ++shown;
  }
}

inline const std::vector<Dims> kShapes = {{},     {0},      {1},       {31},   {33},        {1025},
                                          {3, 5}, {33, 31}, {2, 3, 4}, {0, 3}, {1, 7, 1, 3}};

inline Tensor identity(const Tensor& t) { return t; }
using LayoutOf = Tensor (*)(const Tensor&);
inline constexpr LayoutOf kLayouts[] = {&identity, &transposedLayout, &steppedLayout};

/// What the parity tests know of a functor; their bodies are compiled once.
struct Tested {
  const char* name;
  math::Domain domain;
  double ulps;
  std::function<void(Device, const Tensor& out, const Tensor& a, const Tensor& b)> run;

  DType result(DType dtype) const { return math::givesBool(domain) ? DType::Bool : dtype; }
};

}  // namespace retrograd::parity
