#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "core/macros.h"

namespace retrograd::math {

/// Which element types a functor takes, and which it gives.
enum class Domain {
  Floating,   ///< floating types only, the same out
  Numeric,    ///< all but bool, the same out
  Any,        ///< all, the same out
  Predicate,  ///< all in, bool out
  Logical,    ///< all in, read as truth values; bool out
  Bits,       ///< bool and integers, the same out
};

/// True where a functor of this domain takes elements of `T`.
template <class T>
constexpr bool accepts(Domain d) {
  switch (d) {
    case Domain::Floating: return std::is_floating_point_v<T>;
    case Domain::Numeric: return !std::is_same_v<T, bool>;
    case Domain::Bits: return std::is_integral_v<T>;
    case Domain::Any:
    case Domain::Predicate:
    case Domain::Logical: break;
  }
  return true;
}

/// True where the result is bool whatever went in.
constexpr bool givesBool(Domain d) { return d == Domain::Predicate || d == Domain::Logical; }

/// The element type that `F` gives for operands of `T`.
template <class F, class T>
using ResultOf = std::conditional_t<givesBool(F::kDomain), bool, T>;

/// A functor that calls elementary functions, whose vector and scalar forms may differ in the last bit, says so with
/// `static constexpr bool kElementary = true`; loops then evaluate every element by the vector form.
template <class F>
constexpr bool isElementary() {
  if constexpr (requires { F::kElementary; })
    return F::kElementary;
  else
    return false;
}

/// A list of functors that kernel families expand.
template <class... F>
struct TypeList {
  static constexpr size_t kSize = sizeof...(F);

  /// Calls `visit.template operator()<F>()` for each, in order. With parts, for every `kParts`-th, beginning with
  /// number `kPart`: a long list can so be spread over several files that compile side by side.
  template <size_t kPart = 0, size_t kParts = 1, class Visit>
  static constexpr void forEach(Visit&& visit) {
    visitPart<kPart, kParts>(visit, std::make_index_sequence<kSize>());
  }

 private:
  template <size_t kPart, size_t kParts, class Visit, size_t... I>
  static constexpr void visitPart(Visit& visit, std::index_sequence<I...>) {
    (visitIf<I % kParts == kPart, F>(visit), ...);
  }
  template <bool kWanted, class One, class Visit>
  static constexpr void visitIf(Visit& visit) {
    if constexpr (kWanted) visit.template operator()<One>();
  }
};

}  // namespace retrograd::math
