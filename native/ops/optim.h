#pragma once

#include "ops/operand.h"

// Fused optimizer steps on one device, outside any graph; they bump the parameters' versions. The learning rate `lr` is
// a float64 tensor of shape [] on that device.

namespace retrograd {
#pragma GCC visibility push(default)

/// How many numbers a clock of adamStep has. [native]
int64_t adamClockSize();
/// Adam (decoupled: AdamW). `clocks`: a float64 tensor [adamClockSize()] per parameter, zeros before its first step.
/// [native]
void adamStep(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& means,
              const std::vector<Tensor>& squares, const std::vector<Tensor>& clocks, const Tensor& lr, double beta1,
              double beta2, double epsilon, double weightDecay, bool decoupled, bool maximize);
/// SGD; `buffers` holds one per parameter, or nothing where momentum is 0. [native]
void sgdStep(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& buffers,
             bool firstStep, const Tensor& lr, double momentum, double dampening, double weightDecay, bool nesterov,
             bool maximize);

#pragma GCC visibility pop
}  // namespace retrograd
