#pragma once

#include "ops/operand.h"

// Losses that want a margin between what belongs together and what does not. Inputs are floating; targets may be of
// any dtype unless said otherwise.

namespace retrograd {
#pragma GCC visibility push(default)

/// The input, a distance, where the target is 1; max(0, margin - input) where it is -1; the sum of both elsewhere. [F]
Tensor hingeEmbeddingLoss(const Tensor& input, const Tensor& target, double margin = 1,
                          Reduction reduction = Reduction::Mean);
/// max(0, margin - target * (input1 - input2)): the target is 1 where the first input should be ranked higher, -1 where
/// the second. All have as many dimensions. [F]
Tensor marginRankingLoss(const Tensor& input1, const Tensor& input2, const Tensor& target, double margin = 0,
                         Reduction reduction = Reduction::Mean);
/// 1 - cosine of the vectors' angle where the target is 1, max(0, cosine - margin) where it is -1, else 0. Inputs [n,
/// size] with targets [n], or [size] with []. [F]
Tensor cosineEmbeddingLoss(const Tensor& input1, const Tensor& input2, const Tensor& target, double margin = 0,
                           Reduction reduction = Reduction::Mean);
/// max(0, margin + distance(anchor, positive) - distance(anchor, negative)), with the distances of pairwiseDistance.
/// @param anchor vectors [..., size], floating
/// @param positive what should be near, of as many dimensions
/// @param negative what should be far, of as many dimensions
/// @param margin how much farther, above 0
/// @param p the distance's norm
/// @param eps what pairwiseDistance adds
/// @param swap whether the negative is as near as the positive's distance to it where that is less: Balntas et al.,
///     Learning shallow convolutional feature descriptors with triplet losses
/// @param reduction what to make of the triplets' losses
/// [F]
Tensor tripletMarginLoss(const Tensor& anchor, const Tensor& positive, const Tensor& negative, double margin = 1,
                         double p = 2, double eps = 1e-6, bool swap = false, Reduction reduction = Reduction::Mean);
/// log(1 + exp(-target * input)), without overflow: the target is 1 or -1. [F]
Tensor softMarginLoss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
/// The sum of max(0, margin - input[target] + input[i])^p over the other classes i, divided by their number.
/// @param input scores [n, classes] or [classes]
/// @param target class numbers [n] or [], int64
/// @param p 1 or 2
/// @param margin how much higher the target's score should be
/// @param weight what each class counts, [classes], without a gradient; null for 1 each
/// @param reduction what to make of the targets' losses
/// @throws IndexError for a target that is no class; on a GPU from the next call that waits for it
/// [F]
Tensor multiMarginLoss(const Tensor& input, const Tensor& target, int64_t p = 1, double margin = 1,
                       const OptionalTensor& weight = {}, Reduction reduction = Reduction::Mean);
/// The sum of max(0, 1 - input[j] + input[i]) over classes j that are targets and i that are not, divided by the number
/// of classes. Inputs and targets are [n, classes] or [classes]; of the targets, int64, those before the first negative
/// number count. IndexError for one that is no class; on a GPU from the next call that waits for it. Without a second
/// derivative, as in PyTorch. [F]
Tensor multilabelMarginLoss(const Tensor& input, const Tensor& target, Reduction reduction = Reduction::Mean);
/// binaryCrossEntropyWithLogits for each class, times the weight [classes], averaged over the last dimension, the
/// classes. [F]
Tensor multilabelSoftMarginLoss(const Tensor& input, const Tensor& target, const OptionalTensor& weight = {},
                                Reduction reduction = Reduction::Mean);

#pragma GCC visibility pop
}  // namespace retrograd
