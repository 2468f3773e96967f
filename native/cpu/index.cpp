#include "kernel/index.h"

#include <cstring>

#include "cpu/pointwise.h"
#include "math/elementary.h"

namespace retrograd::cpu {

namespace {

using Offsets = SmallVec<int64_t, 64>;

int64_t sizeAt(const Tensor& t, int64_t dim) { return t.dim() ? t.size(dim) : 1; }
int64_t strideAt(const Tensor& t, int64_t dim) { return t.dim() ? t.strides()[dim] : 0; }

[[noreturn, gnu::cold, gnu::noinline]] void failIndex(const char* op, int64_t index, int64_t dim, int64_t size) {
  fail<IndexError>(op, ": the index ", index, " is out of range for dimension ", dim, " of size ", size,
                   "; indices must be in [0, ", size - 1, "]");
}

inline int64_t checkIndex(const char* op, int64_t index, int64_t dim, int64_t size) {
  if (index < 0 || index >= size) failIndex(op, index, dim, size);
  return index;
}

void requireIndices(const char* op, const Tensor& index) {
  if (index.dtype() != DType::Int64) fail<DTypeError>(op, ": indices are int64, got ", name(index.dtype()));
}

/// Byte offsets along `dim` of `t` for each element of a 1-d (or 0-d) index.
Offsets indexOffsets(const char* op, const Tensor& index, const Tensor& t, int64_t dim) {
  requireIndices(op, index);
  const int64_t step = strideAt(t, dim) * static_cast<int64_t>(itemSize(t.dtype()));
  const int64_t size = sizeAt(t, dim), stride = strideAt(index, 0);
  Offsets offsets;
  offsets.reserve(static_cast<size_t>(index.numel()));
  for (int64_t i = 0; i < index.numel(); ++i)
    offsets.push_back(checkIndex(op, index.data<int64_t>()[i * stride], dim, size) * step);
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

/// Calls `visit` with Assign of a type of this size.
template <class Visit>
void dispatchAssign(DType t, Visit&& visit) {
  switch (itemSize(t)) {
    case 1: return visit(Assign<uint8_t>(), uint8_t());
    case 4: return visit(Assign<uint32_t>(), uint32_t());
    default: return visit(Assign<uint64_t>(), uint64_t());
  }
}
/// Calls `visit` with Accumulate of this type, or with Assign.
template <class Visit>
void dispatchUpdate(DType t, bool add, Visit&& visit) {
  if (add)
    dispatch(t, [&]<class T>(Type<T>) { visit(Accumulate<T>(), T()); });
  else
    dispatchAssign(t, visit);
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
/// element; threads share the slices' elements.
void updateSlices(const Tensor& to, const Offsets& toOffsets, const Tensor& from, const Offsets& fromOffsets,
                  int64_t dim, bool add) {
  Dims sizes = to.sizes();
  if (to.dim()) sizes[dim] = 1;
  const int64_t count = static_cast<int64_t>(toOffsets.size());
  Plan plan(sizes, {&to, &from});
  if (plan.total == 0 || count == 0) return;
  plan.sortByStride();
  plan.merge();
  dispatchUpdate(to.dtype(), add, [&]<class Update, class T>(Update update, T) {
    parallelFor(plan.total, std::max<int64_t>(16, kGrain / count), [&](int64_t begin, int64_t end) {
      const bool slicesDense = plan.step(0) == sizeof(T) || plan.step(1) == sizeof(T);
      if (slicesDense && end - begin > 8) {
        for (int64_t i = 0; i < count; ++i)
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
          for (int64_t i = 0; i < count; ++i)
            update(*reinterpret_cast<T*>(x + toOffsets[i]), *reinterpret_cast<const T*>(y + fromOffsets[i]));
        }
      });
    });
  });
}

/// Byte offsets of 0, 1, 2, ... along `dim`.
Offsets rowOffsets(const Tensor& t, int64_t dim) {
  const int64_t step = strideAt(t, dim) * static_cast<int64_t>(itemSize(t.dtype()));
  Offsets offsets(static_cast<size_t>(sizeAt(t, dim)));
  for (size_t i = 0; i < offsets.size(); ++i) offsets[i] = static_cast<int64_t>(i) * step;
  return offsets;
}

void indexSelectKernel(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index) {
  updateSlices(out, rowOffsets(out, dim), in, indexOffsets("indexSelect", index, in, dim), dim, false);
}

void indexPutKernel(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  Offsets to = indexOffsets("indexPut", index, out, dim);
  Offsets from(to.size());
  const bool repeated = sizeAt(source, dim) == 1;
  const int64_t step = repeated ? 0 : strideAt(source, dim) * static_cast<int64_t>(itemSize(source.dtype()));
  for (size_t i = 0; i < from.size(); ++i) from[i] = static_cast<int64_t>(i) * step;
  updateSlices(out, to, source, from, dim, add);
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
  const int64_t size = sizeAt(in, dim), step = strideAt(in, dim) * plan.itemSize[2];
  dispatchAssign(out.dtype(), [&]<class T>(Assign<T> assign, T) {
    parallelFor(plan.total, kGrain, [&](int64_t begin, int64_t end) {
      forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
        char* to = plan.data[0] + offsets[0];
        const char* at = plan.data[1] + offsets[1];
        const char* from = plan.data[2] + offsets[2];
        for (int64_t i = 0; i < n; ++i, to += plan.step(0), at += plan.step(1), from += plan.step(2)) {
          int64_t j = checkIndex("gather", *reinterpret_cast<const int64_t*>(at), dim, size);
          assign(*reinterpret_cast<T*>(to), *reinterpret_cast<const T*>(from + j * step));
        }
      });
    });
  });
}

void scatterKernel(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  requireIndices("scatter", index);
  Tensor lines = alongIndex(out, index, dim, true), values = alongIndex(source, index, dim, false);
  Plan plan(index.sizes(), {&lines, &index, &values});
  if (plan.total == 0) return;
  plan.merge();
  const int64_t size = sizeAt(out, dim), step = strideAt(out, dim) * plan.itemSize[0];
  forEachRow(plan, 0, plan.total, [&](const int64_t* offsets, int64_t n) {  // a wrong index leaves `out` as it was
    for (int64_t i = 0; i < n; ++i)
      checkIndex("scatter", *reinterpret_cast<const int64_t*>(plan.data[1] + offsets[1] + i * plan.step(1)), dim, size);
  });
  dispatchUpdate(out.dtype(), add, [&]<class Update, class T>(Update update, T) {
    forEachRow(plan, 0, plan.total, [&](const int64_t* offsets, int64_t n) {
      char* to = plan.data[0] + offsets[0];
      const char* at = plan.data[1] + offsets[1];
      const char* from = plan.data[2] + offsets[2];
      for (int64_t i = 0; i < n; ++i, to += plan.step(0), at += plan.step(1), from += plan.step(2)) {
        int64_t j = *reinterpret_cast<const int64_t*>(at);
        update(*reinterpret_cast<T*>(to + j * step), *reinterpret_cast<const T*>(from));
      }
    });
  });
}

void nonzeroKernel(Tensor& out, const Tensor& in) {
  const int64_t rank = in.dim();
  Plan plan(in.sizes(), {&in});
  plan.merge();
  dispatch(in.dtype(), [&]<class T>(Type<T>) {
    auto visit = [&](auto&& found) {
      int64_t number = 0;
      if (plan.total == 0) return;
      forEachRow(plan, 0, plan.total, [&](const int64_t* offsets, int64_t n) {
        const char* from = plan.data[0] + offsets[0];
        for (int64_t i = 0; i < n; ++i, ++number)
          if (*reinterpret_cast<const T*>(from + i * plan.step(0)) != T(0)) found(number);
      });
    };
    int64_t count = 0;
    visit([&](int64_t) { ++count; });
    out = allocateTensor("nonzero", {count, rank}, DType::Int64, kCpu);
    int64_t* row = out.data<int64_t>();
    visit([&](int64_t number) {
      for (int64_t d = rank - 1; d >= 0; --d) {
        row[d] = number % in.size(d);
        number /= in.size(d);
      }
      row += rank;
    });
  });
}

const decltype(indexSelectSlot)::Fill fillSelect(indexSelectSlot, DeviceType::CPU, &indexSelectKernel);
const decltype(indexPutSlot)::Fill fillPut(indexPutSlot, DeviceType::CPU, &indexPutKernel);
const decltype(gatherSlot)::Fill fillGather(gatherSlot, DeviceType::CPU, &gatherKernel);
const decltype(scatterSlot)::Fill fillScatter(scatterSlot, DeviceType::CPU, &scatterKernel);
const decltype(nonzeroSlot)::Fill fillNonzero(nonzeroSlot, DeviceType::CPU, &nonzeroKernel);

}  // namespace

}  // namespace retrograd::cpu
