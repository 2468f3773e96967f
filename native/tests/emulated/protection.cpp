#include "protection.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace emulated {

int makeKey(unsigned rights) {
  const int key = pkey_alloc(0, rights);
  return key >= 0 && pkey_set(key, rights) == 0 ? key : -1;
}

Rights::Rights(int key, unsigned rights) : key_(key) {
  if (key_ < 0) return;
  before_ = pkey_get(key_);
  pkey_set(key_, rights);
}

Rights::~Rights() {
  if (key_ >= 0) pkey_set(key_, static_cast<unsigned>(before_));
}

bool isDue(size_t times, size_t bytes) { return times >= bytes / pageSize() / 16; }

void protect(char* start, size_t bytes, bool open) {
  if (bytes && mprotect(start, bytes, open ? PROT_READ | PROT_WRITE : PROT_NONE) != 0) std::abort();
}

size_t pageSize() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGE_SIZE));
  return size;
}

void dropPages(char* start, size_t size) {
  const size_t page = pageSize();
  char* first = start + (-reinterpret_cast<uintptr_t>(start) & (page - 1));
  char* last = start + size - (reinterpret_cast<uintptr_t>(start) + size) % page;
  if (first < last) madvise(first, static_cast<size_t>(last - first), MADV_DONTNEED);
}

}  // namespace emulated
