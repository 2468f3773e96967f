#include "emulated.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "host_memory.h"
#include "world.h"

namespace emulated {

World::World() {
  for (int d = 0; d < kDevices; ++d) {
    devices[d].arena = reserveDeviceMemory(kArena);
    devices[d].stream.device = d;
    streams.push_back(&devices[d].stream);
  }
  if (const char* order = std::getenv("RETROGRAD_EMULATED_ORDER")) {
    std::string text = order;
    settings.order = text == "ascending" ? Order::Ascending : text == "descending" ? Order::Descending : Order::Random;
    if (uint64_t seed = std::strtoull(order, nullptr, 10)) settings.seed = seed;
  }
  if (const char* memory = std::getenv("RETROGRAD_EMULATED_MEMORY"))
    settings.memory = std::strtoull(memory, nullptr, 10);
  if (const char* blocking = std::getenv("CUDA_LAUNCH_BLOCKING")) settings.blocking = *blocking == '1';
  random.seed(settings.seed);
}

World& world() {
  static World& w = *new World;
  return w;
}

thread_local int currentDevice = 0;
thread_local cudaError_t lastError = cudaSuccess;

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

bool isInBlock(const Device& d, const void* address, size_t bytes) {
  char* a = static_cast<char*>(const_cast<void*>(address));
  auto next = d.blocks.upper_bound(a);
  if (next == d.blocks.begin()) return false;
  auto [start, size] = *std::prev(next);
  return a + bytes <= start + size;
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

void checkGapsSometimes() {
  const World& w = world();
  const size_t blocks = w.devices[0].blocks.size() + w.devices[1].blocks.size();
  if (w.counters.launches - w.checkedAt >= blocks / 16) checkGaps();
}

// ---- Streams

namespace {

constexpr size_t kQueue = 1 << 14;  // operations that streams hold back at most

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
}  // namespace

void drain(Stream& s) {
  if (!s.queue.empty()) runUntil([&] { return s.queue.empty(); });
}

void runSome() {
  Access access;
  for (uint64_t n = world().random() % 4; n && runAny(); --n) {
  }
}

void drain(const Event& event) {
  runUntil([&] { return event.done >= event.recorded; });
}

Stream& streamOf(cudaStream_t stream) { return stream ? *stream : world().devices[currentDevice].stream; }

void push(cudaStream_t stream, Operation op) {
  Stream& s = streamOf(stream);
  s.queue.push_back(std::move(op));
  if (s.queue.size() > kQueue) drain(s);
}

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

}  // namespace emulated
