#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/macros.h"

// glibc's vector mathematics. Declaring the functions like this lets GCC vectorise loops that call them, without
// -ffast-math; the declarations repeat those of <math.h>.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__)
#if __GLIBC_PREREQ(2, 35)
#define RETROGRAD_SIMD __attribute__((simd("notinbranch")))
#endif
#endif
#ifndef RETROGRAD_SIMD
#define RETROGRAD_SIMD
#endif

#ifdef __CUDACC__
#define RETROGRAD_DECLARE_1(name)
#define RETROGRAD_DECLARE_2(name)
#else
#define RETROGRAD_DECLARE_1(name)                         \
  extern "C" RETROGRAD_SIMD double name(double) noexcept; \
  extern "C" RETROGRAD_SIMD float name##f(float) noexcept;
#define RETROGRAD_DECLARE_2(name)                                 \
  extern "C" RETROGRAD_SIMD double name(double, double) noexcept; \
  extern "C" RETROGRAD_SIMD float name##f(float, float) noexcept;
#endif

#define RETROGRAD_ELEMENTARY_1(name)                               \
  RETROGRAD_DECLARE_1(name)                                        \
  namespace retrograd::math {                                      \
  RETROGRAD_HD inline float name(float x) { return ::name##f(x); } \
  RETROGRAD_HD inline double name(double x) { return ::name(x); }  \
  }
#define RETROGRAD_ELEMENTARY_2(name)                                           \
  RETROGRAD_DECLARE_2(name)                                                    \
  namespace retrograd::math {                                                  \
  RETROGRAD_HD inline float name(float x, float y) { return ::name##f(x, y); } \
  RETROGRAD_HD inline double name(double x, double y) { return ::name(x, y); } \
  }

RETROGRAD_ELEMENTARY_1(exp)
RETROGRAD_ELEMENTARY_1(exp2)
RETROGRAD_ELEMENTARY_1(expm1)
RETROGRAD_ELEMENTARY_1(log)
RETROGRAD_ELEMENTARY_1(log2)
RETROGRAD_ELEMENTARY_1(log1p)
RETROGRAD_ELEMENTARY_1(sin)
RETROGRAD_ELEMENTARY_1(cos)
RETROGRAD_ELEMENTARY_1(tan)
RETROGRAD_ELEMENTARY_1(asin)
RETROGRAD_ELEMENTARY_1(acos)
RETROGRAD_ELEMENTARY_1(atan)
RETROGRAD_ELEMENTARY_1(sinh)
RETROGRAD_ELEMENTARY_1(cosh)
RETROGRAD_ELEMENTARY_1(tanh)
RETROGRAD_ELEMENTARY_1(erf)
RETROGRAD_ELEMENTARY_1(erfc)
RETROGRAD_ELEMENTARY_2(pow)
RETROGRAD_ELEMENTARY_2(atan2)

RETROGRAD_DECLARE_1(log10)
namespace retrograd::math {
/// float32 in float64: the float32 functions miss whole results at powers of ten.
RETROGRAD_HD inline float log10(float x) { return static_cast<float>(::log10(static_cast<double>(x))); }
RETROGRAD_HD inline double log10(double x);
}  // namespace retrograd::math

#undef RETROGRAD_ELEMENTARY_1
#undef RETROGRAD_ELEMENTARY_2
#undef RETROGRAD_DECLARE_1
#undef RETROGRAD_DECLARE_2

namespace retrograd::math {

RETROGRAD_HD inline float sqrt(float x) { return ::sqrtf(x); }
RETROGRAD_HD inline double sqrt(double x) { return ::sqrt(x); }

/// `c ? a : b` without a branch: both sides stay unconditional, which the vectoriser needs where they call functions.
template <class T>
RETROGRAD_HD inline T select(bool c, T a, T b) {
#ifdef __CUDA_ARCH__
  return c ? a : b;
#else
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  static_assert(sizeof(T) == sizeof(Bits));
  Bits mask = -static_cast<Bits>(c);
  return __builtin_bit_cast(T, (__builtin_bit_cast(Bits, a) & mask) | (__builtin_bit_cast(Bits, b) & ~mask));
#endif
}

/// 0.8 ULP, and whole at powers of ten, where glibc's vectors are not.
///
/// x = 2^k (1 + f) with 1 + f around 1, and with s = f / (2 + f) log(1 + f) = 2 atanh(s) = f - f^2/2 + s (f^2/2 +
/// r(s^2)), r(z) / z by a Chebyshev fit of 8 terms (2e-18). Its leading digits and those of the constants log10(e) and
/// log10(2) are cut so short that products of them are exact.
RETROGRAD_HD inline double log10(double x) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr uint64_t kOne = 0x3ff0'0000'0000'0000u, kRoot = 0x3fe6'a09e'667f'3bcdu;  // 1, and the root of 1/2
  constexpr double kLogE = 0x1.bcb7b1526e50ep-2, kLogEHigh = 0x1.bcb7b152p-2, kLogELow = 0x1.b9438ca9aadd5p-36;
  constexpr double kLog2High = 0x1.34413509f78p-2, kLog2Low = 0x1.fef311f12b358p-46;
  const bool small = x < 0x1p-1022;
  const uint64_t bits = __builtin_bit_cast(uint64_t, small ? x * 0x1p54 : x) + (kOne - kRoot);
  const double k = __builtin_bit_cast(double, (bits >> 52) | 0x4330'0000'0000'0000u) -  // 2^52 + the exponent
                   (small ? 0x1p52 + 1023 + 54 : 0x1p52 + 1023);
  const double f = __builtin_bit_cast(double, (bits & 0x000f'ffff'ffff'ffffu) + kRoot) - 1;
  const double s = f / (2 + f), z = s * s, half = 0.5 * f * f;
  double r = 0x1.0c04595972ab8p-3;
  r = r * z + 0x1.0fbe83c2cbcf3p-3;
  r = r * z + 0x1.3b1c360763b8ap-3;
  r = r * z + 0x1.745cf901605f7p-3;
  r = r * z + 0x1.c71c720160b47p-3;
  r = r * z + 0x1.2492492476c87p-2;
  r = r * z + 0x1.9999999999a38p-2;
  r = r * z + 0x1.5555555555555p-1;
  const double high = __builtin_bit_cast(double, __builtin_bit_cast(uint64_t, f - half) & 0xffff'ffff'0000'0000u);
  const double low = f - high - half + s * (half + r * z);
  const double a = high * kLogEHigh, b = k * kLog2High, sum = b + a;
  const double rest = (b - sum) + a + (low * kLogE + high * kLogELow + k * kLog2Low);
  const double end = select(x == 0, -kInfinity, select(x > 0, x, std::numeric_limits<double>::quiet_NaN()));
  return select((x > 0) & (x < kInfinity), sum + rest, end);
}

/// Integer arithmetic that wraps around; floating types and vectors pass through.
template <class T>
RETROGRAD_HD RETROGRAD_INLINE constexpr T wrappingAdd(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  else
    return a + b;
}
template <class T>
RETROGRAD_HD RETROGRAD_INLINE constexpr T wrappingSub(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  else
    return a - b;
}
template <class T>
RETROGRAD_HD RETROGRAD_INLINE constexpr T wrappingMul(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  else
    return a * b;
}

/// A parameter in the operand's type; beyond an integer type's range its nearest end.
template <class T>
RETROGRAD_HD constexpr T saturate(double v) {
  if constexpr (std::is_integral_v<T>) {
    using Limits = std::numeric_limits<T>;
    if (v >= static_cast<double>(Limits::max())) return Limits::max();
    if (v <= static_cast<double>(Limits::min())) return Limits::min();
  }
  return static_cast<T>(v);
}

/// 1 / (1 + exp(-x)) without overflow: accurate down to the denormals.
template <class T>
RETROGRAD_HD inline T sigmoid(T x) {
  T e = exp(x < T(0) ? x : -x);
  return select(x >= T(0), T(1), e) / (T(1) + e);
}

/// The inverse of erf: infinite at 1 and -1, NaN beyond. A start by a polynomial of M. Giles ("Approximating the erfinv
/// function", 2010) or, far out, by erfc(z) ~ exp(-z^2) / (z sqrt(pi)), then steps of Halley's method, on erfc where
/// erf is close to 1.
template <class T>
RETROGRAD_HD inline T erfinv(T x) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity(), kRootOfPi = T(1.77245385090551602730);
  const T size = select(x < T(0), -x, x), rest = T(1) - size;
  const T w = -log(rest * (T(1) + size)), near = w - T(2.5), v = -log(rest);
  T p = T(2.81022636e-08);
  p = p * near + T(3.43273939e-07);
  p = p * near + T(-3.5233877e-06);
  p = p * near + T(-4.39150654e-06);
  p = p * near + T(0.00021858087);
  p = p * near + T(-0.00125372503);
  p = p * near + T(-0.00417768164);
  p = p * near + T(0.246640727);
  p = p * near + T(1.50140941);
  T z = select(w < T(5), size * p, sqrt(v - log(sqrt(v) * kRootOfPi)));
  for (int i = 0; i < 3; ++i) {
    const T over = select(size < T(0.5), erf(z) - size, rest - erfc(z));
    const T step = over * (kRootOfPi / T(2)) * exp(z * z);
    z = z - step / (T(1) + z * step);
  }
  z = select(size < T(1), z, select(size == T(1), kInfinity, std::numeric_limits<T>::quiet_NaN()));
  return select(x < T(0), -z, select(size == T(0), x, z));
}

/// The standard normal distribution function.
template <class T>
RETROGRAD_HD inline T normalCdf(T x) {
  return T(0.5) * erfc(x * T(-0.70710678118654752440));
}

}  // namespace retrograd::math
