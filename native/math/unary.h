#pragma once

#include "math/activation.h"
#include "math/domain.h"
#include "math/elementary.h"

namespace retrograd::math {

// Functors of one operand. Bounds are the largest error on the CPU, in units in the last place of the result, for
// float32 and float64; "exact" is the correctly rounded result. math_test.cpp measures them. On a GPU the bounds are
// those of the CUDA mathematical functions, which are within the same limits save where noted there.

/// -x, integers wrapping. Exact.
struct Neg {
  static constexpr const char* kName = "neg";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return -x;
    else
      return wrappingSub(T(0), x);
  }
};

/// |x|, integers wrapping. Exact.
struct Abs {
  static constexpr const char* kName = "abs";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    if constexpr (std::is_same_v<T, float>)
      return ::fabsf(x);
    else if constexpr (std::is_same_v<T, double>)
      return ::fabs(x);
    else if constexpr (std::is_signed_v<T>)
      return x < 0 ? wrappingSub(T(0), x) : x;
    else
      return x;
  }
};

/// -1, 0 or 1; NaN gives 0, as in PyTorch. Exact.
struct Sign {
  static constexpr const char* kName = "sign";
  static constexpr Domain kDomain = Domain::Any;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    if constexpr (std::is_same_v<T, bool>)
      return x;
    else
      return static_cast<T>((T(0) < x) - (x < T(0)));
  }
};

#define RETROGRAD_ELEMENTARY_FUNCTOR(Name, function)    \
  struct Name {                                         \
    static constexpr const char* kName = #function;     \
    static constexpr Domain kDomain = Domain::Floating; \
    static constexpr bool kElementary = true;           \
    template <class T>                                  \
    RETROGRAD_HD T operator()(T x) const {              \
      return math::function(x);                         \
    }                                                   \
  };

RETROGRAD_ELEMENTARY_FUNCTOR(Exp, exp)          ///< 3 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Exp2, exp2)        ///< 3 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Expm1, expm1)      ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Log, log)          ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Log2, log2)        ///< 3 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Log10, log10)      ///< 0.8 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Log1p, log1p)      ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Sin, sin)          ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Cos, cos)          ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Tan, tan)          ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Asin, asin)        ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Acos, acos)        ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Atan, atan)        ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Sinh, sinh)        ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Cosh, cosh)        ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Tanh, tanh)        ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Erf, erf)          ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Erfc, erfc)        ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Erfinv, erfinv)    ///< 4 ULP
RETROGRAD_ELEMENTARY_FUNCTOR(Sigmoid, sigmoid)  ///< 5 ULP
#undef RETROGRAD_ELEMENTARY_FUNCTOR

/// Exact.
struct Sqrt {
  static constexpr const char* kName = "sqrt";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return math::sqrt(x);
  }
};

/// 1 / sqrt(x). 1.5 ULP.
struct Rsqrt {
  static constexpr const char* kName = "rsqrt";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return T(1) / math::sqrt(x);
  }
};

/// Exact.
struct Reciprocal {
  static constexpr const char* kName = "reciprocal";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return T(1) / x;
  }
};

/// x * x, integers wrapping. Exact.
struct Square {
  static constexpr const char* kName = "square";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return wrappingMul(x, x);
  }
};

/// max(x, 0); NaN stays. Exact.
struct Relu {
  static constexpr const char* kName = "relu";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return x <= T(0) ? T(0) : x;
  }
};

#define RETROGRAD_ROUNDING_FUNCTOR(Name, name, function) \
  struct Name {                                          \
    static constexpr const char* kName = #name;          \
    static constexpr Domain kDomain = Domain::Numeric;   \
    template <class T>                                   \
    RETROGRAD_HD T operator()(T x) const {               \
      if constexpr (std::is_same_v<T, float>)            \
        return ::function##f(x);                         \
      else if constexpr (std::is_same_v<T, double>)      \
        return ::function(x);                            \
      else                                               \
        return x;                                        \
    }                                                    \
  };

RETROGRAD_ROUNDING_FUNCTOR(Floor, floor, floor)
RETROGRAD_ROUNDING_FUNCTOR(Ceil, ceil, ceil)
RETROGRAD_ROUNDING_FUNCTOR(Round, round, nearbyint)  ///< halves go to the even neighbour
RETROGRAD_ROUNDING_FUNCTOR(Trunc, trunc, trunc)
#undef RETROGRAD_ROUNDING_FUNCTOR

struct IsNan {
  static constexpr const char* kName = "isnan";
  static constexpr Domain kDomain = Domain::Predicate;
  template <class T>
  RETROGRAD_HD bool operator()(T x) const {
    return x != x;
  }
};

struct IsInf {
  static constexpr const char* kName = "isinf";
  static constexpr Domain kDomain = Domain::Predicate;
  template <class T>
  RETROGRAD_HD bool operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return Abs{}(x) == std::numeric_limits<T>::infinity();
    else
      return false;
  }
};

struct IsFinite {
  static constexpr const char* kName = "isfinite";
  static constexpr Domain kDomain = Domain::Predicate;
  template <class T>
  RETROGRAD_HD bool operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      return Abs{}(x) < std::numeric_limits<T>::infinity();
    else
      return true;
  }
};

struct LogicalNot {
  static constexpr const char* kName = "logicalNot";
  static constexpr Domain kDomain = Domain::Logical;
  template <class T>
  RETROGRAD_HD bool operator()(T x) const {
    return x == T(0);
  }
};

struct BitwiseNot {
  static constexpr const char* kName = "bitwiseNot";
  static constexpr Domain kDomain = Domain::Bits;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    if constexpr (std::is_same_v<T, bool>)
      return !x;
    else
      return static_cast<T>(~x);
  }
};

/// log(x / (1 - x)), by log1p about a half, where the quotient is close to 1; with eps >= 0 of x limited to
/// [eps, 1 - eps]. 6 ULP.
struct Logit {
  static constexpr const char* kName = "logit";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  double eps;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    if (eps >= 0) {
      const T low = T(eps), high = T(1 - eps);
      x = x < low ? low : x > high ? high : x;
    }
    T other = T(1) - x, near = math::log1p((x + x - T(1)) / other), far = math::log(x / other);
    return select((x > T(0.25)) & (x < T(0.75)), near, far);
  }
};

/// min(max(x, low), high); NaN stays; bounds past an integer type's range do not bind. Exact.
struct Clamp {
  static constexpr const char* kName = "clamp";
  static constexpr Domain kDomain = Domain::Numeric;
  double low, high;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    T lo = saturate<T>(low), hi = saturate<T>(high);
    T raised = x < lo ? lo : x;
    return raised > hi ? hi : raised;
  }
};

/// What the CPU and CUDA families expand.
using UnaryFunctors =
    TypeList<Neg, Abs, Sign, Exp, Exp2, Expm1, Log, Log2, Log10, Log1p, Sqrt, Rsqrt, Reciprocal, Square, Sin, Cos, Tan,
             Asin, Acos, Atan, Sinh, Cosh, Tanh, Sigmoid, Relu, Erf, Erfc, Erfinv, Floor, Ceil, Round, Trunc, IsNan,
             IsInf, IsFinite, LogicalNot, BitwiseNot, LeakyRelu, Elu, Gelu, Silu, Softplus, LogSigmoid, Logit, Clamp,
             GeluTanh, Mish, Threshold, Hardsigmoid, Hardswish, Hardshrink, Softshrink>;

}  // namespace retrograd::math
