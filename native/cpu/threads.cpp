#include "cpu/threads.h"

#include <dlfcn.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <stdexcept>

namespace retrograd::cpu {

namespace {
constinit std::atomic<int> threads{0};
constexpr int64_t kCacheLine = 64;  // parts begin at multiples of it, whatever the element size

// OpenMP's library stays when this one is unloaded: the threads of its teams wait in it for as long as those that they
// served live.
[[maybe_unused]] void* const openMp = [] {
  Dl_info info;
  const bool found = dladdr(reinterpret_cast<void*>(&omp_get_max_threads), &info) != 0;
  return found ? dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) : nullptr;
}();
}  // namespace

int numThreads() noexcept {
  int n = threads.load(std::memory_order_relaxed);
  if (n) return n;
  n = std::max(1, omp_get_max_threads());
  int unset = 0;
  return threads.compare_exchange_strong(unset, n) ? n : unset;
}

void setNumThreads(int n) {
  if (n < 1)
    throw std::invalid_argument("setNumThreads: the number of threads must be at least 1, got " + std::to_string(n));
  threads.store(n);
}

void detail::parallelRun(int64_t n, int64_t grain, void (*fn)(void*, int64_t, int64_t), void* argument) {
  int64_t parts = std::min<int64_t>(numThreads(), n / std::max<int64_t>(grain, 1));
  if (parts <= 1 || omp_in_parallel()) return fn(argument, 0, n);
  int64_t step = (n + parts - 1) / parts;
  if (step > kCacheLine) step = (step + kCacheLine - 1) / kCacheLine * kCacheLine;
  std::exception_ptr error;
  std::atomic_flag failed = ATOMIC_FLAG_INIT;
#pragma omp parallel num_threads(static_cast <int>(parts))
  {
    // The team may be smaller than asked for.
    for (int64_t part = omp_get_thread_num(); part < parts; part += omp_get_num_threads()) {
      int64_t begin = part * step, end = std::min(n, begin + step);
      if (begin >= end) break;
      try {
        fn(argument, begin, end);
      } catch (...) {
        if (!failed.test_and_set()) error = std::current_exception();
      }
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace retrograd::cpu
