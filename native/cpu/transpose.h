#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "cpu/clones.h"

namespace retrograd::cpu {

/// A block of four by four elements, transposed: line i of `from` becomes column i of `to`. Steps count elements.
template <class T>
RETROGRAD_INLINE void transpose4(const T* from, int64_t fromStep, T* to, int64_t toStep) {
  typedef T V __attribute__((vector_size(4 * sizeof(T))));
  typedef std::conditional_t<sizeof(T) == 4, int32_t, int64_t> I __attribute__((vector_size(4 * sizeof(T))));
  V r0 = loadVector<V>(from), r1 = loadVector<V>(from + fromStep);
  V r2 = loadVector<V>(from + 2 * fromStep), r3 = loadVector<V>(from + 3 * fromStep);
  V t0 = __builtin_shuffle(r0, r1, I{0, 4, 1, 5}), t1 = __builtin_shuffle(r0, r1, I{2, 6, 3, 7});
  V t2 = __builtin_shuffle(r2, r3, I{0, 4, 1, 5}), t3 = __builtin_shuffle(r2, r3, I{2, 6, 3, 7});
  storeVector(to, __builtin_shuffle(t0, t2, I{0, 1, 4, 5}));
  storeVector(to + toStep, __builtin_shuffle(t0, t2, I{2, 3, 6, 7}));
  storeVector(to + 2 * toStep, __builtin_shuffle(t1, t3, I{0, 1, 4, 5}));
  storeVector(to + 3 * toStep, __builtin_shuffle(t1, t3, I{2, 3, 6, 7}));
}

/// Side of the blocks that `transposeBlock` takes: a cache line of four-byte elements.
inline constexpr int64_t kTransposeSide = 16;

/// to[c][r] = from[r][c] for up to kTransposeSide rows and columns; both have dense lines, steps count elements. Whole
/// cache lines are read and written once: lines a power of two apart push each other out of the cache.
template <class T>
RETROGRAD_INLINE void transposeBlock(const T* from, int64_t fromStep, T* to, int64_t toStep, int64_t rows,
                                     int64_t columns) {
  if constexpr (sizeof(T) >= 4) {
    if (rows == kTransposeSide && columns == kTransposeSide) {
      alignas(64) T block[kTransposeSide * kTransposeSide];
      for (int64_t r = 0; r < kTransposeSide; r += 4)
        for (int64_t c = 0; c < kTransposeSide; c += 4)
          transpose4(from + r * fromStep + c, fromStep, block + c * kTransposeSide + r, kTransposeSide);
      for (int64_t c = 0; c < kTransposeSide; ++c)
        std::memcpy(to + c * toStep, block + c * kTransposeSide, kTransposeSide * sizeof(T));
      return;
    }
  }
  for (int64_t c = 0; c < columns; ++c)
    for (int64_t r = 0; r < rows; ++r) to[c * toStep + r] = from[r * fromStep + c];
}

}  // namespace retrograd::cpu
