#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "core/tensor.h"
#include "cpu/threads.h"

namespace retrograd::cpu {

inline constexpr int kMaxOperands = 4;
inline constexpr int kMaxRank = 40;  // after dimensions of size 1 are gone: more cannot be addressed

/// Elements that a padded remainder is rounded up to: the most lanes of a vector that elementary functions take.
inline constexpr int64_t kVector = 16;

/// A kernel over dense runs: `p[0]` is the result, the others the operands; `n` >= 1. The result may be an operand.
using RunFn = void (*)(const void* context, char* const* p, int64_t n);

/// An index space, outermost dimension first, and for each operand where it begins and how many bytes a step in each
/// dimension is. Dimensions are merged where every operand allows it; for the elementwise loops they are ordered so
/// that the result is walked through memory in order. A space of one element has one dimension of size 1.
struct LoopPlan {
  int rank = 0;
  int operands = 0;
  int64_t total = 1;
  int64_t sizes[kMaxRank];
  int64_t strides[kMaxOperands][kMaxRank];
  char* data[kMaxOperands];
  int64_t itemSize[kMaxOperands];

  /// All dimensions in their own order, dimensions of size 1 left out, nothing merged. `tensors` broadcast to `sizes`.
  LoopPlan(const Dims& sizes, std::initializer_list<const Tensor*> tensors);
  LoopPlan() = default;
  LoopPlan(const LoopPlan& o) { *this = o; }
  /// Copies the dimensions in use only.
  LoopPlan& operator=(const LoopPlan& o);
  /// Gives a plan without dimensions its one of size 1.
  void close();
  /// Reorders the dimensions from the largest to the smallest step of the first operand, then the others.
  void sortByStride();
  /// Joins neighbouring dimensions that all operands walk as one.
  void merge();

  bool isDense(int operand) const { return rank == 1 && strides[operand][0] == itemSize[operand]; }
  /// The step of the innermost dimension.
  int64_t step(int operand) const { return strides[operand][rank - 1]; }
};

/// out[i] = run(operands...[i]) over the sizes of the first tensor, which the others broadcast to. `grain`: elements
/// that are worth a thread.
void elementwise(RunFn run, const void* context, std::initializer_list<const Tensor*> tensors, int64_t grain);

/// Elements [begin, begin + n) of an operand, counted in row-major order of the plan, as a dense run and back.
void gather(char* to, const LoopPlan& plan, int operand, int64_t begin, int64_t n);
void scatter(const char* from, const LoopPlan& plan, int operand, int64_t begin, int64_t n);

/// Walks runs of the innermost dimension: `fn(offsets, n)` with the byte offset of each operand, for the elements
/// [begin, end) of the plan's index space.
template <class Fn>
void forEachRow(const LoopPlan& plan, int64_t begin, int64_t end, Fn&& fn) {
  int64_t offsets[kMaxOperands] = {};
  int64_t index[kMaxRank];
  int64_t rest = begin;
  for (int d = plan.rank - 1; d >= 0; --d) {
    index[d] = rest % plan.sizes[d];
    rest /= plan.sizes[d];
    for (int k = 0; k < plan.operands; ++k) offsets[k] += index[d] * plan.strides[k][d];
  }
  const int inner = plan.rank - 1;
  while (begin < end) {
    int64_t n = std::min(plan.sizes[inner] - index[inner], end - begin);
    fn(offsets, n);
    begin += n;
    if (begin >= end) return;
    for (int k = 0; k < plan.operands; ++k) offsets[k] -= index[inner] * plan.strides[k][inner];
    index[inner] = 0;
    for (int d = inner - 1; d >= 0; --d) {
      for (int k = 0; k < plan.operands; ++k) offsets[k] += plan.strides[k][d];
      if (++index[d] < plan.sizes[d]) break;
      for (int k = 0; k < plan.operands; ++k) offsets[k] -= plan.sizes[d] * plan.strides[k][d];
      index[d] = 0;
    }
  }
}

}  // namespace retrograd::cpu
