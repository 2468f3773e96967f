#pragma once

// Views by sizes, strides and offset, and the pair of operations that are each other's derivative: reading a strided
// region and embedding one in zeros. All other views and the in-place rules are made of these.

#include "autograd/record.h"
#include "ops/ops.h"

namespace retrograd {

/// A tensor that looks into the memory of `x` (region relative to the first element of `x`), outside the graph but
/// with its base known.
Tensor viewRaw(const Tensor& x, const Region& region);

/// Zeros of `sizes` with `g` added at `region`.
Tensor embed(const Tensor& g, const Dims& sizes, const Region& region);

/// A view of `x` whose region is `place(sizes, strides)` for the strides of `x`; its derivative is `embed`.
template <class P>
Tensor stridedView(const char* node, const Tensor& x, const P& place) {
  Tensor out = viewRaw(x, place(x.sizes(), x.strides()));
  return record(node, out, wrt(x, [sizes = x.sizes(), place](const Tensor& g) {
                  return embed(g, sizes, place(sizes, contiguousStrides(sizes)));
                }));
}

}  // namespace retrograd
