#pragma once

#include <cstdint>
#include <type_traits>

#include "core/macros.h"

// The counter-based generator Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011) and
// what tensors make of its words. Everything is written in plain, correctly rounded operations that are never fused,
// so that a CPU and a GPU give the same bits.

namespace retrograd::math {

/// Where a tensor's random numbers come from. The generator moves `offset` on by `advance(n)` for each tensor.
struct PhiloxKey {
  uint64_t seed;
  uint64_t offset;
};

/// Counters that a tensor of `n` elements takes, whatever its type.
RETROGRAD_HD constexpr uint64_t advance(int64_t n) { return (static_cast<uint64_t>(n) + 1) / 2; }

struct PhiloxWords {
  uint32_t w[4];
};

/// The four random words of a 128-bit counter under a 64-bit key: the published function.
RETROGRAD_HD constexpr PhiloxWords philox(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0,
                                          uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = uint64_t{0xD2511F53u} * c0, p1 = uint64_t{0xCD9E8D57u} * c2;
    c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c1 = static_cast<uint32_t>(p1);
    c3 = static_cast<uint32_t>(p0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

/// The words of a tensor's counter number `i`.
RETROGRAD_HD constexpr PhiloxWords philox(PhiloxKey key, uint64_t i) {
  uint64_t c = key.offset + i;
  return philox(static_cast<uint32_t>(c), static_cast<uint32_t>(c >> 32), 0, 0, static_cast<uint32_t>(key.seed),
                static_cast<uint32_t>(key.seed >> 32));
}

/// How many numbers of a floating type share a counter: element i takes counter i / n, and from its words number i % n.
template <class T>
inline constexpr int kPerCounter = static_cast<int>(sizeof(PhiloxWords) / sizeof(T));

/// 64 random bits: number `j` (0 or 1) of a counter.
RETROGRAD_HD constexpr uint64_t word64(const PhiloxWords& r, int j) {
  return static_cast<uint64_t>(r.w[2 * j + 1]) << 32 | r.w[2 * j];
}

/// An integer in [low, low + span) from 64 bits: the high half of bits * span, so that each value's probability is off
/// by less than span / 2^64. A span of 0 stands for all of 2^64.
template <class T>
RETROGRAD_HD constexpr T integerFrom(uint64_t bits, int64_t low, uint64_t span) {
  if (span == 0) return static_cast<T>(bits);
  uint64_t bh = bits >> 32, bl = static_cast<uint32_t>(bits), sh = span >> 32, sl = static_cast<uint32_t>(span);
  uint64_t middle = bh * sl + (bl * sl >> 32);
  uint64_t high = bh * sh + (middle >> 32) + ((bl * sh + static_cast<uint32_t>(middle)) >> 32);
  return static_cast<T>(static_cast<int64_t>(static_cast<uint64_t>(low) + high));
}

/// Uniform in [0, 1) with 24 bits.
RETROGRAD_HD constexpr float uniformFrom(uint32_t word) {
  return static_cast<float>(static_cast<int32_t>(word >> 8)) * 0x1p-24f;
}
/// Uniform in [0, 1) with 53 bits.
RETROGRAD_HD constexpr double uniformFrom(uint64_t word) {
  return static_cast<double>(static_cast<int64_t>(word >> 11)) * 0x1p-53;
}
/// Number `j` of a counter's.
RETROGRAD_HD constexpr float uniformFrom(const PhiloxWords& r, int j, float) { return uniformFrom(r.w[j]); }
RETROGRAD_HD constexpr double uniformFrom(const PhiloxWords& r, int j, double) { return uniformFrom(word64(r, j)); }

namespace detail {

// Host code is compiled without contraction; device code says so at each operation.
#ifdef __CUDA_ARCH__
RETROGRAD_HD inline float add(float a, float b) { return __fadd_rn(a, b); }
RETROGRAD_HD inline float mul(float a, float b) { return __fmul_rn(a, b); }
RETROGRAD_HD inline float div(float a, float b) { return __fdiv_rn(a, b); }
RETROGRAD_HD inline float root(float a) { return __fsqrt_rn(a); }
RETROGRAD_HD inline double add(double a, double b) { return __dadd_rn(a, b); }
RETROGRAD_HD inline double mul(double a, double b) { return __dmul_rn(a, b); }
RETROGRAD_HD inline double div(double a, double b) { return __ddiv_rn(a, b); }
RETROGRAD_HD inline double root(double a) { return __dsqrt_rn(a); }
#else
template <class T>
RETROGRAD_HD inline T add(T a, T b) {
  return a + b;
}
template <class T>
RETROGRAD_HD inline T mul(T a, T b) {
  return a * b;
}
template <class T>
RETROGRAD_HD inline T div(T a, T b) {
  return a / b;
}
RETROGRAD_HD inline float root(float a) { return __builtin_sqrtf(a); }
RETROGRAD_HD inline double root(double a) { return __builtin_sqrt(a); }
#endif

/// c[0] + x * (c[1] + x * ...).
template <class T, int N>
RETROGRAD_HD inline T polynomial(T x, const T (&c)[N]) {
  T r = c[N - 1];
  for (int i = N - 2; i >= 0; --i) r = add(mul(r, x), c[i]);
  return r;
}

/// Natural logarithm of a normal number in (0, 1], by the series of the area tangent: m = 2^-e * u lies in
/// [sqrt(1/2), sqrt(2)), s = (m - 1) / (m + 1), log m = 2 s (1 + s^2 / 3 + s^4 / 5 + ...).
RETROGRAD_HD inline float logOf(float u) {
  uint32_t bits = __builtin_bit_cast(uint32_t, u) - 0x3f3504f3u;  // the bits of sqrt(1/2)
  int32_t e = static_cast<int32_t>(bits) >> 23;
  float m = __builtin_bit_cast(float, (bits & 0x007fffffu) + 0x3f3504f3u);
  float s = div(add(m, -1.0f), add(m, 1.0f));
  const float c[] = {2.0f, 2.0f / 3, 2.0f / 5, 2.0f / 7, 2.0f / 9};
  float l = mul(s, polynomial(mul(s, s), c));
  return add(mul(static_cast<float>(e), 0.69314718055994530942f), l);
}
RETROGRAD_HD inline double logOf(double u) {
  uint64_t bits = __builtin_bit_cast(uint64_t, u) - 0x3fe6a09e667f3bcdull;
  int64_t e = static_cast<int64_t>(bits) >> 52;
  double m = __builtin_bit_cast(double, (bits & 0x000fffffffffffffull) + 0x3fe6a09e667f3bcdull);
  double s = div(add(m, -1.0), add(m, 1.0));
  const double c[] = {2.0,      2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9, 2.0 / 11,
                      2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21};
  double l = mul(s, polynomial(mul(s, s), c));
  return add(mul(static_cast<double>(e), 0.69314718055994530942), l);
}

/// Sine and cosine of 2 pi u for u in [0, 1): the nearest quarter turn is taken off exactly, Taylor's series do the
/// rest.
template <class T>
struct SinCos {
  T sin, cos;
};
template <class T>
RETROGRAD_HD inline SinCos<T> turn(T u) {
  T quarters = mul(u, T(4));
  int32_t q = static_cast<int32_t>(add(quarters, T(0.5)));
  T x = mul(add(quarters, -static_cast<T>(q)), T(1.57079632679489661923));
  T z = mul(x, x);
  T s, c;
  if constexpr (std::is_same_v<T, float>) {
    const T sc[] = {T(1), T(-1.0 / 6), T(1.0 / 120), T(-1.0 / 5040), T(1.0 / 362880)};
    const T cc[] = {T(1), T(-1.0 / 2), T(1.0 / 24), T(-1.0 / 720), T(1.0 / 40320), T(-1.0 / 3628800)};
    s = mul(x, polynomial(z, sc));
    c = polynomial(z, cc);
  } else {
    const T sc[] = {T(1),
                    T(-1.0 / 6),
                    T(1.0 / 120),
                    T(-1.0 / 5040),
                    T(1.0 / 362880),
                    T(-1.0 / 39916800),
                    T(1.0 / 6227020800),
                    T(-1.0 / 1307674368000),
                    T(1.0 / 355687428096000)};
    const T cc[] = {T(1),
                    T(-1.0 / 2),
                    T(1.0 / 24),
                    T(-1.0 / 720),
                    T(1.0 / 40320),
                    T(-1.0 / 3628800),
                    T(1.0 / 479001600),
                    T(-1.0 / 87178291200),
                    T(1.0 / 20922789888000)};
    s = mul(x, polynomial(z, sc));
    c = polynomial(z, cc);
  }
  bool swapped = q & 1;
  T sine = swapped ? c : s, cosine = swapped ? s : c;
  return {q & 2 ? -sine : sine, (q + 1) & 2 ? -cosine : cosine};
}

template <class T>
struct NormalPair {
  T first, second;
};

/// Box and Muller: two independent standard normals from u in (0, 1] and v in [0, 1).
template <class T>
RETROGRAD_HD inline NormalPair<T> boxMuller(T u, T v) {
  T r = root(mul(T(-2), logOf(u)));
  SinCos<T> t = turn(v);
  return {mul(r, t.cos), mul(r, t.sin)};
}

}  // namespace detail

/// Two standard normals from two words: a float's counter gives two such pairs, elements 0 and 1 of it from words 0 and
/// 1, elements 2 and 3 from words 2 and 3. Half a step keeps the logarithm finite.
RETROGRAD_HD inline detail::NormalPair<float> normalsFrom(uint32_t a, uint32_t b) {
  float u = detail::mul(detail::add(static_cast<float>(static_cast<int32_t>(a >> 8)), 0.5f), 0x1p-24f);
  return detail::boxMuller(u, uniformFrom(b));
}
/// The same from 64 bits each: a double's counter gives one pair.
RETROGRAD_HD inline detail::NormalPair<double> normalsFrom(uint64_t a, uint64_t b) {
  double u = detail::mul(detail::add(static_cast<double>(static_cast<int64_t>(a >> 11)), 0.5), 0x1p-53);
  return detail::boxMuller(u, uniformFrom(b));
}

/// Pair number `j` of a counter (0 or 1 for float, 0 for double).
RETROGRAD_HD inline detail::NormalPair<float> normalsFrom(const PhiloxWords& r, int j, float) {
  return normalsFrom(r.w[2 * j], r.w[2 * j + 1]);
}
RETROGRAD_HD inline detail::NormalPair<double> normalsFrom(const PhiloxWords& r, int, double) {
  return normalsFrom(word64(r, 0), word64(r, 1));
}

}  // namespace retrograd::math
