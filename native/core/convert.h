#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/macros.h"

namespace retrograd {

/// What a number becomes in another element type, on every path and device. Anything but zero is true, NaN too.
/// Floating numbers lose their fraction; NaN and what int32 or int64 cannot hold become the least number of that type;
/// uint8 takes the low byte of the int64, int8 and int16 the low bytes of the int32. Integers wrap.
template <class To, class From>
RETROGRAD_HD constexpr To convert(From v) {
  if constexpr (std::is_same_v<To, bool>) {
    return v != From(0);
  } else if constexpr (std::is_floating_point_v<From> && std::is_same_v<To, uint8_t>) {
    return static_cast<uint8_t>(convert<int64_t>(v));
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To> && sizeof(To) < sizeof(int32_t)) {
    return static_cast<To>(convert<int32_t>(v));
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    static_assert(std::is_signed_v<To>);
    constexpr From kLeast = static_cast<From>(std::numeric_limits<To>::min());
    return static_cast<To>((v >= kLeast) & (v < -kLeast) ? v : kLeast);
  } else {
    return static_cast<To>(v);
  }
}

}  // namespace retrograd
