#pragma once

#include "ops/operand.h"

// Views, which share memory with their operand, unless said otherwise.

namespace retrograd {
#pragma GCC visibility push(default)

/// Another shape for the same elements; one size may be -1. ShapeError where the layout does not allow it: reshape
/// copies then. [Tensor]
Tensor view(const Tensor& x, const Dims& shape);
/// Another shape for the same elements, a copy where the layout needs it; one size may be -1. [Tensor]
Tensor reshape(const Tensor& x, const Dims& shape);
/// One dimension instead of `startDim` to `endDim`. [Tensor]
Tensor flatten(const Tensor& x, int64_t startDim = 0, int64_t endDim = -1);
/// A dimension seen as several; one size may be -1. [Tensor]
Tensor unflatten(const Tensor& x, int64_t dim, const Dims& sizes);
/// Without the dimensions whose size is 1. [Tensor]
Tensor squeeze(const Tensor& x);
/// Without the given dimensions where their size is 1; an empty array names none. [Tensor]
Tensor squeeze(const Tensor& x, const Dims& dims);
/// With a new dimension of size 1 at `dim`. [Tensor]
Tensor unsqueeze(const Tensor& x, int64_t dim);
/// The dimensions in another order. [Tensor]
Tensor permute(const Tensor& x, const Dims& dims);
/// Two dimensions exchanged. [Tensor]
Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1);
/// A matrix transposed; a vector or number as it is. [Tensor]
Tensor t(const Tensor& x);
/// One dimension moved to another place. [Tensor]
Tensor movedim(const Tensor& x, int64_t source, int64_t destination);
/// Dimensions of size 1 repeated without a copy, new ones in front; -1 keeps a size. [Tensor]
Tensor expand(const Tensor& x, const Dims& shape);
/// One place along a dimension, which disappears. [Tensor]
Tensor select(const Tensor& x, int64_t dim, int64_t index);
/// Elements `start`, `start` + `step`, ... before `end`, clipped to the tensor; `step` > 0. [native]
Tensor slice(const Tensor& x, int64_t dim, int64_t start, int64_t end, int64_t step);
/// `length` places from `start` along a dimension. [Tensor]
Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length);
/// The diagonal of two dimensions, which become the last one; above the main one where `offset` is positive. [Tensor]
Tensor diagonal(const Tensor& x, int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1);
/// One tensor for each place along a dimension, which disappears. [Tensor]
std::vector<Tensor> unbind(const Tensor& x, int64_t dim = 0);
/// Pieces of `size` places along a dimension, the last one maybe smaller. [Tensor]
std::vector<Tensor> split(const Tensor& x, int64_t size, int64_t dim = 0);
/// At most `chunks` pieces of equal size along a dimension, the last one maybe smaller. [Tensor]
std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim = 0);
/// A view with sizes, strides and an offset (from the first element of `x`) of one's own. Of a tensor that is not
/// contiguous it cannot be recorded. [Tensor]
Tensor asStrided(const Tensor& x, const Dims& size, const Dims& stride, int64_t offset = 0);
/// The same values outside the graph; shares memory and version counter. [Tensor]
Tensor detach(const Tensor& x);
/// The same values inside the graph: a view of everything. [native]
Tensor alias(const Tensor& x);

#pragma GCC visibility pop
}  // namespace retrograd
