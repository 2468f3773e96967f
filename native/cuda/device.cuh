#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>

#include "core/macros.h"

// What kernels use of the device beyond plain C++. Kernels name no intrinsic, no shared array and no inline PTX of
// their own: the emulated device (tests/emulated) supplies this header's needs on the host.

#ifdef __CUDACC__
// Functors compare with zero for signed and unsigned types alike.
#pragma nv_diag_suppress 186
#endif

namespace retrograd::cuda {

inline constexpr int kWarp = 32;

/// Index of the calling thread's block and of the thread in it; launches are one-dimensional in threads.
__device__ inline int64_t blockNumber() { return blockIdx.x; }
__device__ inline int threadNumber() { return static_cast<int>(threadIdx.x); }

/// All threads of the block wait for each other; what they wrote before is seen by all after.
__device__ inline void barrier() { __syncthreads(); }

/// True for one of the threads that call it for a flag that was 0.
__device__ inline bool claim(int32_t* flag) { return atomicAdd(flag, 1) == 0; }

/// The block's shared memory, given out piece by piece in the order of the calls, which is the same in every thread.
class SharedArea {
 public:
  static constexpr size_t kAlignment = 16;

  __device__ SharedArea() {
#ifdef __CUDACC__
    extern __shared__ __align__(16) unsigned char sharedMemory[];
    next_ = sharedMemory;
#else
    next_ = emulated::sharedMemory();
#endif
  }
  template <class T>
  __device__ T* take(int n) {
    T* piece = reinterpret_cast<T*>(next_);
    next_ += bytesFor<T>(n);
    return piece;
  }
  /// What a piece takes: launches ask for the sum.
  template <class T>
  RETROGRAD_HD static constexpr size_t bytesFor(int n) {
    return (static_cast<size_t>(n) * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
  }

 private:
  unsigned char* next_;
};

}  // namespace retrograd::cuda
