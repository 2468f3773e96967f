#pragma once

#include "ops/operand.h"

// Normalization by mean and variance, or by another norm.

namespace retrograd {
#pragma GCC visibility push(default)

/// The input with mean 0 and variance 1 over its last dimensions, then times `weight` plus `bias`.
/// @param input floating, at least as many dimensions as are normalized
/// @param normalizedShape sizes of the last dimensions, over which mean and variance are taken
/// @param weight of these sizes and the input's dtype; null for ones
/// @param bias likewise; null for zeros
/// @param eps what is added to the variance before its root is taken
/// [F]
Tensor layerNorm(const Tensor& input, const Dims& normalizedShape, const OptionalTensor& weight = {},
                 const OptionalTensor& bias = {}, double eps = 1e-5);

/// Each channel with mean 0 and variance 1 over the batch and all places of it, then times `weight` plus `bias`. While
/// training the batch gives mean and variance, and the running ones go towards these, in place; else the running ones
/// are taken. The variance divides by the number of elements, the running one by one less. As in PyTorch, a batch
/// without elements leaves the running ones as they are.
/// @param input floating, [batch, channels, ...]; while training more than one element for each channel
/// @param runningMean [channels], of the input's dtype; null, while training, where none is kept
/// @param runningVar likewise
/// @param weight likewise; null for ones
/// @param bias likewise; null for zeros
/// @param training whether the batch gives mean and variance
/// @param momentum how far the running mean and variance go towards the batch's: 1 for all the way
/// @param eps what is added to the variance before its root is taken
/// [F]
Tensor batchNorm(const Tensor& input, const OptionalTensor& runningMean, const OptionalTensor& runningVar,
                 const OptionalTensor& weight = {}, const OptionalTensor& bias = {}, bool training = false,
                 double momentum = 0.1, double eps = 1e-5);

/// Each group of neighbouring channels of each image with mean 0 and variance 1, then each channel times its `weight`
/// plus its `bias`.
/// @param input floating, [batch, channels, ...], with more than one element for each group
/// @param numGroups into how many groups the channels are divided
/// @param weight [channels], of the input's dtype; null for ones
/// @param bias likewise; null for zeros
/// @param eps what is added to the variance before its root is taken
/// [F]
Tensor groupNorm(const Tensor& input, int64_t numGroups, const OptionalTensor& weight = {},
                 const OptionalTensor& bias = {}, double eps = 1e-5);

/// Each channel of each image with mean 0 and variance 1, then times `weight` plus `bias`. The running mean and
/// variance go towards the averages of those of the images, in place.
/// @param input floating, [batch, channels, ...], with more than one element for each channel
/// @param runningMean [channels], of the input's dtype; null where none is kept
/// @param runningVar likewise
/// @param weight likewise; null for ones
/// @param bias likewise; null for zeros
/// @param useInputStats whether the input gives mean and variance, else the running ones do
/// @param momentum how far the running mean and variance go towards the input's: 1 for all the way
/// @param eps what is added to the variance before its root is taken
/// [F]
Tensor instanceNorm(const Tensor& input, const OptionalTensor& runningMean = {}, const OptionalTensor& runningVar = {},
                    const OptionalTensor& weight = {}, const OptionalTensor& bias = {}, bool useInputStats = true,
                    double momentum = 0.1, double eps = 1e-5);

/// The input divided by the root of the mean square of its last dimensions, then times `weight`.
/// @param input floating, at least as many dimensions as are normalized
/// @param normalizedShape sizes of the last dimensions, over which the mean is taken
/// @param weight of these sizes and the input's dtype; null for ones
/// @param eps what is added to the mean square before its root is taken; below 0, the distance from 1 to the next
/// number of the input's dtype
/// [F]
Tensor rmsNorm(const Tensor& input, const Dims& normalizedShape, const OptionalTensor& weight = {}, double eps = -1);

/// Each element divided by (k + alpha * the mean square of `size` neighbouring channels)^beta, zeros before the first
/// channel and after the last included.
/// @param input floating, [batch, channels, ...], at least three dimensions
/// @param size how many channels: half of them before, and the others from the element's own on
/// @param alpha factor of the mean square
/// @param beta exponent
/// @param k what is added
/// [F]
Tensor localResponseNorm(const Tensor& input, int64_t size, double alpha = 1e-4, double beta = 0.75, double k = 1);

/// The input divided by its norms along a dimension.
/// @param input any number of dimensions from 1 on
/// @param p which norm, see `norm`
/// @param dim the dimension
/// @param eps the least that is divided by
/// [F]
Tensor normalize(const Tensor& input, double p = 2, int64_t dim = 1, double eps = 1e-12);

#pragma GCC visibility pop
}  // namespace retrograd
