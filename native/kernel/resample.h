#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

// Linear maps of images that take each dimension by itself: interpolation, padding, and the transposed maps of both,
// which are their gradients.

namespace retrograd {

/// What each place of the result takes from its dimension of the image, for each of the last three dimensions: the taps
/// e from begins[j] to before begins[j + 1], with out[j] = sum of weights[e] * in[places[e]]. The tables lie in
/// `memory`, a dense tensor on the kernel's device, as int32, int32 and the image's dtype, from these bytes on.
struct Taps {
  using Each = int64_t[3];
  Tensor memory;
  Each begins, places, weights;
  bool moves;  ///< every place has one tap of weight 1, and there are no weights

  template <class T>
  const T* at(int64_t bytes) const {
    return reinterpret_cast<const T*>(memory.data<char>() + bytes);
  }
};

/// out = the taps of all three dimensions applied to `in`: dense [planes, depth, height, width] of one dtype, floating
/// unless the taps only move. The same bits for any thread count.
inline constinit Slot<void(const Tensor& out, const Tensor& in, const Taps& taps)> resampleSlot{"resample"};

}  // namespace retrograd
