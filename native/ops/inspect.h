#pragma once

#include "ops/operand.h"

// A tensor's properties and single elements.

namespace retrograd {
#pragma GCC visibility push(default)

/// Returns the sizes, as a fresh array. [Tensor]
Dims shape(const Tensor& x);
/// Returns the distances, in elements, between neighbours along each dimension. [Tensor]
Dims stride(const Tensor& x);
/// Returns the number of elements. [Tensor]
int64_t numel(const Tensor& x);
/// Returns the number of dimensions. [Tensor]
int64_t dim(const Tensor& x);
/// Returns how many elements of the storage precede the first one. [Tensor]
int64_t storageOffset(const Tensor& x);
/// Returns the type of the elements. [Tensor]
DType dtype(const Tensor& x);
/// Returns where the elements live. [Tensor]
Device device(const Tensor& x);
/// Returns whether the elements lie in order without gaps. [Tensor]
bool isContiguous(const Tensor& x);
/// Returns whether this tensor lies in pinned memory of the CPU. [Tensor]
bool isPinned(const Tensor& x);
/// Returns whether both look at the same memory. [Tensor]
bool sharesStorage(const Tensor& x, const Tensor& other);
/// Returns the only element as a double; ShapeError where there are none or several. For int64 beyond 2^53 see
/// itemLong. [Tensor]
double item(const Tensor& x);
/// Returns the only element as a long, floating ones truncated; ShapeError where there are none or several. [Tensor]
int64_t itemLong(const Tensor& x);
/// Returns the dtype of the result of an operation on both. [Retrograd; numbers: none]
DType resultType(const Tensor& a, const Operand& b);

#pragma GCC visibility pop
}  // namespace retrograd
