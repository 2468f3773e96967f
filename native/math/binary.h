#pragma once

#include "core/convert.h"
#include "math/activation.h"
#include "math/domain.h"
#include "math/elementary.h"

namespace retrograd::math {

// Functors of two operands of one type; bounds as in unary.h. No functor traps, whatever the operands.

/// Integers wrap; bool is "or". Exact.
struct Add {
  static constexpr const char* kName = "add";
  static constexpr Domain kDomain = Domain::Any;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    if constexpr (std::is_same_v<T, bool>)
      return a | b;
    else
      return wrappingAdd(a, b);
  }
};

/// Integers wrap. Exact.
struct Sub {
  static constexpr const char* kName = "sub";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    return wrappingSub(a, b);
  }
};

/// Integers wrap; bool is "and". Exact.
struct Mul {
  static constexpr const char* kName = "mul";
  static constexpr Domain kDomain = Domain::Any;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    if constexpr (std::is_same_v<T, bool>)
      return a & b;
    else
      return wrappingMul(a, b);
  }
};

/// Exact.
struct Div {
  static constexpr const char* kName = "div";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    return a / b;
  }
};

/// a + alpha * b, both operations rounded in the operands' type; integers wrap, their alpha, within [-2^63, 2^63], is
/// truncated.
struct AddScaled {
  static constexpr const char* kName = "addScaled";
  static constexpr Domain kDomain = Domain::Numeric;
  double alpha;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    T scale;
    if constexpr (std::is_floating_point_v<T>)
      scale = static_cast<T>(alpha);
    else
      scale = static_cast<T>(convert<int64_t>(alpha));
    return wrappingAdd(a, wrappingMul(scale, b));
  }
};

/// Floating: 4 ULP. Integers: exact with wrap-around; a negative exponent gives 1 for 1, +-1 for -1, else 0.
struct Pow {
  static constexpr const char* kName = "pow";
  static constexpr Domain kDomain = Domain::Numeric;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      return math::pow(a, b);
    } else {
      if constexpr (std::is_signed_v<T>)
        if (b < 0) return a == 1 ? T(1) : a == -1 ? T(b & 1 ? -1 : 1) : T(0);
      T result = 1;
      for (; b; b >>= 1, a = wrappingMul(a, a))
        if (b & 1) result = wrappingMul(result, a);
      return result;
    }
  }
};

/// The larger; NaN wins.
struct Maximum {
  static constexpr const char* kName = "maximum";
  static constexpr Domain kDomain = Domain::Any;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    return ((a > b) | (a != a)) ? a : b;
  }
};

/// The smaller; NaN wins.
struct Minimum {
  static constexpr const char* kName = "minimum";
  static constexpr Domain kDomain = Domain::Any;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    return ((a < b) | (a != a)) ? a : b;
  }
};

/// 4 ULP.
struct Atan2 {
  static constexpr const char* kName = "atan2";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    return math::atan2(a, b);
  }
};

/// The remainder with the sign of the dividend. Exact. Integers: 0 for a zero divisor (operations reject it before).
struct Fmod {
  static constexpr const char* kName = "fmod";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    if constexpr (std::is_same_v<T, float>)
      return ::fmodf(a, b);
    else if constexpr (std::is_same_v<T, double>)
      return ::fmod(a, b);
    else if constexpr (std::is_signed_v<T>)
      return b == 0 || b == -1 ? T(0) : static_cast<T>(a % b);
    else
      return b == 0 ? T(0) : static_cast<T>(a % b);
  }
};

/// The remainder with the sign of the divisor. 0.5 ULP. Integers: 0 for a zero divisor (operations reject it before).
struct Remainder {
  static constexpr const char* kName = "remainder";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    T r = Fmod{}(a, b);
    return r != T(0) && (b < T(0)) != (r < T(0)) ? static_cast<T>(r + b) : r;
  }
};

/// The quotient rounded towards zero. Integers: 0 for a zero divisor (operations reject it before), wrapping.
struct TruncDivide {
  static constexpr const char* kName = "truncDivide";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    if constexpr (std::is_same_v<T, float>)
      return ::truncf(a / b);
    else if constexpr (std::is_same_v<T, double>)
      return ::trunc(a / b);
    else if constexpr (std::is_signed_v<T>)
      return b == 0 ? T(0) : b == -1 ? wrappingSub(T(0), a) : static_cast<T>(a / b);
    else
      return b == 0 ? T(0) : static_cast<T>(a / b);
  }
};

/// The quotient rounded down, consistent with Remainder. Integers: 0 for a zero divisor (operations reject it before),
/// wrapping.
struct FloorDivide {
  static constexpr const char* kName = "floorDivide";
  static constexpr Domain kDomain = Domain::Numeric;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    if constexpr (std::is_floating_point_v<T>) {
      if (b == T(0)) return a / b;
      T r = Fmod{}(a, b);
      T q = (a - r) / b;
      if (r != T(0) && (b < T(0)) != (r < T(0))) q -= T(1);
      if (q == T(0)) return (a < T(0)) != (b < T(0)) ? -T(0) : T(0);
      T whole = floorOf(q);  // q is whole but for rounding
      return q - whole > T(0.5) ? whole + T(1) : whole;
    } else {
      T q = TruncDivide{}(a, b);
      T r = Fmod{}(a, b);
      return r != 0 && (b < 0) != (r < 0) ? static_cast<T>(q - 1) : q;
    }
  }

 private:
  RETROGRAD_HD static float floorOf(float x) { return ::floorf(x); }
  RETROGRAD_HD static double floorOf(double x) { return ::floor(x); }
};

#define RETROGRAD_COMPARISON(Name, name, op)             \
  struct Name {                                          \
    static constexpr const char* kName = #name;          \
    static constexpr Domain kDomain = Domain::Predicate; \
    template <class T>                                   \
    RETROGRAD_HD bool operator()(T a, T b) const {       \
      return a op b;                                     \
    }                                                    \
  };
RETROGRAD_COMPARISON(Eq, eq, ==)
RETROGRAD_COMPARISON(Ne, ne, !=)
RETROGRAD_COMPARISON(Lt, lt, <)
RETROGRAD_COMPARISON(Le, le, <=)
RETROGRAD_COMPARISON(Gt, gt, >)
RETROGRAD_COMPARISON(Ge, ge, >=)
#undef RETROGRAD_COMPARISON

/// Equal, or both NaN.
struct Same {
  static constexpr const char* kName = "same";
  static constexpr Domain kDomain = Domain::Predicate;
  template <class T>
  RETROGRAD_HD bool operator()(T a, T b) const {
    return (a == b) | ((a != a) & (b != b));
  }
};

#define RETROGRAD_LOGICAL(Name, name, op)              \
  struct Name {                                        \
    static constexpr const char* kName = #name;        \
    static constexpr Domain kDomain = Domain::Logical; \
    template <class T>                                 \
    RETROGRAD_HD bool operator()(T a, T b) const {     \
      return ((a != T(0)) op(b != T(0))) != 0;         \
    }                                                  \
  };
RETROGRAD_LOGICAL(LogicalAnd, logicalAnd, &)
RETROGRAD_LOGICAL(LogicalOr, logicalOr, |)
RETROGRAD_LOGICAL(LogicalXor, logicalXor, ^)
#undef RETROGRAD_LOGICAL

#define RETROGRAD_BITWISE(Name, name, op)           \
  struct Name {                                     \
    static constexpr const char* kName = #name;     \
    static constexpr Domain kDomain = Domain::Bits; \
    template <class T>                              \
    RETROGRAD_HD T operator()(T a, T b) const {     \
      return static_cast<T>(a op b);                \
    }                                               \
  };
RETROGRAD_BITWISE(BitwiseAnd, bitwiseAnd, &)
RETROGRAD_BITWISE(BitwiseOr, bitwiseOr, |)
RETROGRAD_BITWISE(BitwiseXor, bitwiseXor, ^)
#undef RETROGRAD_BITWISE

// Vector-Jacobian products of (gradient, saved value): the function's result where named y, its operand where named x.

struct TanhBackward {
  static constexpr const char* kName = "tanhBackward";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T g, T y) const {
    return g * (T(1) - y * y);
  }
};

struct SigmoidBackward {
  static constexpr const char* kName = "sigmoidBackward";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T g, T y) const {
    return g * y * (T(1) - y);
  }
};

/// g where low <= x <= high, else 0.
struct ClampBackward {
  static constexpr const char* kName = "clampBackward";
  static constexpr Domain kDomain = Domain::Floating;
  double low, high;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    return (x >= T(low)) & (x <= T(high)) ? g : T(0);
  }
};

/// b / (a^2 + b^2), the derivative of atan2(a, b) by a, also where squares leave the range: 3 ULP. 0 at (0, 0) and at
/// infinity.
struct Atan2Slope {
  static constexpr const char* kName = "atan2Slope";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    const Scaled<T> p(a, b);
    return p.isEnd() ? T(0) : static_cast<T>(p.y / p.square * p.scale);
  }

  /// (a, b) as multiples of a power of two whose squares are in range.
  template <class T>
  struct Scaled {
    double scale, x, y, square;
    RETROGRAD_HD Scaled(T a, T b) : scale(1) {  // the squares of float32 fit into float64
      if constexpr (std::is_same_v<T, double>) {
        const double one = ::fabs(a), other = ::fabs(b), size = one > other ? one : other;
        scale = size > 0x1p500 ? 0x1p-600 : size < 0x1p-500 ? 0x1p600 : 1.0;
      }
      x = a * scale, y = b * scale, square = x * x + y * y;
    }
    RETROGRAD_HD bool isEnd() const { return (square == 0) | (square == std::numeric_limits<double>::infinity()); }
  };
};

/// 2 a b / (a^2 + b^2)^2, the second derivative of atan2(a, b) by b, and by a but for the sign; likewise: 8 ULP.
struct Atan2Curvature {
  static constexpr const char* kName = "atan2Curvature";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    const Atan2Slope::Scaled<T> p(a, b);
    return p.isEnd() ? T(0) : static_cast<T>(2 * ((p.x / p.square) * (p.y / p.square)) * p.scale * p.scale);
  }
};

/// (a^2 - b^2) / (a^2 + b^2)^2, the second derivative of atan2(a, b) by both; likewise: 8 ULP.
struct Atan2Mixed {
  static constexpr const char* kName = "atan2Mixed";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T a, T b) const {
    const Atan2Slope::Scaled<T> p(a, b);
    const double difference = (p.x - p.y) / p.square, sum = (p.x + p.y) / p.square;
    return p.isEnd() ? T(0) : static_cast<T>(difference * sum * p.scale * p.scale);
  }
};

// Losses of an element and its target t, and their derivatives by the element.

/// -(t log p + (1 - t) log(1 - p)), with logarithms of at least -100; NaN unless both lie in [0, 1].
struct ProbabilityLoss {
  static constexpr const char* kName = "probabilityLoss";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T p, T t) const {
    const T one = math::log(p), other = math::log1p(-p);
    const T loss = -(t * limited(one) + (T(1) - t) * limited(other));
    return t >= T(0) && t <= T(1) ? loss : std::numeric_limits<T>::quiet_NaN();
  }

 private:
  template <class T>
  RETROGRAD_HD static T limited(T x) {
    return x < T(-100) ? T(-100) : x;
  }
};

/// (p - t) / max(p (1 - p), 1e-12).
struct ProbabilityLossSlope {
  static constexpr const char* kName = "probabilityLossSlope";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T p, T t) const {
    const T variance = p * (T(1) - p);
    return (p - t) / (variance > T(1e-12) ? variance : T(1e-12));
  }
};

/// The same loss of sigmoid(x), as (1 - t) x or -t x, where nothing cancels, and log(1 + exp(-|x|)). Without a share in
/// the loss infinity counts nothing.
struct LogitLoss {
  static constexpr const char* kName = "logitLoss";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T x, T t) const {
    const T share = x > T(0) ? T(1) - t : -t;
    return select(share == T(0), T(0), x * share) + math::log1p(math::exp(x > T(0) ? -x : x));
  }
};

/// sigmoid(x) - t as (1 - t) sigmoid(x) - t sigmoid(-x), which keeps its digits where the sigmoid is close to t.
struct LogitLossSlope {
  static constexpr const char* kName = "logitLossSlope";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T x, T t) const {
    const T e = math::exp(x > T(0) ? -x : x), larger = T(1) / (T(1) + e), smaller = e / (T(1) + e);
    return select(x > T(0), (T(1) - t) * larger - t * smaller, (T(1) - t) * smaller - t * larger);
  }
};

/// What the CPU and CUDA families expand.
using BinaryFunctors =
    TypeList<Add, Sub, Mul, Div, AddScaled, Pow, Maximum, Minimum, Atan2, Fmod, Remainder, TruncDivide, FloorDivide, Eq,
             Ne, Lt, Le, Gt, Ge, Same, LogicalAnd, LogicalOr, LogicalXor, BitwiseAnd, BitwiseOr, BitwiseXor,
             TanhBackward, SigmoidBackward, LeakyReluBackward, ClampBackward, EluBackward, GeluBackward, SiluBackward,
             SoftplusBackward, LogSigmoidBackward, Atan2Slope, Atan2Curvature, Atan2Mixed, ProbabilityLoss,
             ProbabilityLossSlope, LogitLoss, LogitLossSlope, GeluTanhBackward, MishBackward, ThresholdBackward,
             HardtanhBackward, HardswishBackward, ShrinkBackward>;

}  // namespace retrograd::math
