#pragma once

#include "ops/operand.h"

// Losses of a floating input and a target of its shape, unless said otherwise.

namespace retrograd {
#pragma GCC visibility push(default)

/// (input - target)^2. [F]
Tensor mseLoss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
/// |input - target|. [F]
Tensor l1Loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
/// A parabola for differences below `beta`, else |input - target| - beta / 2. [F]
Tensor smoothL1Loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean, double beta = 1);
/// -(t log p + (1 - t) log(1 - p)) for probabilities; logarithms are at least -100. Inputs and targets outside [0, 1]
/// raise on the CPU, std::invalid_argument; a GPU, which would have to be waited for, gives NaN for them. [F]
Tensor binaryCrossEntropy(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
/// binaryCrossEntropy of sigmoid(input), without overflow. [F]
Tensor binaryCrossEntropyWithLogits(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
/// Minus the log-probability of class numbers. The mean is over what the targets count: their classes' weights, and
/// nothing for those ignored; it is NaN where all are.
/// @param input log-probabilities [n, classes, ...] or [classes], floating
/// @param target class numbers [n, ...] or [], int64
/// @param weight what each class counts, [classes] of the input's dtype, without a gradient; null for 1 each
/// @param ignoreIndex a target that counts nothing, whether or not it is a class
/// @param reduction what to make of the targets' losses
/// @throws IndexError for a target that is no class; on a GPU from the next call that waits for it
/// [F]
Tensor nllLoss(const Tensor& input, const Tensor& target, const OptionalTensor& weight = {}, int64_t ignoreIndex = -100,
               Reduction reduction = Reduction::Mean);
/// nllLoss of logSoftmax(input, 1), that is, of logits. [F]
Tensor crossEntropy(const Tensor& input, const Tensor& target, const OptionalTensor& weight = {},
                    int64_t ignoreIndex = -100, Reduction reduction = Reduction::Mean);

#pragma GCC visibility pop
}  // namespace retrograd
