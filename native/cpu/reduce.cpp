#include <bit>
#include <vector>

#include "cpu/clones.h"
#include "cpu/loops.h"
#include "cpu/pointwise.h"
#include "cpu/tree.h"
#include "kernel/copy.h"
#include "kernel/reduce.h"

namespace retrograd::cpu {

namespace {

constexpr int64_t kColumns = 256;  // outputs that one walk over the rows computes side by side

/// Reads a dense run of elements as `E`: where they are (`convert` is null), or converted into a buffer.
template <class E>
inline const E* readDense(const char* from, int64_t n, RunFn convert, E* buffer) {
  if (!convert) return reinterpret_cast<const E*>(from);
  convertRun(convert, reinterpret_cast<char*>(buffer), from, n);
  return buffer;
}

/// Elements [begin, end) of the reduced sequence that starts at `base`; `convert` as in `readDense`.
template <class F, class E>
RETROGRAD_CLONES E rowRun(const char* base, const Plan& reduced, int64_t begin, int64_t end, RunFn convert) {
  const bool dense = reduced.isDense(0);
  if (dense && !convert) return reduceDense<F>(reinterpret_cast<const E*>(base) + begin, end - begin);
  alignas(64) E buffer[kLeaf<E>];
  alignas(64) char gathered[kLeaf<E> * kMaxItemSize];
  Plan from = reduced;
  from.data[0] = const_cast<char*>(base);
  Cascade<F, E> cascade;
  for (int64_t i = begin; i < end; i += kLeaf<E>) {
    const int64_t n = std::min(kLeaf<E>, end - i);
    const char* at = base + i * reduced.itemSize[0];
    if (!dense) {
      gather(gathered, from, 0, i, n);
      at = gathered;
    }
    cascade.push(reduceLeaf<F>(readDense(at, n, convert, buffer), n));
  }
  return cascade.result();
}

/// As `rowRun` for `width` (at most kColumns) sequences side by side: element c of each row belongs to sequence c.
/// `columnStep`: bytes from one to the next.
template <class F, class E>
RETROGRAD_CLONES void columnRun(const char* base, const Plan& reduced, int64_t begin, int64_t end, int64_t width,
                                int64_t columnStep, E* results, RunFn convert) {
  constexpr int64_t kRows = kLanes<E>, kAhead = 2;
  alignas(64) E lanes[kRows * kColumns];
  alignas(64) E converted[kRows * kColumns];
  alignas(64) char line[kColumns * kMaxItemSize];
  int64_t offsets[kRows];
  std::vector<E> levels;  // kColumns for each level of the cascade: long sequences only
  uint64_t count = 0;
  const int64_t item = reduced.itemSize[0];
  const bool dense = columnStep == item;
  const bool block = dense && reduced.rank == 1 && reduced.step(0) == width * item;
  for (int64_t i = begin; i < end; i += kLeaf<E>) {
    const int64_t leaf = std::min(kLeaf<E>, end - i);
    for (int64_t r0 = 0; r0 < leaf; r0 += kRows) {
      const int64_t rows = std::min(kRows, leaf - r0);
      if (block) {  // the rows lie one after the other: one long row
        const int64_t n = rows * width;
        const E* x = readDense(base + (i + r0) * reduced.step(0), n, convert, converted);
        if (r0 == 0)
          std::memcpy(lanes, x, static_cast<size_t>(n) * sizeof(E));
        else
          for (int64_t c = 0; c < n; ++c) lanes[c] = F::combine(lanes[c], x[c]);
        continue;
      }
      int64_t filled = 0;
      forEachRow(reduced, i + r0, i + r0 + rows, [&](const int64_t* offset, int64_t n) {
        for (int64_t r = 0; r < n; ++r) offsets[filled++] = offset[0] + r * reduced.step(0);
      });
      for (int64_t r = 0; r < rows; ++r) {
        const char* at = base + offsets[r];
        if (!dense) {
          copyRun(line, item, at, columnStep, width, item);
          at = line;
        }
        const E* x = readDense(at, width, convert, converted);
        E* lane = lanes + r * width;
        if (r + kAhead < rows)  // rows lie far apart: the hardware does not foresee the next one
          for (int64_t c = 0; c < width * item; c += 64) __builtin_prefetch(base + offsets[r + kAhead] + c);
        if (r0 == 0) {
          std::memcpy(lane, x, static_cast<size_t>(width) * sizeof(E));
        } else {
#pragma GCC ivdep
          for (int64_t c = 0; c < width; ++c) lane[c] = F::combine(lane[c], x[c]);
        }
      }
    }
    for (int64_t h = kRows / 2, present = std::min(leaf, kRows); h; h /= 2) {
      const int64_t n = (present - h) * width;
#pragma GCC ivdep
      for (int64_t c = 0; c < n; ++c) lanes[c] = F::combine(lanes[c], lanes[c + h * width]);
      present = std::min(present, h);
    }
    // The cascade of tree.h, for whole lines.
    const E* value = lanes;
    if (end - begin > kLeaf<E>) {
      if (levels.empty())
        levels.resize(kColumns * (std::bit_width(static_cast<uint64_t>((end - begin) / kLeaf<E>)) + 1));
      int level = 0;
      for (uint64_t bits = count; bits & 1; bits >>= 1, ++level)
        for (int64_t c = 0; c < width; ++c) lanes[c] = F::combine(levels[level * kColumns + c], lanes[c]);
      std::memcpy(&levels[level * kColumns], lanes, static_cast<size_t>(width) * sizeof(E));
    }
    ++count;
    if (end - begin <= kLeaf<E>) std::memcpy(results, value, static_cast<size_t>(width) * sizeof(E));
  }
  if (end - begin <= kLeaf<E>) return;
  bool any = false;
  for (int level = 0; count >> level; ++level) {
    if (!(count >> level & 1)) continue;
    const E* v = &levels[level * kColumns];
    for (int64_t c = 0; c < width; ++c) results[c] = any ? F::combine(v[c], results[c]) : v[c];
    any = true;
  }
}

/// Outputs [firstOut, lastOut) of the plan over the part [begin, end) of the sequence. `store(number, offset, value)`.
template <class F, class E, class Store>
void reduceOutputs(const ReducePlan& plan, RunFn convert, bool columns, int64_t firstOut, int64_t lastOut,
                   int64_t begin, int64_t end, Store&& store) {
  int64_t number = firstOut;
  const char* in = plan.kept.data[0];
  const int64_t inStep = plan.kept.step(0), outStep = plan.kept.step(1);
  forEachRow(plan.kept, firstOut, lastOut, [&](const int64_t* offsets, int64_t n) {
    if (columns) {
      alignas(64) E results[kColumns];
      for (int64_t c = 0; c < n; c += kColumns) {
        int64_t width = std::min(kColumns, n - c);
        columnRun<F, E>(in + offsets[0] + c * inStep, plan.reduced, begin, end, width, inStep, results, convert);
        for (int64_t j = 0; j < width; ++j) store(number++, offsets[1] + (c + j) * outStep, results[j]);
      }
    } else {
      for (int64_t c = 0; c < n; ++c)
        store(number++, offsets[1] + c * outStep,
              rowRun<F, E>(in + offsets[0] + c * inStep, plan.reduced, begin, end, convert));
    }
  });
}

/// True where the sequences of a large tensor jump through memory although another reduced dimension is dense.
bool jumpsThroughMemory(const ReducePlan& plan) {
  const Plan& reduced = plan.reduced;
  if (reduced.total < kGrain || reduced.step(0) <= reduced.itemSize[0]) return false;
  for (int d = 0; d + 1 < reduced.rank; ++d)
    if (reduced.strides[0][d] == reduced.itemSize[0] && reduced.sizes[d] > 8) return true;
  return false;
}

/// A copy of `t` without gaps, whose expanded dimensions stay so.
Tensor denseCopy(const char* op, const Tensor& t) {
  Layout single = t.layout();
  for (size_t d = 0; d < single.sizes.size(); ++d)
    if (single.strides[d] == 0) single.sizes[d] = 1;
  Tensor copy = allocateTensor(op, single.sizes, t.dtype(), kCpu);
  copySlot(kCpu, copy, Tensor(std::move(single)));
  Layout layout = copy.layout();
  for (size_t d = 0; d < layout.sizes.size(); ++d)
    if (t.strides()[d] == 0) layout.strides[d] = 0;
  layout.sizes = t.sizes();
  return Tensor(std::move(layout));
}

template <class F, class T>
void reduceTyped(const Tensor& out, const Tensor& in) {
  using E = typename ReduceElement<F, T>::type;
  const RunFn convert = in.dtype() == out.dtype() ? nullptr : converter(in.dtype(), out.dtype());
  E* result = static_cast<E*>(out.data());
  const int64_t outputs = out.numel();
  if (outputs == 0) return;
  if (in.numel() == 0) {
    for (int64_t i = 0; i < outputs; ++i) result[i] = static_cast<E>(F::template identity<T>());
    return;
  }
  if (outputs == 1 && in.isContiguous() && in.numel() <= kGrain) {
    Plan row;
    row.operands = 1;
    row.itemSize[0] = static_cast<int64_t>(itemSize(in.dtype()));
    row.addDimension(in.numel(), {row.itemSize[0]});
    *result = rowRun<F, E>(static_cast<const char*>(in.data()), row, 0, in.numel(), convert);
    return;
  }
  const ReducePlan plan(out, in, std::is_integral_v<E>);
  const int64_t length = plan.reduced.total, item = plan.reduced.itemSize[0];
  if (jumpsThroughMemory(plan)) return reduceTyped<F, T>(out, denseCopy(F::kName, in));  // reads each cache line once
  constexpr int64_t kShort = 16;  // sequences so short are better computed side by side whatever their layout
  const bool rowsDense = std::abs(plan.reduced.step(0)) == item && plan.reduced.sizes[plan.reduced.rank - 1] > kShort;
  const bool columns = plan.kept.sizes[plan.kept.rank - 1] > 1 && !rowsDense &&
                       (std::abs(plan.kept.step(0)) <= std::abs(plan.reduced.step(0)) || length <= kShort);
  auto write = [&](int64_t, int64_t offset, E value) {
    std::memcpy(reinterpret_cast<char*>(result) + offset, &value, sizeof(E));
  };
  const int64_t block = columns ? kColumns : 1;
  const int64_t threads = numThreads();
  if (outputs >= 2 * threads * block || outputs * length <= kGrain || length <= kLeaf<E>) {
    const int64_t grain = std::max<int64_t>(1, kGrain / length);
    parallelFor(outputs, std::max(grain, outputs > block ? block : 1), [&](int64_t first, int64_t last) {
      reduceOutputs<F, E>(plan, convert, columns, first, last, 0, length, write);
    });
    return;
  }
  // Few long sequences: threads take parts of them. Any power of two of leaves gives the same tree.
  int64_t unit = kLeaf<E>;
  while (unit * outputs < kGrain || length / unit > 64 * threads) unit *= 2;
  const int64_t units = (length + unit - 1) / unit;
  std::vector<E> parts(static_cast<size_t>(units * outputs));
  parallelFor(units, 1, [&](int64_t first, int64_t last) {
    for (int64_t u = first; u < last; ++u)
      reduceOutputs<F, E>(plan, convert, columns, 0, outputs, u * unit, std::min(length, (u + 1) * unit),
                          [&](int64_t number, int64_t, E value) { parts[number * units + u] = value; });
  });
  int64_t number = 0;
  forEachRow(plan.kept, 0, outputs, [&](const int64_t* offsets, int64_t n) {
    for (int64_t c = 0; c < n; ++c, ++number) {
      Cascade<F, E> cascade;
      for (int64_t u = 0; u < units; ++u) cascade.push(parts[number * units + u]);
      write(number, offsets[1] + c * plan.kept.step(1), cascade.result());
    }
  });
}

template <class F>
void reduceKernel(const F&, const Tensor& out, const Tensor& in) {
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) {
    if constexpr (reducedType<F>(DTypeOf<T>::value) == DTypeOf<T>::value)
      reduceTyped<F, T>(out, in);
    else
      failDType(F::kName, out.dtype());
  });
}

const AtLoad fill([] {
  math::ReduceFunctors::forEach(
      []<class F>() { typename decltype(reduceSlot<F>)::Fill(reduceSlot<F>, DeviceType::CPU, &reduceKernel<F>); });
});

}  // namespace

}  // namespace retrograd::cpu
