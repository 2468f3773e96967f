#pragma once

#include <cstring>

#include "core/macros.h"

// RETROGRAD_CLONES in front of a function compiles it for three levels of x86-64; the loader takes the best one that
// the machine has. ThreadSanitizer cannot start with such functions (RETROGRAD_NO_CLONES turns them off).
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(RETROGRAD_NO_CLONES) && !defined(__SANITIZE_THREAD__)
#define RETROGRAD_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define RETROGRAD_CLONES
#endif

namespace retrograd::cpu {

/// A vector from any address.
template <class V>
RETROGRAD_INLINE V loadVector(const void* p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

/// Stores a vector at any address.
template <class V>
RETROGRAD_INLINE void storeVector(void* p, const V& v) {
  std::memcpy(p, &v, sizeof v);
}

}  // namespace retrograd::cpu
