#pragma once

#include "ops/operand.h"

// Normalization by mean and variance.

namespace retrograd {
#pragma GCC visibility push(default)

/// The input with mean 0 and variance 1 over its last dimensions, then times `weight` plus `bias`.
/// @param input floating, at least as many dimensions as are normalized
/// @param normalizedShape sizes of the last dimensions, over which mean and variance are taken
/// @param weight of these sizes and the input's dtype; null for ones
/// @param bias likewise; null for zeros
/// @param eps what is added to the variance before its root is taken
/// [F]
Tensor layerNorm(const Tensor& input, const Dims& normalizedShape, const OptionalTensor& weight = {},
                 const OptionalTensor& bias = {}, double eps = 1e-5);

#pragma GCC visibility pop
}  // namespace retrograd
