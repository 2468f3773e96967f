#include "ops/pointwise.h"

#include <cmath>
#include <limits>

namespace retrograd {

namespace {

/// What operands give of which the weak one counts only where its category is higher.
DType combine(DType strong, DType weak) { return category(weak) > category(strong) ? promote(strong, weak) : strong; }

bool holds(DType dtype, Scalar number) {
  return dispatch(dtype, [&]<class T>(Type<T>) {
    if constexpr (std::is_same_v<T, bool>) return true;
    const double v = number.toDouble();
    if (std::is_unsigned_v<T> && !number.isFloating() && v < 0) return -v <= std::numeric_limits<T>::max();
    return isWithin(dtype, number);
  });
}

}  // namespace

bool isWithin(DType dtype, Scalar number) {
  return dispatch(dtype, [&]<class T>(Type<T>) {
    using Limits = std::numeric_limits<T>;
    const double v = number.toDouble();
    if constexpr (std::is_same_v<T, bool>)
      return v == 0 || v == 1;
    else if constexpr (std::is_floating_point_v<T>)
      return !std::isfinite(v) || std::abs(v) <= Limits::max();
    else if (number.isFloating())  // the largest number as a double may be one more
      return v >= Limits::min() && v <= static_cast<double>(Limits::max()) && v < std::ldexp(1.0, Limits::digits);
    else
      return std::in_range<T>(number.to<int64_t>());
  });
}

DType resultType(DType a, bool aIs0d, DType b, bool bIs0d) {
  if (aIs0d == bIs0d) return promote(a, b);
  return aIs0d ? combine(b, a) : combine(a, b);
}

DType resultType(const Tensor& a, const Operand& b) {
  if (!b.isNumber()) return resultType(a.dtype(), a.dim() == 0, b.tensor().dtype(), b.tensor().dim() == 0);
  const DType n = b.number().dtype();
  return combine(a.dtype(), n == DType::Float64 ? DType::Float32 : n);
}

Tensor castRaw(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  Tensor out = allocateTensor("to", x.sizes(), dtype, x.device());
  copySlot(x.device(), out, x);
  return out;
}

Tensor cloneRaw(const char* op, const Tensor& x) {
  Tensor out = allocateTensor(op, x.sizes(), x.dtype(), x.device());
  copySlot(x.device(), out, x);
  return out;
}

void checkHolds(const char* op, DType dtype, Scalar number) {
  if (holds(dtype, number)) return;
  const char* wider = "; choose a wider dtype";
  if (number.isFloating())
    fail<std::invalid_argument>(op, ": ", number.toDouble(), " does not fit into ", name(dtype), wider);
  fail<std::invalid_argument>(op, ": ", number.to<int64_t>(), " does not fit into ", name(dtype), wider);
}

void checkFactor(const char* op, DType dtype, double factor) {
  if (isFloating(dtype)) return;
  if (std::fmod(factor, 1) != 0)
    fail<DTypeError>(op, ": integers need a whole number as the factor, got ", factor, "; convert with to(FLOAT32)");
  checkHolds(op, dtype, isWithin(DType::Int64, factor) ? Scalar(convert<int64_t>(factor)) : Scalar(factor));
}

Device commonDevice(const char* op, const Tensor& a, const Operand& other) {
  if (other.isNumber()) return a.device();
  const Tensor& b = other.tensor();
  if (a.device() == b.device()) return a.device();
  if (b.dim() == 0 && b.device().isCpu()) return a.device();
  if (a.dim() == 0 && a.device().isCpu()) return b.device();
  fail<DeviceError>(op, ": the operands are on ", toString(a.device()), " and ", toString(b.device()),
                    "; move one with to(device)");
}

void checkSavable(const char* op, const Tensor& self, const Tensor& saved) {
  if (saved.defined() && saved.impl()->isInference && !modes.inference && shouldRecord(self))
    fail<AutogradError>(op, "_: ", kInferenceSaved);
}

void checkFloating(const char* op, const Tensor& x) {
  if (!isFloating(x.dtype()))
    fail<DTypeError>(op, ": needs a floating tensor, got ", name(x.dtype()), "; convert it with to(FLOAT32) first");
}

void checkCastable(const char* op, const Tensor& self, DType result) {
  if (category(result) > category(self.dtype()))
    fail<DTypeError>(op, "_: the result is ", name(result), " and cannot be written into a ", name(self.dtype()),
                     " tensor; convert it with to(", isFloating(result) ? "FLOAT32" : "INT64", ") first");
}

Tensor zerosLike(const Tensor& x) { return full(x.sizes(), 0, x.dtype(), x.device()); }

/// The number that an element of `dtype` becomes where it is stored.
static Scalar asElement(Scalar number, DType dtype) {
  return dispatch(dtype, [&]<class T>(Type<T>) -> Scalar {
    if constexpr (std::is_floating_point_v<T>)
      return double{number.to<T>()};
    else
      return static_cast<int64_t>(number.to<T>());
  });
}

static void checkDomain(const char* op, math::Domain domain, DType dtype) {
  if (domain == math::Domain::Numeric && dtype == DType::Bool)
    fail<DTypeError>(op, ": bool tensors have no such operation; convert with to(INT64) first");
  if (domain == math::Domain::Bits && isFloating(dtype))
    fail<DTypeError>(op, ": needs bool or integer tensors, got ", name(dtype));
}

DType prepareUnary(const char* op, math::Domain domain, const Tensor& x, Into into, bool savesInput, Written& w) {
  const DType dtype = domain == math::Domain::Floating ? floatingType(x.dtype()) : x.dtype();
  checkDomain(op, domain, dtype);
  if (into == Into::Self) {
    checkCastable(op, x, dtype);
    w.write = Write(op, x);
    if (savesInput) w.input = beforeWrite(x, shouldRecord(x));
    w.result = x;
  } else {
    if (savesInput) w.input = x;
    w.result = allocateTensor(op, x.sizes(), math::givesBool(domain) ? DType::Bool : dtype, x.device());
  }
  return computedType(dtype);
}

void prepareBinary(const char* op, math::Domain domain, Into into, bool saves, BinaryOperands& in, Written& w) {
  const Tensor& a = in.a.tensor();
  const Operand b = in.b;
  DType dtype = resultType(a, b);
  if (b.isNumber()) {
    Scalar number = b.number();
    if (domain == math::Domain::Predicate) {
      const double v = number.toDouble();
      if (!isWithin(dtype, number)) dtype = promote(dtype, number.dtype());  // which holds the number
      // Beyond all integers, but not where both are rounded to a floating dtype.
      if (category(a.dtype()) == Category::Integer && isFloating(dtype) && std::isfinite(v) &&
          !isWithin(a.dtype(), number))
        number = std::copysign(HUGE_VAL, v);
    }
    in.b = number;
  }
  if (domain == math::Domain::Floating) dtype = floatingType(dtype);
  if (b.isNumber() && computedType(dtype) != dtype) in.b = asElement(in.b.number(), dtype);
  checkDomain(op, domain, dtype);
  in.type = computedType(dtype);
  in.device = commonDevice(op, a, b);
  in.a = loadable(in.a, dtype, in.madeA);
  in.b = loadable(in.b, dtype, in.madeB);
  const Dims sizes = b.isNumber() ? a.sizes() : broadcast(op, a.sizes(), b.tensor().sizes());
  if (into == Into::Self) {
    if (sizes != a.sizes())
      fail<ShapeError>(op, "_: the result has shape ", toString(sizes), " and does not fit into ", toString(a.sizes()));
    checkCastable(op, a, dtype);
    if (saves) checkSavable(op, a, b.tensor());
    w.write = Write(op, a);
    if (!b.isNumber()) in.b = in.madeB = apart(op, in.b.tensor(), a);
    if (saves) w.input = beforeWrite(a, shouldRecord(b.tensor()));
    w.result = a;
  } else {
    if (saves) w.input = a;
    w.result = allocateTensor(op, sizes, math::givesBool(domain) ? DType::Bool : dtype, in.device);
  }
}

}  // namespace retrograd
