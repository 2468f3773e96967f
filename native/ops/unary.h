#pragma once

#include "ops/operand.h"

// Element by element; integers become float32 where the function is not an integer's.

namespace retrograd {
#pragma GCC visibility push(default)

/// The opposite. [Tensor]
Tensor neg(const Tensor& x, Into into = Into::Fresh);
/// The absolute value; gradient 0 at 0. [Tensor]
Tensor abs(const Tensor& x, Into into = Into::Fresh);
/// -1, 0 or 1. [Tensor]
Tensor sign(const Tensor& x);
/// e to the power of each element. [Tensor]
Tensor exp(const Tensor& x, Into into = Into::Fresh);
/// 2 to the power of each element. [Tensor]
Tensor exp2(const Tensor& x);
/// exp(x) - 1, exact for small x. [Tensor]
Tensor expm1(const Tensor& x);
/// The natural logarithm. [Tensor]
Tensor log(const Tensor& x, Into into = Into::Fresh);
/// The logarithm to base 2. [Tensor]
Tensor log2(const Tensor& x);
/// The logarithm to base 10. [Tensor]
Tensor log10(const Tensor& x);
/// log(1 + x), exact for small x. [Tensor]
Tensor log1p(const Tensor& x);
/// log(x / (1 - x)), NaN outside [0, 1]. Where `eps` is not negative, x is first limited to [`eps`, 1 - `eps`].
/// [Tensor]
Tensor logit(const Tensor& x, double eps = -1, Into into = Into::Fresh);
/// The square root. [Tensor]
Tensor sqrt(const Tensor& x, Into into = Into::Fresh);
/// 1 / sqrt(x). [Tensor]
Tensor rsqrt(const Tensor& x);
/// 1 / x. [Tensor]
Tensor reciprocal(const Tensor& x, Into into = Into::Fresh);
/// x * x. [Tensor]
Tensor square(const Tensor& x, Into into = Into::Fresh);
/// The sine. [Tensor]
Tensor sin(const Tensor& x, Into into = Into::Fresh);
/// The cosine. [Tensor]
Tensor cos(const Tensor& x, Into into = Into::Fresh);
/// The tangent. [Tensor]
Tensor tan(const Tensor& x);
/// The arc sine. [Tensor]
Tensor asin(const Tensor& x);
/// The arc cosine. [Tensor]
Tensor acos(const Tensor& x);
/// The arc tangent. [Tensor]
Tensor atan(const Tensor& x);
/// The hyperbolic sine. [Tensor]
Tensor sinh(const Tensor& x);
/// The hyperbolic cosine. [Tensor]
Tensor cosh(const Tensor& x);
/// The hyperbolic tangent. [Tensor, F]
Tensor tanh(const Tensor& x, Into into = Into::Fresh);
/// The error function. [Tensor]
Tensor erf(const Tensor& x);
/// 1 - erf(x), exact for large x. [Tensor]
Tensor erfc(const Tensor& x);
/// The inverse of erf: infinite at 1 and -1, NaN beyond. [Tensor]
Tensor erfinv(const Tensor& x);
/// The next integer below; gradient 0. [Tensor]
Tensor floor(const Tensor& x);
/// The next integer above; gradient 0. [Tensor]
Tensor ceil(const Tensor& x);
/// The nearest integer, halves to the even one; gradient 0. [Tensor]
Tensor round(const Tensor& x);
/// The next integer towards 0; gradient 0. [Tensor]
Tensor trunc(const Tensor& x);
/// Where elements are not a number, as bool. [Tensor]
Tensor isnan(const Tensor& x);
/// Where elements are infinite, as bool. [Tensor]
Tensor isinf(const Tensor& x);
/// Where elements are neither infinite nor NaN, as bool. [Tensor]
Tensor isfinite(const Tensor& x);
/// Where elements are 0, as bool. [Tensor]
Tensor logicalNot(const Tensor& x);
/// All bits flipped; for bool the opposite. Integers and bool. [Tensor]
Tensor bitwiseNot(const Tensor& x);
/// 1 / (1 + exp(-x)). [Tensor, F]
Tensor sigmoid(const Tensor& x, Into into = Into::Fresh);
/// max(x, 0). [Tensor, F]
Tensor relu(const Tensor& x, Into into = Into::Fresh);
/// Limits each element to [`min`, `max`]; NaN stays, and as a bound gives NaN. Bounds are broadcast. For one bound
/// alone: clampMin, clampMax. [Tensor]
Tensor clamp(const Tensor& x, const Operand& min, const Operand& max, Into into = Into::Fresh);
/// At least `min`: clamp(min=...) in PyTorch. [Tensor]
Tensor clampMin(const Tensor& x, const Operand& min, Into into = Into::Fresh);
/// At most `max`: clamp(max=...) in PyTorch. [Tensor]
Tensor clampMax(const Tensor& x, const Operand& max, Into into = Into::Fresh);

#pragma GCC visibility pop
}  // namespace retrograd
