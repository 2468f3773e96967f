#include "cuda/runtime.h"

#include <atomic>
#include <mutex>
#include <string>

#include "core/device.h"
#include "core/error.h"
#include "core/unload.h"
#include "kernel/index.h"

namespace retrograd::cuda {

namespace {

struct Discovery {
  int count = 0;
  std::string status;
};

Discovery discover() {
  Discovery found;
  int driver = 0;
  cudaError_t error = cudaGetDeviceCount(&found.count);
  cudaDriverGetVersion(&driver);
  if (error == cudaSuccess && found.count > 0) {
    found.count = found.count < kMaxDevices ? found.count : kMaxDevices;
    found.status = std::to_string(found.count) + (found.count == 1 ? " device" : " devices");
    return found;
  }
  cudaGetLastError();
  found.count = 0;
  if (driver == 0) {
    found.status =
        std::string("no NVIDIA driver was found (libcuda.so.1 cannot be loaded); install the GPU's driver, ") +
        driverFloor() + " or later";
  } else if (error == cudaErrorInsufficientDriver) {
    found.status = "the NVIDIA driver is too old: it supports CUDA " + versionText(driver) +
                   ", this library was built with CUDA " + versionText(CUDART_VERSION) + "; install driver " +
                   driverFloor() + " or later";
  } else if (error == cudaSuccess || error == cudaErrorNoDevice) {
    found.status =
        "a driver for CUDA " + versionText(driver) +
        " is installed, but no GPU is visible; see nvidia-smi and CUDA_VISIBLE_DEVICES, and start containers with GPUs";
  } else {
    found.status = std::string("the CUDA driver could not be started: ") + cudaGetErrorString(error) +
                   "; see what nvidia-smi and the kernel's log (dmesg) say";
  }
  return found;
}

const Discovery& discovery() {
  static const Discovery& found = *new Discovery(discover());
  return found;
}

// The runtime's current device, once this thread has chosen one.
thread_local int chosen = -1;

// Per stream; handle and records are written once.
struct StreamState {
  std::mutex mutex;  // while they are made
  std::atomic<cudaStream_t> handle{nullptr};
  std::atomic<IndexFault*> faults{nullptr};  // kFaultRecords in device memory
  std::mutex faultMutex;                     // while kernels that fill them are launched, and while they are taken
  std::atomic<bool> armed{false};            // whether a kernel may have filled one
  IndexFault taken[kFaultRecords] = {};      // not raised yet; under faultMutex
};

// Per device; written once each.
struct State {
  std::once_flag once;
  int multiprocessors = 1;
  std::once_flag randomOnce;
  uint64_t* randomBase = nullptr;
  StreamState streams[kStreams];
};
// Never destroyed: kernels may be launched while the process exits.
constinit State states[kMaxDevices];
State& state(int index) { return states[index]; }
StreamState& state(Stream stream) { return state(stream.device.index).streams[stream.number]; }

/// The calling thread's number among fault records.
int faultNumber() {
  static std::atomic<uint32_t> threads{0};
  thread_local const uint32_t number = threads.fetch_add(1, std::memory_order_relaxed) % kFaultRecords;
  return static_cast<int>(number);
}

/// Moves what kernels noted to the host. Reading and clearing follow each other in the stream, so that no fault falls
/// between them. Under `faultMutex`.
void takeFaults(StreamState& s, cudaStream_t handle) {
  IndexFault noted[kFaultRecords];
  constexpr size_t kBytes = sizeof noted;
  check(cudaMemcpyAsync(noted, s.faults, kBytes, cudaMemcpyDeviceToHost, handle), "reading the fault records");
  check(cudaMemsetAsync(s.faults, 0, kBytes, handle), "clearing the fault records");
  check(cudaStreamSynchronize(handle), "reading the fault records");
  for (int i = 0; i < kFaultRecords; ++i)
    if (noted[i].found && !s.taken[i].found) s.taken[i] = noted[i];
}

/// Once the stream has been waited for: throws the IndexError of an earlier kernel, which is then forgotten.
void raiseFaults(Stream stream) {
  StreamState& s = state(stream);
  if (!s.armed.load(std::memory_order_acquire)) return;
  cudaStream_t handle = handleOf(stream);
  IndexFault fault{};
  {
    std::lock_guard lock(s.faultMutex);
    if (!s.armed.load(std::memory_order_relaxed)) return;
    takeFaults(s, handle);
    const int own = faultNumber();
    int found = 0;
    for (int i = 0; i < kFaultRecords; ++i) {
      IndexFault& each = s.taken[(own + i) % kFaultRecords];
      if (!each.found) continue;
      if (found++ == 0) fault = std::exchange(each, {});
    }
    s.armed.store(found > 1, std::memory_order_relaxed);  // the others' are left to them
  }
  if (!fault.found) return;
  try {
    if (fault.dim == IndexFault::kClasses)
      fail<IndexError>(fault.operation, ": the class number ", fault.index, " is out of range for ", fault.size,
                       " classes");
    // An offset that the kernel before this one refused, whose fault another thread has been told of.
    if (fault.index == kNoOffset) fail<IndexError>(fault.operation, ": an index is out of range");
    fail<IndexError>(fault.operation, ": the index ", fault.index, " is out of range for dimension ", fault.dim,
                     " of size ", fault.size, "; indices must be in [", fault.lowest, ", ", fault.size - 1, "]");
  } catch (IndexError& error) {
    error.message += " (found on " + toString(stream.device) + ", reported by the first call that waited for it)";
    error.isLate = true;
    throw;
  }
}

void synchronizeStream(Stream stream) {
  requireDevice(stream.device.index);
  DeviceGuard on(stream.device);
  check(cudaStreamSynchronize(handleOf(stream)), "waiting for a stream");
  raiseFaults(stream);
}

void synchronizeDevice(Device device) {
  requireDevice(device.index);
  DeviceGuard on(device);
  check(cudaDeviceSynchronize(), "waiting for the device");
  for (int number = 0; number < kStreams; ++number) raiseFaults({device, static_cast<uint8_t>(number)});
}

bool isStreamIdle(Stream stream) {
  requireDevice(stream.device.index);
  DeviceGuard on(stream.device);
  const cudaError_t answer = cudaStreamQuery(handleOf(stream));
  if (answer == cudaErrorNotReady) {
    cudaGetLastError();
    return false;
  }
  check(answer, "asking a stream whether it is idle");
  return true;
}

void waitForStream(Stream stream, Stream other) {
  requireDevice(stream.device.index);
  requireDevice(other.device.index);
  DeviceGuard on(other.device);
  Event reached;
  reached.record(handleOf(other));
  if (stream.device == other.device) return reached.holdBack(handleOf(stream));
  DeviceGuard onWaiting(stream.device);
  reached.holdBack(handleOf(stream));
}

const AtUnload atUnload([] {
  for (int index = 0; index < kMaxDevices; ++index) {
    State& s = states[index];
    if (s.randomBase) cudaFree(s.randomBase);
    for (StreamState& stream : s.streams) {
      if (stream.faults) cudaFree(stream.faults);
      if (cudaStream_t made = stream.handle.load()) cudaStreamDestroy(made);
    }
  }
});

const StreamBackend streams(DeviceType::CUDA, &synchronizeStream, &synchronizeDevice, &isStreamIdle, &waitForStream);
const DeviceProbe probe(DeviceType::CUDA, &deviceCount, [] { return discovery().status; });

}  // namespace

void failCuda(cudaError_t error, const char* what) {
  cudaGetLastError();  // the next call starts afresh, where the error allows it
  const std::string text = std::string(what) + ": " + cudaGetErrorString(error) + " (" + cudaGetErrorName(error) + ")";
  int index = 0;
  cudaGetDevice(&index);
  const Device device{DeviceType::CUDA, static_cast<int16_t>(index)};
  switch (error) {
    case cudaErrorMemoryAllocation: {
      Allocator* pool = madeAllocator(device);  // making one could be what failed
      const MemoryStats s = pool ? pool->stats() : MemoryStats{};
      if (pool) pool->emptyCache();  // for the next try: what failed need not be the pool's
      throw OutOfMemoryError("out of memory on " + toString(device) + " in " + text +
                                 "; close tensors, open a Scope around each step or make the batch smaller",
                             toString(device), 0, s.allocated, s.reserved, s.limit);
    }
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
      fail<DeviceError>(text, "; this library has no code that runs on ", toString(device),
                        ": rebuild it with RETROGRAD_CUDA_ARCHITECTURES set to the GPU's, or update the driver");
    case cudaErrorInsufficientDriver:
    case cudaErrorNoDevice: fail<DeviceError>(text, "; ", discovery().status);
    default:
      fail<DeviceError>(text, " on ", toString(device),
                        "; the cause may be an earlier kernel: run again with CUDA_LAUNCH_BLOCKING=1 to see which");
  }
}

std::string versionText(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// "CUDA Compatibility" in NVIDIA's manual, table of minor version compatibility: a driver for any 13.x runs all of
// them.
const char* driverFloor() noexcept {
  static_assert(CUDART_VERSION >= 12000 && CUDART_VERSION < 14000, "add the new toolkit's oldest driver");
  return CUDART_VERSION >= 13000 ? "580" : "525";
}

int deviceCount() { return discovery().count; }

void requireDevice(int index) {
  const Discovery& found = discovery();
  if (index >= 0 && index < found.count) return;
  if (found.count == 0) fail<DeviceError>("cuda:", index, " is not available: ", found.status);
  fail<DeviceError>("cuda:", index, " is not available: there ", found.count == 1 ? "is " : "are ", found.status,
                    ", cuda:0", found.count == 1 ? "" : " to cuda:" + std::to_string(found.count - 1));
}

cudaStream_t handleOf(Stream stream) {
  if (stream.number == 0) return nullptr;
  StreamState& s = state(stream);
  if (cudaStream_t made = s.handle.load(std::memory_order_acquire)) return made;
  std::lock_guard lock(s.mutex);
  if (!s.handle.load(std::memory_order_relaxed)) {
    DeviceGuard on(stream.device);
    cudaStream_t fresh;
    check(cudaStreamCreateWithFlags(&fresh, cudaStreamNonBlocking), "making a stream");
    s.handle.store(fresh, std::memory_order_release);
  }
  return s.handle.load(std::memory_order_relaxed);
}

cudaStream_t use(Device device) {
  check(cudaSetDevice(device.index), "choosing the device");
  chosen = device.index;
  return handleOf(currentStream(device));
}

DeviceGuard::DeviceGuard(Device device) noexcept : before_(chosen) {
  if (cudaSetDevice(device.index) != cudaSuccess) cudaGetLastError();
  chosen = device.index;
}

// A device that the thread has not chosen is left alone: going back to it would start it, which takes its memory.
DeviceGuard::~DeviceGuard() {
  if (before_ < 0 || before_ == chosen) return;
  if (cudaSetDevice(before_) != cudaSuccess) cudaGetLastError();
  chosen = before_;
}

int multiprocessors(Device device) {
  State& s = state(device.index);
  std::call_once(s.once, [&] {
    check(cudaDeviceGetAttribute(&s.multiprocessors, cudaDevAttrMultiProcessorCount, device.index),
          "asking for the number of multiprocessors");
  });
  return s.multiprocessors;
}

void* takeForGood(Device device, size_t bytes, const char* what) {
  DeviceGuard on(device);
  void* block = nullptr;
  cudaError_t error = cudaMalloc(&block, bytes);
  if (error == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    allocator(device).emptyCache();
    error = cudaMalloc(&block, bytes);
  }
  check(error, what);
  return block;
}

uint64_t* randomBase(Device device) {
  State& s = state(device.index);
  std::call_once(s.randomOnce, [&] {
    DeviceGuard on(device);
    void* base = takeForGood(device, sizeof(uint64_t), "allocating the base of random numbers");
    check(cudaMemsetAsync(base, 0, sizeof(uint64_t), nullptr), "clearing the base of random numbers");
    check(cudaStreamSynchronize(nullptr), "clearing the base of random numbers");  // before any other stream reads it
    s.randomBase = static_cast<uint64_t*>(base);
  });
  return s.randomBase;
}

unsigned blocksFor(int64_t n, int64_t perBlock) {
  int64_t blocks = (n + perBlock - 1) / perBlock;
  if (blocks > INT32_MAX) fail<ShapeError>("a kernel over ", n, " elements is more than a CUDA grid can hold");
  return static_cast<unsigned>(blocks);
}

IndexFault* faultRecord(Device device) {
  StreamState& s = state(currentStream(device));
  cudaStream_t stream = use(device);
  IndexFault* records = s.faults.load(std::memory_order_acquire);
  if (!records) {
    std::lock_guard lock(s.mutex);
    records = s.faults.load(std::memory_order_relaxed);
    if (!records) {
      constexpr size_t kBytes = kFaultRecords * sizeof(IndexFault);
      records = static_cast<IndexFault*>(takeForGood(device, kBytes, "allocating the fault records"));
      check(cudaMemsetAsync(records, 0, kBytes, stream), "clearing the fault records");
      s.faults.store(records, std::memory_order_release);
    }
  }
  return records + faultNumber();
}

Faulting::Faulting(Device device) : stream_(currentStream(device)) {
  StreamState& s = state(stream_);
  s.faultMutex.lock();
  s.armed.store(true, std::memory_order_release);
}

Faulting::~Faulting() { state(stream_).faultMutex.unlock(); }

}  // namespace retrograd::cuda
