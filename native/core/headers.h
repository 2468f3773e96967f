#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>

#include "core/macros.h"

namespace retrograd {

/// The books on host memory that tensors take beside their elements: objects, graph nodes with what they save, handles
/// and the Java objects that stand behind those. The same for all devices. Thread-safe.
namespace headers {

/// Live bytes. Each thread, or its successor, has yet to report less than `kBatch` of them, either way.
RETROGRAD_API int64_t bytes() noexcept;

constexpr int64_t kBatch = 16 << 10;
/// What the calling thread keeps back; null until it first charges something.
inline thread_local constinit int64_t* own = nullptr;
/// Reports what a thread has kept back, and `bytes`; returns where it keeps back from now on.
RETROGRAD_API int64_t* report(int64_t* kept, int64_t bytes) noexcept;

/// Bytes came to live (or, negative, went).
inline void charge(int64_t bytes) noexcept {
  int64_t* kept = own;
  if (kept && (*kept += bytes) < kBatch && *kept > -kBatch) [[likely]]
    return;
  own = report(kept, kept ? 0 : bytes);
}

/// Reports what the calling thread has kept back.
inline void settle() noexcept { own = report(own, 0); }

/// Joins what objects that went have left of malloc's memory, and gives whole pages of it back to the system. Takes
/// some milliseconds for 100 MiB. Does nothing where the C library is not glibc.
RETROGRAD_API void trim() noexcept;

constexpr int64_t kUnit = 16;
/// What malloc takes for an object: a word in front, in units, two at least.
constexpr int64_t taken(size_t bytes) noexcept {
  return std::max((static_cast<int64_t>(bytes + sizeof(size_t)) + kUnit - 1) & -kUnit, 2 * kUnit);
}

}  // namespace headers

/// Base of classes other than RefCounted whose objects on the heap are in the books of `headers`.
struct Booked {
  // Always inlined, or GCC 12 takes one of the two for a mismatch of the other.
  [[gnu::always_inline]] static inline void* operator new(size_t bytes) {
    void* object = ::operator new(bytes);
    headers::charge(headers::taken(bytes));
    return object;
  }
  [[gnu::always_inline]] static inline void operator delete(void* object, size_t bytes) noexcept {
    headers::charge(-headers::taken(bytes));
    ::operator delete(object, bytes);
  }
};

/// What is not: it lives as long as a call.
struct Unbooked {
  static void* operator new(size_t bytes) { return ::operator new(bytes); }
  static void operator delete(void* object, size_t) noexcept { ::operator delete(object); }
};

}  // namespace retrograd
