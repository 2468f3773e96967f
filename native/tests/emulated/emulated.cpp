#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "cuda_runtime_api.h"
#include "device_memory.h"
#include "fiber.h"
#include "host_memory.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) static_cast<void>(0)
#define ASAN_UNPOISON_MEMORY_REGION(p, n) static_cast<void>(0)
#endif

namespace emulated {

Coordinates threadIndex, blockIndex, blockSize, gridSize;

namespace {

constexpr int kDevices = 2;
constexpr int kWarp = 32;
constexpr size_t kAlignment = 512;
constexpr size_t kShared = 48 * 1024;   // of a block whose kernel was not given leave for more
constexpr size_t kGap = 512;            // between blocks: shows writes past an end
constexpr unsigned char kFresh = 0xff;  // every float of such bytes is a NaN
constexpr unsigned char kFreed = 0xfe;
constexpr size_t kLarge = size_t{1} << 20;
constexpr unsigned char kGapByte = 0xa5;
constexpr size_t kArena = size_t{1} << 36;  // address space of a device, not memory
constexpr size_t kQueue = 1 << 14;          // operations that streams hold back at most

}  // namespace

struct Event {
  uint64_t recorded = 0, done = 0;
};

struct Operation {
  std::function<void()> run;
  std::shared_ptr<Event> waits, records;
  uint64_t number = 0;  // of the recording
};

struct Stream {
  int device = 0;
  std::deque<Operation> queue;
};

namespace {

struct Device {
  char* arena = nullptr;
  size_t top = 0;  // end of the part in use
  size_t used = 0;
  bool started = false;
  std::map<char*, size_t> blocks;
  std::multimap<size_t, char*> holes;
  Stream stream;
};

/// All that the emulation knows. Calls from any thread, one at a time.
struct World {
  std::recursive_mutex mutex;
  Settings settings;
  std::mt19937_64 random{1};
  Device devices[kDevices];
  std::vector<Stream*> streams;
  std::map<cudaEvent_t, std::shared_ptr<Event>> events;
  std::map<char*, size_t> pinned;
  std::string findings;
  cudaError_t sticky = cudaSuccess;
  Counters counters{};
  uint64_t checkedAt = 0;  // launches when gaps were looked at

  World() {
    for (int d = 0; d < kDevices; ++d) {
      devices[d].arena = reserveDeviceMemory(kArena);
      devices[d].stream.device = d;
      streams.push_back(&devices[d].stream);
    }
    if (const char* order = std::getenv("RETROGRAD_EMULATED_ORDER")) {
      std::string text = order;
      settings.order = text == "ascending"    ? Order::Ascending
                       : text == "descending" ? Order::Descending
                                              : Order::Random;
      if (uint64_t seed = std::strtoull(order, nullptr, 10)) settings.seed = seed;
    }
    if (const char* memory = std::getenv("RETROGRAD_EMULATED_MEMORY"))
      settings.memory = std::strtoull(memory, nullptr, 10);
    if (const char* blocking = std::getenv("CUDA_LAUNCH_BLOCKING")) settings.blocking = *blocking == '1';
    random.seed(settings.seed);
  }
};

World& world() {
  static World& w = *new World;
  return w;
}

thread_local int currentDevice = 0;
thread_local cudaError_t lastError = cudaSuccess;

cudaError_t answer(cudaError_t error) {
  if (error != cudaSuccess) lastError = error;
  return error;
}

size_t alignedUp(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

void report(const std::string& finding, cudaError_t error) {
  World& w = world();
  if (w.findings.find(finding) == std::string::npos) w.findings += (w.findings.empty() ? "" : "; ") + finding;
  w.sticky = error;
}

Device* ownerOf(const void* address) {
  for (Device& d : world().devices)
    if (address >= d.arena && address < d.arena + kArena) return &d;
  return nullptr;
}

// The block that holds [address, address + bytes), whoever's it is.
bool isInBlock(const Device& d, const void* address, size_t bytes) {
  char* a = static_cast<char*>(const_cast<void*>(address));
  auto next = d.blocks.upper_bound(a);
  if (next == d.blocks.begin()) return false;
  auto [start, size] = *std::prev(next);
  return a + bytes <= start + size;
}

bool isPinned(const void* address) {
  char* a = static_cast<char*>(const_cast<void*>(address));
  auto next = world().pinned.upper_bound(a);
  return next != world().pinned.begin() && a < std::prev(next)->first + std::prev(next)->second;
}

void checkGap(char* end) {
  static const std::string untouched(kGap, static_cast<char>(kGapByte));
  ASAN_UNPOISON_MEMORY_REGION(end, kGap);
  bool whole = std::memcmp(end, untouched.data(), kGap) == 0;
  ASAN_POISON_MEMORY_REGION(end, kGap);
  if (whole) return;
  ASAN_UNPOISON_MEMORY_REGION(end, kGap);
  std::memset(end, kGapByte, kGap);
  ASAN_POISON_MEMORY_REGION(end, kGap);
  report("a write past the end of a block of device memory", cudaErrorIllegalAddress);
}

void checkGaps() {
  Access access;
  for (Device& d : world().devices)
    for (auto [start, size] : d.blocks) checkGap(start + size);
  world().checkedAt = world().counters.launches;
}

/// The same, unless few kernels ran since the last time: a program may hold ten thousands of blocks.
void checkGapsSometimes() {
  const World& w = world();
  const size_t blocks = w.devices[0].blocks.size() + w.devices[1].blocks.size();
  if (w.counters.launches - w.checkedAt >= blocks / 16) checkGaps();
}

// ---- Kernels: the threads of one block take turns

enum class Wait : uint8_t { None, Block, Warp, Done };

struct BlockRun;

struct Worker {
  explicit Worker(BlockRun& block);
  BlockRun& block;
  int thread = -1;
  Fiber fiber;
};

/// Runs blocks one after the other. A thread that never waits costs no switch: its fiber goes on with the next thread.
struct BlockRun {
  std::function<void()> body;
  std::vector<int> order;         // of the threads' first turns
  size_t next = 0;                // in `order`
  std::vector<Wait> waits;        // by thread
  std::vector<Worker*> workerOf;  // of threads that wait
  std::vector<uint64_t> given;    // for warp exchanges
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<Worker*> idle;
  std::vector<unsigned char> shared;
  unsigned char* sharedBase = nullptr;
  size_t sharedBytes = 0;
  Fiber scheduler;
  Worker* running = nullptr;

  void resume(Worker* w) {
    ++world().counters.switches;
    running = w;
    if (w->thread >= 0) threadIndex.x = static_cast<unsigned>(w->thread);
    Fiber::change(scheduler, w->fiber);
  }
  /// On a worker's fiber: back to the scheduler.
  void yield(Worker* w) { Fiber::change(w->fiber, scheduler); }

  void wait(Wait kind) {
    Worker* w = running;
    waits[static_cast<size_t>(w->thread)] = kind;
    workerOf[static_cast<size_t>(w->thread)] = w;
    yield(w);
  }

  void work(Worker* w) {
    for (;;) {
      while (next < order.size()) {
        w->thread = order[next++];
        threadIndex.x = static_cast<unsigned>(w->thread);
        ++world().counters.threads;
        body();
        waits[static_cast<size_t>(w->thread)] = Wait::Done;
      }
      w->thread = -1;
      idle.push_back(w);
      yield(w);
    }
  }

  void run(int threads, Order turn, std::mt19937_64& random);
};

Worker::Worker(BlockRun& block)
    : block(block),
      fiber([](void* self) { static_cast<Worker*>(self)->block.work(static_cast<Worker*>(self)); }, this) {}

void arrange(std::vector<int>& list, Order turn, std::mt19937_64& random) {
  if (turn == Order::Descending) std::reverse(list.begin(), list.end());
  if (turn == Order::Random) std::shuffle(list.begin(), list.end(), random);
}

void BlockRun::run(int threads, Order turn, std::mt19937_64& random) {
  order.resize(static_cast<size_t>(threads));
  std::iota(order.begin(), order.end(), 0);
  arrange(order, turn, random);
  next = 0;
  waits.assign(static_cast<size_t>(threads), Wait::None);
  workerOf.assign(static_cast<size_t>(threads), nullptr);
  given.assign(static_cast<size_t>(threads), 0);
  while (next < order.size()) {
    if (idle.empty()) {
      workers.push_back(std::make_unique<Worker>(*this));
      idle.push_back(workers.back().get());
    }
    Worker* w = idle.back();
    idle.pop_back();
    resume(w);
  }
  std::vector<int> ready;
  for (;;) {
    ready.clear();
    size_t atBlock = 0, done = 0;
    for (Wait w : waits) {
      atBlock += w == Wait::Block;
      done += w == Wait::Done;
    }
    if (done == waits.size()) return;
    for (int first = 0; first < threads; first += kWarp) {
      int last = std::min(first + kWarp, threads);
      bool all = true;
      for (int t = first; t < last; ++t)
        all &= waits[static_cast<size_t>(t)] == Wait::Warp || waits[static_cast<size_t>(t)] == Wait::Done;
      for (int t = first; all && t < last; ++t)
        if (waits[static_cast<size_t>(t)] == Wait::Warp) ready.push_back(t);
    }
    if (ready.empty()) {
      if (atBlock != waits.size()) report("a barrier that not all threads of a block reach", cudaErrorLaunchFailure);
      for (int t = 0; t < threads; ++t)
        if (waits[static_cast<size_t>(t)] != Wait::Done) ready.push_back(t);
    }
    arrange(ready, turn, random);
    for (int t : ready) {
      waits[static_cast<size_t>(t)] = Wait::None;
      resume(workerOf[static_cast<size_t>(t)]);
    }
  }
}

BlockRun& blockRun() {
  static BlockRun& run = *new BlockRun;
  return run;
}

void runKernel(dim3 grid, int block, size_t shared, const std::function<void()>& thread) {
  World& w = world();
  BlockRun& run = blockRun();
  run.body = thread;
  run.sharedBytes = shared;
  gridSize = {grid.x, grid.y, grid.z};
  blockSize = {static_cast<unsigned>(block), 1, 1};
  const uint64_t blocks = uint64_t{grid.x} * grid.y * grid.z;
  std::vector<uint64_t> shuffled;
  if (w.settings.order == Order::Random && blocks <= 1 << 16) {
    shuffled.resize(blocks);
    std::iota(shuffled.begin(), shuffled.end(), uint64_t{0});
    std::shuffle(shuffled.begin(), shuffled.end(), w.random);
  }
  constexpr size_t kMargin = 64;
  run.shared.resize(shared + 2 * kMargin);
  unsigned char* base = run.shared.data() + kMargin;
  base += -reinterpret_cast<uintptr_t>(base) & 15;
  run.sharedBase = base;
  HostClosed closed;
  for (uint64_t i = 0; i < blocks; ++i) {
    uint64_t b = !shuffled.empty() ? shuffled[i] : w.settings.order == Order::Descending ? blocks - 1 - i : i;
    blockIndex = {static_cast<unsigned>(b % grid.x), static_cast<unsigned>(b / grid.x % grid.y),
                  static_cast<unsigned>(b / grid.x / grid.y)};
    if (shared) {
      std::fill(run.shared.begin(), run.shared.end(), kFresh);
      run.run(block, w.settings.order, w.random);
      for (unsigned char* p = base + shared; p < run.shared.data() + run.shared.size(); ++p)
        if (*p != kFresh) {
          report("a write past the end of shared memory", cudaErrorIllegalAddress);
          break;
        }
    } else {
      run.run(block, w.settings.order, w.random);
    }
  }
}

// ---- Streams

bool isRunnable(const Stream& s) {
  return !s.queue.empty() && !(s.queue.front().waits && s.queue.front().waits->done < s.queue.front().number);
}

void runOne(Stream& s) {
  Operation op = std::move(s.queue.front());
  s.queue.pop_front();
  if (op.run) {
    Access access;
    op.run();
  }
  if (op.records) op.records->done = std::max(op.records->done, op.number);
}

/// Runs the next operation of some stream; false where none can go on.
bool runAny() {
  World& w = world();
  std::vector<Stream*> able;
  for (Stream* each : w.streams)
    if (isRunnable(*each)) able.push_back(each);
  if (able.empty()) return false;
  runOne(*able[w.random() % able.size()]);
  return true;
}

/// Lets streams make progress in a random order until `isDone`.
template <class Done>
void runUntil(Done isDone) {
  Access access;
  while (!isDone()) {
    if (runAny()) continue;
    report("streams that wait for each other", cudaErrorLaunchFailure);
    for (Stream* each : world().streams) each->queue.clear();
    return;
  }
}
void drain(Stream& s) {
  if (!s.queue.empty()) runUntil([&] { return s.queue.empty(); });
}

/// Time passes: what happens when the host asks whether something is done.
void runSome() {
  Access access;
  for (uint64_t n = world().random() % 4; n && runAny(); --n) {
  }
}

Stream& streamOf(cudaStream_t stream) { return stream ? *stream : world().devices[currentDevice].stream; }

void push(cudaStream_t stream, Operation op) {
  Stream& s = streamOf(stream);
  s.queue.push_back(std::move(op));
  if (s.queue.size() > kQueue) drain(s);
}

cudaError_t takeSticky() { return std::exchange(world().sticky, cudaSuccess); }

using Guard = std::lock_guard<std::recursive_mutex>;

}  // namespace

void configure(const Settings& settings) {
  Guard guard(world().mutex);
  world().settings = settings;
  world().random.seed(settings.seed);
}

std::string takeFindings() {
  Guard guard(world().mutex);
  for (Stream* s : world().streams) drain(*s);
  checkGaps();
  closeDeviceMemory();
  closeHostMemoryNext();
  world().sticky = cudaSuccess;
  return std::exchange(world().findings, "");
}

bool isStarted(int device) { return world().devices[device].started; }

Counters counters() {
  Guard guard(world().mutex);
  return world().counters;
}

void barrier() { blockRun().wait(Wait::Block); }

uint64_t exchange(uint64_t value, int fromLane) {
  BlockRun& run = blockRun();
  const size_t self = static_cast<size_t>(run.running->thread), first = self / kWarp * kWarp;
  run.given[self] = value;
  run.wait(Wait::Warp);
  const size_t from = first + static_cast<size_t>(fromLane);
  uint64_t got = from < run.given.size() ? run.given[from] : value;
  run.wait(Wait::Warp);
  return got;
}

unsigned char* sharedMemory() { return blockRun().sharedBase; }

void requireDeviceAddress(const void* address, cudaStream_t stream, size_t bytes) {
  Guard guard(world().mutex);
  if (!address) return;
  Device* owner = ownerOf(address);
  if (!owner)
    report("a host address in a kernel's arguments", cudaErrorIllegalAddress);
  else if (owner != &world().devices[streamOf(stream).device])
    report("another device's address in a kernel's arguments", cudaErrorIllegalAddress);
  else if (!isInBlock(*owner, address, 0))
    report("a freed address in a kernel's arguments", cudaErrorIllegalAddress);
  else if (!isInBlock(*owner, address, bytes))
    report("a matrix that reaches past the end of a block of device memory", cudaErrorIllegalAddress);
}

void enqueue(dim3 grid, int block, size_t shared, cudaStream_t stream, std::function<void()> thread) {
  World& w = world();
  Guard guard(w.mutex);
  ++w.counters.launches;
  if (w.settings.failLaunch >= 0 && w.settings.failLaunch-- == 0) {
    lastError = cudaErrorLaunchFailure;
    return;
  }
  if (block < 1 || block > 1024 || grid.y > 65535 || grid.z > 65535 || shared > kShared) {
    lastError = cudaErrorInvalidValue;
    return;
  }
  if (w.sticky == cudaErrorIllegalAddress) {  // do not follow the address
    lastError = takeSticky();
    return;
  }
  push(stream, {[=, body = std::move(thread)] { runKernel(grid, block, shared, body); }, nullptr, nullptr, 0});
  if (!w.settings.blocking) return;
  drain(streamOf(stream));
  checkGaps();
  lastError = takeSticky();
}

}  // namespace emulated

// ---- The runtime's functions

using namespace emulated;

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
  runUntil([&] { return shared->done >= shared->recorded; });
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
