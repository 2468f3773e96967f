#pragma once

#include "core/tensor.h"

namespace retrograd::cuda {

/// The contract of gemmSlot through cuBLAS. False, with nothing done, where there is no cuBLAS or it does not take such
/// operands (integers, strides that no leading dimension describes). The first larger product without cuBLAS warns.
bool blasGemm(const Tensor& out, const Tensor& a, const Tensor& b, bool accumulate);

}  // namespace retrograd::cuda
