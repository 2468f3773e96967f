#pragma once

#include <cstdint>
#include <type_traits>

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

/// The elements of each line along `dim`, from the least to the greatest or `descending`, and where they were. NaN is
/// greater than all others, zeros of both signs are equal, and equals stay in their order. `values` and `indices`
/// (int64) are dense with the sizes of `in`; a 0-d tensor is a line of one.
inline constinit Slot<void(const Tensor& values, const Tensor& indices, const Tensor& in, int64_t dim, bool descending)>
    sortSlot{"sort"};

/// An element to be sorted: a key whose order as an unsigned number is that of elements, and its number in the line,
/// which decides between equals. `W` is as wide as both need.
template <class W>
struct SortItem {
  W key, number;

  RETROGRAD_HD bool operator<(const SortItem& o) const {
    if constexpr (sizeof(W) == 4)
      return (uint64_t{key} << 32 | number) < (uint64_t{o.key} << 32 | o.number);
    else
      return key < o.key || (key == o.key && number < o.number);
  }
};

template <class W, class T>
RETROGRAD_HD RETROGRAD_INLINE W sortKey(T x, bool descending) {
  constexpr W kSign = W(1) << (8 * sizeof(W) - 1);
  W key;
  if constexpr (std::is_floating_point_v<T>) {
    using B = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
    constexpr B kNegative = B(1) << (8 * sizeof(B) - 1);
    const B bits = __builtin_bit_cast(B, x);
    key = x != x ? static_cast<B>(~B(0)) : x == T(0) ? kNegative : bits & kNegative ? ~bits : bits | kNegative;
  } else if constexpr (std::is_signed_v<T>) {
    key = static_cast<W>(x) ^ kSign;
  } else {
    key = static_cast<W>(x);
  }
  return descending ? static_cast<W>(~key) : key;
}

/// Calls `f(Type<T>(), W())` for lines of `n` elements.
template <class F>
void dispatchSort(DType dtype, int64_t n, F&& f) {
  dispatch(dtype, [&]<class T>(Type<T> type) {
    if constexpr (sizeof(T) <= 4)
      if (n < int64_t{UINT32_MAX}) return f(type, uint32_t());
    f(type, uint64_t());
  });
}

}  // namespace retrograd
