#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/allocator.h"
#include "core/tensor.h"

namespace retrograd::cuda {

/// Throws OutOfMemoryError for exhausted memory, DeviceError for all else: `what` was being done, the runtime's own
/// words, and the remedy.
[[noreturn, gnu::cold]] void failCuda(cudaError_t error, const char* what);

inline void check(cudaError_t error, const char* what) {
  if (error != cudaSuccess) [[unlikely]]
    failCuda(error, what);
}

/// How many devices this process can use; asked once, when first needed. 0 where there is no driver or no GPU.
int deviceCount() noexcept;
/// "13.0" of 13000, the form in which CUDA states versions.
std::string versionText(int version);
/// The oldest driver that this library's CUDA runs on: "580".
const char* driverFloor() noexcept;
/// Throws DeviceError, saying how many there are, unless the device exists.
void requireDevice(int index);

/// Makes `device` the calling thread's current one and returns the stream on which its work is queued. All threads
/// share one stream per device, so blocks freed by the host may be given out again at once.
cudaStream_t use(Device device);
inline cudaStream_t use(const Tensor& t) { return use(t.device()); }

/// Multiprocessors of a device: what grids of a fixed size are measured by.
int multiprocessors(Device device);

/// Blocks of `perBlock` elements that cover `n`. Throws ShapeError where a grid cannot have as many.
unsigned blocksFor(int64_t n, int64_t perBlock);

/// Waits for all work of a device and raises what went wrong in it.
void synchronize(Device device);

/// Device memory for the length of a call; freed in the order of the stream.
class Scratch {
 public:
  Scratch(Device device, size_t bytes) : allocator_(allocator(device)), block_(allocator_.allocate(bytes, charged_)) {}
  ~Scratch() { allocator_.free(block_, charged_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  template <class T>
  T* as() const noexcept {
    return static_cast<T*>(block_);
  }

 private:
  Allocator& allocator_;
  size_t charged_ = 0;
  void* block_;
};

/// What a kernel found wrong with an index. Lives in device memory, one per device; the first finder fills it.
struct IndexFault {
  int32_t found;
  int32_t operation;  ///< an IndexOperation
  int64_t index, dim, size;
};

enum class IndexOperation : int32_t { IndexSelect, IndexPut, Gather, Scatter };

/// The device's fault record for a kernel that is about to be launched; a later `raiseFaults` looks into it.
IndexFault* armFaults(Device device);
/// Once the device has been waited for: throws the IndexError of an earlier kernel, which is then forgotten.
void raiseFaults(Device device);

}  // namespace retrograd::cuda
