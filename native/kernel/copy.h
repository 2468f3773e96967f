#pragma once

#include "core/scalar.h"
#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

/// out[i] = (dtype of out) in[i] on one device; `in` broadcasts to the sizes of `out`; any strides and dtypes.
inline constinit Slot<void(const Tensor& out, const Tensor& in)> copySlot{"copy"};

/// Dense copy of equal sizes and dtypes between host and device or two devices; keyed by the device that is no CPU.
/// `nonBlocking`: the host does not wait where its side is pinned.
inline constinit Slot<void(const Tensor& out, const Tensor& in, bool nonBlocking)> transferSlot{"transfer",
                                                                                                Operands::Anywhere};

/// out[i] = value.
inline constinit Slot<void(const Tensor& out, Scalar value)> fillSlot{"fill"};

/// out[i] = start + i * step for a dense 1-d `out` of a dtype that is computed in itself; integers exactly, floating
/// numbers in double.
inline constinit Slot<void(const Tensor& out, Scalar start, Scalar step)> rangeSlot{"range"};

/// The last two dimensions of `in` with what lies above (`lower`) or below the given diagonal set to zero.
inline constinit Slot<void(const Tensor& out, const Tensor& in, int64_t diagonal, bool lower)> triangleSlot{"triangle"};

/// out[i] += in[i], one after the other: `out` may reach one element by many indices. From kManyAdditions to one
/// element on it adds what they have rounded off, too: errors do not grow with their number.
inline constinit Slot<void(const Tensor& out, const Tensor& in)> overlappingAddSlot{"overlappingAdd"};
inline constexpr int kManyAdditions = 128;

}  // namespace retrograd
