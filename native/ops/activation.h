#pragma once

#include <string>

#include "ops/operand.h"

// Activations of networks, most of them element by element; integers become float32 where the function is not an
// integer's.

namespace retrograd {
#pragma GCC visibility push(default)

/// x where positive, else `negativeSlope` * x. [F]
Tensor leakyRelu(const Tensor& x, double negativeSlope = 0.01);
/// x where positive, else `alpha` * (exp(x) - 1). [F]
Tensor elu(const Tensor& x, double alpha = 1);
/// x where positive, else `alpha` * (exp(x / `alpha`) - 1). Throws std::invalid_argument where alpha is 0. [F]
Tensor celu(const Tensor& x, double alpha = 1);
/// elu with the alpha of 1.67 and times 1.05, which keep mean 0 and variance 1: Klambauer et al., Self-Normalizing
/// Neural Networks. [F]
Tensor selu(const Tensor& x);
/// x times the normal distribution function of x: by erf, or where `approximate` is "tanh" by a hyperbolic tangent.
/// Throws std::invalid_argument for other words than "none" and "tanh". [F]
Tensor gelu(const Tensor& x, const std::string& approximate = "none");
/// x * sigmoid(x). [F]
Tensor silu(const Tensor& x);
/// log(1 + exp(beta * x)) / beta, without overflow; x itself where beta * x is above the threshold. [F]
Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20);
/// log(sigmoid(x)), without overflow. [F]
Tensor logsigmoid(const Tensor& x);
/// x * tanh(softplus(x)). [F]
Tensor mish(const Tensor& x);
/// The first half along a dimension times the sigmoid of the second. Floating; ShapeError where the size is odd. [F]
Tensor glu(const Tensor& x, int64_t dim = -1);
/// Limits each element to [`min`, `max`], with gradient 0 at the bounds, too; NaN stays. Throws std::invalid_argument
/// where `min` is above `max`. [F]
Tensor hardtanh(const Tensor& x, double min = -1, double max = 1);
/// hardtanh from 0 to 6. [F]
Tensor relu6(const Tensor& x);
/// x / 6 + 1 / 2, limited to [0, 1]. [F]
Tensor hardsigmoid(const Tensor& x);
/// x * hardsigmoid(x). [F]
Tensor hardswish(const Tensor& x);
/// 0 from -`lambda` to `lambda`, else x. [F]
Tensor hardshrink(const Tensor& x, double lambda = 0.5);
/// 0 from -`lambda` to `lambda`, else x nearer to 0 by that. Throws std::invalid_argument where it is negative. [F]
Tensor softshrink(const Tensor& x, double lambda = 0.5);
/// x - tanh(x). [F]
Tensor tanhshrink(const Tensor& x);
/// x / (1 + |x|). [F]
Tensor softsign(const Tensor& x);
/// softmax of -x. [F]
Tensor softmin(const Tensor& x, int64_t dim);
/// x where above `threshold`, else `value`. Throws std::invalid_argument where the dtype cannot hold these. [F]
Tensor threshold(const Tensor& x, double threshold, double value);
/// x where positive, else `weight` * x. The weight has one element, or one for each channel, a place along dimension 1.
/// Floating, both of one dtype. [F]
Tensor prelu(const Tensor& x, const Tensor& weight);
/// x where positive, else x times a random number of [`lower`, `upper`) for each element, or their mean where not in
/// training. Throws std::invalid_argument where `lower` is above `upper`. [F]
Tensor rrelu(const Tensor& x, double lower = 1.0 / 8, double upper = 1.0 / 3, bool training = false);
/// softmax of (`logits` + noise) / `tau`, a sample of the classes along `dim`: where `hard` one-hot, but with the
/// gradient of the soft sample. Jang et al., Categorical Reparameterization with Gumbel-Softmax. [F]
Tensor gumbelSoftmax(const Tensor& logits, double tau = 1, bool hard = false, int64_t dim = -1);

#pragma GCC visibility pop
}  // namespace retrograd
