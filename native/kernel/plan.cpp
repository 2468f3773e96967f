#include "kernel/plan.h"

#include <algorithm>
#include <cstdlib>

#include "core/error.h"

namespace retrograd {

Tensor withoutDim(const Tensor& t, int64_t dim) {
  Layout layout = t.layout();
  layout.sizes.erase(static_cast<size_t>(dim));
  layout.strides.erase(static_cast<size_t>(dim));
  return Tensor(std::move(layout));
}

Plan::Plan(const Dims& shape, std::span<const PlanOperand> given) : operands(static_cast<int>(given.size())) {
  int k = 0;
  for (const PlanOperand& o : given) {
    data[k] = o.data;
    itemSize[k++] = o.itemSize;
  }
  for (size_t d = 0; d < shape.size(); ++d) {
    total *= shape[d];
    if (shape[d] == 1) continue;
    sizes[rank] = shape[d];
    k = 0;
    for (const PlanOperand& o : given) {
      const size_t shift = o.tensor ? shape.size() - o.tensor->sizes().size() : shape.size();
      const bool broadcast = d < shift || o.tensor->sizes()[d - shift] == 1;
      strides[k][rank] = broadcast ? 0 : o.tensor->strides()[d - shift] * itemSize[k];
      ++k;
    }
    ++rank;
  }
}

Plan& Plan::operator=(const Plan& o) {
  rank = o.rank;
  operands = o.operands;
  total = o.total;
  std::copy_n(o.sizes, rank, sizes);
  for (int k = 0; k < operands; ++k) {
    std::copy_n(o.strides[k], rank, strides[k]);
    data[k] = o.data[k];
    itemSize[k] = o.itemSize[k];
  }
  return *this;
}

std::pair<int64_t, int64_t> Plan::reach(int operand) const {
  int64_t lowest = 0, highest = 0;
  for (int d = 0; d < rank; ++d) {
    const int64_t span = strides[operand][d] * (sizes[d] - 1);
    (span < 0 ? lowest : highest) += span;
  }
  return {lowest, highest};
}

void Plan::addDimension(int64_t size, std::initializer_list<int64_t> steps) {
  sizes[rank] = size;
  int k = 0;
  for (int64_t step : steps) strides[k++][rank] = step;
  total *= size;
  ++rank;
}

void Plan::sortByStride() {
  auto inside = [this](int a, int b) {  // dimension a belongs inside b
    for (int k = 0; k < operands; ++k) {
      int64_t sa = std::abs(strides[k][a]), sb = std::abs(strides[k][b]);
      if (sa != sb) return sa < sb;
    }
    return false;
  };
  for (int i = 1; i < rank; ++i)
    for (int j = i; j > 0 && inside(j - 1, j); --j) {
      std::swap(sizes[j], sizes[j - 1]);
      for (int k = 0; k < operands; ++k) std::swap(strides[k][j], strides[k][j - 1]);
    }
}

void Plan::close() {
  if (rank > 0) return;
  rank = 1;
  sizes[0] = 1;
  for (int k = 0; k < operands; ++k) strides[k][0] = itemSize[k];
}

void Plan::merge() {
  close();
  int last = 0;
  for (int d = 1; d < rank; ++d) {
    bool joins = true;
    for (int k = 0; k < operands; ++k) joins &= strides[k][last] == strides[k][d] * sizes[d];
    if (joins)
      sizes[last] *= sizes[d];
    else
      sizes[++last] = sizes[d];
    for (int k = 0; k < operands; ++k) strides[k][last] = strides[k][d];
  }
  rank = last + 1;
}

Plan Plan::part(bool (*wanted)(const Plan&, int dim), std::initializer_list<int> which) const {
  Plan p;
  for (int k : which) {
    p.data[p.operands] = data[k];
    p.itemSize[p.operands] = itemSize[k];
    for (int d = 0, to = 0; d < rank; ++d)
      if (wanted(*this, d)) p.strides[p.operands][to++] = strides[k][d];
    ++p.operands;
  }
  for (int d = 0; d < rank; ++d) {
    if (!wanted(*this, d)) continue;
    p.sizes[p.rank++] = sizes[d];
    p.total *= sizes[d];
  }
  return p;
}

bool Plan::isConstant(int operand) const {
  return total > 1 && std::all_of(strides[operand], strides[operand] + rank, [](int64_t s) { return s == 0; });
}

Plan Plan::slice(int64_t begin, int64_t count) const {
  Plan p = *this;
  for (int k = 0; k < operands; ++k) p.data[k] += begin * strides[k][0];
  p.total = total / sizes[0] * count;
  p.sizes[0] = count;
  if (count > 1 || rank == 1) return p;
  for (int d = 0; d + 1 < rank; ++d) {
    p.sizes[d] = sizes[d + 1];
    for (int k = 0; k < operands; ++k) p.strides[k][d] = strides[k][d + 1];
  }
  --p.rank;
  return p;
}

bool Plan::isWide() const {
  if (total > INT32_MAX) return true;
  for (int k = 0; k < operands; ++k) {
    int64_t extent = 0;
    for (int d = 0; d < rank; ++d) {
      if (sizes[d] > 1 && std::abs(strides[k][d]) > INT32_MAX) return true;
      extent += (sizes[d] - 1) * std::abs(strides[k][d]);
    }
    if (extent > INT32_MAX) return true;
  }
  return false;
}

void Plan::requireRank(const char* op) const {
  if (rank > kWalkRank)
    fail<ShapeError>(op, ": a tensor laid out in ", rank,
                     " dimensions that cannot be joined; call contiguous() first (at most ", kWalkRank, ")");
}

ReducePlan::ReducePlan(const Tensor& out, const Tensor& in, bool free) {
  auto isReduced = [](const Plan& plan, int dim) { return plan.strides[1][dim] == 0; };
  auto isKept = [](const Plan& plan, int dim) { return plan.strides[1][dim] != 0; };
  const Plan all(in.sizes(), {&in, &out});
  kept = all.part(isKept, {0, 1});
  reduced = all.part(isReduced, {0});
  kept.sortByStride();
  if (free) reduced.sortByStride();
  kept.merge();
  reduced.merge();
}

uint64_t meetingFree(const Plan& plan) {
  uint64_t chosen = 0;
  auto nests = [&](uint64_t set) {
    int64_t reach = 0;  // of the steps so far, from the smallest up
    for (uint64_t left = set; left;) {
      int smallest = -1;
      for (int d = 0; d < plan.rank; ++d)
        if (left >> d & 1 && (smallest < 0 || std::abs(plan.strides[0][d]) < std::abs(plan.strides[0][smallest])))
          smallest = d;
      int64_t step = std::abs(plan.strides[0][smallest]);
      if (step <= reach) return false;
      reach += step * (plan.sizes[smallest] - 1);
      left &= ~(uint64_t{1} << smallest);
    }
    return true;
  };
  for (uint64_t seen = 0; seen != (uint64_t{1} << plan.rank) - 1;) {
    int longest = -1;
    for (int d = 0; d < plan.rank; ++d)
      if (!(seen >> d & 1) && (longest < 0 || plan.sizes[d] > plan.sizes[longest])) longest = d;
    seen |= uint64_t{1} << longest;
    if (nests(chosen | uint64_t{1} << longest)) chosen |= uint64_t{1} << longest;
  }
  return chosen;
}

}  // namespace retrograd
