#pragma once

#include "autograd/meta.h"

namespace retrograd {

/// `gradient` in the shape, dtype and device of `spec`: summed over what was broadcast, cast, moved. Throws ShapeError
/// naming `node` where no broadcast explains the shape.
Tensor conform(Tensor gradient, const GradSpec& spec, const char* node);

/// The sum of two gradients; written into the first where nobody but the caller can see it.
Tensor addGradients(Tensor into, const Tensor& gradient);

/// Adds a gradient to the leaf's `.grad`. Several threads may do so at once.
void accumulate(const Tensor& leaf, Tensor gradient);

}  // namespace retrograd
