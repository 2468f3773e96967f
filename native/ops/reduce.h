#pragma once

#include "ops/operand.h"

// Over the given dimensions, which disappear or (keepdim) get size 1; none means all.

namespace retrograd {
#pragma GCC visibility push(default)

/// The sum. Integers and bool add up as int64. [Tensor]
Tensor sum(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// The mean. Floating dtypes. [Tensor]
Tensor mean(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// The product. Integers and bool multiply as int64. [Tensor]
Tensor prod(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// The largest element; ties share the gradient equally. [Tensor]
Tensor amax(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// The smallest element; ties share the gradient equally. [Tensor]
Tensor amin(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// The largest element of all, 0-d; ties share the gradient. [Tensor]
Tensor max(const Tensor& x);
/// The smallest element of all, 0-d; ties share the gradient. [Tensor]
Tensor min(const Tensor& x);
/// The largest elements along a dimension, and where they are; the gradient goes there.
/// [Tensor.max -> ValuesAndIndices]
std::vector<Tensor> maxAlong(const Tensor& x, int64_t dim, bool keepdim = false);
/// The smallest elements along a dimension, and where they are; the gradient goes there.
/// [Tensor.min -> ValuesAndIndices]
std::vector<Tensor> minAlong(const Tensor& x, int64_t dim, bool keepdim = false);
/// Where the first largest element of the flattened tensor is, as int64. [Tensor]
Tensor argmax(const Tensor& x);
/// Where the first smallest element of the flattened tensor is, as int64. [Tensor]
Tensor argmin(const Tensor& x);
/// Where the first largest elements along a dimension are, as int64. [Tensor.argmax]
Tensor argmaxAlong(const Tensor& x, int64_t dim, bool keepdim = false);
/// Where the first smallest elements along a dimension are, as int64. [Tensor.argmin]
Tensor argminAlong(const Tensor& x, int64_t dim, bool keepdim = false);
/// Whether no element is 0, as bool. [Tensor]
Tensor all(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// Whether some element is not 0, as bool. [Tensor]
Tensor any(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// The variance, dividing by n - `correction`. [Tensor]
Tensor var(const Tensor& x, const Dims& dims = {}, double correction = 1, bool keepdim = false);
/// The standard deviation, dividing by n - `correction`. [Tensor]
Tensor std(const Tensor& x, const Dims& dims = {}, double correction = 1, bool keepdim = false);
/// The variance, dividing by n - `correction`, and the mean. [Tensor -> VarMean]
std::vector<Tensor> varMean(const Tensor& x, const Dims& dims = {}, double correction = 1, bool keepdim = false);
/// The standard deviation, dividing by n - `correction`, and the mean. [Tensor -> StdMean]
std::vector<Tensor> stdMean(const Tensor& x, const Dims& dims = {}, double correction = 1, bool keepdim = false);
/// (sum |x|^p)^(1/p); `p` may be infinite. The subgradient at 0 is 0. [Tensor]
Tensor norm(const Tensor& x, double p = 2, const Dims& dims = {}, bool keepdim = false);
/// log(sum(exp(x))), without overflow. [Tensor]
Tensor logsumexp(const Tensor& x, const Dims& dims = {}, bool keepdim = false);
/// Sums of all elements up to each place along a dimension. [Tensor]
Tensor cumsum(const Tensor& x, int64_t dim);
/// exp(x) divided by its sum along a dimension. [Tensor, F]
Tensor softmax(const Tensor& x, int64_t dim);
/// The logarithm of softmax, without overflow. [Tensor, F]
Tensor logSoftmax(const Tensor& x, int64_t dim);
/// Whether shapes, dtypes and all elements are equal. [Tensor]
bool equal(const Tensor& x, const Tensor& other);
/// Whether |`x` - `other`| is at most `atol` + `rtol` * |`other`| everywhere; NaN equals NaN only with `equalNan`.
/// [Tensor]
bool allclose(const Tensor& x, const Tensor& other, double rtol = 1e-5, double atol = 1e-8, bool equalNan = false);

#pragma GCC visibility pop
}  // namespace retrograd
