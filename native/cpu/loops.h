#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "core/operand.h"
#include "cpu/threads.h"
#include "kernel/plan.h"

namespace retrograd::cpu {

/// Elements that a padded remainder is rounded up to: the most lanes of a vector that elementary functions take.
inline constexpr int64_t kVector = 16;

/// A kernel over dense runs: `p[0]` is the result, the others the operands; `n` >= 1. The result may be an operand.
using RunFn = void (*)(const void* context, char* const* p, int64_t n);

/// A tensor, or a number, and the dtype in which a run takes its elements, or gives them.
struct LoopOperand {
  const Tensor* tensor;  // null for a number
  DType type;
  Scalar number = 0;

  LoopOperand(const Tensor* tensor) : LoopOperand(tensor, tensor->dtype()) {}
  LoopOperand(const Tensor* tensor, DType type) : tensor(tensor), type(type) {}
  LoopOperand(const Operand& o, DType type)
      : tensor(o.isNumber() ? nullptr : &o.tensor()), type(type), number(o.number()) {}
};

/// out[i] = run(operands...[i]) over the sizes of the first tensor, which the others broadcast to. Elements of another
/// dtype than the run's are converted as they are loaded or stored. `grain`: elements that are worth a thread.
void elementwise(RunFn run, const void* context, std::initializer_list<LoopOperand> operands, int64_t grain);

/// The kernel that converts a dense run of `from` to one of another dtype (core/convert.h).
RunFn converter(DType from, DType to);

inline void convertRun(RunFn convert, char* to, const char* from, int64_t n) {
  char* const p[] = {to, const_cast<char*>(from)};
  convert(nullptr, p, n);
}

/// `n` elements of `itemSize` bytes, `toStep` and `fromStep` bytes apart.
void copyRun(char* to, int64_t toStep, const char* from, int64_t fromStep, int64_t n, int64_t itemSize);

/// Elements [begin, begin + n) of an operand, counted in row-major order of the plan, as a dense run and back.
void gather(char* to, const Plan& plan, int operand, int64_t begin, int64_t n);
void scatter(const char* from, const Plan& plan, int operand, int64_t begin, int64_t n);

/// Walks runs of the innermost dimension: `fn(offsets, n)` with the byte offset of each operand, for the elements
/// [begin, end) of the plan's index space.
template <class Fn>
void forEachRow(const Plan& plan, int64_t begin, int64_t end, Fn&& fn) {
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
