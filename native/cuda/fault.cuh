#pragma once

#include "cuda/device.cuh"
#include "cuda/runtime.h"

namespace retrograd::cuda {

/// Where a kernel complains of indices that do not fit, and what it tells of them. Launch it under a `Faulting`.
struct FaultNotes {
  const char* operation;
  int64_t dim, lowest, size;
  IndexFault* data;

  /// `op` is static, on the host.
  FaultNotes(const char* op, int64_t dim, int64_t lowest, int64_t size, Device device)
      : operation(calledOperation ? calledOperation : op),
        dim(dim),
        lowest(lowest),
        size(size),
        data(faultRecord(device)) {}

  __device__ void note(int64_t index) const {
    if (!claim(&data->found)) return;
    data->operation = operation;
    data->index = index;
    data->dim = dim;
    data->lowest = lowest;
    data->size = size;
  }
};

}  // namespace retrograd::cuda
