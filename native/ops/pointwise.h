#pragma once

// What the element-wise families share: promotion, broadcasting, output allocation, in-place rules. No derivatives.

#include "autograd/record.h"
#include "kernel/copy.h"
#include "kernel/pointwise.h"
#include "math/domain.h"
#include "ops/operand.h"
#include "ops/operators.h"

namespace retrograd {

/// The dtype of `x` once a function of the reals is applied: integers become float32.
inline DType floatingType(DType t) { return isFloating(t) ? t : DType::Float32; }

/// The dtype of two tensors together, by PyTorch's rule: a 0-d one beside one with dimensions counts only where its
/// category is higher.
DType resultType(DType a, bool aIs0d, DType b, bool bIs0d);
/// `x` in another dtype, outside the graph: the engine casts the gradient back.
Tensor castRaw(const Tensor& x, DType dtype);
/// `x` in the dtype that kernels compute it in, for those that do not convert as they load.
inline Tensor computable(const Tensor& x) { return castRaw(x, computedType(x.dtype())); }
/// A new tensor whose elements `fill(out)` writes into one of the dtype that `dtype` is computed in.
template <class Fill>
Tensor computedInto(const char* op, const Dims& sizes, DType dtype, Device device, const Fill& fill) {
  Tensor out = allocateTensor(op, sizes, computedType(dtype), device);
  fill(out);
  return castRaw(out, dtype);
}
/// `x` as a kernel may load it for elements of `dtype`: `cast` where it holds numbers that those cannot be.
inline Operand loadable(const Operand& x, DType dtype, Tensor& cast) {
  if (x.isNumber() || promote(x.tensor().dtype(), dtype) == dtype) return x;
  return cast = castRaw(x.tensor(), dtype);
}
/// A dense copy outside the graph.
Tensor cloneRaw(const char* op, const Tensor& x);
/// Throws std::invalid_argument where a tensor of `dtype` cannot hold the number. As in PyTorch, uint8 wraps integers
/// from -255 on, integers drop fractions, and float32 holds what is not finite.
void checkHolds(const char* op, DType dtype, Scalar number);
/// Throws std::invalid_argument where a factor of tensors of `dtype`, integers, is no whole number or beyond the dtype.
void checkFactor(const char* op, DType dtype, double factor);
/// Whether the number lies between the least and the largest number of `dtype`; floating types hold what is not finite.
bool isWithin(DType dtype, Scalar number);
/// Zeros of the shape, dtype and device of `x`, outside the graph: the gradient of what does not matter to the result.
Tensor zerosLike(const Tensor& x);
/// The common device of two operands; numbers and 0-d CPU tensors go with any. Throws DeviceError.
Device commonDevice(const char* op, const Tensor& a, const Operand& b);
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
/// Throws AutogradError where a write to `self` would be recorded and could not save an operand: an inference tensor.
void checkSavable(const char* op, const Tensor& self, const Tensor& saved);
/// Throws DTypeError.
void checkFloating(const char* op, const Tensor& x);
/// Throws DTypeError where a result of type `result` cannot be written into `self`.
void checkCastable(const char* op, const Tensor& self, DType result);

/// What a kernel wrote: the result, the input as the derivative may save it (undefined unless asked for), and in place
/// the write.
struct Written {
  Tensor result, input;
  Write write;
};

/// Fills in `w`, all but the result's elements; returns the dtype that the kernel computes in.
DType prepareUnary(const char* op, math::Domain domain, const Tensor& x, Into into, bool savesInput, Written& w);

/// f(x), outside the graph.
template <class F>
Written applyUnary(const F& f, const Tensor& x, Into into = Into::Fresh, bool savesInput = true,
                   const char* op = F::kName) {
  Written w;
  const DType type = prepareUnary(op, F::kDomain, x, into, savesInput, w);
  unarySlot<F>(x.device(), f, w.result, x, type);
  return w;
}

/// What a binary kernel reads: the operands that were given, or the tensors in their place that had to be made.
struct BinaryOperands {
  Operand a, b;
  DType type{};  // that the kernel computes in
  Device device{};
  Tensor madeA, madeB;

  BinaryOperands(const Tensor& a, const Operand& b) : a(a), b(b) {}
  BinaryOperands(const BinaryOperands&) = delete;
};

/// Fills in `in`, which holds what was given, and `w`, all but the result's elements.
void prepareBinary(const char* op, math::Domain domain, Into into, bool saves, BinaryOperands& in, Written& w);

/// f(a, b), outside the graph. `saves`: formulas save the operands; then `input` of the result is `a`.
template <class F>
Written applyBinary(const F& f, const Tensor& a, const Operand& b, Into into = Into::Fresh, bool saves = true,
                    const char* op = F::kName) {
  Written w;
  BinaryOperands in(a, b);
  prepareBinary(op, F::kDomain, into, saves, in, w);
  binarySlot<F>(in.device, f, w.result, in.a, in.b, in.type);
  return w;
}

/// f(b, a), outside the graph.
template <class F>
Tensor applyReversed(const F& f, const Tensor& a, const Operand& b, const char* op) {
  Written w;
  BinaryOperands in(a, b);
  prepareBinary(op, F::kDomain, Into::Fresh, false, in, w);
  binarySlot<F>(in.device, f, w.result, in.b, in.a, in.type);
  return std::move(w.result);
}

}  // namespace retrograd
