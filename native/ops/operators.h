#pragma once

// Infix forms of the arithmetic operations, for formulas. Each is the operation of that name, with its node.

#include "ops/ops.h"

namespace retrograd {

inline Tensor operator+(const Tensor& a, const Operand& b) { return add(a, b); }
inline Tensor operator-(const Tensor& a, const Operand& b) { return sub(a, b); }
inline Tensor operator*(const Tensor& a, const Operand& b) { return mul(a, b); }
inline Tensor operator/(const Tensor& a, const Operand& b) { return div(a, b); }
inline Tensor operator-(const Tensor& x) { return neg(x); }
inline Tensor operator-(double a, const Tensor& b) { return rsub(b, a); }

}  // namespace retrograd
