#include "core/headers.h"

#include <malloc.h>

#include <atomic>
#include <utility>

#include "core/per_thread.h"
#include "core/unload.h"

namespace retrograd::headers {

namespace {

std::atomic<int64_t> total{0};
constinit PerThread<int64_t> batches;

const AtUnload atUnload([] {
  batches.clear();
  own = nullptr;
});

}  // namespace

int64_t bytes() noexcept { return total.load(std::memory_order_relaxed); }

int64_t* report(int64_t* kept, int64_t bytes) noexcept {
  if (!kept) kept = batches.claim();
  if (kept) bytes += std::exchange(*kept, 0);
  total.fetch_add(bytes, std::memory_order_relaxed);
  return kept;
}

void trim() noexcept {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace retrograd::headers
