#pragma once

#include "ops/operand.h"

// Distances of vectors.

namespace retrograd {
#pragma GCC visibility push(default)

/// The cosine of the angle between vectors along a dimension, which disappears; shapes are broadcast, and norms are at
/// least `eps`. [F]
Tensor cosineSimilarity(const Tensor& x1, const Tensor& x2, int64_t dim = 1, double eps = 1e-8);
/// The `p`-norm of `x1` - `x2` + `eps` along the last dimension; shapes are broadcast. [F]
Tensor pairwiseDistance(const Tensor& x1, const Tensor& x2, double p = 2, double eps = 1e-6, bool keepdim = false);
/// The distance, by the `p`-norm, of each row of `x1` [..., n, size] from each row of `x2` [..., m, size]: [..., n, m].
/// Floating, of one dtype; leading sizes are broadcast. `p` is at least 0 and may be infinite; 0 counts where elements
/// differ. The subgradient at distance 0 is 0; where p is infinite all largest elements get the whole gradient.
/// [Retrograd]
Tensor cdist(const Tensor& x1, const Tensor& x2, double p = 2);
/// The distances of cdist between the rows of a matrix [n, size], each pair once: [n * (n - 1) / 2], in the order (0,
/// 1), (0, 2), ..., (1, 2), ... [F]
Tensor pdist(const Tensor& x, double p = 2);

#pragma GCC visibility pop
}  // namespace retrograd
