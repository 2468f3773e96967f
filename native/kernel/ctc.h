#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

// Connectionist temporal classification (math/ctc.h). All tensors are dense: `logProbs` [time, n, classes], floating,
// and of its dtype `losses` [n] and `alpha` [n, time, 2 * longest + 1]; of int64, checked by the caller, `labels` [n,
// longest] and `lengths` [2, n], those of inputs and of targets. Same result for any thread count.

/// Fills `losses` and, as far as there is input, `alpha`.
inline constinit Slot<void(const Tensor& losses, const Tensor& alpha, const Tensor& logProbs, const Tensor& labels,
                           const Tensor& lengths, int64_t blank)>
    ctcLossSlot{"ctcLoss"};
/// The gradient for logits, from that of the losses. `zeroInfinity`: 0 where a loss is infinite, else NaN.
inline constinit Slot<void(const Tensor& out, const Tensor& grad, const Tensor& losses, const Tensor& alpha,
                           const Tensor& logProbs, const Tensor& labels, const Tensor& lengths, int64_t blank,
                           bool zeroInfinity)>
    ctcLossBackwardSlot{"ctcLossBackward"};

}  // namespace retrograd
