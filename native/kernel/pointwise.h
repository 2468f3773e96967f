#pragma once

#include "core/operand.h"
#include "kernel/slot.h"

namespace retrograd {

// Kernels compute in one dtype, `type`, which is computed in itself (core/dtype.h). Operands whose dtype promotes to it
// are converted as they are loaded, no copy of them is made; results are converted as they are stored, where `out` is
// of the same category. Any strides.

/// out[i] = f(in[i]). `F` is a functor of math/unary.h; `out` has the sizes of `in`, and may be `in` itself. Predicates
/// give bool.
template <class F>
inline constinit Slot<void(const F&, const Tensor& out, const Tensor& in, DType type)> unarySlot{F::kName};

/// out[i] = f(a[i], b[i]). `F` is a functor of math/binary.h; `a` and `b` broadcast to the sizes of `out`, which may be
/// one of them. Predicates give bool. The operands may be numbers, and 0-d tensors on the CPU whatever the device.
template <class F>
inline constinit Slot<void(const F&, const Tensor& out, const Operand& a, const Operand& b, DType type)> binarySlot{
    F::kName, Operands::OrNumbers};

/// out[i] = condition[i] ? a[i] : b[i]; `condition` is bool, the dtypes of the others promote to that of `out`; all
/// broadcast to `out`. `a` and `b` may be numbers, and 0-d tensors on the CPU.
inline constinit Slot<void(const Tensor& out, const Tensor& condition, const Operand& a, const Operand& b)> whereSlot{
    "where", Operands::OrNumbers};

[[noreturn, gnu::cold, gnu::noinline]] inline void failDType(const char* op, DType t) {
  fail<DTypeError>(op, ": there is no kernel for ", name(t), "; convert with to(FLOAT32)");
}

}  // namespace retrograd
