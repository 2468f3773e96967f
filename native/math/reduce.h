#pragma once

#include "math/domain.h"
#include "math/elementary.h"

namespace retrograd::math {

// Reductions: `identity` is what an empty one gives, `combine` joins two parts. `combine` also takes GCC's vector
// types, element by element, so it is written without branches and always inlined.

struct Sum {
  static constexpr const char* kName = "sum";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD static constexpr T identity() {
    return T(0);
  }
  template <class T>
  RETROGRAD_HD RETROGRAD_INLINE static T combine(T a, T b) {
    return wrappingAdd(a, b);
  }
};

struct Prod {
  static constexpr const char* kName = "prod";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD static constexpr T identity() {
    return T(1);
  }
  template <class T>
  RETROGRAD_HD RETROGRAD_INLINE static T combine(T a, T b) {
    return wrappingMul(a, b);
  }
};

/// The largest element; NaN wins.
struct Amax {
  static constexpr const char* kName = "amax";
  static constexpr Domain kDomain = Domain::Any;
  template <class T>
  RETROGRAD_HD static constexpr T identity() {
    if constexpr (std::is_floating_point_v<T>)
      return -std::numeric_limits<T>::infinity();
    else
      return std::numeric_limits<T>::lowest();
  }
  template <class T>
  RETROGRAD_HD RETROGRAD_INLINE static T combine(T a, T b) {
    return ((a > b) | (a != a)) ? a : b;
  }
};

/// The smallest element; NaN wins.
struct Amin {
  static constexpr const char* kName = "amin";
  static constexpr Domain kDomain = Domain::Any;
  template <class T>
  RETROGRAD_HD static constexpr T identity() {
    if constexpr (std::is_floating_point_v<T>)
      return std::numeric_limits<T>::infinity();
    else
      return std::numeric_limits<T>::max();
  }
  template <class T>
  RETROGRAD_HD RETROGRAD_INLINE static T combine(T a, T b) {
    return ((a < b) | (a != a)) ? a : b;
  }
};

struct All {
  static constexpr const char* kName = "all";
  static constexpr Domain kDomain = Domain::Logical;  // bool in, bool out
  template <class T>
  RETROGRAD_HD static constexpr T identity() {
    return T(1);
  }
  template <class T>
  RETROGRAD_HD RETROGRAD_INLINE static T combine(T a, T b) {
    return a & b;
  }
};

struct Any {
  static constexpr const char* kName = "any";
  static constexpr Domain kDomain = Domain::Logical;  // bool in, bool out
  template <class T>
  RETROGRAD_HD static constexpr T identity() {
    return T(0);
  }
  template <class T>
  RETROGRAD_HD RETROGRAD_INLINE static T combine(T a, T b) {
    return a | b;
  }
};

/// What the CPU and CUDA families expand.
using ReduceFunctors = TypeList<Sum, Prod, Amax, Amin, All, Any>;

// The one order in which a sequence is reduced. It is cut into leaves of kLeaf elements. In a leaf, lane j combines
// elements j, j + kLanes, j + 2 kLanes, ... one after the other; then lanes j and j + kLanes / 2 are combined, and so
// on down to one value. Leaves are combined pairwise: two neighbours, two neighbouring pairs, ... The order depends on
// the length alone, so neither the layout nor the number of threads nor the way a sequence is walked changes a bit; and
// rounding errors grow with the leaf's 32 rows plus the tree's depth, not with the length.
template <class E>
inline constexpr int64_t kLanes = 64 / sizeof(E);
template <class E>
inline constexpr int64_t kLeaf = kLanes<E> * 32;

/// What changes no value it is combined with: adding -0 keeps the sign of a zero.
template <class F, class E>
RETROGRAD_HD constexpr E neutral() {
  if constexpr (std::is_same_v<F, Sum> && std::is_floating_point_v<E>)
    return E(-0.0);
  else
    return F::template identity<E>();
}

}  // namespace retrograd::math
