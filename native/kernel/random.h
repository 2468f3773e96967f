#pragma once

#include "core/tensor.h"
#include "kernel/slot.h"
#include "math/philox.h"

namespace retrograd {

// Element i of a dense `out` depends on the seed, the offset and i alone (math/philox.h).

/// Uniform in [low, high), floating types.
inline constinit Slot<void(const Tensor& out, double low, double high, math::PhiloxKey key)> uniformSlot{"uniform"};
/// Normal, floating types.
inline constinit Slot<void(const Tensor& out, double mean, double deviation, math::PhiloxKey key)> normalSlot{"normal"};
/// Integers in [low, high), any dtype that is computed in itself.
inline constinit Slot<void(const Tensor& out, int64_t low, int64_t high, math::PhiloxKey key)> integersSlot{"integers"};
/// 1 with the probability given by `p` (floating, dense, of the sizes of `out`; or one number, 0-d, which may be on the
/// CPU), else 0; any dtype that is computed in itself.
inline constinit Slot<void(const Tensor& out, const Tensor& p, math::PhiloxKey key)> bernoulliSlot{"bernoulli",
                                                                                                   Operands::OrNumbers};

}  // namespace retrograd
