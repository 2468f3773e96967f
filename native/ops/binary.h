#pragma once

#include "ops/operand.h"

// Shapes are broadcast; the dtype is the promoted one, to which a number counts only by its category.

namespace retrograd {
#pragma GCC visibility push(default)

/// `x` + `alpha` * `other`. Integers: DTypeError where alpha is no whole number, std::invalid_argument where it does
/// not fit. [Tensor]
Tensor add(const Tensor& x, const Operand& other, double alpha = 1, Into into = Into::Fresh);
/// `x` - `alpha` * `other`. Integers: as add. [Tensor]
Tensor sub(const Tensor& x, const Operand& other, double alpha = 1, Into into = Into::Fresh);
/// `x` * `other`. [Tensor]
Tensor mul(const Tensor& x, const Operand& other, Into into = Into::Fresh);
/// `x` / `other`, as floating numbers: integers give float32. [Tensor]
Tensor div(const Tensor& x, const Operand& other, Into into = Into::Fresh);
/// The quotient as a whole number, integers staying such; the gradient is 0.
/// @param roundingMode "trunc" towards 0, or "floor" down
/// [Tensor]
Tensor div(const Tensor& x, const Operand& other, const std::string& roundingMode);
/// `x` to the power of `exponent`. Integers: DTypeError for a negative number as the exponent. [Tensor]
Tensor pow(const Tensor& x, const Operand& exponent, Into into = Into::Fresh);
/// `other` - `x`. [Tensor]
Tensor rsub(const Tensor& x, const Operand& other);
/// `other` / `x`. [Tensor]
Tensor rdiv(const Tensor& x, const Operand& other);
/// `other` to the power of `x`. [Tensor]
Tensor rpow(const Tensor& x, const Operand& other);
/// The quotient rounded down. Integers: throws std::invalid_argument where a divisor is 0. [Tensor]
Tensor floorDivide(const Tensor& x, const Operand& other);
/// The remainder of floorDivide: has the sign of the divisor. [Tensor]
Tensor remainder(const Tensor& x, const Operand& other);
/// The remainder of truncated division, as Java's %: has the sign of the dividend. [Tensor]
Tensor fmod(const Tensor& x, const Operand& other);
/// The angle of the point (`other`, `x`). [Tensor]
Tensor atan2(const Tensor& x, const Operand& other);
/// The larger one; where both are equal, each gets half of the gradient. [Tensor]
Tensor maximum(const Tensor& x, const Operand& other);
/// The smaller one; where both are equal, each gets half of the gradient. [Tensor]
Tensor minimum(const Tensor& x, const Operand& other);
/// Where both are equal, as bool. A number that the promoted dtype cannot hold is compared as what it is: no element
/// equals it. [Tensor; numbers: double, long, boolean]
Tensor eq(const Tensor& x, const Operand& other);
/// Where both differ, as bool. [Tensor; numbers: double, long, boolean]
Tensor ne(const Tensor& x, const Operand& other);
/// Where `x` is less, as bool. [Tensor]
Tensor lt(const Tensor& x, const Operand& other);
/// Where `x` is less or equal, as bool. [Tensor]
Tensor le(const Tensor& x, const Operand& other);
/// Where `x` is greater, as bool. [Tensor]
Tensor gt(const Tensor& x, const Operand& other);
/// Where `x` is greater or equal, as bool. [Tensor]
Tensor ge(const Tensor& x, const Operand& other);
/// Where both are not 0, as bool. [Tensor; numbers: none]
Tensor logicalAnd(const Tensor& x, const Operand& other);
/// Where at least one is not 0, as bool. [Tensor; numbers: none]
Tensor logicalOr(const Tensor& x, const Operand& other);
/// Where exactly one is not 0, as bool. [Tensor; numbers: none]
Tensor logicalXor(const Tensor& x, const Operand& other);
/// The bits that both have. Integers and bool. [Tensor; numbers: long]
Tensor bitwiseAnd(const Tensor& x, const Operand& other);
/// The bits that one of them has. Integers and bool. [Tensor; numbers: long]
Tensor bitwiseOr(const Tensor& x, const Operand& other);
/// The bits that exactly one of them has. Integers and bool. [Tensor; numbers: long]
Tensor bitwiseXor(const Tensor& x, const Operand& other);
/// `a` where the condition (bool) is true, else `b`; all are broadcast. [Retrograd; mixed numbers: double, long]
Tensor where(const Tensor& condition, const Operand& a, const Operand& b);
/// `value` (a number or a 0-d tensor) where the mask (bool, broadcast) is true, else `x`.
/// [Tensor; numbers: double, long, boolean]
Tensor maskedFill(const Tensor& x, const Tensor& mask, const Operand& value, Into into = Into::Fresh);
/// `x` + `value` * `a` * `b`. [Tensor]
Tensor addcmul(const Tensor& x, const Tensor& a, const Tensor& b, double value = 1, Into into = Into::Fresh);
/// `x` + `value` * `a` / `b`. [Tensor]
Tensor addcdiv(const Tensor& x, const Tensor& a, const Tensor& b, double value = 1, Into into = Into::Fresh);
/// `x` + `weight` * (`end` - `x`); `end` itself for a weight of 1. [Tensor; numbers: double]
Tensor lerp(const Tensor& x, const Tensor& end, const Operand& weight);

#pragma GCC visibility pop
}  // namespace retrograd
