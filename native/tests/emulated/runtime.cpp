// The functions of the CUDA run time that the library calls.

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "cuda_runtime_api.h"
#include "host_memory.h"
#include "world.h"

using namespace emulated;

namespace {

constexpr size_t kAlignment = 512;
constexpr unsigned char kFreed = 0xfe;
constexpr size_t kLarge = size_t{1} << 20;

size_t alignedUp(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

bool isPinned(const void* address) {
  char* a = static_cast<char*>(const_cast<void*>(address));
  auto next = world().pinned.upper_bound(a);
  return next != world().pinned.begin() && a < std::prev(next)->first + std::prev(next)->second;
}

}  // namespace

cudaError_t cudaGetDeviceCount(int* count) {
  *count = kDevices;
  return cudaSuccess;
}
cudaError_t cudaDriverGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {"emulated device", world().settings.memory, 0, 0};
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int device) {
  if (device < 0 || device >= kDevices) return answer(cudaErrorInvalidDevice);
  if (world().settings.startFails) return answer(cudaErrorMemoryAllocation);
  currentDevice = device;
  world().devices[device].started = true;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  *device = currentDevice;
  return cudaSuccess;
}
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
  *value = 4;  // multiprocessors
  return cudaSuccess;
}
cudaError_t cudaGetLastError() { return std::exchange(lastError, cudaSuccess); }

const char* cudaGetErrorName(cudaError_t error) {
  switch (error) {
    case cudaErrorMemoryAllocation: return "cudaErrorMemoryAllocation";
    case cudaErrorInvalidDevice: return "cudaErrorInvalidDevice";
    case cudaErrorIllegalAddress: return "cudaErrorIllegalAddress";
    case cudaErrorLaunchFailure: return "cudaErrorLaunchFailure";
    case cudaErrorNotReady: return "cudaErrorNotReady";
    default: return "cudaErrorInvalidValue";
  }
}
const char* cudaGetErrorString(cudaError_t error) {
  Guard guard(world().mutex);
  thread_local std::string text;
  text = world().findings.empty() ? cudaGetErrorName(error) : "the emulated device found " + world().findings;
  return text.c_str();
}

cudaError_t cudaMalloc(void** block, size_t bytes) {
  World& w = world();
  Guard guard(w.mutex);
  ++w.counters.allocations;
  Device& d = w.devices[currentDevice];
  if (w.settings.failAllocation >= 0 && w.settings.failAllocation-- == 0) return answer(w.settings.allocationError);
  if (bytes == 0) bytes = 1;
  if (d.used + bytes > w.settings.memory) return answer(cudaErrorMemoryAllocation);
  char* start;
  auto hole = d.holes.find(bytes);
  if (hole != d.holes.end()) {
    start = hole->second;
    d.holes.erase(hole);
  } else {
    const size_t end = alignedUp(d.top + bytes + kGap, bytes < kLarge ? kAlignment : pageSize());
    if (end > kArena) return answer(cudaErrorMemoryAllocation);
    start = d.arena + d.top;
    d.top = end;
  }
  Access access(start, bytes + kGap);
  ASAN_UNPOISON_MEMORY_REGION(start, bytes + kGap);
  std::memset(start, kFresh, bytes);
  std::memset(start + bytes, kGapByte, kGap);
  ASAN_POISON_MEMORY_REGION(start + bytes, kGap);
  d.blocks[start] = bytes;
  d.used += bytes;
  *block = start;
  return cudaSuccess;
}

cudaError_t cudaFree(void* block) {
  if (!block) return cudaSuccess;
  World& w = world();
  Guard guard(w.mutex);
  Device* d = ownerOf(block);
  auto found = d ? d->blocks.find(static_cast<char*>(block)) : std::map<char*, size_t>::iterator{};
  if (!d || found == d->blocks.end()) return answer(cudaErrorInvalidValue);
  for (Stream* s : w.streams)
    if (&w.devices[s->device] == d) drain(*s);
  auto [start, size] = *found;
  Access access(start, size + kGap);
  checkGap(start + size);
  if (size < kLarge)
    std::memset(start, kFreed, size);
  else
    dropPages(start, size);  // opening and closing the arena costs by the page that is there
  ASAN_POISON_MEMORY_REGION(start, size);
  d->blocks.erase(found);
  d->used -= size;
  d->holes.emplace(size, start);
  return cudaSuccess;
}

cudaError_t cudaHostAlloc(void** block, size_t bytes, unsigned) {
  World& w = world();
  Guard guard(w.mutex);
  ++w.counters.allocations;
  *block = takeHostMemory(bytes);
  if (!*block) return answer(cudaErrorMemoryAllocation);
  w.pinned[static_cast<char*>(*block)] = bytes;
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void* block) {
  World& w = world();
  Guard guard(w.mutex);
  auto found = w.pinned.find(static_cast<char*>(block));
  if (found == w.pinned.end()) return answer(cudaErrorInvalidValue);
  for (Stream* s : w.streams) drain(*s);
  putHostMemory(block, found->second);
  w.pinned.erase(found);
  return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* found, const void* address) {
  World& w = world();
  Guard guard(w.mutex);
  *found = {cudaMemoryTypeUnregistered, -1, nullptr, nullptr};
  Device* owner = ownerOf(address);
  if (owner && isInBlock(*owner, address, 0))
    *found = {cudaMemoryTypeDevice, static_cast<int>(owner - w.devices), const_cast<void*>(address), nullptr};
  else if (isPinned(address))
    *found = {cudaMemoryTypeHost, currentDevice, nullptr, const_cast<void*>(address)};
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  Guard guard(world().mutex);
  *total = world().settings.memory;
  *free = *total - world().devices[currentDevice].used;
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* at, int value, size_t bytes, cudaStream_t stream) {
  Guard guard(world().mutex);
  Device* d = ownerOf(at);
  if (!d || !isInBlock(*d, at, bytes)) return answer(cudaErrorInvalidValue);
  push(stream, {[=] { std::memset(at, value, bytes); }, nullptr, nullptr, 0});
  return cudaSuccess;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  Guard guard(world().mutex);
  auto isDevice = [&](const void* p) {
    Device* d = ownerOf(p);
    return d && isInBlock(*d, p, bytes);
  };
  const bool toDevice = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool fromDevice = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (toDevice ? !isDevice(to) : ownerOf(to) != nullptr) return answer(cudaErrorInvalidValue);
  if (fromDevice ? !isDevice(from) : ownerOf(from) != nullptr) return answer(cudaErrorInvalidValue);
  if (fromDevice && !toDevice) ++world().counters.readBacks;
  if (kind == cudaMemcpyHostToDevice && !isPinned(from)) {  // pageable: staged before the call returns
    auto staged =
        std::make_shared<std::vector<char>>(static_cast<const char*>(from), static_cast<const char*>(from) + bytes);
    push(stream, {[=] { std::memcpy(to, staged->data(), bytes); }, nullptr, nullptr, 0});
    return cudaSuccess;
  }
  push(stream, {[=] { std::memcpy(to, from, bytes); }, nullptr, nullptr, 0});
  if (kind == cudaMemcpyDeviceToHost && !isPinned(to)) drain(streamOf(stream));
  return cudaSuccess;
}

cudaError_t cudaMemcpyPeerAsync(void* to, int toDevice, const void* from, int fromDevice, size_t bytes,
                                cudaStream_t stream) {
  World& w = world();
  Guard guard(w.mutex);
  Device *target = ownerOf(to), *source = ownerOf(from);
  if (target != &w.devices[toDevice] || source != &w.devices[fromDevice] || !isInBlock(*target, to, bytes) ||
      !isInBlock(*source, from, bytes))
    return answer(cudaErrorInvalidValue);
  push(stream, {[=] { std::memcpy(to, from, bytes); }, nullptr, nullptr, 0});
  return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  Guard guard(world().mutex);
  *stream = new Stream;
  (*stream)->device = currentDevice;
  world().streams.push_back(*stream);
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) { return cudaStreamCreate(stream); }
cudaError_t cudaStreamQuery(cudaStream_t stream) {
  Guard guard(world().mutex);
  runSome();
  return streamOf(stream).queue.empty() ? answer(takeSticky()) : cudaErrorNotReady;
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  Guard guard(world().mutex);
  drain(*stream);
  std::erase(world().streams, stream);
  delete stream;
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  Guard guard(world().mutex);
  drain(streamOf(stream));
  checkGapsSometimes();
  return answer(takeSticky());
}
cudaError_t cudaDeviceSynchronize() {
  Guard guard(world().mutex);
  for (Stream* s : world().streams)
    if (s->device == currentDevice) drain(*s);
  checkGapsSometimes();
  return answer(takeSticky());
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  Guard guard(world().mutex);
  auto made = std::make_shared<Event>();
  *event = made.get();
  world().events[*event] = std::move(made);
  return cudaSuccess;
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  Guard guard(world().mutex);
  world().events.erase(event);
  return cudaSuccess;
}
cudaError_t cudaEventQuery(cudaEvent_t event) {
  Guard guard(world().mutex);
  runSome();
  std::shared_ptr<Event> shared = world().events.at(event);
  return shared->done < shared->recorded ? cudaErrorNotReady : cudaSuccess;
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  Guard guard(world().mutex);
  std::shared_ptr<Event> shared = world().events.at(event);
  drain(*shared);
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  Guard guard(world().mutex);
  std::shared_ptr<Event> shared = world().events.at(event);
  const uint64_t number = ++shared->recorded;
  push(stream, {nullptr, nullptr, std::move(shared), number});
  return cudaSuccess;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  Guard guard(world().mutex);
  std::shared_ptr<Event> shared = world().events.at(event);
  const uint64_t number = shared->recorded;
  push(stream, {nullptr, std::move(shared), nullptr, number});
  return cudaSuccess;
}
