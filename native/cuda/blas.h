#pragma once

#include "core/tensor.h"

namespace retrograd::cuda {

/// The contract of gemmSlot through cuBLAS; a bias that repeats one row joins in the same launch, where cuBLASLt has a
/// kernel for that. False, with nothing done, where there is no cuBLAS or it does not take such operands (integers,
/// strides that no leading dimension describes). The first larger product without cuBLAS warns.
bool blasGemm(const Tensor& out, const Tensor& a, const Tensor& b, const Tensor& bias);

}  // namespace retrograd::cuda
