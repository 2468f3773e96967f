#pragma once

#include "core/tensor.h"
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
/// one of them. Predicates give bool. One of the operands may be a 0-d tensor on the CPU whatever the device.
template <class F>
inline constinit Slot<void(const F&, const Tensor& out, const Tensor& a, const Tensor& b, DType type)> binarySlot{
    F::kName, Operands::OrNumbers};

/// out[i] = condition[i] ? a[i] : b[i]; `condition` is bool, the dtypes of the others promote to that of `out`; all
/// broadcast to `out`. `a` and `b` may be 0-d tensors on the CPU.
inline constinit Slot<void(const Tensor& out, const Tensor& condition, const Tensor& a, const Tensor& b)> whereSlot{
    "where", Operands::OrNumbers};

}  // namespace retrograd
