#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cuda_runtime_api.h"
#include "device_memory.h"
#include "emulated.h"

// What the parts of the emulation share.

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) static_cast<void>(0)
#define ASAN_UNPOISON_MEMORY_REGION(p, n) static_cast<void>(0)
#endif

namespace emulated {

inline constexpr int kDevices = 2;
inline constexpr size_t kGap = 512;            // between blocks: shows writes past an end
inline constexpr unsigned char kFresh = 0xff;  // every float of such bytes is a NaN
inline constexpr unsigned char kGapByte = 0xa5;
inline constexpr size_t kArena = size_t{1} << 36;  // address space of a device, not memory

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

  World();
};

World& world();
using Guard = std::lock_guard<std::recursive_mutex>;

extern thread_local int currentDevice;
extern thread_local cudaError_t lastError;

inline cudaError_t answer(cudaError_t error) {
  if (error != cudaSuccess) lastError = error;
  return error;
}
inline cudaError_t takeSticky() { return std::exchange(world().sticky, cudaSuccess); }

void report(const std::string& finding, cudaError_t error);

/// The device in whose part of the address space this lies, or null.
Device* ownerOf(const void* address);
/// Whether a block holds [address, address + bytes), whoever's it is.
bool isInBlock(const Device& d, const void* address, size_t bytes);

/// Reports what was written behind a block that ends here.
void checkGap(char* end);
/// The same for all blocks.
void checkGaps();
/// The same, unless few kernels ran since the last time: a program may hold ten thousands of blocks.
void checkGapsSometimes();

Stream& streamOf(cudaStream_t stream);
void push(cudaStream_t stream, Operation op);
/// Runs operations of all streams in a random order until this one has none.
void drain(Stream& s);
/// The same until the event has happened as often as it was recorded.
void drain(const Event& event);
/// Time passes: what happens when the host asks whether something is done.
void runSome();

}  // namespace emulated
