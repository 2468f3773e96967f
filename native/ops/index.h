#pragma once

#include "ops/operand.h"

// Elements by their places.

namespace retrograd {
#pragma GCC visibility push(default)

/// The places that `index` (a vector of integers) lists along a dimension. [Tensor]
Tensor indexSelect(const Tensor& x, int64_t dim, const Tensor& index);
/// `x` with the slices of `source` added at the places that `index` lists along a dimension. [Tensor]
Tensor indexAdd(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
/// For each element of `index`, the element of `x` at that place along a dimension. [Tensor]
Tensor gather(const Tensor& x, int64_t dim, const Tensor& index);
/// `x` with the elements of `source` at the places that `index` gives along a dimension. [Tensor]
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
/// scatter, adding instead of replacing. [Tensor]
Tensor scatterAdd(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
/// The places of the elements that are not 0: int64 of shape [found, dim()]. [Tensor]
Tensor nonzero(const Tensor& x);
/// The elements where the mask (bool, broadcast) is true, as a vector. [Tensor]
Tensor maskedSelect(const Tensor& x, const Tensor& mask);
/// x[indices[0], indices[1], ...] with tensors of integers or masks; an undefined entry is a full slice. NumPy's rules.
/// [native]
Tensor index(const Tensor& x, const std::vector<Tensor>& indices);
/// x[indices] = values, or += where `accumulate`; `values` broadcasts. [native]
Tensor indexPut_(const Tensor& x, const std::vector<Tensor>& indices, const Tensor& values, bool accumulate);
/// x[indices] = value, as Python assigns: ones in front of the value's shape do not count, and a number takes the dtype
/// of `x`. Errors begin with "set". [native]
Tensor set_(const Tensor& x, const std::vector<Tensor>& indices, const Operand& value);
/// Classes [...] of integers as vectors [..., classes] of 0 and one 1, int64; `classes` = -1: as many as the largest
/// one needs. [F]
Tensor oneHot(const Tensor& x, int64_t classes = -1);

#pragma GCC visibility pop
}  // namespace retrograd
