#pragma once

#include "ops/operand.h"

// Products; shapes in brackets.

namespace retrograd {
#pragma GCC visibility push(default)

/// The product of vectors, matrices or batches of matrices, by NumPy's rules. The name of its gradFn tells which:
/// DotBackward0, MvBackward0, MmBackward0, ... [Tensor]
Tensor matmul(const Tensor& x, const Tensor& other);
/// [n, k] times [k, m]. [Tensor]
Tensor mm(const Tensor& x, const Tensor& other);
/// [b, n, k] times [b, k, m]. [Tensor]
Tensor bmm(const Tensor& x, const Tensor& other);
/// [n, k] times [k]. [Tensor]
Tensor mv(const Tensor& x, const Tensor& vector);
/// [n] times [n], 0-d. [Tensor]
Tensor dot(const Tensor& x, const Tensor& other);
/// [n] and [m] give [n, m], all products. [Tensor]
Tensor outer(const Tensor& x, const Tensor& other);
/// `x` + `a` times `b` for matrices; `x` is broadcast. [Tensor]
Tensor addmm(const Tensor& x, const Tensor& a, const Tensor& b);
/// x @ weight^T + bias for `x` [..., in], `weight` [out, in], or [in] for one output without a dimension, and `bias`
/// [out]. [F]
Tensor linear(const Tensor& x, const Tensor& weight, const OptionalTensor& bias = {});
/// a^T W[k] b + bias[k] for each k, over the last dimensions of `a` [..., in1] and `b` [..., in2], `weight`
/// [out, in1, in2] and `bias` [out]; the result is [..., out]. [F]
Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight, const OptionalTensor& bias = {});

#pragma GCC visibility pop
}  // namespace retrograd
