#include "device_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "emulated.h"

namespace emulated {

namespace {

int key() {
  static const int key = makeKey(PKEY_DISABLE_ACCESS);
  return key;
}

/// What mprotect is told.
struct Pages {
  struct Region {
    char* start;
    size_t reserved, used;  // bytes from the start
  };
  std::vector<Region> regions;
  bool isOpen = false;  // all that is used
  int accesses = 0;     // to all, that live
  size_t begun = 0;     // since all was closed

  void change(bool open) {
    isOpen = open;
    begun = 0;
    for (const Region& r : regions) protect(r.start, r.used, open);
  }
  void begin() {
    if (!isOpen) change(true);
    ++accesses;
    ++begun;
  }
  void end() {
    size_t used = 0;
    for (const Region& r : regions) used += r.used;
    if (!--accesses && isDue(begun, used)) change(false);
  }
  void begin(char* first, size_t bytes) {
    protect(first, bytes, true);
    for (Region& r : regions)
      if (first >= r.start && first < r.start + r.reserved)
        r.used = std::max(r.used, static_cast<size_t>(first - r.start) + bytes);
  }
  void end(char* first, size_t bytes) {
    if (!isOpen) protect(first, bytes, false);
  }
};

Pages& pages() {
  static Pages& all = *new Pages;
  return all;
}

}  // namespace

bool closesAtOnce() { return key() >= 0; }

char* reserveDeviceMemory(size_t bytes) {
  void* start = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) std::abort();
  if (closesAtOnce() && pkey_mprotect(start, bytes, PROT_READ | PROT_WRITE, key()) != 0) std::abort();
  pages().regions.push_back({static_cast<char*>(start), bytes, 0});
  return static_cast<char*>(start);
}

Access::Access(char* start, size_t bytes) : rights_(key(), 0) {
  const size_t skipped = reinterpret_cast<uintptr_t>(start) % pageSize();
  first_ = start - skipped;
  bytes_ = skipped + bytes;
  if (closesAtOnce()) return;
  first_ ? pages().begin(first_, bytes_) : pages().begin();
}

Access::~Access() {
  if (closesAtOnce()) return;
  first_ ? pages().end(first_, bytes_) : pages().end();
}

void closeDeviceMemory() {
  if (pages().isOpen) pages().change(false);
}

}  // namespace emulated
