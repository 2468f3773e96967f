#pragma once

#include "ops/operand.h"

// Losses of a floating input and a target of its shape, unless said otherwise.

namespace retrograd {
#pragma GCC visibility push(default)

/// (input - target)^2. A weight, of the input's shape, multiplies the squares, and the mean is their sum by the
/// weights'. [F]
Tensor mseLoss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean,
               const OptionalTensor& weight = {});
/// |input - target|, with a weight as in mseLoss. [F]
Tensor l1Loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean,
              const OptionalTensor& weight = {});
/// A parabola for differences below `beta`, else |input - target| - beta / 2. [F]
Tensor smoothL1Loss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean, double beta = 1);
/// A parabola, (input - target)^2 / 2, for differences below `delta`, else delta * (|input - target| - delta / 2). A
/// weight, of the input's shape, multiplies the losses; unlike mseLoss's the mean is over their number. [F]
Tensor huberLoss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean, double delta = 1,
                 const OptionalTensor& weight = {});
/// -(t log p + (1 - t) log(1 - p)) for probabilities; logarithms are at least -100. Inputs and targets outside [0, 1]
/// raise on the CPU, std::invalid_argument; a GPU, which would have to be waited for, gives NaN for them. A weight,
/// which broadcasts to the input, multiplies the losses. [F]
Tensor binaryCrossEntropy(const Tensor& input, const Tensor& target, const OptionalTensor& weight = {},
                          Reduction reduction = Reduction::Mean);
/// binaryCrossEntropy of sigmoid(input), without overflow. `posWeight` multiplies the losses of what is true: it
/// broadcasts to the input, as the weight does. [F]
Tensor binaryCrossEntropyWithLogits(const Tensor& input, const Tensor& target, const OptionalTensor& weight = {},
                                    Reduction reduction = Reduction::Mean, const OptionalTensor& posWeight = {});
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
/// The cross-entropy of logits and classes: nllLoss of logSoftmax(input, 1); or where the target has the input's shape,
/// of logits and the classes' probabilities, -sum(target * logSoftmax(input, 1)) with the mean over the places.
/// @param input logits [n, classes, ...] or [classes], floating
/// @param target class numbers [n, ...] or [], int64; or probabilities of the input's shape, floating
/// @param weight what each class counts, [classes]; null for 1 each
/// @param ignoreIndex a class number that counts nothing; probabilities want a negative one
/// @param reduction what to make of the targets' losses
/// @param labelSmoothing the share in [0, 1] of each target that is spread evenly over all classes
/// @throws IndexError for a target that is no class; on a GPU from the next call that waits for it
/// [F]
Tensor crossEntropy(const Tensor& input, const Tensor& target, const OptionalTensor& weight = {},
                    int64_t ignoreIndex = -100, Reduction reduction = Reduction::Mean, double labelSmoothing = 0);
/// The Kullback-Leibler divergence, target * (log(target) - input), of log-probabilities from probabilities, or where
/// `logTarget` from log-probabilities. `Mean` divides by the elements' number, BatchMean, as the definition has it, by
/// the first size. [F]
Tensor klDiv(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean, bool logTarget = false);
/// Minus the log-likelihood of counts under Poisson distributions.
/// @param input the distributions' means, or where `logInput` their logarithms; floating
/// @param target counts
/// @param logInput whether the loss is exp(input) - target * input, else input - target * log(input + eps)
/// @param full whether to add Stirling's approximation of log(target!) where the target is above 1
/// @param eps what is added to the input before its logarithm is taken
/// @param reduction what to make of the elements' losses
/// [F]
Tensor poissonNllLoss(const Tensor& input, const Tensor& target, bool logInput = true, bool full = false,
                      double eps = 1e-8, Reduction reduction = Reduction::Mean);
/// Minus the log-likelihood under normal distributions, (log(var) + (input - target)^2 / var) / 2.
/// @param input the distributions' means, floating
/// @param target samples
/// @param var the variances, of the input's shape, or of that with a last size of 1, with one other size of 1, or
///     without the last dimension; a negative one raises on the CPU, std::invalid_argument, and gives NaN on a GPU
/// @param full whether to add log(2 * pi) / 2
/// @param eps the least variance, to which others are raised without an effect on gradients
/// @param reduction what to make of the elements' losses
/// [F]
Tensor gaussianNllLoss(const Tensor& input, const Tensor& target, const Tensor& var, bool full = false,
                       double eps = 1e-6, Reduction reduction = Reduction::Mean);

#pragma GCC visibility pop
}  // namespace retrograd
