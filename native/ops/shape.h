#pragma once

#include "ops/operand.h"

// Elements in another arrangement, as copies.

namespace retrograd {
#pragma GCC visibility push(default)

/// Tensors one after the other along a dimension; the other sizes must agree. [Retrograd]
Tensor cat(const std::vector<Tensor>& tensors, int64_t dim = 0);
/// Tensors of one shape side by side along a new dimension. [Retrograd]
Tensor stack(const std::vector<Tensor>& tensors, int64_t dim = 0);
/// The whole tensor repeated along each dimension; new ones in front. [Tensor]
Tensor repeat(const Tensor& x, const Dims& repeats);
/// The whole tensor repeated along each of the last dimensions; new ones in front where there are more counts. [Tensor]
Tensor tile(const Tensor& x, const Dims& dims);
/// Elements moved along dimensions, those at an end coming in at the other.
/// @param shifts how far, for each of `dims`; where there are none, the single number for the flattened tensor
/// @param dims which dimensions; one may come several times
/// [Tensor]
Tensor roll(const Tensor& x, const Dims& shifts, const Dims& dims);
/// Elements moved through the flattened tensor, those at an end coming in at the other. [Tensor]
Tensor roll(const Tensor& x, int64_t shift);
/// Elements moved along a dimension, those at an end coming in at the other. [Tensor]
Tensor roll(const Tensor& x, int64_t shift, int64_t dim);
/// The given dimensions in reverse order. [Tensor]
Tensor flip(const Tensor& x, const Dims& dims);
/// The elements below and on the given diagonal, else 0; positive ones are above the main one. [Tensor]
Tensor tril(const Tensor& x, int64_t diagonal = 0);
/// The elements above and on the given diagonal, else 0; positive ones are above the main one. [Tensor]
Tensor triu(const Tensor& x, int64_t diagonal = 0);
/// A matrix with this vector on the given diagonal, or that diagonal of this matrix as a copy; positive ones are above
/// the main one. [Tensor]
Tensor diag(const Tensor& x, int64_t diagonal = 0);

#pragma GCC visibility pop
}  // namespace retrograd
