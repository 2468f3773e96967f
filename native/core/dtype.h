#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <type_traits>

#include "core/macros.h"

namespace retrograd {

/// Kinds of dtypes, in the order of promotion.
enum class Category : uint8_t { Bool, Integer, Floating };

/// What the library knows of each dtype, one row for each, in the order of `io.retrograd.DType`: its name, PyTorch's
/// without the `torch.` prefix; the type of its elements; its category; the dtype that kernels compute in; and the
/// next dtypes that hold all its numbers, from which promotion follows.
#define RETROGRAD_DTYPES(ROW)                                       \
  ROW(Bool, "bool", bool, Bool, Bool, DType::UInt8, DType::Int8)    \
  ROW(UInt8, "uint8", uint8_t, Integer, UInt8, DType::Int16)        \
  ROW(Int8, "int8", int8_t, Integer, Int32, DType::Int16)           \
  ROW(Int16, "int16", int16_t, Integer, Int32, DType::Int32)        \
  ROW(Int32, "int32", int32_t, Integer, Int32, DType::Int64)        \
  ROW(Int64, "int64", int64_t, Integer, Int64, DType::Float32)      \
  ROW(Float32, "float32", float, Floating, Float32, DType::Float64) \
  ROW(Float64, "float64", double, Floating, Float64)

/// Element types. The ordinals are part of the Java binding.
enum class DType : uint8_t {
#define ROW(dtype, ...) dtype,
  RETROGRAD_DTYPES(ROW)
#undef ROW
};

template <class T>
struct DTypeOf;
#define ROW(dtype, text, element, ...) \
  template <>                          \
  struct DTypeOf<element> : std::integral_constant<DType, DType::dtype> {};
RETROGRAD_DTYPES(ROW)
#undef ROW

/// A row of the table.
struct DTypeInfo {
  const char* name;
  size_t size;
  Category category;
  DType computed;
  uint32_t wider;  ///< the next dtypes that hold all its numbers, as bits
};

namespace detail {

constexpr uint32_t bitOf(DType t) { return uint32_t{1} << static_cast<int>(t); }

constexpr uint32_t bitsOf(std::initializer_list<DType> types) {
  uint32_t bits = 0;
  for (DType t : types) bits |= bitOf(t);
  return bits;
}

inline constexpr DTypeInfo kRows[] = {
#define ROW(dtype, text, element, category, computed, ...) \
  {text, sizeof(element), Category::category, DType::computed, bitsOf({__VA_ARGS__})},
    RETROGRAD_DTYPES(ROW)
#undef ROW
};

}  // namespace detail

inline constexpr int kDTypes = std::size(detail::kRows);

constexpr const DTypeInfo& info(DType t) { return detail::kRows[static_cast<int>(t)]; }

constexpr const char* name(DType t) { return info(t).name; }
/// Bytes of one element.
constexpr size_t itemSize(DType t) { return info(t).size; }
constexpr Category category(DType t) { return info(t).category; }
constexpr bool isFloating(DType t) { return category(t) == Category::Floating; }
/// The dtype that kernels compute in. Where it is another, elements are converted as they are loaded and stored.
constexpr DType computedType(DType t) { return info(t).computed; }
constexpr bool isComputed(DType t) { return computedType(t) == t; }

/// Bytes of the largest element.
inline constexpr size_t kMaxItemSize = [] {
  size_t largest = 0;
  for (const DTypeInfo& row : detail::kRows) largest = std::max(largest, row.size);
  return largest;
}();

namespace detail {

inline constexpr auto kPromotions = [] {
  std::array<uint32_t, kDTypes> holders{};  // of each dtype: itself and all that hold its numbers
  for (int t = 0; t < kDTypes; ++t) holders[t] = kRows[t].wider | uint32_t{1} << t;
  for (int t = 0; t < kDTypes; ++t)
    for (int again = 0; again < kDTypes; ++again)
      for (int u = 0; u < kDTypes; ++u)
        if (holders[t] >> u & 1) holders[t] |= holders[u];
  std::array<std::array<DType, kDTypes>, kDTypes> table{};
  for (int a = 0; a < kDTypes; ++a)
    for (int b = 0; b < kDTypes; ++b) {
      const uint32_t both = holders[a] & holders[b];
      int least = 0;
      while (holders[least] != both) ++least;  // past the end, no constant: the rows have no least dtype for a and b
      table[a][b] = static_cast<DType>(least);
    }
  return table;
}();

}  // namespace detail

/// The least type that holds both, by PyTorch's rule for two tensors of equal priority.
constexpr DType promote(DType a, DType b) { return detail::kPromotions[static_cast<int>(a)][static_cast<int>(b)]; }

template <class T>
struct Type {
  using type = T;
};

namespace detail {

/// There is no kernel for the dtype: throws DTypeError.
[[noreturn]] void failDispatch(DType t);

constexpr bool isAny(DType) { return true; }
constexpr bool isComputedFloating(DType t) { return isFloating(t) && isComputed(t); }

/// `dispatch` for dtypes that are `kWanted`.
template <bool (*kWanted)(DType), class F>
decltype(auto) dispatchWanted(DType t, F&& f) {
  switch (t) {
#define ROW(dtype, text, element, ...)                              \
  case DType::dtype:                                                \
    if constexpr (kWanted(DType::dtype)) return f(Type<element>{}); \
    break;
    RETROGRAD_DTYPES(ROW)
#undef ROW
  }
  failDispatch(t);
}

}  // namespace detail

/// Calls `f(Type<T>{})` with the C++ type of `t`.
template <class F>
decltype(auto) dispatch(DType t, F&& f) {
  return detail::dispatchWanted<detail::isAny>(t, f);
}

/// As `dispatch`, for kernels that compute with elements where they lie. Throws DTypeError for a dtype that is not
/// computed in itself.
template <class F>
decltype(auto) dispatchComputed(DType t, F&& f) {
  return detail::dispatchWanted<isComputed>(t, f);
}

/// As `dispatchComputed`, for floating types alone.
template <class F>
decltype(auto) dispatchFloating(DType t, F&& f) {
  return detail::dispatchWanted<detail::isComputedFloating>(t, f);
}

namespace detail {

template <class T>
constexpr auto wrapping() {
  if constexpr (std::is_same_v<T, bool>) {
    return false;
  } else if constexpr (std::is_integral_v<T>) {
    return std::make_unsigned_t<T>();
  } else {
    static_assert(std::is_floating_point_v<T>, "such elements are added in another type");
    return T();
  }
}

}  // namespace detail

/// Of integers the unsigned type of their size, in which their sums wrap; other types as they are.
template <class T>
using Wrapping = decltype(detail::wrapping<T>());

/// As `dispatch`, with Wrapping<T>: for what adds elements where they lie.
template <class F>
decltype(auto) dispatchSum(DType t, F&& f) {
  return dispatch(t, [&]<class T>(Type<T>) -> decltype(auto) { return f(Type<Wrapping<T>>{}); });
}

/// make(Type<T>{}) for the C++ type of each dtype.
template <class Make>
constexpr auto tableOfTypes(Make make) {
#define ROW(dtype, text, element, ...) make(Type<element>{}),
  return std::array{RETROGRAD_DTYPES(ROW)};
#undef ROW
}

static_assert(std::ranges::all_of(detail::kRows,
                                  [](const DTypeInfo& row) {
                                    return row.size == 1 || row.size == 2 || row.size == 4 || row.size == 8;
                                  }),
              "dispatchSize takes no elements of such a size");

/// Calls `f(T())` with the unsigned type of an element's size, for what moves elements without knowing what they are.
template <class F>
decltype(auto) dispatchSize(size_t size, F&& f) {
  switch (size) {
    case 1: return f(uint8_t());
    case 2: return f(uint16_t());
    case 4: return f(uint32_t());
    case 8: return f(uint64_t());
  }
  __builtin_unreachable();
}
template <class F>
decltype(auto) dispatchSize(DType t, F&& f) {
  return dispatchSize(itemSize(t), f);
}

}  // namespace retrograd
