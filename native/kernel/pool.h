#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"
#include "math/window.h"

// Pooling of images [images, depth, height, width], an image for each channel of the batch: each result sees a window
// of its image. Tensors are dense, not empty, floating and of one dtype, indices int64. Each window holds an element.
// The same bits for any thread count.

namespace retrograd {

/// The windows along depth, height and width.
struct Pooling {
  math::Windows along[3];

  RETROGRAD_HD int64_t area() const { return along[0].size * along[1].size * along[2].size; }
  RETROGRAD_HD int64_t results() const { return along[0].results * along[1].results * along[2].results; }
};

/// What an average is divided by: `divisor`, or where that is 0 the elements of the window, those of the padding too
/// where these count.
struct Average {
  bool countPadding;
  int64_t divisor;

  /// A double, for the product of three may be beyond int64.
  RETROGRAD_HD double of(const math::Window& a, const math::Window& b, const math::Window& c) const {
    if (divisor) return static_cast<double>(divisor);
    return static_cast<double>(countPadding ? a.whole : a.count()) *
           static_cast<double>(countPadding ? b.whole : b.count()) *
           static_cast<double>(countPadding ? c.whole : c.count());
  }
};

/// out = the largest element of each window, NaN where there is one; indices = its place in the image: of equals the
/// first, of NaNs the last, as in PyTorch. `indices` may be undefined. `samples` [images, 3] of the dtype of `in` are
/// those of random windows along each dimension, undefined for others.
inline constinit Slot<void(const Tensor& out, const Tensor& indices, const Tensor& in, const Tensor& samples,
                           const Pooling&)>
    maxPoolSlot{"maxPool"};

/// The gradient of maxPool's `in` from that of its `out`.
inline constinit Slot<void(const Tensor& in, const Tensor& out, const Tensor& indices, const Tensor& samples,
                           const Pooling&)>
    maxPoolBackwardSlot{"maxPoolBackward"};

/// out = the average of each window.
inline constinit Slot<void(const Tensor& out, const Tensor& in, const Pooling&, const Average&)> avgPoolSlot{"avgPool"};

/// The gradient of avgPool's `in` from that of its `out`.
inline constinit Slot<void(const Tensor& in, const Tensor& out, const Pooling&, const Average&)> avgPoolBackwardSlot{
    "avgPoolBackward"};

}  // namespace retrograd
