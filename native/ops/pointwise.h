#pragma once

// What the element-wise families share: promotion, broadcasting, output allocation, in-place rules. No derivatives.

#include "autograd/record.h"
#include "kernel/copy.h"
#include "kernel/pointwise.h"
#include "math/domain.h"
#include "ops/operand.h"
#include "ops/ops.h"

namespace retrograd {

/// The dtype of `x` once a function of the reals is applied: integers become float32.
inline DType floatingType(DType t) { return isFloating(t) ? t : DType::Float32; }

/// `x` in another dtype, outside the graph: the engine casts the gradient back.
Tensor castRaw(const Tensor& x, DType dtype);
/// A dense copy outside the graph.
Tensor cloneRaw(const char* op, const Tensor& x);
/// A 0-d CPU tensor of a number.
Tensor numberTensor(Scalar number, DType dtype);
/// Throws std::invalid_argument where a tensor of `dtype` cannot hold the number. As in PyTorch, uint8 wraps integers
/// from -255 on, integers drop fractions, and float32 holds what is not finite.
void checkHolds(const char* op, DType dtype, Scalar number);
/// Throws std::invalid_argument where a factor of tensors of `dtype`, integers, is no whole number or beyond the dtype.
void checkFactor(const char* op, DType dtype, double factor);
/// Whether the number lies between the least and the largest number of `dtype`; floating types hold what is not finite.
bool isWithin(DType dtype, Scalar number);
/// Zeros of the shape, dtype and device of `x`, outside the graph: the gradient of what does not matter to the result.
Tensor zerosLike(const Tensor& x);
/// The common device of two operands; a 0-d CPU tensor goes with any. Throws DeviceError.
Device commonDevice(const char* op, const Tensor& a, const Tensor& b);
/// `operand` as a kernel may read it while it writes `target`: a copy where they share memory, unless element i of one
/// is element i of the other.
inline Tensor apart(const char* op, Tensor operand, const Tensor& target) {
  if (operand.layout().storage != target.layout().storage) return operand;
  bool same =
      operand.sizes() == target.sizes() && operand.strides() == target.strides() && operand.offset() == target.offset();
  return same ? operand : cloneRaw(op, operand);
}
/// self = source, outside the graph, where the source broadcasts to the sizes of `self`. The caller holds the Write.
void copyRaw(const char* op, const Tensor& self, const Tensor& source, bool nonBlocking = false);
/// What the tape may save of `x`, which a write is about to destroy: a copy inside the graph (for higher orders) where
/// it is `needed`, else `x`.
inline Tensor beforeWrite(const Tensor& x, bool needed) { return needed ? clone(x) : x; }
/// Throws DTypeError where a result of type `result` cannot be written into `self`.
void checkCastable(const char* op, const Tensor& self, DType result);

/// What a kernel wrote: the result, the input as the derivative may save it (undefined unless asked for), and in place
/// the write.
struct Written {
  Tensor result, input;
  Write write;
};

/// result = f(x), new or written into `x`. Outside the graph.
template <bool kInPlace = false, class F>
Written applyUnary(const F& f, const Tensor& x, bool savesInput = true) {
  constexpr const char* op = F::kName;
  DType compute = F::kDomain == math::Domain::Floating ? floatingType(x.dtype()) : x.dtype();
  if constexpr (F::kDomain == math::Domain::Numeric)
    if (compute == DType::Bool)
      fail<DTypeError>(op, ": bool tensors have no such operation; convert with to(INT64) first");
  if constexpr (F::kDomain == math::Domain::Bits)
    if (isFloating(compute)) fail<DTypeError>(op, ": needs a bool or integer tensor, got ", name(compute));
  if constexpr (kInPlace) {
    checkCastable(op, x, compute);
    Write write(op, x);
    Tensor old = savesInput ? beforeWrite(x, shouldRecord(x)) : Tensor();
    unarySlot<F>(x.device(), f, x, x);
    return {x, std::move(old), std::move(write)};
  } else {
    constexpr bool truth = F::kDomain == math::Domain::Predicate || F::kDomain == math::Domain::Logical;
    Tensor out = allocateTensor(op, x.sizes(), truth ? DType::Bool : compute, x.device());
    unarySlot<F>(x.device(), f, out, castRaw(x, compute));
    return {std::move(out), savesInput ? x : Tensor(), {}};
  }
}

/// The operands of a binary operation in one dtype, outside the graph, and the second one as the tape may save it.
struct BinaryInputs {
  Tensor a, b;
  Tensor savedB;
  DType dtype;
  Device device;
};
BinaryInputs prepareBinary(const char* op, math::Domain domain, const Tensor& a, const Operand& b);

/// f(a, b), new or written into `a`. `input` of the result is `a`, `second` the other operand as a tensor.
struct WrittenBinary : Written {
  Tensor second;
};

template <bool kInPlace = false, class F>
WrittenBinary applyBinary(const F& f, const Tensor& a, const Operand& b, bool savesInput = true,
                          const char* op = F::kName) {
  BinaryInputs in = prepareBinary(op, F::kDomain, a, b);
  constexpr bool truth = F::kDomain == math::Domain::Predicate || F::kDomain == math::Domain::Logical;
  Dims sizes = broadcast(op, in.a.sizes(), in.b.sizes());
  if constexpr (kInPlace) {
    if (sizes != a.sizes())
      fail<ShapeError>(op, "_: the result has shape ", toString(sizes), " and does not fit into ", toString(a.sizes()));
    checkCastable(op, a, in.dtype);
    Write write(op, a);
    in.b = apart(op, std::move(in.b), a);
    Tensor old = savesInput ? beforeWrite(a, shouldRecord(b.tensor())) : Tensor();
    if (in.dtype == a.dtype()) {
      binarySlot<F>(in.device, f, a, in.a, in.b);
    } else {
      Tensor wide = allocateTensor(op, sizes, in.dtype, in.device);
      binarySlot<F>(in.device, f, wide, in.a, in.b);
      copySlot(in.device, a, wide);
    }
    return {{a, std::move(old), std::move(write)}, std::move(in.savedB)};
  } else {
    Tensor out = allocateTensor(op, sizes, truth ? DType::Bool : in.dtype, in.device);
    binarySlot<F>(in.device, f, out, in.a, in.b);
    return {{std::move(out), savesInput ? a : Tensor(), {}}, std::move(in.savedB)};
  }
}

}  // namespace retrograd
