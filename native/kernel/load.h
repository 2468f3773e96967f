#pragma once

#include <type_traits>

#include "core/dtype.h"
#include "core/macros.h"

namespace retrograd {

/// An element that becomes an address or a size: read once, whatever another thread writes meanwhile. Check the copy
/// and use the copy. (Of a plain read a compiler may make two, one to check and one to use.)
template <class T>
RETROGRAD_HD inline T loadOnce(const T* from) {
#ifdef __CUDA_ARCH__
  return *static_cast<const volatile T*>(from);
#else
  return __atomic_load_n(from, __ATOMIC_RELAXED);
#endif
}

/// The type in which an element is compared with zero, whatever its sign: of a bool's byte, which foreign memory may
/// hold, any but 0 is true, and counts once.
template <class T>
using Tested = std::conditional_t<std::is_same_v<T, bool>, unsigned char, Wrapping<T>>;

}  // namespace retrograd
