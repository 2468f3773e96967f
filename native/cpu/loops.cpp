#include "cpu/loops.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "core/error.h"

namespace retrograd::cpu {

namespace {

constexpr int64_t kChunk = 512;  // elements of one buffer: all buffers of a loop stay in the first-level cache

template <class T>
void copyStrided(char* to, int64_t toStep, const char* from, int64_t fromStep, int64_t n) {
  if (fromStep == 0 && toStep == sizeof(T)) {
    std::fill_n(reinterpret_cast<T*>(to), n, *reinterpret_cast<const T*>(from));
    return;
  }
  for (int64_t i = 0; i < n; ++i) {
    T value;
    std::memcpy(&value, from + i * fromStep, sizeof(T));
    std::memcpy(to + i * toStep, &value, sizeof(T));
  }
}

// One operand of a plan, so that walking it does not pay for the others.
Plan single(const Plan& plan, int operand) {
  Plan one;
  one.rank = plan.rank;
  one.operands = 1;
  one.total = plan.total;
  std::copy_n(plan.sizes, plan.rank, one.sizes);
  std::copy_n(plan.strides[operand], plan.rank, one.strides[0]);
  one.data[0] = plan.data[operand];
  one.itemSize[0] = plan.itemSize[operand];
  one.merge();
  return one;
}

enum class Access { Dense, Constant, Strided };

Access accessOf(const Plan& plan, int operand) {
  bool constant = operand > 0, dense = true;
  int64_t expected = plan.itemSize[operand];
  for (int d = plan.rank - 1; d >= 0; --d) {
    constant &= plan.strides[operand][d] == 0;
    dense &= plan.strides[operand][d] == expected;
    expected *= plan.sizes[d];
  }
  return dense ? Access::Dense : constant ? Access::Constant : Access::Strided;
}

/// How elements are converted as they are loaded or stored; `convert` is null where they are not.
struct Conversion {
  RunFn convert = nullptr;
  int64_t itemSize;  // of what the run takes or gives
};

// The whole range in pieces of one buffer's size; operands that are not dense, or converted, pass through a buffer.
void buffered(RunFn run, const void* context, const Plan& plan, const Conversion* conversions, int64_t begin,
              int64_t end) {
  alignas(64) char buffers[kMaxOperands][kChunk * kMaxItemSize];
  alignas(64) char stored[kChunk * kMaxItemSize];  // elements of one operand, before or after they are converted
  Access access[kMaxOperands];
  Plan own[kMaxOperands];
  for (int k = 0; k < plan.operands; ++k) {
    const auto [convert, item] = conversions[k];
    access[k] = accessOf(plan, k);
    if (access[k] == Access::Strided) own[k] = single(plan, k);
    if (access[k] != Access::Constant) continue;
    if (convert) convertRun(convert, stored, plan.data[k], 1);
    copyRun(buffers[k], item, convert ? stored : plan.data[k], 0, std::min(kChunk, end - begin), item);
  }
  auto lies = [&](int k, int64_t i) { return plan.data[k] + i * plan.itemSize[k]; };  // where dense elements are
  auto load = [&](int k, int64_t i, int64_t n) {
    if (access[k] == Access::Constant) return buffers[k];
    RunFn convert = conversions[k].convert;
    char* from = access[k] == Access::Dense ? lies(k, i) : convert ? stored : buffers[k];
    if (access[k] == Access::Strided) gather(from, own[k], 0, i, n);
    if (!convert) return from;
    convertRun(convert, buffers[k], from, n);
    return buffers[k];
  };
  auto store = [&](int64_t i, int64_t n) {
    RunFn convert = conversions[0].convert;
    char* to = access[0] == Access::Dense ? lies(0, i) : convert ? stored : buffers[0];
    if (convert) convertRun(convert, to, buffers[0], n);
    if (access[0] == Access::Strided) scatter(to, own[0], 0, i, n);
  };
  char* p[kMaxOperands];
  for (int64_t i = begin; i < end; i += kChunk) {
    const int64_t n = std::min(kChunk, end - i);
    p[0] = access[0] == Access::Dense && !conversions[0].convert ? lies(0, i) : buffers[0];
    for (int k = 1; k < plan.operands; ++k) p[k] = load(k, i, n);
    run(context, p, n);
    store(i, n);
  }
}

// Dense operands, and single elements that go with all: no plan is needed.
void direct(RunFn run, const void* context, std::span<const PlanOperand> operands, int64_t n, int64_t grain) {
  parallelFor(n, grain, [&](int64_t begin, int64_t end) {
    alignas(64) char buffers[kMaxOperands][kChunk * kMaxItemSize];
    char* p[kMaxOperands];
    int64_t steps[kMaxOperands];  // bytes to the next piece
    bool repeats = false;
    int k = 0;
    for (const auto& [tensor, data, item] : operands) {
      p[k] = data + begin * item;
      steps[k] = kChunk * item;
      if (!tensor || tensor->numel() != n) {
        copyRun(buffers[k], item, data, 0, std::min(kChunk, end - begin), item);
        p[k] = buffers[k];
        steps[k] = 0;
        repeats = true;
      }
      ++k;
    }
    if (!repeats) return run(context, p, end - begin);
    for (int64_t i = begin; i < end; i += kChunk) {
      run(context, p, std::min(kChunk, end - i));
      for (int o = 0; o < k; ++o) p[o] += steps[o];
    }
  });
}

// Rows long enough to be run in place; operands that stand still in the row are repeated in a buffer.
void byRows(RunFn run, const void* context, const Plan& plan, int64_t begin, int64_t end) {
  alignas(64) char buffers[kMaxOperands][kChunk * kMaxItemSize];
  forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
    bool repeats = false;
    char* p[kMaxOperands];
    for (int k = 0; k < plan.operands; ++k) {
      p[k] = plan.data[k] + offsets[k];
      if (plan.step(k) != 0) continue;
      copyRun(buffers[k], plan.itemSize[k], p[k], 0, std::min(kChunk, n), plan.itemSize[k]);
      p[k] = buffers[k];
      repeats = true;
    }
    if (!repeats) return run(context, p, n);
    for (int64_t i = 0; i < n; i += kChunk) {
      run(context, p, std::min(kChunk, n - i));
      for (int k = 0; k < plan.operands; ++k) p[k] += plan.step(k) * kChunk;
    }
  });
}

}  // namespace

void copyRun(char* to, int64_t toStep, const char* from, int64_t fromStep, int64_t n, int64_t itemSize) {
  if (toStep == itemSize && fromStep == itemSize) {
    std::memcpy(to, from, static_cast<size_t>(n * itemSize));
    return;
  }
  dispatchSize(static_cast<size_t>(itemSize), [=]<class T>(T) { copyStrided<T>(to, toStep, from, fromStep, n); });
}

void gather(char* to, const Plan& plan, int operand, int64_t begin, int64_t n) {
  const int64_t item = plan.itemSize[operand];
  const int64_t step = plan.step(operand);
  forEachRow(plan, begin, begin + n, [&](const int64_t* offsets, int64_t count) {
    copyRun(to, item, plan.data[operand] + offsets[operand], step, count, item);
    to += count * item;
  });
}

void scatter(const char* from, const Plan& plan, int operand, int64_t begin, int64_t n) {
  const int64_t item = plan.itemSize[operand];
  const int64_t step = plan.step(operand);
  forEachRow(plan, begin, begin + n, [&](const int64_t* offsets, int64_t count) {
    copyRun(plan.data[operand] + offsets[operand], step, from, item, count, item);
    from += count * item;
  });
}

void elementwise(RunFn run, const void* context, std::initializer_list<LoopOperand> operands, int64_t grain) {
  uint64_t numbers[kMaxOperands];
  PlanOperand each[kMaxOperands];
  const Tensor& out = *operands.begin()->tensor;
  const int64_t elements = out.numel();
  bool converts = false, isDirect = true;
  int count = 0;
  for (const auto& [tensor, type, number] : operands) {
    if (tensor) {
      converts |= tensor->dtype() != type;
      isDirect &= tensor->isContiguous() && (tensor->numel() == elements || (tensor->numel() == 1 && count));
      each[count] = tensor;
    } else {
      numbers[count] = number.bitsAs(type);
      each[count] = {&numbers[count], itemSize(type)};
    }
    ++count;
  }
  const std::span<const PlanOperand> all(each, static_cast<size_t>(count));
  if (isDirect && !converts) return direct(run, context, all, elements, grain);
  Plan plan(out.sizes(), all);
  if (plan.total == 0) return;
  plan.sortByStride();
  plan.merge();
  Conversion conversions[kMaxOperands];
  for (int k = 0; k < count; ++k) {
    const DType type = operands.begin()[k].type, lies = each[k].tensor ? each[k].tensor->dtype() : type;
    conversions[k].itemSize = static_cast<int64_t>(itemSize(type));
    if (type != lies) conversions[k].convert = k ? converter(lies, type) : converter(type, lies);
  }
  constexpr int64_t kLongRow = 48;
  bool rows = !converts && plan.sizes[plan.rank - 1] >= kLongRow;
  bool dense = !converts;
  for (int k = 0; k < plan.operands; ++k) {
    dense &= plan.isDense(k);
    rows &= plan.step(k) == plan.itemSize[k] || (k > 0 && plan.step(k) == 0);
  }
  parallelFor(plan.total, grain, [&](int64_t begin, int64_t end) {
    if (dense) {
      char* p[kMaxOperands];
      for (int k = 0; k < plan.operands; ++k) p[k] = plan.data[k] + begin * plan.itemSize[k];
      run(context, p, end - begin);
    } else if (rows) {
      byRows(run, context, plan, begin, end);
    } else {
      buffered(run, context, plan, conversions, begin, end);
    }
  });
}

}  // namespace retrograd::cpu
