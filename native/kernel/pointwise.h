#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

/// out[i] = f(in[i]). `F` is a functor of math/unary.h; `out` has the sizes of `in` and the dtype that the functor's
/// domain gives (the same, or bool for predicates). Any strides; `out` may be `in` itself.
template <class F>
inline constinit Slot<void(const F&, const Tensor& out, const Tensor& in)> unarySlot{F::kName};

/// out[i] = f(a[i], b[i]). `F` is a functor of math/binary.h; `a` and `b` have one dtype and broadcast to the sizes of
/// `out`; `out` may be `a` or `b`. One of them may be a 0-d tensor on the CPU whatever the device.
template <class F>
inline constinit Slot<void(const F&, const Tensor& out, const Tensor& a, const Tensor& b)> binarySlot{
    F::kName, Operands::OrNumbers};

/// out[i] = condition[i] ? a[i] : b[i]; `condition` is bool, the others have one dtype; all broadcast to `out`.
/// `a` and `b` may be 0-d tensors on the CPU.
inline constinit Slot<void(const Tensor& out, const Tensor& condition, const Tensor& a, const Tensor& b)> whereSlot{
    "where", Operands::OrNumbers};

}  // namespace retrograd
