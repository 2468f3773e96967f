#pragma once

#include "cuda/device.cuh"
#include "cuda/runtime.h"

namespace retrograd::cuda {

/// Where a kernel complains of indices that do not fit, and what it tells of them. Launch it under a `Faulting`.
struct FaultNotes {
  IndexOperation operation;
  int64_t dim, size;
  IndexFault* data;

  FaultNotes(IndexOperation operation, int64_t dim, int64_t size, Device device)
      : operation(operation), dim(dim), size(size), data(faultRecord(device)) {}

  __device__ void note(int64_t index) const {
    if (!claim(&data->found)) return;
    data->operation = static_cast<int32_t>(operation);
    data->index = index;
    data->dim = dim;
    data->size = size;
  }
};

}  // namespace retrograd::cuda
