#pragma once

#include "ops/operand.h"

// Pooling over windows of the images [batch, channels, ...] or [channels, ...]; floating. The batch alone may be empty.

namespace retrograd {
#pragma GCC visibility push(default)

/// The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
/// element: of equals the first, of NaNs the last.
/// @param input [batch, channels, width], or without the batch
/// @param kernelSize the window's width
/// @param stride how far the window moves; its own size where none is given
/// @param padding what lies before and after the image, never the largest; half of the kernel at most
/// @param dilation how far the window's elements lie apart
/// @param ceilMode whether a last window that reaches past the end counts
/// [F]
Tensor maxPool1d(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {}, const PerDim& padding = {0},
                 const PerDim& dilation = {1}, bool ceilMode = false);
/// maxPool1d with the places of the elements, counted row by row in their image, as int64. [F -> ValuesAndIndices]
std::vector<Tensor> maxPool1dWithIndices(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {},
                                         const PerDim& padding = {0}, const PerDim& dilation = {1},
                                         bool ceilMode = false);
/// The average of each window of [batch, channels, width].
/// @param input [batch, channels, width], or without the batch
/// @param kernelSize the window's width
/// @param stride how far the window moves; its own size where none is given
/// @param padding zeros before and after the image; half of the kernel at most
/// @param ceilMode whether a last window that reaches past the end counts
/// @param countIncludePad whether zeros of the padding count among the window's elements
/// [F]
Tensor avgPool1d(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {}, const PerDim& padding = {0},
                 bool ceilMode = false, bool countIncludePad = true);
/// The largest elements of windows that divide [batch, channels, width] evenly.
/// @param input [batch, channels, width], or without the batch
/// @param outputSize the result's width; -1 for the input's
/// [F]
Tensor adaptiveMaxPool1d(const Tensor& input, const PerDim& outputSize);
/// adaptiveMaxPool1d with the places of the elements, counted row by row in their image, as int64.
/// [F -> ValuesAndIndices]
std::vector<Tensor> adaptiveMaxPool1dWithIndices(const Tensor& input, const PerDim& outputSize);
/// The averages of windows that divide [batch, channels, width] evenly.
/// @param input [batch, channels, width], or without the batch
/// @param outputSize the result's width; -1 for the input's
/// [F]
Tensor adaptiveAvgPool1d(const Tensor& input, const PerDim& outputSize);
/// (sum of x^normType over each window)^(1 / normType), for [batch, channels, width], whose gradient is 0 where
/// the sum is.
/// @param input [batch, channels, width], or without the batch
/// @param normType the exponent
/// @param kernelSize the window's width
/// @param stride how far the window moves; its own size where none is given
/// @param ceilMode whether a last window that reaches past the end counts
/// [F]
Tensor lpPool1d(const Tensor& input, double normType, const PerDim& kernelSize, const PerDim& stride = {},
                bool ceilMode = false);
/// The elements at the places of an image that maxPool1dWithIndices found them at, zeros elsewhere. The image has the
/// least size that pools to the input's.
/// @param input [batch, channels, width], or without the batch
/// @param indices places in the image, of the input's shape
/// @param kernelSize the window's width
/// @param stride how far the window moved; its own size where none is given
/// @param padding what lay before and after the image
/// [F]
Tensor maxUnpool1d(const Tensor& input, const Tensor& indices, const PerDim& kernelSize, const PerDim& stride = {},
                   const PerDim& padding = {0});
/// maxUnpool1d to an image of that size: its width, or all of its sizes. [F]
Tensor maxUnpool1d(const Tensor& input, const Tensor& indices, const PerDim& kernelSize, const PerDim& stride,
                   const PerDim& padding, const Dims& outputSize);
/// The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes to
/// that element: of equals the first, of NaNs the last.
/// @param input [batch, channels, height, width], or without the batch
/// @param kernelSize the window's height and width
/// @param stride how far the window moves; its own size where none is given
/// @param padding what lies before and after the image, never the largest; half of the kernel at most
/// @param dilation how far the window's elements lie apart
/// @param ceilMode whether a last window that reaches past the end counts
/// [F]
Tensor maxPool2d(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {}, const PerDim& padding = {0},
                 const PerDim& dilation = {1}, bool ceilMode = false);
/// maxPool2d with the places of the elements, counted row by row in their image, as int64. [F -> ValuesAndIndices]
std::vector<Tensor> maxPool2dWithIndices(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {},
                                         const PerDim& padding = {0}, const PerDim& dilation = {1},
                                         bool ceilMode = false);
/// The average of each window of [batch, channels, height, width].
/// @param input [batch, channels, height, width], or without the batch
/// @param kernelSize the window's height and width
/// @param stride how far the window moves; its own size where none is given
/// @param padding zeros before and after the image; half of the kernel at most
/// @param ceilMode whether a last window that reaches past the end counts
/// @param countIncludePad whether zeros of the padding count among the window's elements
/// @param divisorOverride what sums are divided by instead of the number of elements; 0 for that
/// [F]
Tensor avgPool2d(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {}, const PerDim& padding = {0},
                 bool ceilMode = false, bool countIncludePad = true, int64_t divisorOverride = 0);
/// The largest elements of windows that divide [batch, channels, height, width] evenly.
/// @param input [batch, channels, height, width], or without the batch
/// @param outputSize the result's height and width; -1 for the input's
/// [F]
Tensor adaptiveMaxPool2d(const Tensor& input, const PerDim& outputSize);
/// adaptiveMaxPool2d with the places of the elements, counted row by row in their image, as int64.
/// [F -> ValuesAndIndices]
std::vector<Tensor> adaptiveMaxPool2dWithIndices(const Tensor& input, const PerDim& outputSize);
/// The averages of windows that divide [batch, channels, height, width] evenly.
/// @param input [batch, channels, height, width], or without the batch
/// @param outputSize the result's height and width; -1 for the input's
/// [F]
Tensor adaptiveAvgPool2d(const Tensor& input, const PerDim& outputSize);
/// (sum of x^normType over each window)^(1 / normType), for [batch, channels, height, width], whose gradient is 0
/// where the sum is.
/// @param input [batch, channels, height, width], or without the batch
/// @param normType the exponent
/// @param kernelSize the window's height and width
/// @param stride how far the window moves; its own size where none is given
/// @param ceilMode whether a last window that reaches past the end counts
/// [F]
Tensor lpPool2d(const Tensor& input, double normType, const PerDim& kernelSize, const PerDim& stride = {},
                bool ceilMode = false);
/// The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
/// https://arxiv.org/abs/1412.6071.
/// @param input [batch, channels, height, width], or without the batch
/// @param kernelSize the window's height and width
/// @param outputSize the result's height and width
/// @param randomSamples [batch, channels, 2], numbers in [0, 1) that place the windows along width and height of each
///   image; drawn where null
/// [F]
Tensor fractionalMaxPool2d(const Tensor& input, const PerDim& kernelSize, const PerDim& outputSize,
                           const OptionalTensor& randomSamples = {});
/// fractionalMaxPool2d with the places of the elements, counted row by row in their image, as int64.
/// [F -> ValuesAndIndices]
std::vector<Tensor> fractionalMaxPool2dWithIndices(const Tensor& input, const PerDim& kernelSize,
                                                   const PerDim& outputSize, const OptionalTensor& randomSamples = {});
/// The elements at the places of an image that maxPool2dWithIndices found them at, zeros elsewhere. The image has the
/// least size that pools to the input's.
/// @param input [batch, channels, height, width], or without the batch
/// @param indices places in the image, of the input's shape
/// @param kernelSize the window's height and width
/// @param stride how far the window moved; its own size where none is given
/// @param padding what lay before and after the image
/// [F]
Tensor maxUnpool2d(const Tensor& input, const Tensor& indices, const PerDim& kernelSize, const PerDim& stride = {},
                   const PerDim& padding = {0});
/// maxUnpool2d to an image of that size: its height and width, or all of its sizes. [F]
Tensor maxUnpool2d(const Tensor& input, const Tensor& indices, const PerDim& kernelSize, const PerDim& stride,
                   const PerDim& padding, const Dims& outputSize);
/// The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
/// goes to that element: of equals the first, of NaNs the last.
/// @param input [batch, channels, depth, height, width], or without the batch
/// @param kernelSize the window's depth, height and width
/// @param stride how far the window moves; its own size where none is given
/// @param padding what lies before and after the image, never the largest; half of the kernel at most
/// @param dilation how far the window's elements lie apart
/// @param ceilMode whether a last window that reaches past the end counts
/// [F]
Tensor maxPool3d(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {}, const PerDim& padding = {0},
                 const PerDim& dilation = {1}, bool ceilMode = false);
/// maxPool3d with the places of the elements, counted row by row in their image, as int64. [F -> ValuesAndIndices]
std::vector<Tensor> maxPool3dWithIndices(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {},
                                         const PerDim& padding = {0}, const PerDim& dilation = {1},
                                         bool ceilMode = false);
/// The average of each window of [batch, channels, depth, height, width].
/// @param input [batch, channels, depth, height, width], or without the batch
/// @param kernelSize the window's depth, height and width
/// @param stride how far the window moves; its own size where none is given
/// @param padding zeros before and after the image; half of the kernel at most
/// @param ceilMode whether a last window that reaches past the end counts
/// @param countIncludePad whether zeros of the padding count among the window's elements
/// @param divisorOverride what sums are divided by instead of the number of elements; 0 for that
/// [F]
Tensor avgPool3d(const Tensor& input, const PerDim& kernelSize, const PerDim& stride = {}, const PerDim& padding = {0},
                 bool ceilMode = false, bool countIncludePad = true, int64_t divisorOverride = 0);
/// The largest elements of windows that divide [batch, channels, depth, height, width] evenly.
/// @param input [batch, channels, depth, height, width], or without the batch
/// @param outputSize the result's depth, height and width; -1 for the input's
/// [F]
Tensor adaptiveMaxPool3d(const Tensor& input, const PerDim& outputSize);
/// adaptiveMaxPool3d with the places of the elements, counted row by row in their image, as int64.
/// [F -> ValuesAndIndices]
std::vector<Tensor> adaptiveMaxPool3dWithIndices(const Tensor& input, const PerDim& outputSize);
/// The averages of windows that divide [batch, channels, depth, height, width] evenly.
/// @param input [batch, channels, depth, height, width], or without the batch
/// @param outputSize the result's depth, height and width; -1 for the input's
/// [F]
Tensor adaptiveAvgPool3d(const Tensor& input, const PerDim& outputSize);
/// (sum of x^normType over each window)^(1 / normType), for [batch, channels, depth, height, width], whose gradient is
/// 0 where the sum is.
/// @param input [batch, channels, depth, height, width], or without the batch
/// @param normType the exponent
/// @param kernelSize the window's depth, height and width
/// @param stride how far the window moves; its own size where none is given
/// @param ceilMode whether a last window that reaches past the end counts
/// [F]
Tensor lpPool3d(const Tensor& input, double normType, const PerDim& kernelSize, const PerDim& stride = {},
                bool ceilMode = false);
/// The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
/// https://arxiv.org/abs/1412.6071.
/// @param input [batch, channels, depth, height, width], or without the batch
/// @param kernelSize the window's depth, height and width
/// @param outputSize the result's depth, height and width
/// @param randomSamples [batch, channels, 3], numbers in [0, 1) that place the windows along depth, height and width of
/// each
///   image; drawn where null
/// [F]
Tensor fractionalMaxPool3d(const Tensor& input, const PerDim& kernelSize, const PerDim& outputSize,
                           const OptionalTensor& randomSamples = {});
/// fractionalMaxPool3d with the places of the elements, counted row by row in their image, as int64.
/// [F -> ValuesAndIndices]
std::vector<Tensor> fractionalMaxPool3dWithIndices(const Tensor& input, const PerDim& kernelSize,
                                                   const PerDim& outputSize, const OptionalTensor& randomSamples = {});
/// The elements at the places of an image that maxPool3dWithIndices found them at, zeros elsewhere. The image has the
/// least size that pools to the input's.
/// @param input [batch, channels, depth, height, width], or without the batch
/// @param indices places in the image, of the input's shape
/// @param kernelSize the window's depth, height and width
/// @param stride how far the window moved; its own size where none is given
/// @param padding what lay before and after the image
/// [F]
Tensor maxUnpool3d(const Tensor& input, const Tensor& indices, const PerDim& kernelSize, const PerDim& stride = {},
                   const PerDim& padding = {0});
/// maxUnpool3d to an image of that size: its depth, height and width, or all of its sizes. [F]
Tensor maxUnpool3d(const Tensor& input, const Tensor& indices, const PerDim& kernelSize, const PerDim& stride,
                   const PerDim& padding, const Dims& outputSize);

#pragma GCC visibility pop
}  // namespace retrograd
