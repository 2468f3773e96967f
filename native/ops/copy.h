#pragma once

#include "ops/operand.h"

// Copies, conversions, and writes of whole tensors.

namespace retrograd {
#pragma GCC visibility push(default)

/// A copy, inside the graph. [native]
Tensor clone(const Tensor& x);
/// The elements of `x` in order, without a copy where they lie so already. [Tensor]
Tensor contiguous(const Tensor& x);
/// `x` itself where dtype and device are the same already. `nonBlocking`: from pinned memory to a device, or from a
/// device to the host (whose result is pinned then), the call only queues the copy on the current stream. [native]
Tensor to(const Tensor& x, DType dtype, Device device, bool nonBlocking = false);
/// `x` itself where it is in pinned memory already. Throws DeviceError for a tensor that is not the CPU's. [native]
Tensor pinMemory(const Tensor& x);
/// Writes the elements of `source` into `x`, converted, broadcast and moved. `nonBlocking`: a copy between a dense
/// tensor in pinned memory and one of its shape on a GPU is only queued on the current stream; until that has been
/// waited for, the elements on the CPU may be neither read nor written. [Tensor]
Tensor copy_(const Tensor& x, const Tensor& source, bool nonBlocking = false);
/// Makes every element `value`, a number or a 0-d tensor. [Tensor; numbers: double, long, boolean]
Tensor fill_(const Tensor& x, const Operand& value);
/// Makes every element 0. [Tensor]
Tensor zero_(const Tensor& x);

#pragma GCC visibility pop
}  // namespace retrograd
