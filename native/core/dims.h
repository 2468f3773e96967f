#pragma once

#include <cstdint>
#include <string>

#include "core/macros.h"
#include "core/small_vec.h"

namespace retrograd {

/// Sizes, strides (in elements) or dimension numbers of a tensor.
using Dims = SmallVec<int64_t, 5>;

/// "[2, 3]"; of more than kMaxDims, the first of them and how many they are.
RETROGRAD_API std::string toString(const Dims& dims);

/// No shape may span more: the product of its sizes, zeros aside. So nothing overflows that is computed from the sizes
/// and strides of a tensor, with elements or without.
constexpr int64_t kMaxSpan = int64_t{1} << 59;

/// No tensor has more dimensions.
constexpr int kMaxDims = 64;

/// Throws ShapeError naming `op` for more than kMaxDims dimensions.
RETROGRAD_API void checkDims(const char* op, size_t dims);

/// Product of the sizes. Throws ShapeError naming `op` for more than kMaxDims, a negative one or a span past kMaxSpan:
/// every shape passes here, or is a view's with at most as many dimensions, before a tensor gets it.
RETROGRAD_API int64_t numel(const char* op, const Dims& sizes);

/// Row-major strides of a dense tensor.
Dims contiguousStrides(const Dims& sizes);
bool isContiguous(const Dims& sizes, const Dims& strides);
/// True where no two indices reach one element (strides of dimensions longer than 1 nest); false is a safe "perhaps".
bool isNonOverlapping(const Dims& sizes, const Dims& strides);

/// The shape both broadcast to, by NumPy's rules. Throws ShapeError naming `op` and both shapes.
Dims broadcast(const char* op, const Dims& a, const Dims& b);
/// True where `from` broadcasts to exactly `to`.
bool isBroadcastableTo(const Dims& from, const Dims& to);
/// Strides that read a tensor of `sizes` and `strides` as if it had `target` sizes (which it broadcasts to).
Dims broadcastStrides(const Dims& sizes, const Dims& strides, const Dims& target);

/// A dimension number counted from the end where negative. Throws IndexError naming `op`; a 0-d tensor counts as 1-d.
int64_t wrapDim(const char* op, int64_t dim, int64_t rank);
/// `wrapDim` of each, all dimensions where `dims` is empty; throws where one is named twice.
Dims wrapDims(const char* op, const Dims& dims, int64_t rank);

/// Fills in the one -1 of `shape`, so that it holds `numel` elements. Throws ShapeError naming `op`.
Dims inferShape(const char* op, const Dims& shape, int64_t numel);
/// Strides by which `target` sizes can view memory laid out by `sizes` and `strides`; false where a copy is needed.
bool viewStrides(const Dims& sizes, const Dims& strides, const Dims& target, Dims& out);

/// A region of a dense tensor: sizes, strides and the offset of its first element.
struct Region {
  Dims sizes, strides;
  int64_t offset = 0;
};

}  // namespace retrograd
