#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"
#include "math/grid.h"

// Samples of images at the places that a grid gives: floating tensors of one dtype, dense, with `in` [batch, channels,
// height, width] or [batch, channels, depth, height, width], `grid` [batch, results, 2 or 3] and `out` [batch,
// channels, results]. An image has no more places than an int32. The same bits for any thread count.

namespace retrograd {

inline constinit Slot<void(const Tensor& out, const Tensor& in, const Tensor& grid, const math::GridRule&)>
    gridSampleSlot{"gridSample"};

/// in += the gradient of the image from that of the result.
inline constinit Slot<void(const Tensor& in, const Tensor& out, const Tensor& grid, const math::GridRule&)>
    gridSampleInputSlot{"gridSampleInput"};

/// The gradient of the grid from that of the result.
inline constinit Slot<void(const Tensor& ofGrid, const Tensor& out, const Tensor& in, const Tensor& grid,
                           const math::GridRule&)>
    gridSampleGridSlot{"gridSampleGrid"};

}  // namespace retrograd
