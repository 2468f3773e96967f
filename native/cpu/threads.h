#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

#include "core/macros.h"
#include "kernel/threads.h"

namespace retrograd::cpu {

/// Elements of light work (an addition) below which a parallel region costs more than it gains.
inline constexpr int64_t kGrain = 131072;

namespace detail {
void parallelRun(int64_t n, int64_t grain, void (*fn)(void*, int64_t, int64_t), void* argument);
}

/// Calls `fn(begin, end)` for parts of [0, n), on several threads where there are at least two parts of `grain`. What
/// `fn` throws reaches the caller, after all parts have ended (the first one wins). Inside another region it runs
/// alone.
template <class F>
void parallelFor(int64_t n, int64_t grain, F&& fn) {
  if (n <= grain) {
    if (n > 0) fn(int64_t{0}, n);
    return;
  }
  using Fn = std::remove_reference_t<F>;
  detail::parallelRun(
      n, grain, [](void* f, int64_t begin, int64_t end) { (*static_cast<Fn*>(f))(begin, end); },
      const_cast<void*>(static_cast<const void*>(std::addressof(fn))));
}

}  // namespace retrograd::cpu
