#include "kernel/index.h"

#include "cuda/fault.cuh"
#include "cuda/pointwise.cuh"
#include "math/elementary.h"

namespace retrograd::cuda {

namespace {

int64_t sizeAt(const Tensor& t, int64_t dim) { return t.dim() ? t.size(dim) : 1; }
int64_t bytesAt(const Tensor& t, int64_t dim) {
  return t.dim() ? t.strides()[dim] * static_cast<int64_t>(itemSize(t.dtype())) : 0;
}

void requireIndices(const char* op, const Tensor& index) {
  if (index.dtype() != DType::Int64) fail<DTypeError>(op, ": indices are int64, got ", name(index.dtype()));
}

/// `t` walked by the sizes of another tensor, standing still along `dim`.
Tensor still(const Tensor& t, const Dims& sizes, int64_t dim) {
  Layout layout = t.layout();
  layout.sizes = sizes;
  if (layout.strides.size() != sizes.size()) layout.strides = Dims(sizes.size(), 0);
  if (!sizes.empty()) layout.strides[dim] = 0;
  return Tensor(std::move(layout));
}

/// A 1-d (or 0-d) index seen as one of `sizes` that only changes along `dim`.
Tensor along(const Tensor& index, const Dims& sizes, int64_t dim) {
  Layout layout = index.layout();
  layout.strides = Dims(sizes.size(), 0);
  if (!sizes.empty() && index.dim()) layout.strides[dim] = index.strides()[0];
  layout.sizes = sizes;
  return Tensor(std::move(layout));
}

/// The dimension that indices run along.
struct Indexed {
  FaultNotes faults;
  int64_t step;  // bytes

  Indexed(IndexOperation operation, const Tensor& t, int64_t dim)
      : faults(operation, dim, sizeAt(t, dim), t.device()), step(bytesAt(t, dim)) {}

  /// The index counted from the front; below 0 where it is out of range, which is then on record.
  __device__ int64_t wrap(int64_t index) const {
    const int64_t size = faults.size;
    if (index >= -size && index < size) return index < 0 ? index + size : index;
    faults.note(index);
    return -1;
  }
};

template <class T>
__global__ void __launch_bounds__(kBlock)
    gatherKernel(Walk<3> walk, int64_t n, Indexed along, char* out, const char* index, const char* in) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  int64_t offsets[3];
  walk.offsets(i, offsets);
  const int64_t j = along.wrap(*reinterpret_cast<const int64_t*>(index + offsets[1]));
  if (j < 0) return;
  *reinterpret_cast<T*>(out + offsets[0]) = *reinterpret_cast<const T*>(in + offsets[2] + j * along.step);
}

/// `index` has the sizes of `out`.
void gatherInto(const char* op, IndexOperation operation, const Tensor& out, const Tensor& in, int64_t dim,
                const Tensor& index) {
  requireIndices(op, index);
  const Tensor lines = still(in, out.sizes(), dim);
  Plan plan(out.sizes(), {&out, &index, &lines});
  if (plan.total == 0) return;
  plan.sortByStride();
  plan.merge();
  const Indexed indexed(operation, in, dim);
  auto run = [&]<class T>(T) {
    launch(&gatherKernel<T>, blocksFor(plan.total, kBlock), kBlock, 0, use(out), plan.walk<3>(op), plan.total, indexed,
           plan.data[0], plan.data[1], plan.data[2]);
  };
  switch (itemSize(out.dtype())) {
    case 1: return run(uint8_t());
    case 4: return run(uint32_t());
    default: return run(uint64_t());
  }
}

/// Elements of a line along the indexed dimension.
struct Line {
  int64_t n, indexStep, sourceStep;  // bytes
};

template <class T, bool kAdd>
__global__ void __launch_bounds__(kBlock) scatterKernel(Walk<3> walk, int64_t lines, Line line, Indexed along,
                                                        char* out, const char* index, const char* source) {
  const int64_t number = blockNumber() * kBlock + threadNumber();
  if (number >= lines) return;
  int64_t offsets[3];
  walk.offsets(number, offsets);
  // One thread takes a whole line, so that elements meet in the order of the index.
  for (int64_t i = 0; i < line.n; ++i) {
    const int64_t j = along.wrap(*reinterpret_cast<const int64_t*>(index + offsets[1] + i * line.indexStep));
    if (j < 0) continue;
    T& to = *reinterpret_cast<T*>(out + offsets[0] + j * along.step);
    const T from = *reinterpret_cast<const T*>(source + offsets[2] + i * line.sourceStep);
    if constexpr (!kAdd)
      to = from;
    else if constexpr (std::is_same_v<T, bool>)
      to = to | from;
    else
      to = math::wrappingAdd(to, from);
  }
}

/// `index` and the used part of `source` have the same sizes; a source of size 1 along `dim` is repeated.
void scatterInto(const char* op, IndexOperation operation, const Tensor& out, int64_t dim, const Tensor& index,
                 const Tensor& source, bool add) {
  requireIndices(op, index);
  if (index.numel() == 0) return;
  Dims sizes = index.sizes();
  if (!sizes.empty()) sizes[dim] = 1;
  Plan plan(sizes, {&out, &index, &source});
  plan.sortByStride();
  plan.merge();
  const Line line{sizeAt(index, dim), bytesAt(index, dim), sizeAt(source, dim) == 1 ? 0 : bytesAt(source, dim)};
  const Indexed indexed(operation, out, dim);
  auto run = [&]<class T, bool kAdd>(T, std::bool_constant<kAdd>) {
    launch(&scatterKernel<T, kAdd>, blocksFor(plan.total, kBlock), kBlock, 0, use(out), plan.walk<3>(op), plan.total,
           line, indexed, plan.data[0], plan.data[1], plan.data[2]);
  };
  if (add) return dispatch(out.dtype(), [&]<class T>(Type<T>) { run(T(), std::true_type()); });
  switch (itemSize(out.dtype())) {
    case 1: return run(uint8_t(), std::false_type());
    case 4: return run(uint32_t(), std::false_type());
    default: return run(uint64_t(), std::false_type());
  }
}

void indexSelectFamily(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index) {
  gatherInto("indexSelect", IndexOperation::IndexSelect, out, in, dim, along(index, out.sizes(), dim));
}

void gatherFamily(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index) {
  gatherInto("gather", IndexOperation::Gather, out, in, dim, index);
}

void indexPutFamily(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  Dims sizes = out.sizes();
  if (!sizes.empty()) sizes[dim] = index.numel();
  scatterInto("indexPut", IndexOperation::IndexPut, out, dim, along(index, sizes, dim), source, add);
}

void scatterFamily(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  scatterInto("scatter", IndexOperation::Scatter, out, dim, index, source, add);
}

const decltype(indexSelectSlot)::Fill fillSelect(indexSelectSlot, DeviceType::CUDA, &indexSelectFamily);
const decltype(indexPutSlot)::Fill fillPut(indexPutSlot, DeviceType::CUDA, &indexPutFamily);
const decltype(gatherSlot)::Fill fillGather(gatherSlot, DeviceType::CUDA, &gatherFamily);
const decltype(scatterSlot)::Fill fillScatter(scatterSlot, DeviceType::CUDA, &scatterFamily);

}  // namespace

}  // namespace retrograd::cuda
