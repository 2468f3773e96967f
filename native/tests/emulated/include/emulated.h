#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>

#include "cuda_runtime_api.h"

namespace emulated {

/// The order in which the threads of a block, and the blocks of a grid, take their turns.
enum class Order { Ascending, Descending, Random };

/// What the emulation does from now on. RETROGRAD_EMULATED_ORDER (ascending, descending, random or a seed) sets the
/// order at the start.
struct Settings {
  Order order = Order::Ascending;
  uint64_t seed = 1;
  size_t memory = size_t{1} << 30;  ///< bytes that a device has
  int64_t failLaunch = -1;          ///< the launch, counted from now, that fails; none where negative
  int64_t failAllocation = -1;      ///< likewise the allocation
  cudaError_t allocationError = cudaErrorMemoryAllocation;  ///< with which it fails
  bool startFails = false;  ///< for want of memory: another process has all of the device's
  bool blocking = false;    ///< launches wait, and fail where the kernel does (CUDA_LAUNCH_BLOCKING=1)
};
void configure(const Settings& settings);

/// What the emulation found wrong since the last call ("a barrier that not all threads reach"); empty where nothing.
/// Device memory is closed to the host afterwards, and host tensors to the next kernel.
std::string takeFindings();

/// Whether every access of the host to device memory, and of kernels to host tensors, is caught: protection keys do
/// that. Where the processor or the system has none, mprotect closes the one to the other now and then.
bool closesAtOnce();

/// What happened so far, for tests: launches, threads and switches between fibers; allocations of device or pinned
/// memory; copies to the host.
struct Counters {
  uint64_t launches, threads, switches, allocations, readBacks;
};
Counters counters();

/// Whether this process chose a device, which starts it.
bool isStarted(int device);

// ---- What kernels and the launch helper need

struct Coordinates {
  unsigned x = 0, y = 0, z = 0;
};
/// Of the fiber that runs now. Kernels run on one thread at a time.
extern Coordinates threadIndex, blockIndex, blockSize, gridSize;

void barrier();
/// The other lane's value after all lanes of the warp have given theirs.
uint64_t exchange(uint64_t value, int fromLane);
unsigned char* sharedMemory();

/// Queues a kernel, whose `thread` is called once for each thread of the grid.
void enqueue(dim3 grid, int block, size_t shared, cudaStream_t stream, std::function<void()> thread);

/// Notes a finding unless the address is null, or `bytes` from it on lie in a block of the device that `stream` belongs
/// to: all that a kernel may follow.
void requireDeviceAddress(const void* address, cudaStream_t stream, size_t bytes = 0);

/// Looks at an argument of a kernel: a pointer, or something that says which pointers it holds by a member `data` or a
/// function `forEachPointer`.
template <class A>
void inspectArgument(const A& argument, cudaStream_t stream) {
  if constexpr (std::is_pointer_v<A>)
    requireDeviceAddress(argument, stream);
  else if constexpr (requires { argument.forEachPointer([](const void*) {}); })
    argument.forEachPointer([&](const void* p) { requireDeviceAddress(p, stream); });
  else if constexpr (requires { requireDeviceAddress(argument.data, stream); })
    requireDeviceAddress(argument.data, stream);
}

template <class... P>
void launch(void (*kernel)(P...), dim3 grid, int block, size_t shared, cudaStream_t stream, P... args) {
  (inspectArgument(args, stream), ...);
  enqueue(grid, block, shared, stream, [kernel, packed = std::tuple<P...>(args...)] { std::apply(kernel, packed); });
}

}  // namespace emulated

#define threadIdx emulated::threadIndex
#define blockIdx emulated::blockIndex
#define blockDim emulated::blockSize
#define gridDim emulated::gridSize

inline void __syncthreads() { emulated::barrier(); }

template <class T>
T atomicAdd(T* at, T value) {
  T old = *at;
  *at = old + value;
  return old;
}
template <class T>
T atomicMax(T* at, T value) {
  T old = *at;
  *at = old > value ? old : value;
  return old;
}
