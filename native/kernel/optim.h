#pragma once

#include <vector>

#include "core/tensor.h"
#include "kernel/slot.h"
#include "math/optim.h"

namespace retrograd {

// Each updates parameters of one device, and their state, in one pass. The lists run in parallel; all but the clocks
// are dense tensors of their parameter's shape and floating dtype. `lr` is float64 [] on that device: like the number
// of steps it stays in the device's memory, so that a step may be repeated there without the host.

/// `clocks`: float64 tensors that each hold a math::AdamClock, which is advanced.
inline constinit Slot<void(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                           const std::vector<Tensor>& means, const std::vector<Tensor>& squares,
                           const std::vector<Tensor>& clocks, const Tensor& lr, const math::AdamRule& rule)>
    adamSlot{"adam"};
/// `momentum` is empty where there is none.
inline constinit Slot<void(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                           const std::vector<Tensor>& momentum, const Tensor& lr, const math::SgdRule& rule)>
    sgdSlot{"sgd"};

}  // namespace retrograd
