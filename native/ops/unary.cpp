#include <cmath>

#include "math/binary.h"
#include "math/unary.h"
#include "ops/fused.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// An operation that is piecewise constant: its gradient is zero, whatever comes back.
template <class F>
Tensor stepFunction(const char* node, const F& f, const Tensor& x) {
  return record(node, applyUnary(f, x).result, wrt(x, [](T g) { return zerosLike(g); }));
}

/// g * (1 - y^2), with y = tanh x.
Tensor tanhBackward(T g, T y) {
  return record("TanhBackwardBackward0", fused(math::TanhBackward{}, g, y),
                wrt(g, saves(y), [](T gg, T y) { return tanhBackward(gg, y); }),
                wrt(y, saves(g, y), [](T gg, T g, T y) { return gg * (g * y * -2); }));
}

/// g * y * (1 - y), with y = sigmoid x.
Tensor sigmoidBackward(T g, T y) {
  return record("SigmoidBackwardBackward0", fused(math::SigmoidBackward{}, g, y),
                wrt(g, saves(y), [](T gg, T y) { return sigmoidBackward(gg, y); }),
                wrt(y, saves(g, y), [](T gg, T g, T y) { return gg * g * (1 - y * 2); }));
}

Tensor clampTo(const char* op, const Tensor& x, double low, double high, Into into) {
  auto [y, in, write] = applyUnary(math::Clamp{low, high}, x, into, true, op);
  return record("ClampBackward1", y, std::move(write), wrt(x, saves(in), [low, high](T g, T x) {
                  return gated("ClampBackwardBackward0", math::ClampBackward{low, high}, g, x);
                }));
}

constexpr double kInfinity = __builtin_inf();

// A clamp by numbers of the tensor's own category is one kernel; any other computes maximum and minimum, which turn NaN
// as a bound into NaN everywhere.
bool isPlainBound(const Tensor& x, const Operand& bound) {
  return bound.isNumber() && !std::isnan(bound.number().toDouble()) &&
         (isFloating(x.dtype()) || (computedType(x.dtype()) == DType::Int32 && !bound.number().isFloating()));
}

/// Bounds of which one is a tensor, or a number of another category than the tensor's (null for none). An element that
/// a bound replaces gives its gradient to the bound.
Tensor clampByOperands(const char* op, const Tensor& x, const Operand* min, const Operand* max, Into into) {
  Tensor y = x;
  for (const Operand* bound : {min, max})
    if (bound && !bound->isNumber()) broadcast(op, x.sizes(), bound->tensor().sizes());
  {
    NoGradGuard plain;
    named(op, [&] {
      if (min) y = maximum(y, *min);
      if (max) y = minimum(y, *max);
    });
  }
  Tensor old = x;
  Write write;
  if (into == Into::Self) {
    checkCastable(op, x, y.dtype());
    if (y.sizes() != x.sizes())
      fail<ShapeError>(op, "_: the result has shape ", toString(y.sizes()), " and does not fit into ",
                       toString(x.sizes()));
    for (const Operand* bound : {min, max})
      if (bound) checkSavable(op, x, bound->tensor());
    write = Write(op, x);
    old = beforeWrite(x, shouldRecord(x, min ? min->tensor() : Tensor(), max ? max->tensor() : Tensor()));
    copyRaw(op, x, y);
    y = x;
  }
  if (!isFloating(y.dtype())) return y;
  const Operand low = min ? *min : Operand(-kInfinity), high = max ? *max : Operand(kInfinity);
  const Scalar l = low.number(), h = high.number();
  const auto saved = saves(old, low.tensor(), high.tensor());
  return record("ClampBackward0", y, std::move(write),
                wrt(x, saved,
                    [l, h](T g, T x, T low, T high) {
                      return where(logicalAnd(ge(x, {low, l}), le(x, {high, h})), g, 0.0);
                    }),
                wrt(low.tensor(), saved,
                    [h, both = min && max](T g, T x, T low, T high) {
                      Tensor binds = lt(x, low);
                      return where(both ? logicalAnd(binds, lt(low, {high, h})) : binds, g, 0.0);
                    }),
                wrt(high.tensor(), saved, [l](T g, T x, T low, T high) {
                  return where(logicalOr(gt(x, high), lt(high, {low, l})), g, 0.0);
                }));
}

void checkBound(const char* op, const Tensor& x, const Operand& bound) {
  if (bound.isNumber()) checkHolds(op, resultType(x, bound), bound.number());
}

}  // namespace

Tensor neg(const Tensor& x, Into into) {
  auto [y, _, write] = applyUnary(math::Neg{}, x, into, false);
  return record("NegBackward0", y, std::move(write), wrt(x, [](T g) { return -g; }));
}

Tensor abs(const Tensor& x, Into into) {
  auto [y, in, write] = applyUnary(math::Abs{}, x, into);
  return record("AbsBackward0", y, std::move(write), wrt(x, saves(in), [](T g, T x) { return g * sign(x); }));
}

Tensor exp(const Tensor& x, Into into) {
  auto [y, _, write] = applyUnary(math::Exp{}, x, into, false);
  return record("ExpBackward0", y, std::move(write), wrt(x, saves(result), [](T g, T y) { return g * y; }));
}

Tensor log(const Tensor& x, Into into) {
  auto [y, in, write] = applyUnary(math::Log{}, x, into);
  return record("LogBackward0", y, std::move(write), wrt(x, saves(in), [](T g, T x) { return g / x; }));
}

Tensor logit(const Tensor& x, double eps, Into into) {
  auto [y, in, write] = applyUnary(math::Logit{eps}, x, into);
  return record("LogitBackward0", y, std::move(write), wrt(x, saves(in), [eps](T g, T x) {
                  const double low = eps >= 0 ? eps : 0, outside = eps >= 0 ? 0 : std::nan("");
                  return where(logicalAnd(ge(x, low), le(x, 1 - low)), g / (x * (1 - x)), outside);
                }));
}

Tensor sqrt(const Tensor& x, Into into) {
  auto [y, _, write] = applyUnary(math::Sqrt{}, x, into, false);
  return record("SqrtBackward0", y, std::move(write), wrt(x, saves(result), [](T g, T y) { return g / (y * 2); }));
}

Tensor reciprocal(const Tensor& x, Into into) {
  auto [y, _, write] = applyUnary(math::Reciprocal{}, x, into, false);
  return record("ReciprocalBackward0", y, std::move(write),
                wrt(x, saves(result), [](T g, T y) { return -(g * (y * y)); }));
}

Tensor square(const Tensor& x, Into into) {
  if (x.dtype() == DType::Bool) return named("square", [&] { return pow(x, 2, into); });
  auto [y, in, write] = applyUnary(math::Square{}, x, into);
  return record("PowBackward0", y, std::move(write), wrt(x, saves(in), [](T g, T x) {
                  return g * ((modes.grad ? pow(x, 1) : x) * 2);  // recorded as pow does
                }));
}

Tensor sin(const Tensor& x, Into into) {
  auto [y, in, write] = applyUnary(math::Sin{}, x, into);
  return record("SinBackward0", y, std::move(write), wrt(x, saves(in), [](T g, T x) { return g * cos(x); }));
}

Tensor cos(const Tensor& x, Into into) {
  auto [y, in, write] = applyUnary(math::Cos{}, x, into);
  return record("CosBackward0", y, std::move(write), wrt(x, saves(in), [](T g, T x) { return -(g * sin(x)); }));
}

Tensor tanh(const Tensor& x, Into into) {
  auto [y, _, write] = applyUnary(math::Tanh{}, x, into, false);
  return record("TanhBackward0", y, std::move(write),
                wrt(x, saves(result), [](T g, T y) { return tanhBackward(g, y); }));
}

Tensor sigmoid(const Tensor& x, Into into) {
  auto [y, _, write] = applyUnary(math::Sigmoid{}, x, into, false);
  return record("SigmoidBackward0", y, std::move(write),
                wrt(x, saves(result), [](T g, T y) { return sigmoidBackward(g, y); }));
}

Tensor relu(const Tensor& x, Into into) {
  auto [y, _, write] = applyUnary(math::Relu{}, x, into, false);
  return record("ReluBackward0", y, std::move(write), wrt(x, saves(result), [](T g, T y) {
                  return gated("ThresholdBackwardBackward0", math::ThresholdBackward{0}, g, y);
                }));
}

Tensor clamp(const Tensor& x, const Operand& min, const Operand& max, Into into) {
  checkBound("clamp", x, min);
  checkBound("clamp", x, max);
  if (isPlainBound(x, min) && isPlainBound(x, max))
    return clampTo("clamp", x, min.number().toDouble(), max.number().toDouble(), into);
  return clampByOperands("clamp", x, &min, &max, into);
}

Tensor clampMin(const Tensor& x, const Operand& min, Into into) {
  checkBound("clampMin", x, min);
  if (isPlainBound(x, min)) return clampTo("clampMin", x, min.number().toDouble(), kInfinity, into);
  return clampByOperands("clampMin", x, &min, nullptr, into);
}

Tensor clampMax(const Tensor& x, const Operand& max, Into into) {
  checkBound("clampMax", x, max);
  if (isPlainBound(x, max)) return clampTo("clampMax", x, -kInfinity, max.number().toDouble(), into);
  return clampByOperands("clampMax", x, nullptr, &max, into);
}

Tensor sign(const Tensor& x) { return stepFunction("SignBackward0", math::Sign{}, x); }
Tensor floor(const Tensor& x) { return stepFunction("FloorBackward0", math::Floor{}, x); }
Tensor ceil(const Tensor& x) { return stepFunction("CeilBackward0", math::Ceil{}, x); }
Tensor round(const Tensor& x) { return stepFunction("RoundBackward0", math::Round{}, x); }
Tensor trunc(const Tensor& x) { return stepFunction("TruncBackward0", math::Trunc{}, x); }

Tensor isnan(const Tensor& x) { return applyUnary(math::IsNan{}, x).result; }
Tensor isinf(const Tensor& x) { return applyUnary(math::IsInf{}, x).result; }
Tensor isfinite(const Tensor& x) { return applyUnary(math::IsFinite{}, x).result; }
Tensor logicalNot(const Tensor& x) { return applyUnary(math::LogicalNot{}, x).result; }
Tensor bitwiseNot(const Tensor& x) { return applyUnary(math::BitwiseNot{}, x).result; }

Tensor exp2(const Tensor& x) {
  Tensor y = applyUnary(math::Exp2{}, x).result;
  return record("Exp2Backward0", y, wrt(x, saves(y), [](T g, T y) { return g * (y * 0.693147180559945309417); }));
}

Tensor expm1(const Tensor& x) {
  Tensor y = applyUnary(math::Expm1{}, x).result;
  return record("Expm1Backward0", y, wrt(x, saves(y), [](T g, T y) { return g * (y + 1); }));
}

Tensor log2(const Tensor& x) {
  return record("Log2Backward0", applyUnary(math::Log2{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g / (x * 0.693147180559945309417); }));
}

Tensor log10(const Tensor& x) {
  return record("Log10Backward0", applyUnary(math::Log10{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g / (x * 2.30258509299404568402); }));
}

Tensor log1p(const Tensor& x) {
  return record("Log1PBackward0", applyUnary(math::Log1p{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g / (x + 1); }));
}

Tensor rsqrt(const Tensor& x) {
  Tensor y = applyUnary(math::Rsqrt{}, x).result;
  return record("RsqrtBackward0", y, wrt(x, saves(y), [](T g, T y) { return g * (square(y) * y * -0.5); }));
}

Tensor tan(const Tensor& x) {
  Tensor y = applyUnary(math::Tan{}, x).result;
  return record("TanBackward0", y, wrt(x, saves(y), [](T g, T y) { return g * (square(y) + 1); }));
}

Tensor asin(const Tensor& x) {
  return record("AsinBackward0", applyUnary(math::Asin{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g * rsqrt(1 - square(x)); }));
}

Tensor acos(const Tensor& x) {
  return record("AcosBackward0", applyUnary(math::Acos{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return -(g * rsqrt(1 - square(x))); }));
}

Tensor atan(const Tensor& x) {
  return record("AtanBackward0", applyUnary(math::Atan{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g / (x * x + 1); }));  // 2 x may overflow
}

Tensor sinh(const Tensor& x) {
  return record("SinhBackward0", applyUnary(math::Sinh{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g * cosh(x); }));
}

Tensor cosh(const Tensor& x) {
  return record("CoshBackward0", applyUnary(math::Cosh{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g * sinh(x); }));
}

Tensor erf(const Tensor& x) {
  return record("ErfBackward0", applyUnary(math::Erf{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g * (exp(-square(x)) * 1.12837916709551257390); }));
}

Tensor erfc(const Tensor& x) {
  return record("ErfcBackward0", applyUnary(math::Erfc{}, x).result,
                wrt(x, saves(x), [](T g, T x) { return g * (exp(-square(x)) * -1.12837916709551257390); }));
}

Tensor erfinv(const Tensor& x) {
  Tensor y = applyUnary(math::Erfinv{}, x).result;
  return record("ErfinvBackward0", y,
                wrt(x, saves(y), [](T g, T y) { return g * (exp(square(y)) * 0.88622692545275801365); }));
}

}  // namespace retrograd
