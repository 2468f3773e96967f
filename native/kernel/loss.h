#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

// Minus the log-likelihood of classes. `target` holds int64 class numbers, in the sizes of the other operands without
// their dimension `dim`, along which the classes are. A class counts `weights` [classes], dense, or 1 where those are
// undefined; a target equal to `ignored` counts 0. Others outside [0, classes) raise IndexError (on a GPU the next
// synchronisation does). Tensors may have any strides unless said otherwise.

/// losses = -weight * in[target], shares = weight; both in the sizes of `target`. `shares` may be undefined.
inline constinit Slot<void(const Tensor& losses, const Tensor& shares, const Tensor& in, int64_t dim,
                           const Tensor& target, const Tensor& weights, int64_t ignored)>
    nllLossSlot{"nllLoss"};
/// out[target] = -weight * grad, and 0 for all other classes. `out` is dense.
inline constinit Slot<void(const Tensor& out, const Tensor& grad, int64_t dim, const Tensor& target,
                           const Tensor& weights, int64_t ignored)>
    nllLossBackwardSlot{"nllLossBackward"};

}  // namespace retrograd
