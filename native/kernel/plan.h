#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>

#include "core/macros.h"
#include "core/tensor.h"

namespace retrograd {

/// Division of numbers below 2^31 by one that stays the same, as a multiplication and a shift.
struct Divider {
  uint32_t divisor, magic, shift;

  Divider() = default;
  explicit Divider(uint32_t d) : divisor(d), shift(0) {
    while (shift < 32 && (uint64_t{1} << shift) < d) ++shift;
    magic = static_cast<uint32_t>((uint64_t{1} << 32) * ((uint64_t{1} << shift) - d) / d + 1);
  }
  RETROGRAD_HD uint32_t quotient(uint32_t n) const {
    uint32_t high = static_cast<uint32_t>(static_cast<uint64_t>(n) * magic >> 32);
    return (high + n) >> shift;
  }
};

inline constexpr int kMaxOperands = 5;
/// Dimensions that a kernel walks; more, after merging, are taken apart by the host.
inline constexpr int kWalkRank = 12;

/// What a kernel needs to find element i (in row-major order) of `K` operands: byte offsets from their beginnings.
/// Arithmetic is 32-bit unless an index or an offset would not fit.
template <int K>
struct Walk {
  int32_t rank;
  bool wide;
  Divider dividers[kWalkRank];
  int64_t sizes[kWalkRank];
  int64_t strides[K][kWalkRank];

  /// For a Walk that is not wide.
  RETROGRAD_HD void narrowOffsets(uint32_t i, int32_t (&to)[K]) const {
    for (int k = 0; k < K; ++k) to[k] = 0;
    for (int d = rank - 1; d > 0; --d) {
      const uint32_t q = dividers[d].quotient(i);
      const int32_t r = static_cast<int32_t>(i - q * dividers[d].divisor);
      for (int k = 0; k < K; ++k) to[k] += r * static_cast<int32_t>(strides[k][d]);
      i = q;
    }
    for (int k = 0; k < K; ++k) to[k] += static_cast<int32_t>(i) * static_cast<int32_t>(strides[k][0]);
  }
  RETROGRAD_HD void offsets(int64_t i, int64_t (&to)[K]) const {
    if (!wide) {
      int32_t narrow[K];
      narrowOffsets(static_cast<uint32_t>(i), narrow);
      for (int k = 0; k < K; ++k) to[k] = narrow[k];
      return;
    }
    for (int k = 0; k < K; ++k) to[k] = 0;
    for (int d = rank - 1; d > 0; --d) {
      const int64_t q = i / sizes[d], r = i - q * sizes[d];
      for (int k = 0; k < K; ++k) to[k] += r * strides[k][d];
      i = q;
    }
    for (int k = 0; k < K; ++k) to[k] += i * strides[k][0];
  }
  /// The same for one operand.
  RETROGRAD_HD int64_t offset(int64_t i) const {
    static_assert(K == 1);
    int64_t to[1];
    offsets(i, to);
    return to[0];
  }
};

/// The first of each of the lines of `t` along `dim`: a tensor without that dimension.
Tensor withoutDim(const Tensor& t, int64_t dim);

/// Dimensions of a plan: as many as a tensor may have.
inline constexpr int kMaxRank = kMaxDims;

/// An operand of a plan: a tensor, or one value, `itemSize` bytes at `data`, for all elements.
struct PlanOperand {
  const Tensor* tensor = nullptr;
  char* data = nullptr;
  int64_t itemSize = 0;

  PlanOperand() = default;
  PlanOperand(const Tensor* t)
      : tensor(t),
        data(static_cast<char*>(t->data())),
        itemSize(static_cast<int64_t>(retrograd::itemSize(t->dtype()))) {}
  PlanOperand(void* value, size_t itemSize)
      : data(static_cast<char*>(value)), itemSize(static_cast<int64_t>(itemSize)) {}
};

/// An index space, outermost dimension first, and for each operand where it begins and how many bytes a step in each
/// dimension is.
struct Plan {
  int rank = 0;
  int operands = 0;
  int64_t total = 1;
  int64_t sizes[kMaxRank];
  int64_t strides[kMaxOperands][kMaxRank];
  char* data[kMaxOperands];
  int64_t itemSize[kMaxOperands];

  Plan() = default;
  /// All dimensions in their own order, those of size 1 left out, nothing merged. The operands broadcast to `sizes`.
  Plan(const Dims& sizes, std::span<const PlanOperand> operands);
  Plan(const Dims& sizes, std::initializer_list<PlanOperand> operands)
      : Plan(sizes, std::span(operands.begin(), operands.size())) {}
  Plan(const Plan& o) { *this = o; }
  /// Copies the dimensions in use only.
  Plan& operator=(const Plan& o);

  void addDimension(int64_t size, std::initializer_list<int64_t> steps);
  /// Reorders the dimensions from the largest to the smallest step of the first operand, then the others.
  void sortByStride();
  /// Gives a plan without dimensions one of size 1.
  void close();
  /// Joins neighbouring dimensions that all operands walk as one, and closes the plan.
  void merge();
  /// Some dimensions of this plan with some of its operands.
  Plan part(bool (*wanted)(const Plan&, int dim), std::initializer_list<int> which) const;

  bool isDense(int operand) const { return total == 1 || (rank == 1 && strides[operand][0] == itemSize[operand]); }
  bool isConstant(int operand) const;
  /// True where an index or an offset may not fit into 31 bits.
  bool isWide() const;
  /// For a plan of at least two elements: elements [begin, begin + count) of the outermost dimension, which disappears
  /// where it is left with one.
  Plan slice(int64_t begin, int64_t count) const;
  /// The lowest and the highest byte offset of an operand's elements.
  std::pair<int64_t, int64_t> reach(int operand) const;
  /// The step of the innermost dimension.
  int64_t step(int operand) const { return strides[operand][rank - 1]; }

  /// For kernels that find elements by their number. Throws ShapeError naming `op` for more than kWalkRank dimensions.
  template <int K>
  Walk<K> walk(const char* op) const {
    Walk<K> w;
    requireRank(op);
    w.rank = rank;
    w.wide = isWide();
    for (int d = 0; d < rank; ++d) {
      w.sizes[d] = sizes[d];
      if (!w.wide) w.dividers[d] = Divider(static_cast<uint32_t>(sizes[d]));
      for (int k = 0; k < K; ++k) w.strides[k][d] = strides[k][d];
    }
    return w;
  }

 private:
  void requireRank(const char* op) const;
};

/// Dimensions of a plan, as bits, along which elements of operand 0 never meet in memory, the longest first taken.
uint64_t meetingFree(const Plan& plan);

/// The dimensions of `in` that a reduction into `out`, which broadcasts to it, keeps and those it reduces: the
/// sequences and their elements. Operand 0 is `in`; `kept` has `out` as operand 1. Sequences may come in any order,
/// elements keep theirs but where the order is `free`: what lies together in memory then comes together.
struct ReducePlan {
  Plan kept, reduced;
  ReducePlan(const Tensor& out, const Tensor& in, bool free);
};

}  // namespace retrograd
