#pragma once

#include <string>

#include "ops/operand.h"

// Convolutions of images [batch, channels, ...], or of one [channels, ...], with a weight; floating, all of one dtype.

namespace retrograd {
#pragma GCC visibility push(default)

/// The convolution of [batch, channels, width].
/// @param input [batch, channels in, width], or without the batch
/// @param weight [channels out, channels in / groups, kernel's width]
/// @param bias [channels out]; null for none
/// @param stride how far the kernel moves from one result to the next
/// @param padding zeros before and after the image
/// @param dilation how far the kernel's places lie apart
/// @param groups into how many groups the channels are divided, each of which sees its own channels only
/// [F]
Tensor conv1d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias = {}, const PerDim& stride = {1},
              const PerDim& padding = {0}, const PerDim& dilation = {1}, int64_t groups = 1);
/// The convolution of [batch, channels, width], with padding by name: "valid", none, or "same", as much as gives a
/// result of the image's size for a stride of 1. [F]
Tensor conv1d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias, const PerDim& stride,
              const std::string& padding, const PerDim& dilation = {1}, int64_t groups = 1);
/// The convolution of [batch, channels, height, width].
/// @param input [batch, channels in, height, width], or without the batch
/// @param weight [channels out, channels in / groups, kernel's height, width]
/// @param bias [channels out]; null for none
/// @param stride how far the kernel moves from one result to the next
/// @param padding zeros before and after the image
/// @param dilation how far the kernel's places lie apart
/// @param groups into how many groups the channels are divided, each of which sees its own channels only
/// [F]
Tensor conv2d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias = {}, const PerDim& stride = {1},
              const PerDim& padding = {0}, const PerDim& dilation = {1}, int64_t groups = 1);
/// The convolution of [batch, channels, height, width], with padding by name: "valid", none, or "same", as much as
/// gives a result of the image's size for a stride of 1. [F]
Tensor conv2d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias, const PerDim& stride,
              const std::string& padding, const PerDim& dilation = {1}, int64_t groups = 1);
/// The convolution of [batch, channels, depth, height, width].
/// @param input [batch, channels in, depth, height, width], or without the batch
/// @param weight [channels out, channels in / groups, kernel's depth, height, width]
/// @param bias [channels out]; null for none
/// @param stride how far the kernel moves from one result to the next
/// @param padding zeros before and after the image
/// @param dilation how far the kernel's places lie apart
/// @param groups into how many groups the channels are divided, each of which sees its own channels only
/// [F]
Tensor conv3d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias = {}, const PerDim& stride = {1},
              const PerDim& padding = {0}, const PerDim& dilation = {1}, int64_t groups = 1);
/// The convolution of [batch, channels, depth, height, width], with padding by name: "valid", none, or "same", as much
/// as gives a result of the image's size for a stride of 1. [F]
Tensor conv3d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias, const PerDim& stride,
              const std::string& padding, const PerDim& dilation = {1}, int64_t groups = 1);
/// The transposed convolution of [batch, channels, width]: the gradient of a convolution's image.
/// @param input [batch, channels in, width], or without the batch
/// @param weight [channels in, channels out / groups, kernel's width]
/// @param bias [channels out]; null for none
/// @param stride how far the kernel moves from one element of the input to the next
/// @param padding what the result is cut by at both ends
/// @param outputPadding by how much the result is longer at its end; below the stride or the dilation
/// @param groups into how many groups the channels are divided, each of which sees its own channels only
/// @param dilation how far the kernel's places lie apart
/// [F]
Tensor convTranspose1d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias = {},
                       const PerDim& stride = {1}, const PerDim& padding = {0}, const PerDim& outputPadding = {0},
                       int64_t groups = 1, const PerDim& dilation = {1});
/// The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image.
/// @param input [batch, channels in, height, width], or without the batch
/// @param weight [channels in, channels out / groups, kernel's height, width]
/// @param bias [channels out]; null for none
/// @param stride how far the kernel moves from one element of the input to the next
/// @param padding what the result is cut by at both ends
/// @param outputPadding by how much the result is longer at its end; below the stride or the dilation
/// @param groups into how many groups the channels are divided, each of which sees its own channels only
/// @param dilation how far the kernel's places lie apart
/// [F]
Tensor convTranspose2d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias = {},
                       const PerDim& stride = {1}, const PerDim& padding = {0}, const PerDim& outputPadding = {0},
                       int64_t groups = 1, const PerDim& dilation = {1});
/// The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image.
/// @param input [batch, channels in, depth, height, width], or without the batch
/// @param weight [channels in, channels out / groups, kernel's depth, height, width]
/// @param bias [channels out]; null for none
/// @param stride how far the kernel moves from one element of the input to the next
/// @param padding what the result is cut by at both ends
/// @param outputPadding by how much the result is longer at its end; below the stride or the dilation
/// @param groups into how many groups the channels are divided, each of which sees its own channels only
/// @param dilation how far the kernel's places lie apart
/// [F]
Tensor convTranspose3d(const Tensor& input, const Tensor& weight, const OptionalTensor& bias = {},
                       const PerDim& stride = {1}, const PerDim& padding = {0}, const PerDim& outputPadding = {0},
                       int64_t groups = 1, const PerDim& dilation = {1});

#pragma GCC visibility pop
}  // namespace retrograd
