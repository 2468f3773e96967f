#pragma once

#include "ops/operand.h"

// Images as columns of windows and back.

namespace retrograd {
#pragma GCC visibility push(default)

/// The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
/// windows].
/// @param input [batch, channels, height, width], or without the batch
/// @param kernelSize the window's height and width
/// @param dilation how far the window's elements lie apart
/// @param padding zeros before and after the image
/// @param stride how far the window moves
/// [F]
Tensor unfold(const Tensor& input, const PerDim& kernelSize, const PerDim& dilation = {1}, const PerDim& padding = {0},
              const PerDim& stride = {1});
/// The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold.
/// @param input [batch, channels * places of the kernel, windows], or without the batch
/// @param outputSize the image's height and width
/// @param kernelSize the window's height and width
/// @param dilation how far the window's elements lie apart
/// @param padding what the image is cut by at all ends
/// @param stride how far the window moves
/// [F]
Tensor fold(const Tensor& input, const PerDim& outputSize, const PerDim& kernelSize, const PerDim& dilation = {1},
            const PerDim& padding = {0}, const PerDim& stride = {1});

#pragma GCC visibility pop
}  // namespace retrograd
