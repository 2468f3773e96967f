#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"

namespace retrograd {

/// out = reduction of `in` over the dimensions where `out` has size 1 and `in` may have more. `F` is a functor of
/// math/reduce.h; `out` is dense with the rank of `in`. Same result for any layout and thread count.
template <class F>
inline constinit Slot<void(const F&, const Tensor& out, const Tensor& in)> reduceSlot{F::kName};

/// Largest (`largest`) or smallest element along `dim` and its first index; NaN wins. `values` and `indices` (int64)
/// are dense with size 1 at `dim`, which is not empty in `in`.
inline constinit Slot<void(const Tensor& values, const Tensor& indices, const Tensor& in, int64_t dim, bool largest)>
    extremumSlot{"extremum"};

/// Running sum along `dim`; sizes and dtype are equal. Rounding errors do not grow with the length.
inline constinit Slot<void(const Tensor& out, const Tensor& in, int64_t dim)> cumsumSlot{"cumsum"};

/// softmax or log-softmax along `dim`, floating types.
inline constinit Slot<void(const Tensor& out, const Tensor& in, int64_t dim, bool log)> softmaxSlot{"softmax"};

/// Its vector-Jacobian product from the result `y`: softmax y * (g - sum(g * y)), log-softmax g - exp(y) * sum(g).
inline constinit Slot<void(const Tensor& out, const Tensor& grad, const Tensor& y, int64_t dim, bool log)>
    softmaxBackwardSlot{"softmaxBackward"};

}  // namespace retrograd
