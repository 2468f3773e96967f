#pragma once

#include <cstdint>

#include "core/tensor.h"
#include "kernel/copy.h"
#include "kernel/slot.h"

namespace retrograd {

// Indices are int64 and count from 0; each kernel checks their range and throws IndexError (on a GPU the next
// synchronisation does). Tensors may have any strides unless said otherwise; a 0-d one counts as 1-d. Another thread
// may write an index or a mask meanwhile: what is read or written then is undefined, but lies in the operands.

/// Whether `additions` along a dimension of `size` carry along what they round off, so that errors do not grow with
/// their number: where they are many, and many for each place. The choice goes by sizes alone.
inline bool carriesAlong(bool add, DType dtype, int64_t additions, int64_t size) {
  return add && isFloating(dtype) && additions >= kManyAdditions && size > 0 && additions / 16 >= size;
}

/// out[.., i, ..] = in[.., index[i], ..] along `dim`; `index` is 1-d.
inline constinit Slot<void(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index)> indexSelectSlot{
    "indexSelect"};
/// out[.., index[i], ..] = or += source[.., i, ..] along `dim`, in the order of i.
inline constinit Slot<void(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add)>
    indexPutSlot{"indexPut"};
/// out[i][j] = in[index[i][j]][j] (for dim 0), as torch.gather.
inline constinit Slot<void(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index)> gatherSlot{"gather"};
/// out[index[i][j]][j] = or += source[i][j] (for dim 0), as torch.scatter and scatter_add.
inline constinit Slot<void(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add)>
    scatterSlot{"scatter"};
/// offsets = or += step * index, counted from the front, for a dimension `dim` of `size`; `index` broadcasts to
/// `offsets`, which is dense. On a GPU an index out of range makes the offset kNoOffset.
inline constinit Slot<void(const Tensor& offsets, const Tensor& index, int64_t dim, int64_t size, int64_t step,
                           bool add)>
    indexOffsetsSlot{"index"};
inline constexpr int64_t kNoOffset = INT64_MIN;  // out of range wherever it is used
/// out = the indices of the elements of `in` that are not zero, [count, dim of in] int64; allocates `out`.
/// Rows of elements that became zero since they were counted hold the first index.
inline constinit Slot<void(Tensor& out, const Tensor& in)> nonzeroSlot{"nonzero"};

}  // namespace retrograd
