#pragma once

#include "cuda/device.cuh"
#include "cuda/runtime.h"

namespace retrograd::cuda {

/// Where a kernel complains of indices that do not fit, and what it tells of them.
struct FaultNotes {
  IndexOperation operation;
  int64_t dim, size;
  IndexFault* record;

  FaultNotes(IndexOperation operation, int64_t dim, int64_t size, Device device)
      : operation(operation), dim(dim), size(size), record(armFaults(device)) {}

  __device__ void note(int64_t index) const {
    if (!claim(&record->found)) return;
    record->operation = static_cast<int32_t>(operation);
    record->index = index;
    record->dim = dim;
    record->size = size;
  }
};

}  // namespace retrograd::cuda
