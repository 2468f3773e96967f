#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

/// out = a @ b + beta * out for 3-d tensors [batch, m, k] @ [batch, k, n] of one dtype, any strides for `a` and `b` (a
/// transposed operand is a flag, not a copy; a broadcast batch has stride 0), dense `out`; beta is 0 or 1.
inline constinit Slot<void(const Tensor& out, const Tensor& a, const Tensor& b, bool accumulate)> gemmSlot{"gemm"};

}  // namespace retrograd
