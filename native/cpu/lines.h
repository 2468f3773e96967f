#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

#include "cpu/loops.h"
#include "cpu/transpose.h"

namespace retrograd::cpu {

/// `width` lines whose beginnings lie `next` apart and their `n` elements `step`, to dense lines that lie `apart`, and
/// back. All count elements.
template <class T>
RETROGRAD_CLONES void gatherLines(T* to, int64_t apart, const T* from, int64_t next, int64_t step, int64_t width,
                                  int64_t n) {
  if (next == 1)
    for (int64_t i = 0; i < n; i += kTransposeSide)
      transposeBlock(from + i * step, step, to + i, apart, std::min(kTransposeSide, n - i), width);
  else
    for (int64_t w = 0; w < width; ++w)
      for (int64_t i = 0; i < n; ++i) to[w * apart + i] = from[w * next + i * step];
}
template <class T>
RETROGRAD_CLONES void scatterLines(const T* from, int64_t apart, T* to, int64_t next, int64_t step, int64_t width,
                                   int64_t n) {
  if (next == 1)
    for (int64_t i = 0; i < n; i += kTransposeSide)
      transposeBlock(from + i, apart, to + i * step, step, width, std::min(kTransposeSide, n - i));
  else
    for (int64_t w = 0; w < width; ++w)
      for (int64_t i = 0; i < n; ++i) to[w * next + i * step] = from[w * apart + i];
}

/// The lines of some tensors along one dimension, for kernels that take a line whole. Which lines come together depends
/// on layouts and threads: what a kernel makes of a line must depend on its elements alone.
class Lines {
 public:
  static constexpr int64_t kTogether = 64;  // the most lines that `forEach` gives at once

  Plan plan;                      // the lines' beginnings
  int64_t n;                      // elements of a line of the last tensor
  int64_t lengths[kMaxOperands];  // elements of a line of each
  int64_t steps[kMaxOperands];    // bytes from one of them to the next

  /// `tensors` have the sizes of the last one, save along `dim`: there any (1: one element for each line).
  Lines(std::initializer_list<PlanOperand> tensors, int64_t dim)
      : plan(beginnings(*(tensors.end() - 1)->tensor, dim), tensors) {
    int k = 0;
    for (const auto& [t, data, itemSize] : tensors) {
      lengths[k] = n = t->dim() ? t->size(dim) : 1;
      steps[k] = n > 1 ? t->strides()[dim] * itemSize : itemSize;
      isDense_ &= steps[k] == itemSize;
      ++k;
    }
    if (!isDense_) plan.sortByStride();
    plan.merge();
  }

  /// Calls `fn(p, width)` with the operands' first elements in the first of `width` neighbouring lines, `plan.step(k)`
  /// apart: several lines where neighbours are nearer than a line's elements or lines are short, else one. `grain`:
  /// elements that are worth a thread.
  template <class Fn>
  void forEach(int64_t grain, Fn&& fn) const {
    if (n == 0) return;
    const int last = plan.operands - 1;
    const int64_t together = std::abs(plan.step(last)) < std::abs(steps[last]) || n < 8 ? kTogether : 1;
    parallelFor(plan.total, std::max<int64_t>(1, grain / n),
                [&](int64_t begin, int64_t end) { forGroups(begin, end, together, fn); });
  }

  /// Calls `row(lines..., scratch)` for each line, with pointers to dense lines of the operands: `T` is the type of
  /// each one's elements, const where they are read; the others are written. What is not dense passes through buffers,
  /// several neighbours at a time. `scratch` has `n` elements of the first type.
  template <class... T, class Row>
  void forEachDense(int64_t grain, Row&& row) const {
    runDense<T...>(grain, row, std::index_sequence_for<T...>());
  }

 private:
  bool isDense_ = true;

  static Dims beginnings(const Tensor& t, int64_t dim) {
    Dims sizes = t.sizes();
    if (t.dim()) sizes[dim] = 1;
    return sizes;
  }

  template <class Fn>
  void forGroups(int64_t begin, int64_t end, int64_t together, Fn&& fn) const {
    forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t count) {
      for (int64_t first = 0; first < count; first += together) {
        char* p[kMaxOperands];
        for (int k = 0; k < plan.operands; ++k) p[k] = plan.data[k] + offsets[k] + first * plan.step(k);
        fn(p, std::min(together, count - first));
      }
    });
  }

  /// Elements from one buffered line to the next: lines a power of two apart would push each other out of the cache.
  int64_t apart(int k) const { return lengths[k] + 16; }

  template <class... T, class Row, size_t... K>
  void runDense(int64_t grain, Row& row, std::index_sequence<K...>) const {
    if (n == 0) return;
    using First = std::remove_const_t<std::tuple_element_t<0, std::tuple<T...>>>;
    const int64_t together = isDense_ ? 1 : kTransposeSide;
    auto bytes = [](int64_t count, size_t size) { return (static_cast<size_t>(count) * size + 63) & ~size_t{63}; };
    // Where the operands' buffers begin, and, last, their end; first comes the scratch.
    size_t begins[sizeof...(T) + 1] = {bytes(n, sizeof(First))};
    ((begins[K + 1] = begins[K] + (isDense_ ? 0 : bytes(apart(K) * together, sizeof(T)))), ...);
    parallelFor(plan.total, std::max<int64_t>(1, grain / n), [&](int64_t begin, int64_t end) {
      alignas(64) std::byte small[2048];
      std::unique_ptr<std::byte[]> large;
      std::byte* buffer = small;
      if (begins[sizeof...(T)] > sizeof small) {
        large = std::make_unique_for_overwrite<std::byte[]>(begins[sizeof...(T)]);
        buffer = large.get();
      }
      forGroups(begin, end, together, [&](char* const* p, int64_t width) {
        const std::tuple<T*...> lines{
            reinterpret_cast<T*>(isDense_ ? p[K] : reinterpret_cast<char*>(buffer + begins[K]))...};
        if (!isDense_) (gatherOperand<T>(K, std::get<K>(lines), p[K], width), ...);
        for (int64_t w = 0; w < width; ++w) row(std::get<K>(lines) + w * apart(K)..., reinterpret_cast<First*>(buffer));
        if (!isDense_) (scatterOperand<T>(K, std::get<K>(lines), p[K], width), ...);
      });
    });
  }

  template <class T>
  void gatherOperand(int k, T* lines, const char* from, int64_t width) const {
    if constexpr (std::is_const_v<T>)
      gatherLines(const_cast<std::remove_const_t<T>*>(lines), apart(k), reinterpret_cast<T*>(from),
                  plan.step(k) / plan.itemSize[k], steps[k] / plan.itemSize[k], width, lengths[k]);
  }
  template <class T>
  void scatterOperand(int k, T* lines, char* to, int64_t width) const {
    if constexpr (!std::is_const_v<T>)
      scatterLines(static_cast<const T*>(lines), apart(k), reinterpret_cast<T*>(to), plan.step(k) / plan.itemSize[k],
                   steps[k] / plan.itemSize[k], width, lengths[k]);
  }
};

}  // namespace retrograd::cpu
