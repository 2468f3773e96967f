// Kernels: the threads of one block take turns.

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "fiber.h"
#include "host_memory.h"
#include "world.h"

namespace emulated {

Coordinates threadIndex, blockIndex, blockSize, gridSize;

namespace {

constexpr int kWarp = 32;
constexpr size_t kShared = 48 * 1024;  // of a block whose kernel was not given leave for more

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

}  // namespace

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
