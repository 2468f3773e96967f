#pragma once

#include "ops/pointwise.h"

// Vector-Jacobian products by one kernel, for formulas of element-wise operations.

namespace retrograd {

/// A fused vector-Jacobian product (gradient, saved) -> gradient; the caller records its own derivative.
template <class F>
Tensor fused(const F& f, const Tensor& g, const Tensor& saved) {
  return applyBinary(f, g, Operand(saved)).result;
}

/// A fused product that is linear in the gradient and piecewise constant in `x`: relu's, clamp's.
template <class F>
Tensor gated(const char* node, const F& f, const Tensor& g, const Tensor& x) {
  return record(node, fused(f, g, x),
                wrt(g, saves(x), [node, f](const Tensor& gg, const Tensor& x) { return gated(node, f, gg, x); }));
}

}  // namespace retrograd
