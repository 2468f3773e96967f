#pragma once

#include "ops/pointwise.h"

// What the losses share.

namespace retrograd {

/// Throws std::invalid_argument for BatchMean.
Tensor reduced(const Tensor& each, Reduction reduction);
/// What each target counts: its class's weight, or nothing where it is ignored. Checks as nllLoss does.
Tensor countsOf(const Tensor& input, const Tensor& target, const Tensor& weight, int64_t ignored);
/// x, at least `least`, with the gradient of x itself.
Tensor raised(const Tensor& x, double least);
/// A gradient made of `x` and the gradient `g`, outside the graph, that has no derivative itself.
Tensor onlyOnce(const char* op, const Tensor& gradient, const Tensor& x, const Tensor& g);

}  // namespace retrograd
