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

}  // namespace retrograd
