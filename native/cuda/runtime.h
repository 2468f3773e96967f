#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "core/allocator.h"
#include "core/stream.h"
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
int deviceCount();
/// "13.0" of 13000, the form in which CUDA states versions.
std::string versionText(int version);
/// The oldest driver that this library's CUDA runs on: "580".
const char* driverFloor() noexcept;
/// Throws DeviceError, saying how many there are, unless the device exists.
void requireDevice(int index);

/// The runtime's stream; made where this is its first use. Null for a default stream, which is that of the runtime's
/// current device.
cudaStream_t handleOf(Stream stream);
/// Makes `device` the runtime's current one and returns the calling thread's stream there, on which its work is queued.
cudaStream_t use(Device device);
inline cudaStream_t use(const Tensor& t) { return use(t.device()); }

/// Multiprocessors of a device: what grids of a fixed size are measured by.
int multiprocessors(Device device);

/// The device's allocator, or null before its first use.
Allocator* madeAllocator(Device device);

/// Device memory that stays for good, outside the pool, which gives up its cached blocks where there is no other.
void* takeForGood(Device device, size_t bytes, const char* what);

/// A number in the device's memory that its kernels add to the offset of their random numbers, so that a repeated
/// launch need not repeat those. 0, unless whoever repeats launches writes it, in the order of their stream.
uint64_t* randomBase(Device device);

/// Blocks of `perBlock` elements that cover `n`. Throws ShapeError where a grid cannot have as many.
unsigned blocksFor(int64_t n, int64_t perBlock);

/// Puts the runtime's current device back at its end, where this thread had chosen one. For what runs in the middle of
/// other work: freeing.
class DeviceGuard {
 public:
  explicit DeviceGuard(Device device) noexcept;
  DeviceGuard(const DeviceGuard&) = delete;
  DeviceGuard& operator=(const DeviceGuard&) = delete;
  ~DeviceGuard();

 private:
  int before_;
};

/// A mark in a stream, made on the runtime's current device, which must be that of the stream it is recorded on.
class Event {
 public:
  Event() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "making an event"); }
  Event(Event&& o) noexcept : event_(std::exchange(o.event_, nullptr)) {}
  Event& operator=(Event&& o) noexcept {
    std::swap(event_, o.event_);
    return *this;
  }
  ~Event() {
    if (event_) cudaEventDestroy(event_);
  }
  void record(cudaStream_t stream) { check(cudaEventRecord(event_, stream), "recording an event"); }
  void holdBack(cudaStream_t stream) { check(cudaStreamWaitEvent(stream, event_, 0), "waiting for an event"); }
  /// Whether what was queued before the mark is done; also where that failed.
  bool isDone() const noexcept {
    const cudaError_t answer = cudaEventQuery(event_);
    if (answer != cudaSuccess) cudaGetLastError();
    return answer != cudaErrorNotReady;
  }
  void synchronize() const noexcept { cudaEventSynchronize(event_); }

 private:
  cudaEvent_t event_ = nullptr;
};

/// Device memory for the length of a call; freed in the order of the stream.
class Scratch {
 public:
  Scratch(Device device, size_t bytes)
      : allocator_(allocator(device)),
        stream_(currentStream(device).number),
        block_(allocator_.allocate(bytes, charged_, stream_)) {}
  ~Scratch() { allocator_.free(block_, charged_, stream_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  template <class T>
  T* as() const noexcept {
    return static_cast<T*>(block_);
  }

 private:
  Allocator& allocator_;
  uint8_t stream_;
  size_t charged_ = 0;
  void* block_;
};

/// What a kernel found wrong with an index. Lives in device memory; the first finder fills it.
struct IndexFault {
  int32_t found;
  const char* operation;  ///< on the host
  int64_t index, dim, lowest, size;

  static constexpr int64_t kClasses = -1;  ///< as `dim`: the index is a class number
};

/// Records of a stream: threads that share it have one each, so that the fault of one does not hide that of another.
inline constexpr int kFaultRecords = 16;

/// The calling thread's fault record on its current stream.
IndexFault* faultRecord(Device device);

/// Around the launch of kernels that may fill `faultRecord`: the calling thread's current stream is not asked for
/// faults meanwhile. Waiting for the stream later (`retrograd::synchronize`) throws the IndexError that a kernel noted:
/// the waiting thread's own first. Hold it briefly, and allocate nothing meanwhile.
class Faulting {
 public:
  explicit Faulting(Device device);
  Faulting(const Faulting&) = delete;
  Faulting& operator=(const Faulting&) = delete;
  ~Faulting();

 private:
  Stream stream_;
};

}  // namespace retrograd::cuda
