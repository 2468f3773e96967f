#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

// Distances between rows by a p-norm, p >= 0 (math/distance.h), of dense floating tensors of one dtype. Same result for
// any thread count.

/// out[b, i, j] = the norm of x1[b, i] - x2[b, :, j], for `x1` [batch, n, size] and `x2` [batch, size, m].
inline constinit Slot<void(const Tensor& out, const Tensor& x1, const Tensor& x2, double p)> cdistSlot{"cdist"};
/// The gradient of `x1` from `grad` [batch, n, m], of these distances; here `x2` is [batch, m, size].
inline constinit Slot<void(const Tensor& out, const Tensor& grad, const Tensor& x1, const Tensor& x2,
                           const Tensor& distances, double p)>
    cdistBackwardSlot{"cdistBackward"};

}  // namespace retrograd
