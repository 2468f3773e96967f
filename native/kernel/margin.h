#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

/// Dense matrices [n, classes] of one floating dtype, and `target` of int64, whose rows list classes before the first
/// negative number; others outside [0, classes) raise IndexError (on a GPU the next synchronisation does). For each
/// class i of a row that is not listed, out[i] = the sum of max(0, 1 - in[j] + in[i]) over those listed, and 0 for
/// these; or where `slopes`, the derivative of the row's sum by each element. Same result for any thread count.
inline constinit Slot<void(const Tensor& out, const Tensor& in, const Tensor& target, bool slopes)>
    multilabelMarginSlot{"multilabelMargin"};

}  // namespace retrograd
