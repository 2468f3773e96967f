#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"
#include "math/domain.h"
#include "math/reduce.h"

namespace retrograd {

/// The dtype in which `F`, a functor of math/reduce.h, reduces elements of `in`: sums and products of integers and
/// bools are int64, `All` and `Any` read truth values, others stay in what `in` is computed in.
template <class F>
constexpr DType reducedType(DType in) {
  if (F::kDomain == math::Domain::Logical) return DType::Bool;
  constexpr bool grows = std::is_same_v<F, math::Sum> || std::is_same_v<F, math::Prod>;
  return grows && !isFloating(in) ? DType::Int64 : computedType(in);
}

/// out = reduction of `in` over the dimensions where `out` has size 1 and `in` may have more. `out` is dense with the
/// rank of `in` and has the `reducedType`, to which elements are converted as they are read: no copy of them is made.
/// Same result for any layout and thread count.
template <class F>
inline constinit Slot<void(const F&, const Tensor& out, const Tensor& in)> reduceSlot{F::kName};

/// Largest (`largest`) or smallest element along `dim` and its first index; NaN wins. `values` and `indices` (int64)
/// are dense with size 1 at `dim`, which is not empty in `in`.
inline constinit Slot<void(const Tensor& values, const Tensor& indices, const Tensor& in, int64_t dim, bool largest)>
    extremumSlot{"extremum"};

/// Running sum along `dim`; sizes and dtype, which is computed in itself, are equal; `out` may be `in` itself. Rounding
/// errors do not grow with the length.
inline constinit Slot<void(const Tensor& out, const Tensor& in, int64_t dim)> cumsumSlot{"cumsum"};

/// softmax or log-softmax along `dim`, floating types.
inline constinit Slot<void(const Tensor& out, const Tensor& in, int64_t dim, bool log)> softmaxSlot{"softmax"};

/// Its vector-Jacobian product from the result `y`: softmax y * (g - sum(g * y)), log-softmax g - exp(y) * sum(g).
inline constinit Slot<void(const Tensor& out, const Tensor& grad, const Tensor& y, int64_t dim, bool log)>
    softmaxBackwardSlot{"softmaxBackward"};

}  // namespace retrograd
