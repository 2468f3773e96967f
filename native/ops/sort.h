#pragma once

#include "ops/operand.h"

// Orders along a dimension.

namespace retrograd {
#pragma GCC visibility push(default)

/// The elements in order along a dimension, and where they were, as int64; the gradient goes back there. NaN is greater
/// than all others. Equals stay in their order, whether or not `stable` asks for it.
/// [Tensor -> ValuesAndIndices]
std::vector<Tensor> sort(const Tensor& x, int64_t dim = -1, bool descending = false, bool stable = false);
/// The `k` largest elements along a dimension, or the smallest, and where they were, as int64; the gradient goes back
/// there. In order, whether or not `sorted` asks for it; NaN is greater than all others.
/// [Tensor -> ValuesAndIndices]
std::vector<Tensor> topk(const Tensor& x, int64_t k, int64_t dim = -1, bool largest = true, bool sorted = true);

#pragma GCC visibility pop
}  // namespace retrograd
