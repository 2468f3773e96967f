#pragma once

#include "math/domain.h"
#include "math/elementary.h"

namespace retrograd::math {

// Reductions: `identity` is what an empty one gives, `combine` joins two parts. `combine` also takes GCC's vector
// types, element by element, so it is written without branches.

struct Sum {
  static constexpr const char* kName = "sum";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD static constexpr T identity() {
    return T(0);
  }
  template <class T>
  RETROGRAD_HD static T combine(T a, T b) {
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
  RETROGRAD_HD static T combine(T a, T b) {
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
  RETROGRAD_HD static T combine(T a, T b) {
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
  RETROGRAD_HD static T combine(T a, T b) {
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
  RETROGRAD_HD static T combine(T a, T b) {
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
  RETROGRAD_HD static T combine(T a, T b) {
    return a | b;
  }
};

/// What the CPU and CUDA families expand.
using ReduceFunctors = TypeList<Sum, Prod, Amax, Amin, All, Any>;

}  // namespace retrograd::math
