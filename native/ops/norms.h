#pragma once

#include "core/tensor.h"

namespace retrograd {

/// sign(x) (|x| / y)^(p - 1), the derivative of the norm y, for p other than 0, 1, 2 and infinity. Where its own
/// derivative is not finite, at elements that are 0, that stays in its place: none of it may reach y.
Tensor powerNormSlope(const Tensor& x, const Tensor& y, double p);

}  // namespace retrograd
