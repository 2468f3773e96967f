#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

// Layer normalization of matrices, row by row: floating tensors of one dtype, of the sizes of `in`, with any strides.
// `mean` and `rstd` have as many rows, of one element. `weight` and `bias` are dense vectors as long as a row;
// undefined, they are ones and zeros. Results are dense. Same result for any layout and thread count.

namespace retrograd {

/// mean = the row's mean, rstd = 1 / sqrt(the row's variance + eps), out = (in - mean) * rstd * weight + bias.
inline constinit Slot<void(const Tensor& out, const Tensor& mean, const Tensor& rstd, const Tensor& in,
                           const Tensor& weight, const Tensor& bias, double eps)>
    layerNormSlot{"layerNorm"};

/// The gradient of `in`: rstd * (h - mean(h) - n * mean(h * n)) where h = grad * weight and n = (in - mean) * rstd.
inline constinit Slot<void(const Tensor& out, const Tensor& grad, const Tensor& in, const Tensor& mean,
                           const Tensor& rstd, const Tensor& weight)>
    layerNormBackwardSlot{"layerNormBackward"};

/// The gradients of `weight` and `bias`: sums over all rows of grad * (in - mean) * rstd, and of grad. Rounding errors
/// do not grow with the number of rows.
inline constinit Slot<void(const Tensor& ofWeight, const Tensor& ofBias, const Tensor& grad, const Tensor& in,
                           const Tensor& mean, const Tensor& rstd)>
    layerNormParametersSlot{"layerNormParameters"};

// Normalization of images [batch, channels, elements of a channel]: floating, dense and of one dtype. Sets of elements
// share a mean and a variance: those of a group of neighbouring channels of one image, or those of a channel in all
// images. `mean` and `rstd` are dense, an element for each set: [batch, groups] or [channels]; `weight` and `bias` are
// dense, an element for each channel; undefined, they are ones and zeros. Same result for any thread count.

struct ChannelSets {
  enum class Of : int32_t {
    Groups,  ///< of channels of one image
    Batch,   ///< of a channel in all images
    Given    ///< likewise, but mean and rstd are not the set's own
  } of;
  int64_t groups;  ///< into which channels are divided; 1 unless sets are groups
};

/// What a batch's statistics change in place, dense vectors, where they are defined: each goes towards the set's mean,
/// and its variance over one element less, by a part of `momentum`.
struct RunningStatistics {
  Tensor mean, variance;
  double momentum;
};

/// out = (in - mean) * rstd * weight + bias. Unless they are given, mean = the set's mean and rstd = 1 / sqrt(the set's
/// variance + eps); 0 where that is infinite and the set a channel of the batch. Where there are no elements, mean and
/// rstd are left as they are, and what runs, too.
inline constinit Slot<void(const Tensor& out, const Tensor& mean, const Tensor& rstd, const Tensor& in,
                           const Tensor& weight, const Tensor& bias, const ChannelSets& sets, double eps,
                           const RunningStatistics& running)>
    channelNormSlot{"channelNorm"};

/// The gradients of `in`, and of `weight` and `bias` together, as far as they are defined: with h = grad * weight and n
/// = (in - mean) * rstd,
///   ofIn = rstd * (h - the set's mean of h - n * the set's mean of h * n), where the statistics are not given,
///   ofWeight = the sum over all of the channel of grad * n, ofBias = that of grad.
inline constinit Slot<void(const Tensor& ofIn, const Tensor& ofWeight, const Tensor& ofBias, const Tensor& grad,
                           const Tensor& in, const Tensor& mean, const Tensor& rstd, const Tensor& weight,
                           const ChannelSets& sets)>
    channelNormBackwardSlot{"channelNormBackward"};

}  // namespace retrograd
