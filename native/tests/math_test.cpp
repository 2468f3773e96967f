#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "core/tensor.h"
#include "kernel/pointwise.h"
#include "math/binary.h"
#include "math/unary.h"

// The bounds that math/*.h state, measured through the kernels (the vector functions are what users get) against long
// double, over random bits, usual sizes, a wide range of magnitudes, and the special values.

namespace retrograd {
namespace {

using Real = long double;

/// Distance from the exact result in units in its last place; infinite where NaN or an infinity is wrong. At the very
/// end of the range a result may overflow, or just not: that counts as one unit.
template <class T>
double ulps(T got, Real want) {
  using Limits = std::numeric_limits<T>;
  constexpr double kWrong = std::numeric_limits<double>::infinity();
  if (std::isnan(got) || std::isnan(want)) return std::isnan(got) && std::isnan(want) ? 0 : kWrong;
  const T rounded = static_cast<T>(want);
  if (std::isinf(got) || std::isinf(rounded)) {
    if (got == rounded) return 0;
    const Real end = Limits::max() * (1 - 4 * static_cast<Real>(Limits::epsilon()));
    return fabsl(want) > end && fabsl(static_cast<Real>(got)) > end && (got > 0) == (want > 0) ? 1 : kWrong;
  }
  int exponent;
  frexpl(want, &exponent);
  const int unit = std::max(exponent, Limits::min_exponent) - Limits::digits;
  return static_cast<double>(fabsl(static_cast<Real>(got) - want) / ldexpl(1, unit));
}

template <class T>
Tensor arguments(uint64_t seed) {
  using Limits = std::numeric_limits<T>;
  constexpr int64_t kCount = 1 << 17;
  Tensor x = allocateTensor("test", {kCount}, DTypeOf<T>::value, kCpu);
  std::mt19937_64 bits(seed);
  std::normal_distribution<double> normal(0, 1);
  std::uniform_real_distribution<double> wide(-100, 100), unit(-1, 1);
  for (int64_t i = 0; i < kCount; ++i) {
    T& v = x.data<T>()[i];
    switch (i % 4) {
      case 0: {
        std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t> b = static_cast<decltype(b)>(bits());
        v = __builtin_bit_cast(T, b);
        break;
      }
      case 1: v = static_cast<T>(normal(bits)); break;
      case 2: v = static_cast<T>(wide(bits)); break;
      default: v = static_cast<T>(std::ldexp(unit(bits), static_cast<int>(bits() % 60) - 30));
    }
  }
  const T special[] = {0,
                       T(-0.0),
                       1,
                       -1,
                       T(0.5),
                       Limits::infinity(),
                       -Limits::infinity(),
                       Limits::quiet_NaN(),
                       Limits::min(),
                       -Limits::min(),
                       Limits::denorm_min(),
                       -Limits::denorm_min(),
                       Limits::max(),
                       -Limits::max(),
                       T(88.7),
                       T(88.8),
                       T(-87.4),
                       T(-103.9),
                       T(-104.1),
                       T(709.7),
                       T(710),
                       T(-745),
                       T(-746)};
  std::copy(std::begin(special), std::end(special), x.data<T>() + seed % 2);
  return x;
}

template <class F, class T>
void expectWithin(double bound, Real (*exact)(Real), F f) {
  Tensor x = arguments<T>(1), y = allocateTensor("test", x.sizes(), x.dtype(), kCpu);
  unarySlot<F>(kCpu, f, y, x, x.dtype());
  double worst = 0;
  T at = 0;
  for (int64_t i = 0; i < x.numel(); ++i) {
    double distance = ulps(y.data<T>()[i], exact(static_cast<Real>(x.data<T>()[i])));
    if (distance > worst) worst = distance, at = x.data<T>()[i];
  }
  EXPECT_LE(worst, bound) << F::kName << " of " << (sizeof(T) == 4 ? "float" : "double") << " at " << at;
}

template <class F>
void expectBoth(double bound, Real (*exact)(Real), F f = {}) {
  expectWithin<F, float>(bound, exact, f);
  expectWithin<F, double>(bound, exact, f);
}

// By bisection.
Real exactErfinv(Real x) {
  if (!(fabsl(x) < 1)) return fabsl(x) == 1 ? x * INFINITY : NAN;
  if (fabsl(x) < 1e-9L) return x * 0.886226925452758013649083741670572591L;
  Real low = 0, high = 10;
  for (int i = 0; i < 110; ++i) {
    Real middle = (low + high) / 2;
    bool below = fabsl(x) < 0.5L ? erfl(middle) < fabsl(x) : erfcl(middle) > 1 - fabsl(x);
    (below ? low : high) = middle;
  }
  return copysignl(low, x);
}

TEST(MathUnary, StaysWithinItsBounds) {
  using namespace math;
  expectBoth<Exp>(3, expl);
  expectBoth<Exp2>(3, exp2l);
  expectBoth<Expm1>(4, expm1l);
  expectBoth<Log>(4, logl);
  expectBoth<Log2>(3, log2l);
  expectBoth<Log10>(0.8, log10l);
  expectBoth<Log1p>(4, log1pl);
  expectBoth<Sin>(4, sinl);
  expectBoth<Cos>(4, cosl);
  expectBoth<Tan>(4, tanl);
  expectBoth<Asin>(4, asinl);
  expectBoth<Acos>(4, acosl);
  expectBoth<Atan>(4, atanl);
  expectBoth<Sinh>(4, sinhl);
  expectBoth<Cosh>(4, coshl);
  expectBoth<Tanh>(4, tanhl);
  expectBoth<Erf>(4, erfl);
  expectBoth<Erfc>(4, erfcl);
  expectBoth<Erfinv>(4, exactErfinv);
  expectBoth<Sigmoid>(5, [](Real x) { return 1 / (1 + expl(-x)); });
  expectBoth<Sqrt>(0.5, sqrtl);
  expectBoth<Rsqrt>(1.5, [](Real x) { return 1 / sqrtl(x); });
  expectBoth<Reciprocal>(0.5, [](Real x) { return 1 / x; });
  expectBoth<Floor>(0, floorl);
  expectBoth<Ceil>(0, ceill);
  expectBoth<Round>(0, nearbyintl);
  expectBoth<Trunc>(0, truncl);
  expectBoth<Elu>(5, [](Real x) { return x > 0 ? x : expm1l(x); }, {1});
  expectBoth<Threshold>(0, [](Real x) { return x <= 0.5L ? -1 : x; }, {0.5, -1});
  expectBoth<Hardshrink>(0, [](Real x) { return x >= -0.5L && x <= 0.5L ? 0 : x; }, {0.5});
  expectBoth<Softshrink>(0.5, [](Real x) { return x > 0.5L        ? x - 0.5L
                                                  : x < -0.5L     ? x + 0.5L
                                                  : std::isnan(x) ? x
                                                                  : 0; },
                         {0.5});
  expectBoth<LogSigmoid>(6, [](Real x) { return (x < 0 ? x : 0) - log1pl(expl(-fabsl(x))); });
  expectBoth<Logit>(
      6, [](Real x) { return x > 0.25L && x < 0.75L ? log1pl((2 * x - 1) / (1 - x)) : logl(x / (1 - x)); }, {-1});
  expectBoth<Softplus>(6, [](Real x) { return x > 20 ? x : log1pl(expl(x)); }, {1, 20});
}

TEST(MathUnary, ProductsWithTinyFactorsStayWithinTheirOwnBounds) {
  // Where the sigmoid or the distribution function becomes denormal, the product loses bits: bounded by its factor.
  auto expectNear = []<class F, class T>(F f, Real (*exact)(Real), Type<T>) {
    Tensor x = arguments<T>(2), y = allocateTensor("test", x.sizes(), x.dtype(), kCpu);
    unarySlot<F>(kCpu, f, y, x, x.dtype());
    for (int64_t i = 0; i < x.numel(); ++i) {
      T v = x.data<T>()[i];
      if (!(std::abs(v) < 1e6)) continue;
      Real want = exact(v), slack = 6 * std::numeric_limits<T>::epsilon() * std::max(fabsl(want), 0.1L * fabsl(v)) +
                                    fabsl(v) * std::numeric_limits<T>::denorm_min();
      EXPECT_LE(fabsl(y.data<T>()[i] - want), slack + std::numeric_limits<T>::denorm_min()) << F::kName << " at " << v;
    }
  };
  auto silu = [](Real x) -> Real { return x / (1 + expl(-x)); };
  auto gelu = [](Real x) -> Real { return x * 0.5L * erfcl(-x * sqrtl(0.5L)); };
  auto geluTanh = [](Real x) -> Real {
    return x / (1 + expl(-x * (1.59576912160573071176L + 0.07135481627260025879L * x * x)));
  };
  auto mish = [](Real x) -> Real { return x * tanhl(log1pl(expl(x))); };
  expectNear(math::GeluTanh{}, geluTanh, Type<float>{});
  expectNear(math::GeluTanh{}, geluTanh, Type<double>{});
  expectNear(math::Mish{}, mish, Type<float>{});
  expectNear(math::Mish{}, mish, Type<double>{});
  expectNear(math::Silu{}, silu, Type<float>{});
  expectNear(math::Silu{}, silu, Type<double>{});
  expectNear(math::Gelu{}, gelu, Type<float>{});
  expectNear(math::Gelu{}, gelu, Type<double>{});
}

template <class F, class T>
void expectPairsWithin(double bound, Real (*exact)(Real, Real)) {
  Tensor a = arguments<T>(1), b = arguments<T>(2), y = allocateTensor("test", a.sizes(), a.dtype(), kCpu);
  // Neighbours in the lists of special values meet each other, and themselves.
  for (int i = 0; i < 23; ++i)
    for (int j = 0; j < 23; ++j) {
      a.data<T>()[100 + 23 * i + j] = a.data<T>()[1 + i];
      b.data<T>()[100 + 23 * i + j] = a.data<T>()[1 + j];
    }
  binarySlot<F>(kCpu, F(), y, a, b, a.dtype());
  double worst = 0;
  T at = 0, by = 0;
  for (int64_t i = 0; i < a.numel(); ++i) {
    double distance = ulps(y.data<T>()[i], exact(static_cast<Real>(a.data<T>()[i]), static_cast<Real>(b.data<T>()[i])));
    if (distance > worst) worst = distance, at = a.data<T>()[i], by = b.data<T>()[i];
  }
  EXPECT_LE(worst, bound) << F::kName << " of " << (sizeof(T) == 4 ? "float" : "double") << " at " << at << ", " << by;
}

TEST(MathBinary, StaysWithinItsBounds) {
  using namespace math;
  expectPairsWithin<Pow, float>(4, powl);
  expectPairsWithin<Pow, double>(4, powl);
  expectPairsWithin<Atan2, float>(4, atan2l);
  expectPairsWithin<Atan2, double>(4, atan2l);
  expectPairsWithin<Fmod, float>(0.5, fmodl);
  expectPairsWithin<Fmod, double>(0.5, fmodl);
  expectPairsWithin<Div, float>(0.5, [](Real a, Real b) { return a / b; });
}

TEST(MathBinary, Atan2SlopeIsTrueWhereverItCanBeRepresented) {
  static constexpr auto isEnd = [](Real a, Real b) {
    return (a == 0 && b == 0) || (!std::isnan(a) && !std::isnan(b) && std::isinf(hypotl(a, b)));
  };
  auto slope = [](Real a, Real b) -> Real { return isEnd(a, b) ? 0 : b / (a * a + b * b); };
  expectPairsWithin<math::Atan2Slope, float>(3, slope);
  expectPairsWithin<math::Atan2Slope, double>(3, slope);
  static constexpr auto square = [](Real a, Real b) -> Real { return a * a + b * b; };
  auto curvature = [](Real a, Real b) -> Real { return isEnd(a, b) ? 0 : 2 * (a / square(a, b)) * (b / square(a, b)); };
  auto mixed = [](Real a, Real b) -> Real {
    return isEnd(a, b) ? 0 : (a - b) / square(a, b) * ((a + b) / square(a, b));
  };
  expectPairsWithin<math::Atan2Curvature, float>(8, curvature);
  expectPairsWithin<math::Atan2Curvature, double>(8, curvature);
  expectPairsWithin<math::Atan2Mixed, float>(8, mixed);
  expectPairsWithin<math::Atan2Mixed, double>(8, mixed);
}

/// The largest error of F over logits and targets of 0, 1 and between.
template <class F, class T>
void expectLossWithin(double bound, Real (*exact)(Real, Real)) {
  Tensor all = arguments<T>(3), x = allocateTensor("test", {3 * all.numel()}, all.dtype(), kCpu),
         t = allocateTensor("test", x.sizes(), x.dtype(), kCpu), y = allocateTensor("test", x.sizes(), x.dtype(), kCpu);
  const T targets[] = {0, 1, T(0.25)};
  for (int64_t i = 0; i < x.numel(); ++i) {
    T v = all.data<T>()[i / 3];
    x.data<T>()[i] = std::isinf(v) && targets[i % 3] == T(0.25) ? T(1) : v;
    t.data<T>()[i] = targets[i % 3];
  }
  binarySlot<F>(kCpu, F(), y, x, t, x.dtype());
  double worst = 0;
  T at = 0, to = 0;
  for (int64_t i = 0; i < x.numel(); ++i) {
    const T v = x.data<T>()[i], target = t.data<T>()[i];
    // A soft target's slope has a zero, where only the terms can be measured by.
    Real want = exact(v, target);
    const T got = y.data<T>()[i];
    const bool cancels = target == T(0.25) && fabsl(want) < 0.125L;
    double distance = cancels ? ulps<T>(got - static_cast<T>(want) + T(1), 1) : ulps(got, want);
    if (distance > worst) worst = distance, at = v, to = target;
  }
  EXPECT_LE(worst, bound) << F::kName << " of " << (sizeof(T) == 4 ? "float" : "double") << " at " << at << ", " << to;
}

TEST(MathBinary, LossesOfLogitsLoseNothing) {
  auto loss = [](Real x, Real t) -> Real {
    const Real linear = t == (x > 0) ? 0 : x > 0 ? x * (1 - t) : -x * t;
    return linear + log1pl(expl(-fabsl(x)));
  };
  auto slope = [](Real x, Real t) -> Real {
    const Real e = expl(-fabsl(x)), one = 1 / (1 + e), other = e / (1 + e);
    return x > 0 ? (1 - t) * one - t * other : (1 - t) * other - t * one;
  };
  expectLossWithin<math::LogitLoss, float>(6, loss);
  expectLossWithin<math::LogitLoss, double>(6, loss);
  expectLossWithin<math::LogitLossSlope, float>(6, slope);
  expectLossWithin<math::LogitLossSlope, double>(6, slope);
}

/// Functions that are whole at whole arguments or powers are so exactly.
template <class F, class T>
void expectExact(int from, int to, T (*argument)(int), T (*result)(int)) {
  const int64_t n = to - from + 1;
  Tensor x = allocateTensor("test", {n}, DTypeOf<T>::value, kCpu), y = allocateTensor("test", {n}, x.dtype(), kCpu);
  for (int k = from; k <= to; ++k) x.data<T>()[k - from] = argument(k);
  unarySlot<F>(kCpu, F(), y, x, x.dtype());
  for (int k = from; k <= to; ++k) EXPECT_EQ(y.data<T>()[k - from], result(k)) << F::kName << " number " << k;
}

TEST(MathUnary, WholeResultsAreExact) {
  using namespace math;
  expectExact<Log10, float>(
      -37, 38, [](int k) { return static_cast<float>(std::pow(10.0L, k)); }, [](int k) { return float(k); });
  expectExact<Log10, double>(
      -307, 308, [](int k) { return std::stod("1e" + std::to_string(k)); }, [](int k) { return double(k); });
  expectExact<Log2, float>(
      -126, 127, [](int k) { return std::ldexp(1.0f, k); }, [](int k) { return float(k); });
  expectExact<Log2, double>(
      -1022, 1023, [](int k) { return std::ldexp(1.0, k); }, [](int k) { return double(k); });
  expectExact<Exp2, float>(
      -126, 127, [](int k) { return float(k); }, [](int k) { return std::ldexp(1.0f, k); });
  expectExact<Exp2, double>(
      -1022, 1023, [](int k) { return double(k); }, [](int k) { return std::ldexp(1.0, k); });
}

TEST(MathBinary, BackwardFunctorsAreTheDerivatives) {
  using namespace math;
  auto check = []<class F, class G>(F f, G g, double x) {
    const double h = 1e-5, numeric = (f(x + h) - f(x - h)) / (2 * h);
    EXPECT_NEAR(g(1.5, x), 1.5 * numeric, 1e-8) << F::kName << " at " << x;
  };
  for (double x : {-30.0, -3.0, -0.7, 0.4, 2.5, 31.0}) {
    check(LeakyRelu{0.1}, LeakyReluBackward{0.1}, x);
    check(Elu{1.3}, EluBackward{1.3}, x);
    check(Gelu{}, GeluBackward{}, x);
    check(Silu{}, SiluBackward{}, x);
    check(Softplus{2, 20}, SoftplusBackward{2, 20}, x);
    check(LogSigmoid{}, LogSigmoidBackward{}, x);
    check(Clamp{-1, 1}, ClampBackward{-1, 1}, x);
    check(
        Tanh{}, [](double g, double v) { return TanhBackward{}(g, std::tanh(v)); }, x);
    check(
        Sigmoid{}, [](double g, double v) { return SigmoidBackward{}(g, Sigmoid{}(v)); }, x);
    check(Relu{}, ThresholdBackward{0}, x);
    check(Threshold{0.5, -1}, ThresholdBackward{0.5}, x);
    check(Elu{1.3, 1.1, 0.6}, EluBackward{1.3, 1.1, 0.6}, x);
    check(GeluTanh{}, GeluTanhBackward{}, x);
    check(Mish{}, MishBackward{}, x);
    check(Clamp{-1, 1}, HardtanhBackward{-1, 1}, x);
    check(Hardsigmoid{}, HardtanhBackward{-3, 3, 1.0 / 6}, x + 0.1);
    check(Hardswish{}, HardswishBackward{}, x + 0.1);
    check(Hardshrink{0.5}, ShrinkBackward{0.5}, x);
    check(Softshrink{0.5}, ShrinkBackward{0.5}, x);
  }
  EXPECT_EQ((ClampBackward{-1, 1}(2.0, 1.0)), 2.0);
  EXPECT_EQ((ClampBackward{-1, 1}(2.0, std::nan(""))), 0.0);
}

}  // namespace
}  // namespace retrograd
