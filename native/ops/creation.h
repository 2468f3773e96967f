#pragma once

#include "ops/operand.h"

// Dense tensors outside any graph.

namespace retrograd {
#pragma GCC visibility push(default)

/// Elements of any value; of bool, false: no other byte is one. [Retrograd]
Tensor empty(const Dims& shape, DType dtype, Device device);
/// Zeros. [Retrograd]
Tensor zeros(const Dims& shape, DType dtype, Device device);
/// Ones. [Retrograd]
Tensor ones(const Dims& shape, DType dtype, Device device);
/// One value everywhere. [Retrograd; numbers: double, long, boolean]
Tensor full(const Dims& shape, const Operand& value, DType dtype, Device device);
/// `start`, `start` + `step`, ... up to but without `end`: ceil((end - start) / step) elements. [native]
Tensor arange(const Operand& start, const Operand& end, const Operand& step, DType dtype, Device device);
/// `steps` numbers at equal distances, both ends included; symmetric: the second half is counted from `end`.
/// [Retrograd]
Tensor linspace(double start, double end, int64_t steps, DType dtype, Device device);
/// Ones on the diagonal of an [n, m] matrix, else zeros. [Retrograd]
Tensor eye(int64_t n, int64_t m, DType dtype, Device device);

#pragma GCC visibility pop
}  // namespace retrograd
