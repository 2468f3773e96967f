#include "protection.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "emulated.h"

namespace emulated {

namespace {

constexpr int kOpen = PROT_READ | PROT_WRITE;

/// The key of device memory, negative where the processor or the system has none. Its rights are each thread's own;
/// threads that never asked for any have none, even those older than the key.
int key() {
  static const int key = [] {
    const int made = pkey_alloc(0, PKEY_DISABLE_ACCESS);
    return made >= 0 && pkey_set(made, PKEY_DISABLE_ACCESS) == 0 ? made : -1;
  }();
  return key;
}

void protect(char* start, size_t bytes, int protection) {
  if (bytes && mprotect(start, bytes, protection) != 0) std::abort();
}

/// Without keys, mprotect opens memory to all threads, by system calls that cost by the page that is there. So with
/// much memory in use all of it is closed only once it was wanted many times: what the host does wrong, it does again.
struct Pages {
  struct Region {
    char* start;
    size_t reserved, used;  // bytes from the start
  };
  std::vector<Region> regions;
  bool open = false;
  int accesses = 0;  // to all, that live
  size_t begun = 0;  // since all was closed

  void change(bool toOpen) {
    open = toOpen;
    begun = 0;
    for (const Region& r : regions) protect(r.start, r.used, open ? kOpen : PROT_NONE);
  }
  void begin() {
    if (!open) change(true);
    ++accesses;
    ++begun;
  }
  void end() {
    size_t used = 0;
    for (const Region& r : regions) used += r.used;
    if (!--accesses && begun >= used / pageSize() / 16) change(false);
  }
  void begin(char* first, size_t bytes) {
    protect(first, bytes, kOpen);
    for (Region& r : regions)
      if (first >= r.start && first < r.start + r.reserved)
        r.used = std::max(r.used, static_cast<size_t>(first - r.start) + bytes);
  }
  void end(char* first, size_t bytes) {
    if (!open) protect(first, bytes, PROT_NONE);
  }
};

Pages& pages() {
  static Pages& all = *new Pages;
  return all;
}

}  // namespace

bool closesAtOnce() { return key() >= 0; }

size_t pageSize() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGE_SIZE));
  return size;
}

char* reserveDeviceMemory(size_t bytes) {
  void* start = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) std::abort();
  if (closesAtOnce() && pkey_mprotect(start, bytes, kOpen, key()) != 0) std::abort();
  pages().regions.push_back({static_cast<char*>(start), bytes, 0});
  return static_cast<char*>(start);
}

Access::Access(char* start, size_t bytes) {
  const size_t skipped = reinterpret_cast<uintptr_t>(start) % pageSize();
  first_ = start - skipped;
  bytes_ = skipped + bytes;
  if (closesAtOnce()) {
    before_ = pkey_get(key());
    pkey_set(key(), 0);
  } else if (first_) {
    pages().begin(first_, bytes_);
  } else {
    pages().begin();
  }
}

Access::~Access() {
  if (closesAtOnce())
    pkey_set(key(), static_cast<unsigned>(before_));
  else if (first_)
    pages().end(first_, bytes_);
  else
    pages().end();
}

void closeDeviceMemory() {
  if (pages().open) pages().change(false);
}

}  // namespace emulated
