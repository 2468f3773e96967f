#include "cuda/runtime.h"

#include <atomic>
#include <mutex>
#include <string>

#include "core/device.h"
#include "core/error.h"

namespace retrograd::cuda {

namespace {

constexpr int kMaxDevices = 64;

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

// Per device; written once each.
struct State {
  std::once_flag once;
  int multiprocessors = 1;
  IndexFault* faults = nullptr;
  std::atomic<bool> armed{false};
};
State& state(int index) {
  static State* all = new State[kMaxDevices];
  return all[index];
}

const char* operationName(int32_t operation) {
  switch (static_cast<IndexOperation>(operation)) {
    case IndexOperation::IndexSelect: return "indexSelect";
    case IndexOperation::IndexPut: return "indexPut";
    case IndexOperation::Gather: return "gather";
    case IndexOperation::Scatter: break;
  }
  return "scatter";
}

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
      MemoryStats s = allocator(device).stats();
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

int deviceCount() noexcept { return discovery().count; }

void requireDevice(int index) {
  const Discovery& found = discovery();
  if (index >= 0 && index < found.count) return;
  if (found.count == 0) fail<DeviceError>("cuda:", index, " is not available: ", found.status);
  fail<DeviceError>("cuda:", index, " is not available: there ", found.count == 1 ? "is " : "are ", found.status,
                    ", cuda:0", found.count == 1 ? "" : " to cuda:" + std::to_string(found.count - 1));
}

cudaStream_t use(Device device) {
  check(cudaSetDevice(device.index), "choosing the device");
  return nullptr;
}

int multiprocessors(Device device) {
  State& s = state(device.index);
  std::call_once(s.once, [&] {
    check(cudaDeviceGetAttribute(&s.multiprocessors, cudaDevAttrMultiProcessorCount, device.index),
          "asking for the number of multiprocessors");
  });
  return s.multiprocessors;
}

unsigned blocksFor(int64_t n, int64_t perBlock) {
  int64_t blocks = (n + perBlock - 1) / perBlock;
  if (blocks > INT32_MAX) fail<ShapeError>("a kernel over ", n, " elements is more than a CUDA grid can hold");
  return static_cast<unsigned>(blocks);
}

void synchronize(Device device) {
  check(cudaStreamSynchronize(use(device)), "waiting for the device");
  raiseFaults(device);
}

IndexFault* armFaults(Device device) {
  static std::mutex& mutex = *new std::mutex;
  State& s = state(device.index);
  cudaStream_t stream = use(device);
  if (!s.armed.load(std::memory_order_acquire)) {
    std::lock_guard lock(mutex);
    if (!s.faults) {
      void* record = nullptr;
      check(cudaMalloc(&record, sizeof(IndexFault)), "allocating the fault record");
      check(cudaMemsetAsync(record, 0, sizeof(IndexFault), stream), "clearing the fault record");
      s.faults = static_cast<IndexFault*>(record);
    }
    s.armed.store(true, std::memory_order_release);
  }
  return s.faults;
}

void raiseFaults(Device device) {
  State& s = state(device.index);
  if (!s.armed.load(std::memory_order_relaxed) || !s.armed.exchange(false)) return;
  IndexFault fault;
  cudaStream_t stream = use(device);
  check(cudaMemcpyAsync(&fault, s.faults, sizeof fault, cudaMemcpyDeviceToHost, stream), "reading the fault record");
  check(cudaStreamSynchronize(stream), "reading the fault record");
  if (!fault.found) return;
  check(cudaMemsetAsync(s.faults, 0, sizeof fault, stream), "clearing the fault record");
  fail<IndexError>(operationName(fault.operation), ": the index ", fault.index, " is out of range for dimension ",
                   fault.dim, " of size ", fault.size, "; indices must be in [", -fault.size, ", ", fault.size - 1,
                   "] (found on ", toString(device), ", reported by the first call that waited for it)");
}

}  // namespace retrograd::cuda
