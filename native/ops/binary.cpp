#include "math/binary.h"

#include <cmath>

#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// a + alpha * b, outside the graph.
Written addRaw(const char* op, const Tensor& a, const Operand& b, double alpha, Into into) {
  if (alpha != 1) checkFactor(op, resultType(a, b), alpha);
  return alpha == 1 ? applyBinary(math::Add{}, a, b, into, false, op)
                    : applyBinary(math::AddScaled{alpha}, a, b, into, false, op);
}

void refuseBool(const char* op, const Tensor& a, const Operand& b) {
  if (a.dtype() == DType::Bool || (b.isNumber() ? b.number().dtype() : b.tensor().dtype()) == DType::Bool)
    fail<DTypeError>(op,
                     ": truth values cannot be subtracted; use logicalNot or logicalXor, or convert with to(INT64)");
}

/// a^exponent outside the graph; whole small exponents are products, as in PyTorch.
Written powRaw(const Tensor& a, const Operand& exponent, Into into) {
  if (exponent.isNumber() && isFloating(a.dtype())) {
    double e = exponent.number().toDouble();
    if (e == 2) return applyBinary(math::Mul{}, a, Operand(a), into, false, "pow");
    if (e == 3) return applyBinary(math::Mul{}, a, applyBinary(math::Mul{}, a, Operand(a)).result, into, false, "pow");
  }
  return applyBinary(math::Pow{}, a, exponent, into, false);
}

/// Gradient of maximum and minimum: to the chosen operand, half to each where they are equal, to both at NaN.
Tensor chosen(T g, T mine, const Operand& other, bool largest) {
  Tensor half = g * 0.5;
  Tensor loses = largest ? lt(mine, other) : gt(mine, other);
  return where(eq(mine, other), half, where(loses, 0.0, g));
}

template <class F>
Tensor extremum(const char* node, const F& f, const Tensor& a, const Operand& b, bool largest) {
  if (b.isNumber()) checkHolds(F::kName, resultType(a, b), b.number());
  auto w = applyBinary(f, a, b);
  return record(node, w.result,
                wrt(a, saves(a, b.tensor()),
                    [largest, n = b.number()](T g, T a, T b) {
                      return chosen(g, a, {b, n}, largest);
                    }),
                wrt(b.tensor(), saves(a, b.tensor()), [largest](T g, T a, T b) { return chosen(g, b, a, largest); }));
}

Tensor atan2Slope(T a, T b);
Tensor atan2Mixed(T a, T b);

/// c(a, b) = 2 a b / (a^2 + b^2)^2, whose derivative by b is 2 (m(a, b) s(b, a) - s(a, b) c(a, b)); symmetric.
Tensor atan2Curvature(T a, T b) {
  auto slope = [](T g, T a, T b) {
    Tensor s = atan2Slope(a, b), other = atan2Slope(b, a);
    return g * ((atan2Mixed(a, b) * other - s * atan2Curvature(a, b)) * 2);
  };
  return record("Atan2BackwardBackward0", applyBinary(math::Atan2Curvature{}, a, Operand(b)).result,
                wrt(a, saves(a, b), [slope](T g, T a, T b) { return slope(g, b, a); }), wrt(b, saves(a, b), slope));
}

/// m(a, b) = (a^2 - b^2) / (a^2 + b^2)^2, whose derivative by a is 2 (s(a, b) c(a, b) - s(b, a) m(a, b)); it is
/// -m(b, a).
Tensor atan2Mixed(T a, T b) {
  auto slope = [](T g, T a, T b) {
    return g * ((atan2Slope(a, b) * atan2Curvature(a, b) - atan2Slope(b, a) * atan2Mixed(a, b)) * 2);
  };
  return record("Atan2BackwardBackward0", applyBinary(math::Atan2Mixed{}, a, Operand(b)).result,
                wrt(a, saves(a, b), slope), wrt(b, saves(a, b), [slope](T g, T a, T b) { return -slope(g, b, a); }));
}

/// s(a, b) = b / (a^2 + b^2), whose derivatives are -c(a, b) and m(a, b): one kernel each, since where one of s(a, b)
/// and s(b, a) is 0 the other may overflow.
Tensor atan2Slope(T a, T b) {
  return record("Atan2BackwardBackward0", applyBinary(math::Atan2Slope{}, a, Operand(b)).result,
                wrt(a, saves(a, b), [](T g, T a, T b) { return -(g * atan2Curvature(a, b)); }),
                wrt(b, saves(a, b), [](T g, T a, T b) { return g * atan2Mixed(a, b); }));
}

void checkDivisor(const char* op, const Tensor& a, const Operand& b) {
  const DType type = resultType(a, b);
  if (isFloating(type)) return;
  if (b.isNumber()) checkHolds(op, type, b.number());
  if (a.numel() == 0 || (!b.isNumber() && b.tensor().numel() == 0)) return;
  bool zero = b.isNumber() ? b.number().toDouble() == 0 : itemLong(any(eq(b.tensor(), 0), {}, false)) != 0;
  if (zero) throw std::invalid_argument(std::string(op) + ": integer division by zero");
}

/// What a mask may choose for a result of `dtype`, outside the graph; `made` where that is another tensor.
Operand chosenValue(const char* op, const Operand& v, DType dtype, Tensor& made) {
  if (v.isNumber()) checkHolds(op, dtype, v.number());
  return loadable(v, dtype, made);
}

}  // namespace

Tensor add(const Tensor& a, const Operand& b, double alpha, Into into) {
  auto w = addRaw("add", a, b, alpha, into);
  return record("AddBackward0", w.result, std::move(w.write), wrt(a, [](T g) { return g; }),
                wrt(b.tensor(), [alpha](T g) { return alpha == 1 ? g : g * alpha; }));
}

Tensor sub(const Tensor& a, const Operand& b, double alpha, Into into) {
  refuseBool("sub", a, b);
  if (alpha != 1) checkFactor("sub", resultType(a, b), alpha);
  auto w = alpha == 1 ? applyBinary(math::Sub{}, a, b, into, false)
                      : applyBinary(math::AddScaled{-alpha}, a, b, into, false, "sub");
  return record("SubBackward0", w.result, std::move(w.write), wrt(a, [](T g) { return g; }),
                wrt(b.tensor(), [alpha](T g) { return alpha == 1 ? -g : g * -alpha; }));
}

Tensor mul(const Tensor& a, const Operand& b, Into into) {
  auto w = applyBinary(math::Mul{}, a, b, into);
  return record("MulBackward0", w.result, std::move(w.write),
                wrt(a, saves(b.tensor()), [n = b.number()](T g, T b) { return g * Operand(b, n); }),
                wrt(b.tensor(), saves(w.input), [](T g, T a) { return g * a; }));
}

Tensor div(const Tensor& a, const Operand& b, Into into) {
  auto w = applyBinary(math::Div{}, a, b, into);
  return record("DivBackward0", w.result, std::move(w.write),
                wrt(a, saves(b.tensor()), [n = b.number()](T g, T b) { return g / Operand(b, n); }),
                wrt(b.tensor(), saves(w.input, b.tensor()), [](T g, T a, T b) { return -g * (a / b / b); }));
}

Tensor pow(const Tensor& a, const Operand& exponent, Into into) {
  if (exponent.isNumber()) {
    const DType type = resultType(a, exponent);
    if (exponent.number().toDouble() < 0 && !isFloating(type))
      fail<DTypeError>("pow: integers to the power ", exponent.number().toDouble(),
                       " are no integers; convert with to(FLOAT32)");
    if (!isFloating(type)) checkHolds("pow", type, exponent.number());
    Tensor old = beforeWrite(a, into == Into::Self && shouldRecord(a));
    auto w = powRaw(a, exponent, into);
    return record("PowBackward0", w.result, std::move(w.write), wrt(a, saves(old), [e = exponent.number()](T g, T a) {
                    double v = e.toDouble();
                    if (v == 0) return zerosLike(a);
                    // Recorded, the slope keeps its power of `a`, even a or 1: it can be differentiated on.
                    if (v == 1 && !modes.grad) return g;
                    return g * (v == 2 && !modes.grad ? a : pow(a, v - 1)) * v;
                  }));
  }
  if (into == Into::Self) checkSavable("pow", a, exponent.tensor());
  Tensor old = beforeWrite(a, into == Into::Self && shouldRecord(a, exponent.tensor()));
  auto w = powRaw(a, exponent, into);
  return record("PowBackward1", w.result, std::move(w.write),
                wrt(a, saves(old, exponent.tensor()),
                    [](T g, T a, T b) { return where(eq(b, 0), 0.0, g * (b * pow(a, b - 1))); }),
                wrt(exponent.tensor(), saves(old, exponent.tensor(), result), [](T g, T a, T b, T y) {
                  Tensor flat = logicalAnd(eq(a, 0), ge(b, 0));
                  return g * where(flat, 0.0, y * log(where(flat, 1.0, a)));
                }));
}

Tensor rsub(const Tensor& a, const Operand& b) {
  refuseBool("rsub", a, b);
  return record(b.isNumber() ? "RsubBackward1" : "RsubBackward0", applyReversed(math::Sub{}, a, b, "rsub"),
                wrt(a, [](T g) { return -g; }), wrt(b.tensor(), [](T g) { return g; }));
}

Tensor rdiv(const Tensor& a, const Operand& b) {
  return named("rdiv", [&] { return reciprocal(a) * b; });
}

Tensor rpow(const Tensor& a, const Operand& b) {
  if (!b.isNumber()) return named("rpow", [&] { return pow(b.tensor(), a); });
  const double base = b.number().toDouble();
  return record("PowBackward1", applyReversed(math::Pow{}, a, b, "rpow"),
                wrt(a, saves(a, result), [base](T g, T a, T y) {
                  Tensor slope = y * std::log(base);
                  return g * (base == 0 ? where(ge(a, 0), 0.0, slope) : slope);
                }));
}

Tensor floorDivide(const Tensor& a, const Operand& b) {
  checkDivisor("floorDivide", a, b);
  auto none = [](T) -> Tensor { fail<AutogradError>("floorDivide: this operation has no derivative"); };
  return record("NotImplemented", applyBinary(math::FloorDivide{}, a, b).result, wrt(a, none), wrt(b.tensor(), none));
}

Tensor div(const Tensor& a, const Operand& b, const std::string& roundingMode) {
  if (roundingMode != "trunc" && roundingMode != "floor")
    fail<std::invalid_argument>("div: the rounding mode must be \"trunc\" or \"floor\", got \"", roundingMode, "\"");
  const DType dtype = resultType(a, b);
  if (dtype == DType::Bool) fail<DTypeError>("div: truth values have no rounded quotient; convert with to(INT64)");
  const Tensor y = named("div", [&] {
    NoGradGuard plain;
    if (roundingMode == "floor") return floorDivide(a, b);
    return isFloating(dtype) ? trunc(div(a, b)) : floorDivide(sub(to(a, dtype, a.device()), fmod(a, b)), b);
  });
  auto none = [](T g) { return zerosLike(g); };
  return record("DivBackward2", y, wrt(a, none), wrt(b.tensor(), none));
}

Tensor remainder(const Tensor& a, const Operand& b) {
  checkDivisor("remainder", a, b);
  auto w = applyBinary(math::Remainder{}, a, b);
  return record(b.isNumber() ? "RemainderBackward0" : "RemainderBackward1", w.result, wrt(a, [](T g) { return g; }),
                wrt(b.tensor(), saves(a, b.tensor()), [](T g, T a, T b) {
                  // By the whole quotient that belongs to the remainder, which a / b may round past.
                  return -(g * applyBinary(math::FloorDivide{}, a, Operand(b)).result);
                }));
}

Tensor fmod(const Tensor& a, const Operand& b) {
  checkDivisor("fmod", a, b);
  auto w = applyBinary(math::Fmod{}, a, b);
  return record(b.isNumber() ? "FmodBackward0" : "FmodBackward1", w.result, wrt(a, [](T g) { return g; }),
                wrt(b.tensor(), saves(a, b.tensor(), w.result), [](T g, T a, T b, T y) {
                  // Likewise; the sign of the remainder is that of the dividend, so it can be taken from it.
                  Tensor quotient;
                  {
                    NoGradGuard plain;
                    quotient = round((castRaw(a, y.dtype()) - y) / b);
                  }
                  return -(g * quotient);
                }));
}

Tensor atan2(const Tensor& a, const Operand& b) {
  if (b.isNumber()) return named("atan2", [&] { return atan2(a, full({}, b, floatingType(resultType(a, b)), kCpu)); });
  return record("Atan2Backward0", applyBinary(math::Atan2{}, a, b).result,
                wrt(a, saves(a, b.tensor()), [](T g, T a, T b) { return g * atan2Slope(a, b); }),
                wrt(b.tensor(), saves(a, b.tensor()), [](T g, T a, T b) { return -(g * atan2Slope(b, a)); }));
}

Tensor maximum(const Tensor& a, const Operand& b) { return extremum("MaximumBackward0", math::Maximum{}, a, b, true); }
Tensor minimum(const Tensor& a, const Operand& b) { return extremum("MinimumBackward0", math::Minimum{}, a, b, false); }

Tensor eq(const Tensor& a, const Operand& b) { return applyBinary(math::Eq{}, a, b).result; }
Tensor ne(const Tensor& a, const Operand& b) { return applyBinary(math::Ne{}, a, b).result; }
Tensor lt(const Tensor& a, const Operand& b) { return applyBinary(math::Lt{}, a, b).result; }
Tensor le(const Tensor& a, const Operand& b) { return applyBinary(math::Le{}, a, b).result; }
Tensor gt(const Tensor& a, const Operand& b) { return applyBinary(math::Gt{}, a, b).result; }
Tensor ge(const Tensor& a, const Operand& b) { return applyBinary(math::Ge{}, a, b).result; }
Tensor logicalAnd(const Tensor& a, const Operand& b) { return applyBinary(math::LogicalAnd{}, a, b).result; }
Tensor logicalOr(const Tensor& a, const Operand& b) { return applyBinary(math::LogicalOr{}, a, b).result; }
Tensor logicalXor(const Tensor& a, const Operand& b) { return applyBinary(math::LogicalXor{}, a, b).result; }
Tensor bitwiseAnd(const Tensor& a, const Operand& b) { return applyBinary(math::BitwiseAnd{}, a, b).result; }
Tensor bitwiseOr(const Tensor& a, const Operand& b) { return applyBinary(math::BitwiseOr{}, a, b).result; }
Tensor bitwiseXor(const Tensor& a, const Operand& b) { return applyBinary(math::BitwiseXor{}, a, b).result; }

namespace {

/// A 0-d condition on the CPU goes with any device.
Tensor conditionOn(Device device, const Tensor& condition) {
  return condition.dim() == 0 && condition.device().isCpu() ? to(condition, DType::Bool, device) : condition;
}

}  // namespace

Tensor where(const Tensor& condition, const Operand& a, const Operand& b) {
  if (condition.dtype() != DType::Bool)
    fail<DTypeError>("where: the condition must be a bool tensor, got ", name(condition.dtype()));
  const Tensor& like = !a.isNumber() ? a.tensor() : b.tensor();
  DType dtype;
  if (like.defined()) {
    dtype = a.isNumber() ? resultType(like, a) : resultType(like, b);
  } else {
    dtype = promote(a.number().dtype(), b.number().dtype());
    if (dtype == DType::Float64) dtype = DType::Float32;
  }
  Tensor madeX, madeY;
  const Operand x = chosenValue("where", a, dtype, madeX), y = chosenValue("where", b, dtype, madeY);
  Device device = commonDevice("where", condition, x);
  if (device.isCpu()) device = commonDevice("where", condition, y);
  Dims sizes = condition.sizes();
  for (const Operand& o : {x, y})
    if (!o.isNumber()) sizes = broadcast("where", sizes, o.tensor().sizes());
  Tensor out = allocateTensor("where", sizes, dtype, device);
  whereSlot(device, out, conditionOn(device, condition), x, y);
  return record("WhereBackward0", out, wrt(a.tensor(), saves(condition), [](T g, T c) { return where(c, g, 0.0); }),
                wrt(b.tensor(), saves(condition), [](T g, T c) { return where(c, 0.0, g); }));
}

Tensor maskedFill(const Tensor& x, const Tensor& mask, const Operand& value, Into into) {
  if (mask.dtype() != DType::Bool)
    fail<DTypeError>("maskedFill: the mask must be a bool tensor, got ", name(mask.dtype()));
  if (!value.isNumber() && value.tensor().dim() != 0)
    fail<ShapeError>("maskedFill: the value must be a number or a 0-d tensor, got shape ",
                     toString(value.tensor().sizes()));
  Tensor made;
  const Operand v = chosenValue("maskedFill", value, x.dtype(), made);
  auto fill = [&](const Tensor& out) {
    named("maskedFill", [&] {
      Tensor condition = apart("maskedFill", conditionOn(x.device(), mask), out);
      Tensor own;
      if (!v.isNumber()) own = apart("maskedFill", v.tensor(), out);
      whereSlot(x.device(), out, condition, Operand(own, v.number()), x);
    });
  };
  Dims sizes = broadcast("maskedFill", x.sizes(), mask.sizes());
  Tensor out = x;
  Write write;
  if (into == Into::Self) {
    if (sizes != x.sizes())
      fail<ShapeError>("maskedFill_: the mask ", toString(mask.sizes()), " does not broadcast to ",
                       toString(x.sizes()));
    checkSavable("maskedFill", x, mask);
    write = Write("maskedFill", x);
    fill(x);
  } else {
    out = allocateTensor("maskedFill", sizes, x.dtype(), x.device());
    fill(out);
  }
  return record(value.isNumber() ? "MaskedFillBackward0" : "MaskedFillBackward1", out, std::move(write),
                wrt(x, saves(mask), [](T g, T m) { return maskedFill(g, m, 0.0); }),
                wrt(value.tensor(), saves(mask), [](T g, T m) { return sum(where(m, g, 0.0), {}, false); }));
}

namespace {

/// x + value * f(a, b), outside the graph, all in the dtype that the three have in common.
template <class F>
Written addScaled(const char* op, T x, const F& f, T a, T b, double value, Into into) {
  broadcast(op, x.sizes(), broadcast(op, a.sizes(), b.sizes()));
  if (into == Into::Self)
    for (T saved : {a, b}) checkSavable(op, x, saved);
  const DType own = resultType(a, b);
  const DType type = resultType(x.dtype(), x.dim() == 0, own, a.dim() == 0 && b.dim() == 0);
  return named(op, [&] {
    const Tensor first = own == type ? a : castRaw(a, type), second = own == type ? b : castRaw(b, type);
    return addRaw(op, x, applyBinary(f, first, second, Into::Fresh, false).result, value, into);
  });
}

}  // namespace

Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b, double value, Into into) {
  auto w = addScaled("addcmul", x, math::Mul{}, a, b, value, into);
  return record("AddcmulBackward0", w.result, std::move(w.write), wrt(x, [](T g) { return g; }),
                wrt(a, saves(b), [value](T g, T b) { return g * b * value; }),
                wrt(b, saves(a), [value](T g, T a) { return g * a * value; }));
}

Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b, double value, Into into) {
  auto w = addScaled("addcdiv", x, math::Div{}, a, b, value, into);
  return record("AddcdivBackward0", w.result, std::move(w.write), wrt(x, [](T g) { return g; }),
                wrt(a, saves(b), [value](T g, T b) { return g / b * value; }),
                wrt(b, saves(a, b), [value](T g, T a, T b) { return -g * (a / b / b) * value; }));
}

Tensor lerp(const Tensor& x, const Tensor& end, const Operand& weight) {
  Tensor y;
  {
    // From the nearer end, so that a weight of 1 gives the other one.
    NoGradGuard plain;
    y = named("lerp", [&] {
      Tensor way = end - x;
      if (weight.isNumber()) {
        const double w = weight.number().toDouble();
        return std::abs(w) < 0.5 ? x + way * weight : end - way * (1 - w);
      }
      T w = weight.tensor();
      Tensor isNear = lt(abs(w), 0.5);
      return where(isNear, x, end) + way * where(isNear, w, w - 1);
    });
  }
  if (weight.isNumber()) {
    const double w = weight.number().toDouble();
    return record("LerpBackward0", y, wrt(x, [w](T g) { return g * (1 - w); }), wrt(end, [w](T g) { return g * w; }));
  }
  T w = weight.tensor();
  return record("LerpBackward1", y, wrt(x, saves(w), [](T g, T w) { return g * (1 - w); }),
                wrt(end, saves(w), [](T g, T w) { return g * w; }),
                wrt(w, saves(x, end), [](T g, T x, T end) { return g * (end - x); }));
}

}  // namespace retrograd
