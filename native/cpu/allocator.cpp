#include "core/allocator.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

#include "core/headers.h"
#include "core/per_thread.h"
#include "core/spinlock.h"
#include "core/unload.h"
#include "cpu/system.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define RETROGRAD_POISON(p, n) __asan_poison_memory_region(p, n)
#define RETROGRAD_UNPOISON(p, n) __asan_unpoison_memory_region(p, n)
#else
#define RETROGRAD_POISON(p, n) static_cast<void>(0)
#define RETROGRAD_UNPOISON(p, n) static_cast<void>(0)
#endif

namespace retrograd::cpu {

namespace {

constexpr size_t kAlignment = 64;
constexpr size_t kLinear = 1024;            // up to here a class for each multiple of kAlignment, then 4 per doubling
constexpr size_t kSmall = size_t{1} << 16;  // up to here threads keep blocks of their own
constexpr size_t kHuge = size_t{1} << 21;   // from here blocks are mapped, aligned for huge pages
constexpr int64_t kCacheFloor = int64_t{256} << 20;  // the cache may always hold this much
constexpr int kLinearClasses = kLinear / kAlignment;
constexpr int kClasses = kLinearClasses + 4 * (62 - 10);
constexpr int kSmallClasses = kLinearClasses + 4 * (16 - 10);

constexpr size_t roundedSize(size_t bytes) {
  if (bytes <= kLinear) return (bytes + kAlignment - 1) & -kAlignment;
  if (bytes > size_t{1} << 61) return bytes;  // nothing so large exists: fails when taken
  size_t step = std::bit_floor(bytes - 1) / 4;
  return (bytes + step - 1) & -step;
}

/// Class of a rounded size.
constexpr int classOf(size_t rounded) {
  if (rounded <= kLinear) return static_cast<int>(rounded / kAlignment) - 1;
  int doubling = std::bit_width(rounded - 1) - 1;  // 2^doubling < rounded <= 2^(doubling + 1)
  int quarter = static_cast<int>((rounded - 1) >> (doubling - 2)) & 3;
  return kLinearClasses + 4 * (doubling - 10) + quarter;
}
static_assert(classOf(1024) == kLinearClasses - 1 && classOf(1280) == kLinearClasses &&
              classOf(kSmall) == kSmallClasses - 1);

// A cached block holds the link to the next one of its list in its own first bytes, which stay readable under ASan so
// that its leak check can follow them.
struct List {
  void* head = nullptr;
  uint32_t count = 0;

  void push(void* block, [[maybe_unused]] size_t size) {
    std::memcpy(block, &head, sizeof head);
    head = block;
    ++count;
    RETROGRAD_POISON(static_cast<char*>(block) + sizeof head, size - sizeof head);
  }
  void* pop([[maybe_unused]] size_t size) {
    if (!head) return nullptr;
    void* block = head;
    RETROGRAD_UNPOISON(block, size);
    std::memcpy(&head, block, sizeof head);
    --count;
    return block;
  }
};

}  // namespace

[[gnu::weak]] void* takeFromSystem(size_t size) noexcept {
  if (size < kHuge) return std::aligned_alloc(kAlignment, size);
  char* raw =
      static_cast<char*>(mmap(nullptr, size + kHuge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (raw == MAP_FAILED) return nullptr;
  size_t skip = -reinterpret_cast<uintptr_t>(raw) & (kHuge - 1);
  if (skip) munmap(raw, skip);
  char* block = raw + skip;
  munmap(block + size, kHuge - skip);
  madvise(block, size, MADV_HUGEPAGE);  // one fault and one TLB entry for 512 pages
  return block;
}

[[gnu::weak]] void giveToSystem(void* block, size_t size) noexcept {
  if (size < kHuge)
    std::free(block);
  else
    munmap(block, size);
}

namespace {

/// One thread's blocks. The lock is taken by its thread, and by whoever empties all caches.
struct ThreadCache {
  SpinLock lock;
  List lists[kSmallClasses];
};

// Blocks of one class that a thread keeps: about 64 KiB, at least 4.
constexpr uint32_t threadBound(size_t size) { return static_cast<uint32_t>(size * 4 > kSmall ? 4 : kSmall / size); }

class CpuAllocator final : public Allocator {
 public:
  CpuAllocator() : Allocator(kCpu) {}

  void emptyCache() noexcept override;

  /// Gives all back, that of threads too, which may not use theirs any more.
  void clear() noexcept {
    emptyCache();
    threads_.clear();
  }
  ThreadCache* claim() noexcept { return threads_.claim(); }

 protected:
  size_t rounded(size_t bytes) const noexcept override { return roundedSize(bytes); }
  void* take(size_t size, uint8_t stream) noexcept override;
  void put(void* block, size_t size, uint8_t stream) noexcept override;

 private:
  void* takeShared(size_t size, int c, List* refill) noexcept;
  void putShared(void* block, size_t size, int c) noexcept;
  void spill(List& from, int c, uint32_t n) noexcept;
  void spillAll(ThreadCache& cache) noexcept;
  void trim(int64_t bound) noexcept;
  static size_t sizeOf(int c) noexcept;

  std::mutex mutex_;  // all below
  List bins_[kClasses];
  uint64_t used_[kClasses] = {};  // when a bin was last used
  uint64_t clock_ = 0;
  int64_t cached_ = 0;  // bytes in bins_
  uint32_t misses_ = 0;
  PerThread<ThreadCache> threads_;
};

// The thread's cache, null before its first block.
thread_local constinit ThreadCache* own = nullptr;

size_t CpuAllocator::sizeOf(int c) noexcept {
  if (c < kLinearClasses) return static_cast<size_t>(c + 1) * kAlignment;
  int k = c - kLinearClasses;
  return (size_t{1} << (10 + k / 4)) / 4 * static_cast<size_t>(5 + k % 4);
}

void* CpuAllocator::take(size_t size, uint8_t) noexcept {
  if (size > size_t{1} << 61) return nullptr;
  const int c = classOf(size);
  if (c >= kSmallClasses) return takeShared(size, c, nullptr);
  ThreadCache* cache = own ? own : (own = claim());
  if (!cache) return takeShared(size, c, nullptr);
  {
    std::lock_guard guard(cache->lock);
    if (void* block = cache->lists[c].pop(size)) return block;
  }
  List fresh;
  void* block = takeShared(size, c, &fresh);
  if (fresh.head) {
    std::lock_guard guard(cache->lock);
    while (void* more = fresh.pop(size)) cache->lists[c].push(more, size);
  }
  return block;
}

void* CpuAllocator::takeShared(size_t size, int c, List* refill) noexcept {
  {
    std::lock_guard guard(mutex_);
    used_[c] = ++clock_;
    if (void* block = bins_[c].pop(size)) {
      uint32_t n = refill ? threadBound(size) / 4 : 0;
      for (; n && bins_[c].head; --n) {
        refill->push(bins_[c].pop(size), size);
        cached_ -= static_cast<int64_t>(size);
      }
      cached_ -= static_cast<int64_t>(size);
      return block;
    }
    // What threads that have ended left behind serves the others, by and by.
    if (++misses_ % 16 == 0) threads_.visitEnded([this](ThreadCache& cache) { spillAll(cache); });
    // Live and cached blocks together stay within the limit.
    int64_t room = stats().limit - reserved_.load(std::memory_order_relaxed) - static_cast<int64_t>(size);
    if (room < 0) trim(cached_ + room);
  }
  void* block = takeFromSystem(size);
  if (block) reserved_.fetch_add(static_cast<int64_t>(size), std::memory_order_relaxed);
  return block;
}

void CpuAllocator::put(void* block, size_t size, uint8_t) noexcept {
  const int c = classOf(size);
  if (c >= kSmallClasses) return putShared(block, size, c);
  ThreadCache* cache = own ? own : (own = claim());
  if (!cache) return putShared(block, size, c);
  List surplus;
  {
    std::lock_guard guard(cache->lock);
    List& list = cache->lists[c];
    if (list.count >= threadBound(size))
      for (uint32_t n = list.count / 2; n; --n) surplus.push(list.pop(size), size);
    list.push(block, size);
  }
  if (!surplus.head) return;
  std::lock_guard guard(mutex_);
  spill(surplus, c, surplus.count);
}

void CpuAllocator::putShared(void* block, size_t size, int c) noexcept {
  std::lock_guard guard(mutex_);
  bins_[c].push(block, size);
  used_[c] = ++clock_;
  cached_ += static_cast<int64_t>(size);
  // A loop frees and takes again what lies between its lowest and highest point, so the cache may hold as much.
  if (cached_ > kCacheFloor) trim(std::max(kCacheFloor, stats().peak));
}

void CpuAllocator::spill(List& from, int c, uint32_t n) noexcept {
  const size_t size = sizeOf(c);
  for (; n; --n) {
    bins_[c].push(from.pop(size), size);
    cached_ += static_cast<int64_t>(size);
  }
  used_[c] = ++clock_;
}

void CpuAllocator::spillAll(ThreadCache& cache) noexcept {
  std::lock_guard guard(cache.lock);
  for (int c = 0; c < kSmallClasses; ++c) spill(cache.lists[c], c, cache.lists[c].count);
}

// Gives blocks back to the system, from the bins unused for the longest time, until the bins hold at most `bound`.
void CpuAllocator::trim(int64_t bound) noexcept {
  while (cached_ > std::max<int64_t>(bound, 0)) {
    int oldest = -1;
    for (int c = 0; c < kClasses; ++c)
      if (bins_[c].head && (oldest < 0 || used_[c] < used_[oldest])) oldest = c;
    if (oldest < 0) return;
    const size_t size = sizeOf(oldest);
    while (cached_ > std::max<int64_t>(bound, 0)) {
      void* block = bins_[oldest].pop(size);
      if (!block) break;
      cached_ -= static_cast<int64_t>(size);
      reserved_.fetch_sub(static_cast<int64_t>(size), std::memory_order_relaxed);
      giveToSystem(block, size);
    }
  }
}

void CpuAllocator::emptyCache() noexcept {
  {
    std::lock_guard guard(mutex_);
    threads_.forEach([this](ThreadCache& cache) { spillAll(cache); });
    trim(0);
  }
  headers::trim();
}

// What a file holds, empty where there is none. Not by a stream, for which one that memory is refused for is no file.
std::string contents(const std::string& file) {
  std::string text;
  int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  struct Close {
    int fd;
    ~Close() { close(fd); }
  } guard{fd};
  char part[1024];
  for (ssize_t n; (n = read(fd, part, sizeof part)) > 0;) text.append(part, static_cast<size_t>(n));
  return text;
}

// The lowest memory limit of the control groups that this process is in, or INT64_MAX.
int64_t groupLimit() {
  int64_t lowest = INT64_MAX;
  auto read = [&](const std::string& file) {
    int64_t value = std::strtoll(contents(file).c_str(), nullptr, 10);
    if (value > 0) lowest = std::min(lowest, value);  // "max" gives 0
  };
  const std::string groups = contents("/proc/self/cgroup");
  for (size_t begin = 0, end; begin < groups.size(); begin = end + 1) {  // "0::/path" or "7:memory:/path"
    end = std::min(groups.find('\n', begin), groups.size());
    const std::string line = groups.substr(begin, end - begin);
    size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    bool unified = controllers.empty();
    if (!unified && controllers.find("memory") == std::string::npos) continue;
    std::string root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    const char* name = unified ? "/memory.max" : "/memory.limit_in_bytes";
    for (;; path.resize(path.rfind('/'))) {
      read(root + (path == "/" ? "" : path) + name);
      if (path.empty() || path == "/" || path.rfind('/') == std::string::npos) break;
    }
    read(root + name);
  }
  return lowest;
}

// What a limit on this process's address space (ulimit -v) leaves, or INT64_MAX.
int64_t addressSpaceLeft() {
  rlimit space{};
  if (getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur == RLIM_INFINITY) return INT64_MAX;
  const int64_t pages = std::strtoll(contents("/proc/self/statm").c_str(), nullptr, 10);
  return std::max<int64_t>(static_cast<int64_t>(space.rlim_cur) - pages * sysconf(_SC_PAGE_SIZE), 0);
}

int64_t defaultLimit() {
  int64_t memory = INT64_MAX;
  int64_t pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
  if (pages > 0 && page > 0) memory = pages * page;
  memory = std::min(memory, std::min(groupLimit(), addressSpaceLeft()));
  return memory == INT64_MAX ? memory : memory / 5 * 4;
}

CpuAllocator& cpuAllocator() {
  // Never destroyed: threads may still free while the process exits.
  alignas(CpuAllocator) static constinit std::byte place[sizeof(CpuAllocator)]{};
  static CpuAllocator& one = []() -> CpuAllocator& {
    const int64_t limit = defaultLimit();
    auto* made = new (place) CpuAllocator;
    made->setLimit(limit);
    return *made;
  }();
  return one;
}

const AtUnload atUnload([] {
  cpuAllocator().clear();
  own = nullptr;
});
const AllocatorSource source(DeviceType::CPU, [](int16_t) -> Allocator& { return cpuAllocator(); });

}  // namespace

}  // namespace retrograd::cpu
