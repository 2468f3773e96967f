#pragma once

#include <vector>

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

/// One step's numbers of Adam and AdamW, already corrected for the step count where PyTorch's formula says so.
struct AdamStep {
  double lr, beta1, beta2, epsilon, weightDecay;
  double biasCorrection1, biasCorrection2;  ///< 1 - beta^step
  bool decoupled;                           ///< AdamW: decay the parameter, not the gradient
  bool maximize;
};

struct SgdStep {
  double lr, momentum, dampening, weightDecay;
  bool nesterov, maximize;
  bool firstStep;  ///< momentum buffers start as the gradient
};

/// Updates each parameter and its state in one pass. The lists run in parallel; dense tensors of one floating dtype per
/// parameter. SGD's `momentum` is empty where there is none.
inline constinit Slot<void(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                           const std::vector<Tensor>& means, const std::vector<Tensor>& squares, const AdamStep& step)>
    adamSlot{"adam"};
inline constinit Slot<void(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                           const std::vector<Tensor>& momentum, const SgdStep& step)>
    sgdSlot{"sgd"};

}  // namespace retrograd
