#include "kernel/index.h"

#include <cstring>
#include <vector>

#include "cpu/pointwise.h"
#include "kernel/load.h"
#include "math/carry.h"
#include "math/elementary.h"

namespace retrograd::cpu {

namespace {

using Offsets = SmallVec<int64_t, 64, Unbooked>;

int64_t sizeAt(const Tensor& t, int64_t dim) { return t.dim() ? t.size(dim) : 1; }
int64_t strideAt(const Tensor& t, int64_t dim) { return t.dim() ? t.strides()[dim] : 0; }

[[noreturn, gnu::cold, gnu::noinline]] void failIndex(const char* op, int64_t index, int64_t dim, int64_t lowest,
                                                      int64_t size) {
  fail<IndexError>(op, ": the index ", index, " is out of range for dimension ", dim, " of size ", size,
                   "; indices must be in [", lowest, ", ", size - 1, "]");
}

void requireIndices(const char* op, const Tensor& index) {
  if (index.dtype() != DType::Int64) fail<DTypeError>(op, ": indices are int64, got ", name(index.dtype()));
}

/// The indices of a run, and the dimension that they run along. Held by value: an atomic load makes the compiler read
/// again what it has only by reference.
struct Indices {
  const char* op;
  int64_t dim, size, step;  // step: bytes along the dimension
  int64_t lowest = 0;       // or -size, where indices may count from the end

  /// Calls `visit(i, offset)` with the byte offset that each of `n` indices means.
  template <class Visit>
  RETROGRAD_INLINE void forEach(const char* at, int64_t atStep, int64_t n, Visit&& visit) const {
    const Indices own = *this;
    for (int64_t i = 0; i < n; ++i) {
      const int64_t index = loadOnce(reinterpret_cast<const int64_t*>(at + i * atStep));
      if (index < own.lowest || index >= own.size) failIndex(own.op, index, own.dim, own.lowest, own.size);
      visit(i, (index < 0 ? index + own.size : index) * own.step);
    }
  }
};

/// The elements of a 1-d (or 0-d) index along `dim` of `t`, times `step`.
Offsets indexOffsets(const char* op, const Tensor& index, const Tensor& t, int64_t dim, int64_t step) {
  requireIndices(op, index);
  const Indices indices{op, dim, sizeAt(t, dim), step};
  Offsets offsets(static_cast<size_t>(index.numel()));
  indices.forEach(static_cast<const char*>(index.data()), strideAt(index, 0) * static_cast<int64_t>(sizeof(int64_t)),
                  index.numel(), [to = offsets.data()](int64_t i, int64_t offset) { to[i] = offset; });
  return offsets;
}

template <class T>
struct Assign {
  void operator()(T& to, const T& from) const { to = from; }
};
template <class T>
struct Accumulate {
  void operator()(T& to, const T& from) const {
    if constexpr (std::is_same_v<T, bool>)
      to = to | from;
    else
      to = math::wrappingAdd(to, from);
  }
};

/// Calls `visit` with Accumulate of this type, or with Assign of a type of its size.
template <class Visit>
void dispatchUpdate(DType t, bool add, Visit&& visit) {
  if (add)
    dispatchSum(t, [&]<class T>(Type<T>) { visit(Accumulate<T>(), T()); });
  else
    dispatchSize(t, [&]<class T>(T) { visit(Assign<T>(), T()); });
}

template <class T, class Update>
inline void updateRun(char* to, int64_t toStep, const char* from, int64_t fromStep, int64_t n, Update update) {
  if (toStep == sizeof(T) && fromStep == sizeof(T)) {
    T* x = reinterpret_cast<T*>(to);
    const T* y = reinterpret_cast<const T*>(from);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) update(x[i], y[i]);
  } else {
    for (int64_t i = 0; i < n; ++i)
      update(*reinterpret_cast<T*>(to + i * toStep), *reinterpret_cast<const T*>(from + i * fromStep));
  }
}

/// For each i: update(slice `toOffsets[i]` of `to`, slice `fromOffsets[i]` of `from`), in the order of i for each
/// element; threads share the slices' elements, or the slices where those are `distinct`.
template <class To, class From>
void updateSlices(const Tensor& to, const To& toOffsets, const Tensor& from, const From& fromOffsets, int64_t count,
                  int64_t dim, bool add, bool distinct) {
  Dims sizes = to.sizes();
  if (to.dim()) sizes[dim] = 1;
  Plan plan(sizes, {&to, &from});
  if (plan.total == 0 || count == 0) return;
  plan.sortByStride();
  plan.merge();
  dispatchUpdate(to.dtype(), add, [&]<class Update, class T>(Update update, T) {
    auto elements = [&](int64_t begin, int64_t end, int64_t first, int64_t last) {
      const bool slicesDense = plan.step(0) == sizeof(T) || plan.step(1) == sizeof(T);
      if (slicesDense && end - begin > 8) {
        for (int64_t i = first; i < last; ++i)
          forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
            updateRun<T>(plan.data[0] + offsets[0] + toOffsets[i], plan.step(0),
                         plan.data[1] + offsets[1] + fromOffsets[i], plan.step(1), n, update);
          });
        return;
      }
      forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
        for (int64_t j = 0; j < n; ++j) {
          char* x = plan.data[0] + offsets[0] + j * plan.step(0);
          const char* y = plan.data[1] + offsets[1] + j * plan.step(1);
          for (int64_t i = first; i < last; ++i)
            update(*reinterpret_cast<T*>(x + toOffsets[i]), *reinterpret_cast<const T*>(y + fromOffsets[i]));
        }
      });
    };
    if (distinct && count > plan.total)
      parallelFor(count, std::max<int64_t>(16, kGrain / plan.total),
                  [&](int64_t first, int64_t last) { elements(0, plan.total, first, last); });
    else
      parallelFor(plan.total, std::max<int64_t>(16, kGrain / count),
                  [&](int64_t begin, int64_t end) { elements(begin, end, 0, count); });
  });
}

/// Byte offsets of 0, 1, 2, ... along `dim`.
struct RowOffsets {
  int64_t step;
  RowOffsets(const Tensor& t, int64_t dim) : step(strideAt(t, dim) * static_cast<int64_t>(itemSize(t.dtype()))) {}
  int64_t operator[](int64_t i) const { return i * step; }
};

/// What additions to the elements of a tensor round off.
template <class T>
class Rests {
 public:
  explicit Rests(const Tensor& of) : rests(allocateTensor("scatter", of.sizes(), of.dtype(), kCpu)), of_(of) {
    std::memset(rests.data(), 0, static_cast<size_t>(rests.numel()) * sizeof(T));
  }
  /// Adds them to the tensor.
  void settle() {
    Plan plan(of_.sizes(), {&of_, &rests});
    plan.merge();
    parallelFor(plan.total, kGrain, [&](int64_t begin, int64_t end) {
      forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
          T& sum = *reinterpret_cast<T*>(plan.data[0] + offsets[0] + i * plan.step(0));
          sum = math::withRest(sum, *reinterpret_cast<const T*>(plan.data[1] + offsets[1] + i * plan.step(1)));
        }
      });
    });
  }
  const Tensor rests;

 private:
  const Tensor& of_;
};

template <class T>
RETROGRAD_CLONES void carryRun(char* to, int64_t toStep, const char* from, int64_t fromStep, char* rests,
                               int64_t restStep, int64_t n) {
  if (toStep == sizeof(T) && fromStep == sizeof(T) && restStep == sizeof(T)) {
    T *x = reinterpret_cast<T*>(to), *r = reinterpret_cast<T*>(rests);
    const T* y = reinterpret_cast<const T*>(from);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) math::carry(x[i], r[i], y[i]);
    return;
  }
  for (int64_t i = 0; i < n; ++i)
    math::carry(*reinterpret_cast<T*>(to + i * toStep), *reinterpret_cast<T*>(rests + i * restStep),
                *reinterpret_cast<const T*>(from + i * fromStep));
}

/// As updateSlices with additions in `out` at these indices, carrying along what they round off.
template <class T>
void carrySlices(const Tensor& out, int64_t dim, const Offsets& numbers, const Tensor& source, const RowOffsets& from) {
  Rests<T> rests(out);
  Dims sizes = out.sizes();
  if (out.dim()) sizes[dim] = 1;
  Plan plan(sizes, {&out, &source, &rests.rests});
  if (plan.total == 0) return;
  plan.sortByStride();
  plan.merge();
  const int64_t step = RowOffsets(out, dim).step, restStep = RowOffsets(rests.rests, dim).step;
  const int64_t count = static_cast<int64_t>(numbers.size());
  parallelFor(plan.total, std::max<int64_t>(16, kGrain / count), [&](int64_t begin, int64_t end) {
    forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
      for (int64_t i = 0; i < count; ++i)
        carryRun<T>(plan.data[0] + offsets[0] + numbers[i] * step, plan.step(0), plan.data[1] + offsets[1] + from[i],
                    plan.step(1), plan.data[2] + offsets[2] + numbers[i] * restStep, plan.step(2), n);
    });
  });
  rests.settle();
}

void indexSelectKernel(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index) {
  const Offsets from = indexOffsets("indexSelect", index, in, dim, RowOffsets(in, dim).step);
  updateSlices(out, RowOffsets(out, dim), in, from, static_cast<int64_t>(from.size()), dim, false, true);
}

void indexPutKernel(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  RowOffsets from(source, dim);
  if (sizeAt(source, dim) == 1) from.step = 0;  // repeated
  if (carriesAlong(add, out.dtype(), index.numel(), sizeAt(out, dim))) {
    const Offsets numbers = indexOffsets("indexPut", index, out, dim, 1);
    return dispatchFloating(out.dtype(), [&]<class T>(Type<T>) { carrySlices<T>(out, dim, numbers, source, from); });
  }
  const Offsets to = indexOffsets("indexPut", index, out, dim, RowOffsets(out, dim).step);
  updateSlices(out, to, source, from, static_cast<int64_t>(to.size()), dim, add, false);
}

/// `t` as gather and scatter walk it: the sizes of the index, standing still along `dim`.
Tensor alongIndex(const Tensor& t, const Tensor& index, int64_t dim, bool still) {
  Layout layout = t.layout();
  layout.sizes = index.sizes();
  if (layout.strides.size() != layout.sizes.size()) layout.strides = Dims(layout.sizes.size(), 0);
  if (still && index.dim()) layout.strides[dim] = 0;
  return Tensor(std::move(layout));
}

void gatherKernel(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index) {
  requireIndices("gather", index);
  Tensor lines = alongIndex(in, index, dim, true);
  Plan plan(index.sizes(), {&out, &index, &lines});
  if (plan.total == 0) return;
  plan.merge();
  const Indices indices{"gather", dim, sizeAt(in, dim), strideAt(in, dim) * plan.itemSize[2]};
  dispatchSize(out.dtype(), [&]<class T>(T) {
    parallelFor(plan.total, kGrain, [&](int64_t begin, int64_t end) {
      forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
        char* to = plan.data[0] + offsets[0];
        const char* from = plan.data[2] + offsets[2];
        const int64_t toStep = plan.step(0), fromStep = plan.step(2);
        indices.forEach(plan.data[1] + offsets[1], plan.step(1), n, [=](int64_t i, int64_t offset) {
          *reinterpret_cast<T*>(to + i * toStep) = *reinterpret_cast<const T*>(from + i * fromStep + offset);
        });
      });
    });
  });
}

/// Calls `fn(offsets, n)` for runs of a plan, each of whose lines, along which operand 0 stands still, one thread walks
/// in order.
template <class Fn>
void forLines(const Plan& plan, Fn&& fn) {
  int shared = -1;  // the dimension whose indices threads share
  for (int d = 0; d < plan.rank; ++d)
    if (plan.strides[0][d] != 0 && (shared < 0 || plan.sizes[d] > plan.sizes[shared])) shared = d;
  if (shared < 0) return forEachRow(plan, 0, plan.total, fn);
  const int64_t each = plan.total / plan.sizes[shared];
  parallelFor(plan.sizes[shared], std::max<int64_t>(1, kGrain / 4 / each), [&](int64_t begin, int64_t end) {
    Plan part = plan;
    part.sizes[shared] = end - begin;
    part.total = each * (end - begin);
    int64_t first[kMaxOperands];
    for (int k = 0; k < plan.operands; ++k) first[k] = begin * plan.strides[k][shared];
    forEachRow(part, 0, part.total, [&](const int64_t* offsets, int64_t n) {
      int64_t at[kMaxOperands];
      for (int k = 0; k < plan.operands; ++k) at[k] = first[k] + offsets[k];
      fn(at, n);
    });
  });
}

/// Scatters additions, carrying along what they round off.
template <class T>
void carryScatter(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source) {
  Rests<T> rests(out);
  const Tensor lines = alongIndex(out, index, dim, true), values = alongIndex(source, index, dim, false);
  const Tensor restLines = alongIndex(rests.rests, index, dim, true);
  Plan plan(index.sizes(), {&lines, &index, &values, &restLines});
  plan.merge();
  const int64_t step = RowOffsets(out, dim).step, restStep = RowOffsets(rests.rests, dim).step;
  const Indices numbers{"scatter", dim, sizeAt(out, dim), 1};
  forLines(plan, [&](const int64_t* offsets, int64_t n) {
    char *to = plan.data[0] + offsets[0], *rest = plan.data[3] + offsets[3];
    const char* from = plan.data[2] + offsets[2];
    const int64_t toStep = plan.step(0), fromStep = plan.step(2), nextRest = plan.step(3);
    numbers.forEach(plan.data[1] + offsets[1], plan.step(1), n, [=](int64_t i, int64_t number) {
      math::carry(*reinterpret_cast<T*>(to + i * toStep + number * step),
                  *reinterpret_cast<T*>(rest + i * nextRest + number * restStep),
                  *reinterpret_cast<const T*>(from + i * fromStep));
    });
  });
  rests.settle();
}

void scatterKernel(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  requireIndices("scatter", index);
  Tensor lines = alongIndex(out, index, dim, true), values = alongIndex(source, index, dim, false);
  Plan plan(index.sizes(), {&lines, &index, &values});
  if (plan.total == 0) return;
  plan.merge();
  const Indices indices{"scatter", dim, sizeAt(out, dim), strideAt(out, dim) * plan.itemSize[0]};
  forLines(plan, [&](const int64_t* offsets, int64_t n) {  // a wrong index leaves `out` as it was
    indices.forEach(plan.data[1] + offsets[1], plan.step(1), n, [](int64_t, int64_t) {});
  });
  if (carriesAlong(add, out.dtype(), sizeAt(index, dim), sizeAt(out, dim)))
    return dispatchFloating(out.dtype(), [&]<class T>(Type<T>) { carryScatter<T>(out, dim, index, source); });
  dispatchUpdate(out.dtype(), add, [&]<class Update, class T>(Update update, T) {
    forLines(plan, [&](const int64_t* offsets, int64_t n) {
      char* to = plan.data[0] + offsets[0];
      const char* from = plan.data[2] + offsets[2];
      const int64_t toStep = plan.step(0), fromStep = plan.step(2);
      // Checked again: an index may have changed.
      indices.forEach(plan.data[1] + offsets[1], plan.step(1), n, [=](int64_t i, int64_t offset) {
        update(*reinterpret_cast<T*>(to + i * toStep + offset), *reinterpret_cast<const T*>(from + i * fromStep));
      });
    });
  });
}

void indexOffsetsKernel(const Tensor& offsets, const Tensor& index, int64_t dim, int64_t size, int64_t step, bool add) {
  requireIndices("index", index);
  Plan plan(offsets.sizes(), {&offsets, &index});
  if (plan.total == 0) return;
  plan.merge();
  const Indices indices{"index", dim, size, step, -size};
  parallelFor(plan.total, kGrain / 4, [&](int64_t begin, int64_t end) {
    forEachRow(plan, begin, end, [&](const int64_t* at, int64_t n) {
      int64_t* to = reinterpret_cast<int64_t*>(plan.data[0] + at[0]);
      indices.forEach(plan.data[1] + at[1], plan.step(1), n,
                      [to, add](int64_t i, int64_t offset) { to[i] = add ? to[i] + offset : offset; });
    });
  });
}

/// How many of `n` elements, at most kGrain, are not zero.
template <class T>
RETROGRAD_CLONES int64_t countRun(const char* from, int64_t step, int64_t n) {
  int32_t count = 0;
  if (step == sizeof(T)) {
    const T* x = reinterpret_cast<const T*>(from);
    for (int64_t i = 0; i < n; ++i) count += x[i] != T(0);
  } else {
    for (int64_t i = 0; i < n; ++i) count += *reinterpret_cast<const T*>(from + i * step) != T(0);
  }
  return count;
}

/// Writes the numbers first, first + 1, ... of the elements that are not zero, at most `room`; returns how many.
template <class T>
int64_t numberRun(const char* from, int64_t step, int64_t n, int64_t first, int64_t* to, int64_t room) {
  int64_t k = 0;
  for (int64_t i = 0; i < n && k < room; ++i) {
    to[k] = first + i;  // stays where the element counts
    k += *reinterpret_cast<const T*>(from + i * step) != T(0);
  }
  return k;
}

/// Turns numbers of elements, at the beginning of `rows`, into rows of their indices.
void spreadNumbers(int64_t* rows, int64_t count, const Dims& sizes) {
  const int64_t rank = static_cast<int64_t>(sizes.size());
  int64_t total = 1;
  for (int64_t size : sizes) total *= size;
  for (int64_t i = count - 1; i >= 0; --i) {
    int64_t number = rows[i], *row = rows + i * rank;
    if (total <= INT32_MAX) {  // 64-bit division takes several times as long
      uint32_t rest = static_cast<uint32_t>(number);
      for (int64_t d = rank - 1; d > 0; --d) {
        const uint32_t size = static_cast<uint32_t>(sizes[d]), next = rest / size;
        row[d] = rest - next * size;
        rest = next;
      }
      row[0] = rest;
      continue;
    }
    for (int64_t d = rank - 1; d > 0; --d) {
      row[d] = number % sizes[d];
      number /= sizes[d];
    }
    row[0] = number;
  }
}

// Each part counts its elements, then writes as many rows: others may have become zero or not meanwhile.
void nonzeroKernel(Tensor& out, const Tensor& in) {
  const int64_t rank = in.dim();
  Plan plan(in.sizes(), {&in});
  plan.merge();
  const int64_t parts = (plan.total + kGrain - 1) / kGrain;
  std::vector<int64_t> starts(static_cast<size_t>(parts) + 1, 0);  // of each part's rows
  auto find = [&]<class T>(Type<T>) {
    auto forParts = [&](auto&& visit) {
      parallelFor(parts, 1, [&](int64_t first, int64_t last) {
        for (int64_t p = first; p < last; ++p) visit(p, p * kGrain, std::min(plan.total, (p + 1) * kGrain));
      });
    };
    forParts([&](int64_t part, int64_t begin, int64_t end) {
      int64_t count = 0;
      forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
        count += countRun<T>(plan.data[0] + offsets[0], plan.step(0), n);
      });
      starts[part + 1] = count;
    });
    for (int64_t p = 0; p < parts; ++p) starts[p + 1] += starts[p];
    out = allocateTensor("nonzero", {starts[parts], rank}, DType::Int64, kCpu);
    if (rank == 0) return;
    forParts([&](int64_t part, int64_t begin, int64_t end) {
      int64_t* rows = out.data<int64_t>() + starts[part] * rank;
      const int64_t room = starts[part + 1] - starts[part];
      int64_t count = 0, number = begin;
      forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
        count += numberRun<T>(plan.data[0] + offsets[0], plan.step(0), n, number, rows + count, room - count);
        number += n;
      });
      std::fill(rows + count, rows + room, 0);
      if (rank > 1) spreadNumbers(rows, room, in.sizes());
    });
  };
  dispatch(in.dtype(), [&]<class T>(Type<T>) { find(Type<Tested<T>>{}); });
}

const decltype(indexSelectSlot)::Fill fillSelect(indexSelectSlot, DeviceType::CPU, &indexSelectKernel);
const decltype(indexPutSlot)::Fill fillPut(indexPutSlot, DeviceType::CPU, &indexPutKernel);
const decltype(gatherSlot)::Fill fillGather(gatherSlot, DeviceType::CPU, &gatherKernel);
const decltype(scatterSlot)::Fill fillScatter(scatterSlot, DeviceType::CPU, &scatterKernel);
const decltype(indexOffsetsSlot)::Fill fillOffsets(indexOffsetsSlot, DeviceType::CPU, &indexOffsetsKernel);
const decltype(nonzeroSlot)::Fill fillNonzero(nonzeroSlot, DeviceType::CPU, &nonzeroKernel);

}  // namespace

}  // namespace retrograd::cpu
