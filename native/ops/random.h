#pragma once

#include "ops/operand.h"

// Random numbers: Philox, equal on every device; see manualSeed.

namespace retrograd {
#pragma GCC visibility push(default)

/// Restarts the default generator. The same seed gives the same numbers on any device and thread count. [native]
void manualSeed(int64_t seed);
/// The seed that the random numbers started from. [native]
int64_t initialSeed();
/// Random numbers equally likely in [0, 1). [Retrograd]
Tensor rand(const Dims& shape, DType dtype, Device device);
/// Random normal numbers of mean 0 and variance 1. [Retrograd]
Tensor randn(const Dims& shape, DType dtype, Device device);
/// Random integers in [`low`, `high`). Throws std::invalid_argument where the dtype cannot hold them all.
/// [Retrograd; dtype: int64]
Tensor randint(int64_t low, int64_t high, const Dims& shape, DType dtype, Device device);
/// The integers 0 to `n` - 1 in random order. [Retrograd; dtype: int64]
Tensor randperm(int64_t n, DType dtype, Device device);
/// Ones and zeros, 1 with the probability that each element of `x` gives; same dtype, zero gradient. [Tensor]
Tensor bernoulli(const Tensor& x);
/// Fills with numbers equally likely in [`from`, `to`). [Tensor]
Tensor uniform_(const Tensor& x, double from = 0, double to = 1);
/// Fills with normal numbers. [Tensor]
Tensor normal_(const Tensor& x, double mean = 0, double std = 1);
/// Fills with 1 with probability `p`, else 0. [Tensor]
Tensor bernoulli_(const Tensor& x, double p);
/// In training, each element 0 with probability `p`, else divided by 1 - p; otherwise `x`. [F]
Tensor dropout(const Tensor& x, double p = 0.5, bool training = true);
/// dropout of whole channels of `x` [n, channels, length] or [channels, length]. [F]
Tensor dropout1d(const Tensor& x, double p = 0.5, bool training = true);
/// dropout of whole channels of `x` [n, channels, ...]. [F]
Tensor dropout2d(const Tensor& x, double p = 0.5, bool training = true);
/// dropout of whole channels of `x` [n, channels, depth, height, width] or without the first. [F]
Tensor dropout3d(const Tensor& x, double p = 0.5, bool training = true);
/// In training, each element with probability `p` the least value of selu, and all of them times a factor plus a number
/// so that mean 0 and variance 1 stay; otherwise `x`. For p = 1 zeros. [F]
Tensor alphaDropout(const Tensor& x, double p = 0.5, bool training = false);
/// alphaDropout of whole channels of `x` [n, channels, ...]. [F]
Tensor featureAlphaDropout(const Tensor& x, double p = 0.5, bool training = false);

#pragma GCC visibility pop
}  // namespace retrograd
