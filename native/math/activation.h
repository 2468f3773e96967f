#pragma once

#include "math/domain.h"
#include "math/elementary.h"

namespace retrograd::math {

// Activations of networks, bounds as in unary.h, and after them their vector-Jacobian products of (gradient, operand
// x), or result where named y. The lists in unary.h and binary.h have them.

/// x where positive, else slope * x. Exact.
struct LeakyRelu {
  static constexpr const char* kName = "leakyRelu";
  static constexpr Domain kDomain = Domain::Floating;
  double slope;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return x > T(0) ? x : x * T(slope);
  }
};

/// scale * x where positive, else scale * alpha * (exp(inputScale * x) - 1): elu, celu and selu. 5 ULP where the scales
/// are 1.
struct Elu {
  static constexpr const char* kName = "elu";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  double alpha, scale = 1, inputScale = 1;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    T negative = T(alpha * scale) * math::expm1((x > T(0) ? T(0) : x) * T(inputScale));
    return select(x > T(0), x * T(scale), negative);
  }
};

/// x times the normal distribution function (the erf form). The error is within 4 ULP of x.
struct Gelu {
  static constexpr const char* kName = "gelu";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return x * normalCdf(x);
  }
};

/// gelu with the distribution function as (1 + tanh(u)) / 2, that is sigmoid(2 u), where nothing cancels:
/// 2 u = sqrt(8 / pi) (x + 0.044715 x^3). The error is within 4 ULP of x.
struct GeluTanh {
  static constexpr const char* kName = "geluTanh";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  static constexpr double kLinear = 1.59576912160573071176, kCubic = 0.07135481627260025879;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return x * sigmoid(x * (T(kLinear) + T(kCubic) * x * x));
  }
};

/// x * sigmoid(x). 6 ULP, and fewer bits where the sigmoid is denormal (below -87 for float32, -708 for float64).
struct Silu {
  static constexpr const char* kName = "silu";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return x * sigmoid(x);
  }
};

/// log(1 + exp(beta * x)) / beta, and x where beta * x is past the threshold. 6 ULP.
struct Softplus {
  static constexpr const char* kName = "softplus";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  double beta, threshold;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    T z = T(beta) * x;
    T soft = (z < T(0) ? T(0) : z) + math::log1p(math::exp(z < T(0) ? z : -z));
    return select(z > T(threshold), x, soft / T(beta));
  }
};

/// log(sigmoid(x)) as min(x, 0) - log1p(exp(-|x|)), where nothing cancels. 6 ULP.
struct LogSigmoid {
  static constexpr const char* kName = "logsigmoid";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return (x < T(0) ? x : T(0)) - math::log1p(math::exp(x < T(0) ? x : -x));
  }
};

/// x * tanh(log(1 + exp(x))). The error is within 4 ULP of x.
struct Mish {
  static constexpr const char* kName = "mish";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    T e = math::exp(x > T(40) ? T(40) : x), n = e * (e + T(2));  // past 40 the factor is 1 in both types
    return x * (n / (n + T(2)));
  }
};

/// `value` where x is at most `threshold`, else x; NaN stays. Exact.
struct Threshold {
  static constexpr const char* kName = "threshold";
  static constexpr Domain kDomain = Domain::Numeric;
  double threshold, value;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return x <= saturate<T>(threshold) ? saturate<T>(value) : x;
  }
};

/// min(max(x + 3, 0), 6) / 6; NaN stays. Exact but for the roundings of its steps.
struct Hardsigmoid {
  static constexpr const char* kName = "hardsigmoid";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    T raised = x + T(3);
    return (raised < T(0) ? T(0) : raised > T(6) ? T(6) : raised) / T(6);
  }
};

/// x * hardsigmoid(x).
struct Hardswish {
  static constexpr const char* kName = "hardswish";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    T raised = x + T(3);
    raised = raised < T(0) ? T(0) : raised;
    raised = raised > T(6) ? T(6) : raised;
    return x * raised / T(6);
  }
};

/// 0 for -lambda <= x <= lambda, else x; NaN stays. Exact.
struct Hardshrink {
  static constexpr const char* kName = "hardshrink";
  static constexpr Domain kDomain = Domain::Floating;
  double lambda;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return (x >= T(-lambda)) & (x <= T(lambda)) ? T(0) : x;
  }
};

/// x nearer to 0 by lambda, 0 where it would pass it; NaN stays. Exact.
struct Softshrink {
  static constexpr const char* kName = "softshrink";
  static constexpr Domain kDomain = Domain::Floating;
  double lambda;
  template <class T>
  RETROGRAD_HD T operator()(T x) const {
    return x > T(lambda) ? x - T(lambda) : x < T(-lambda) ? x + T(lambda) : x * T(0);
  }
};

struct LeakyReluBackward {
  static constexpr const char* kName = "leakyReluBackward";
  static constexpr Domain kDomain = Domain::Floating;
  double slope;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    return x > T(0) ? g : g * T(slope);
  }
};

struct EluBackward {
  static constexpr const char* kName = "eluBackward";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  double alpha, scale = 1, inputScale = 1;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    T negative = g * T(alpha * scale * inputScale) * math::exp((x > T(0) ? T(0) : x) * T(inputScale));
    return select(x > T(0), g * T(scale), negative);
  }
};

struct GeluBackward {
  static constexpr const char* kName = "geluBackward";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    // Past 40 the density is 0 in both types, also times infinity.
    const T near = x > T(40) ? T(40) : x < T(-40) ? T(-40) : x;
    T density = T(0.39894228040143267794) * math::exp(T(-0.5) * near * near);
    return g * (normalCdf(x) + near * density);
  }
};

struct GeluTanhBackward {
  static constexpr const char* kName = "geluTanhBackward";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    // Past 40 the slope of the sigmoid is 0 in both types, also times infinity.
    const T near = x > T(40) ? T(40) : x < T(-40) ? T(-40) : x, square = near * near;
    const T v = near * (T(GeluTanh::kLinear) + T(GeluTanh::kCubic) * square);
    const T slope = T(GeluTanh::kLinear) + T(3 * GeluTanh::kCubic) * square;
    // The sigmoids of v and -v are r and e r, or the other way about.
    const T e = math::exp(v < T(0) ? v : -v), r = T(1) / (T(1) + e);
    return g * (select(v < T(0), e, T(1)) * r + near * (e * r) * r * slope);
  }
};

struct SiluBackward {
  static constexpr const char* kName = "siluBackward";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    T s = sigmoid(x);
    return g * (s * (T(1) + x * (T(1) - s)));
  }
};

struct SoftplusBackward {
  static constexpr const char* kName = "softplusBackward";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  double beta, threshold;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    T z = T(beta) * x;
    T soft = g * sigmoid(z);
    return select(z > T(threshold), g, soft);
  }
};

/// g * sigmoid(-x), which keeps its digits where the sigmoid is close to 0.
struct LogSigmoidBackward {
  static constexpr const char* kName = "logsigmoidBackward";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    return g * sigmoid(-x);
  }
};

/// tanh(log(1 + e^x)) + x times its derivative, 4 e^x (e^x + 1) / ((e^x + 1)^2 + 1)^2.
struct MishBackward {
  static constexpr const char* kName = "mishBackward";
  static constexpr Domain kDomain = Domain::Floating;
  static constexpr bool kElementary = true;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    const T near = x > T(40) ? T(40) : x;  // past it the slope is 1 in both types
    const T e = math::exp(near), n = e * (e + T(2)), d = n + T(2);
    return g * (n / d + near * (T(4) * (e / d) * ((e + T(1)) / d)));
  }
};

/// 0 where x (or y) is at most `threshold`, else g, also at NaN: relu's, too.
struct ThresholdBackward {
  static constexpr const char* kName = "thresholdBackward";
  static constexpr Domain kDomain = Domain::Floating;
  double threshold;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    return x <= T(threshold) ? T(0) : g;
  }
};

/// g * slope where low < x < high, else 0: hardtanh's and hardsigmoid's, which unlike clamp's leave out the bounds.
struct HardtanhBackward {
  static constexpr const char* kName = "hardtanhBackward";
  static constexpr Domain kDomain = Domain::Floating;
  double low, high, slope = 1;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    return (x > T(low)) & (x < T(high)) ? g * T(slope) : T(0);
  }
};

struct HardswishBackward {
  static constexpr const char* kName = "hardswishBackward";
  static constexpr Domain kDomain = Domain::Floating;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    return x <= T(-3) ? T(0) : x >= T(3) ? g : g * (x / T(3) + T(0.5));
  }
};

/// g outside of [-lambda, lambda], else 0, also at NaN: hardshrink's and softshrink's.
struct ShrinkBackward {
  static constexpr const char* kName = "shrinkBackward";
  static constexpr Domain kDomain = Domain::Floating;
  double lambda;
  template <class T>
  RETROGRAD_HD T operator()(T g, T x) const {
    return (x < T(-lambda)) | (x > T(lambda)) ? g : T(0);
  }
};

}  // namespace retrograd::math
