#pragma once

#include "ops/operand.h"

// Orders along a dimension.

namespace retrograd {
#pragma GCC visibility push(default)

/// The elements in order along a dimension, and where they were, as int64; the gradient goes back there. NaN is greater
/// than all others. Equals stay in their order, whether or not `stable` asks for it.
/// [Tensor -> ValuesAndIndices]
std::vector<Tensor> sort(const Tensor& x, int64_t dim = -1, bool descending = false, bool stable = false);

#pragma GCC visibility pop
}  // namespace retrograd
