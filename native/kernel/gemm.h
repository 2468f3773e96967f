#pragma once

#include <atomic>

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

/// How float32 products may be computed, in the words of torch.set_float32_matmul_precision.
enum class MatmulPrecision : uint8_t { Highest, High, Medium };

/// The process's choice. Below Highest a GPU may round the operands to TF32 (10 bits of fraction), which its tensor
/// cores multiply; the CPU ignores it.
inline constinit std::atomic<MatmulPrecision> matmulPrecision{MatmulPrecision::Highest};

/// out = a @ b for 3-d tensors [batch, m, k] @ [batch, k, n] of one dtype that is computed in itself, any strides for
/// `a` and `b` (a transposed operand is a flag, not a copy; a broadcast batch has stride 0), dense `out`; plus `bias`,
/// unless that is undefined, which broadcasts to `out` and shares no memory with it.
inline constinit Slot<void(const Tensor& out, const Tensor& a, const Tensor& b, const Tensor& bias)> gemmSlot{"gemm"};

}  // namespace retrograd
