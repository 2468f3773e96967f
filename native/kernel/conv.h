#pragma once

#include <array>

#include "core/tensor.h"
#include "kernel/slot.h"

// Convolution of images [batch, channels, depth, height, width] with weights [channels out, channels in / groups,
// depth, height, width]: with y the result, x the image and w the weight,
//   y[n, o, p] = sum over the channels c of o's group and the kernel's places k of w[o, c, k] * x[n, c, q],
//   q = p * stride - padding + k * dilation in each dimension, and 0 where q lies outside.
// The three kernels are the derivatives of one form: each of y, x, w from the other two. All tensors are dense,
// floating and of one dtype. The same bits for any thread count.

namespace retrograd {

/// How a kernel moves over an image. `padding` is what lies before the image; how far the padding after it goes follows
/// from the sizes of the result.
struct ConvSteps {
  using Each = std::array<int64_t, 3>;
  Each stride, padding, dilation;
  int64_t groups;
};

/// y; plus `bias` [channels out] where that is defined.
inline constinit Slot<void(const Tensor& y, const Tensor& x, const Tensor& w, const Tensor& bias, const ConvSteps&)>
    convSlot{"conv"};

/// The gradient of x from that of y; likewise the result of a transposed convolution.
inline constinit Slot<void(const Tensor& x, const Tensor& y, const Tensor& w, const ConvSteps&)> convInputSlot{
    "convInput"};

/// The gradient of w from that of y.
inline constinit Slot<void(const Tensor& w, const Tensor& y, const Tensor& x, const ConvSteps&)> convWeightSlot{
    "convWeight"};

}  // namespace retrograd
