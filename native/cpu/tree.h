#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "cpu/clones.h"
#include "math/reduce.h"

// Reductions in the order of math/reduce.h.

namespace retrograd::cpu {

/// What a reduction by `F` computes in for elements of `T`: same bits, but integers that may overflow are unsigned, and
/// bool is a byte.
template <class F, class T>
struct ReduceElement {
  using type = T;
};
template <class F>
struct ReduceElement<F, bool> {
  using type = uint8_t;
};
template <class F, class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool> &&
         (std::is_same_v<F, math::Sum> || std::is_same_v<F, math::Prod>)) struct ReduceElement<F, T> {
  using type = std::make_unsigned_t<T>;
};

using math::kLanes;
using math::kLeaf;
using math::neutral;

/// Pairs of pairs ... of leaves: more than any memory holds.
inline constexpr int kLevels = 48;

/// A leaf of 1 to kLeaf dense elements; with `kWeighted`, of their rounded products with `weights`.
template <class F, bool kWeighted = false, class E>
RETROGRAD_INLINE E reduceLeaf(const E* x, int64_t n, const E* weights = nullptr) {
  constexpr int64_t kVec = 32 / sizeof(E);
  typedef E V __attribute__((vector_size(32)));
  alignas(32) E rest[kLanes<E>];
  const int64_t rows = n / kLanes<E>, left = n - rows * kLanes<E>, whole = rows * kLanes<E>;
  if (left || !rows) {
    for (E& e : rest) e = neutral<F, E>();
    std::memcpy(rest, x + whole, static_cast<size_t>(left) * sizeof(E));
    if constexpr (kWeighted)
      for (int64_t i = 0; i < left; ++i) rest[i] *= weights[whole + i];
  }
  auto load = [&](int64_t i) __attribute__((always_inline)) {
    if constexpr (kWeighted)
      return loadVector<V>(x + i) * loadVector<V>(weights + i);
    else
      return loadVector<V>(x + i);
  };
  V a = rows ? load(0) : loadVector<V>(rest), b = rows ? load(kVec) : loadVector<V>(rest + kVec);
  for (int64_t i = kLanes<E>; i < whole; i += kLanes<E>) {
    a = F::combine(a, load(i));
    b = F::combine(b, load(i + kVec));
  }
  if (rows && left) {
    a = F::combine(a, loadVector<V>(rest));
    b = F::combine(b, loadVector<V>(rest + kVec));
  }
  a = F::combine(a, b);
  alignas(32) E lanes[kVec];
  storeVector(lanes, a);
  for (int64_t h = kVec / 2; h; h /= 2)
    for (int64_t j = 0; j < h; ++j) lanes[j] = F::combine(lanes[j], lanes[j + h]);
  return lanes[0];
}

/// Combines leaves, or equal powers of two of them, pairwise as they come.
template <class F, class E>
class Cascade {
 public:
  void push(E v) {
    int level = 0;
    for (uint64_t bits = count_++; bits & 1; bits >>= 1) v = F::combine(levels_[level++], v);
    levels_[level] = v;
  }
  E result() const {
    bool any = false;
    E v = F::template identity<E>();
    for (int level = 0; count_ >> level; ++level) {
      if (!(count_ >> level & 1)) continue;
      v = any ? F::combine(levels_[level], v) : levels_[level];
      any = true;
    }
    return v;
  }

 private:
  uint64_t count_ = 0;
  E levels_[kLevels];
};

/// A dense sequence of any length; weights as in `reduceLeaf`.
template <class F, bool kWeighted = false, class E>
RETROGRAD_INLINE E reduceDense(const E* x, int64_t n, const E* weights = nullptr) {
  if (n <= kLeaf<E>) return n ? reduceLeaf<F, kWeighted>(x, n, weights) : F::template identity<E>();
  Cascade<F, E> cascade;
  for (int64_t i = 0; i < n; i += kLeaf<E>)
    cascade.push(reduceLeaf<F, kWeighted>(x + i, std::min(kLeaf<E>, n - i), kWeighted ? weights + i : nullptr));
  return cascade.result();
}

}  // namespace retrograd::cpu
