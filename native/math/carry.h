#pragma once

#include <type_traits>

#include "math/elementary.h"

namespace retrograd::math {

/// What before + x = sum has rounded off: exactly, or NaN where something overflows.
template <class T>
RETROGRAD_HD RETROGRAD_INLINE constexpr T roundedOff(T before, T x, T sum) {
  const T added = sum - before;
  return (before - (sum - added)) + (x - added);
}

/// A sum with what its additions have rounded off: no rest of infinity, and none that makes -0 a 0.
template <class T>
RETROGRAD_HD RETROGRAD_INLINE constexpr T withRest(T sum, T rest) {
  return rest < 0 || rest > 0 ? sum + rest : sum;
}

/// A sum that carries along what its additions have rounded off, so that errors do not grow with their number; integers
/// wrap.
template <class S>
struct Carry {
  S sum, rest;
  RETROGRAD_HD RETROGRAD_INLINE constexpr void add(S x) {
    if constexpr (std::is_floating_point_v<S>) {
      const S before = sum;
      x = withRest(x, rest);
      sum = before + x;
      rest = roundedOff(before, x, sum);
    } else {
      sum = wrappingAdd(sum, x);
    }
  }
  RETROGRAD_HD RETROGRAD_INLINE constexpr S value() const {
    if constexpr (std::is_floating_point_v<S>)
      return withRest(sum, rest);
    else
      return sum;
  }
};

/// Adds to a sum whose rest lies elsewhere.
template <class T>
RETROGRAD_HD RETROGRAD_INLINE constexpr void carry(T& sum, T& rest, T x) {
  Carry<T> both{sum, rest};
  both.add(x);
  sum = both.sum;
  rest = both.rest;
}

}  // namespace retrograd::math
