#include "kernel/index.h"

#include <bit>

#include "cuda/fault.cuh"
#include "cuda/pointwise.cuh"
#include "kernel/load.h"
#include "math/carry.h"

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
  int64_t step;  // bytes, or what the offsets of an index count

  Indexed(const FaultNotes& faults, int64_t step) : faults(faults), step(step) {}
  Indexed(const char* op, const Tensor& t, int64_t dim)
      : faults(op, dim, 0, sizeAt(t, dim), t.device()), step(bytesAt(t, dim)) {}

  /// The index at an address, counted from the front; below 0 where it is out of range, which is then on record.
  __device__ int64_t wrap(const char* at) const {
    const int64_t size = faults.size, index = loadOnce(reinterpret_cast<const int64_t*>(at));
    if (index >= faults.lowest && index < size) return index < 0 ? index + size : index;
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
  const int64_t j = along.wrap(index + offsets[1]);
  *reinterpret_cast<T*>(out + offsets[0]) =
      j < 0 ? T(0) : *reinterpret_cast<const T*>(in + offsets[2] + j * along.step);
}

/// `index` has the sizes of `out`.
void gatherInto(const char* op, const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index) {
  requireIndices(op, index);
  const Tensor lines = still(in, out.sizes(), dim);
  Plan plan(out.sizes(), {&out, &index, &lines});
  if (plan.total == 0) return;
  plan.sortByStride();
  plan.merge();
  const Indexed indexed(op, in, dim);
  const Faulting faulting(out.device());
  dispatchSize(out.dtype(), [&]<class T>(T) {
    launch(&gatherKernel<T>, blocksFor(plan.total, kBlock), kBlock, 0, use(out), plan.walk<3>(op), plan.total, indexed,
           plan.data[0], plan.data[1], plan.data[2]);
  });
}

// Elements that meet do so in the order of the index. Where lines along the indexed dimension are many, or short, a
// thread takes a whole one. Otherwise elements are sorted by where they go, and a thread takes those that meet.

/// Lines for each multiprocessor that are few, and elements of a line that are many. By estimate: a line's thread takes
/// half a microsecond for an element, the sort tens of microseconds and a quarter of a nanosecond for each.
constexpr int64_t kFewLines = 8, kLongLine = 64;

/// Elements of a line along the indexed dimension.
struct Line {
  int64_t n, indexStep, sourceStep;  // bytes
};

template <class T, bool kAdd>
__global__ void __launch_bounds__(kBlock) lineKernel(Walk<3> walk, int64_t lines, Line line, Indexed along, char* out,
                                                     const char* index, const char* source) {
  const int64_t number = blockNumber() * kBlock + threadNumber();
  if (number >= lines) return;
  int64_t offsets[3];
  walk.offsets(number, offsets);
  for (int64_t i = 0; i < line.n; ++i) {
    const int64_t j = along.wrap(index + offsets[1] + i * line.indexStep);
    if (j < 0) continue;
    T& to = *reinterpret_cast<T*>(out + offsets[0] + j * along.step);
    const T from = *reinterpret_cast<const T*>(source + offsets[2] + i * line.sourceStep);
    if constexpr (kAdd)
      to = sum(to, from);
    else
      to = from;
  }
}

/// As lineKernel of additions for `lines` from `first` on, carrying along what they round off: a line has a rest for
/// each place.
template <class T>
__global__ void __launch_bounds__(kBlock)
    carryKernel(Walk<3> walk, int64_t first, int64_t lines, Line line, Indexed along, char* out, const char* index,
                const char* source, T* rests) {
  const int64_t number = blockNumber() * kBlock + threadNumber();
  if (number >= lines) return;
  int64_t offsets[3];
  walk.offsets(first + number, offsets);
  auto place = [&](int64_t j) -> T& { return *reinterpret_cast<T*>(out + offsets[0] + j * along.step); };
  auto rest = [&](int64_t j) -> T& { return rests[j * lines + number]; };
  const int64_t size = along.faults.size;
  for (int64_t j = 0; j < size; ++j) rest(j) = T(0);
  for (int64_t i = 0; i < line.n; ++i) {
    const int64_t j = along.wrap(index + offsets[1] + i * line.indexStep);
    if (j >= 0) math::carry(place(j), rest(j), *reinterpret_cast<const T*>(source + offsets[2] + i * line.sourceStep));
  }
  for (int64_t j = 0; j < size; ++j) place(j) = math::withRest(place(j), rest(j));
}

/// Bytes of rests at a time, roughly.
constexpr int64_t kRests = int64_t{64} << 20;

/// The elements of an index by where they go, those that meet by their number. An entry is a place, bytes from the
/// beginning of the result, above `bits` of the number.
struct Entries {
  uint64_t* data;
  int64_t count;
  int bits;

  __device__ uint64_t pack(uint64_t place, int64_t number) const {
    return place << bits | static_cast<uint64_t>(number);
  }
  __device__ uint64_t place(uint64_t entry) const { return entry >> bits; }
  __device__ int64_t number(uint64_t entry) const { return static_cast<int64_t>(entry & ((uint64_t{1} << bits) - 1)); }
  /// Larger than any place: of elements whose index is out of range, and of what lies outside the entries.
  __device__ uint64_t nowhere() const { return ~uint64_t{0} >> bits; }
  __device__ uint64_t at(int64_t i) const { return i >= 0 && i < count ? data[i] : ~uint64_t{0}; }
};

/// Makes the entries, sorted within each block's stretch.
__global__ void __launch_bounds__(kBlock)
    sortStretchKernel(Walk<3> elements, Indexed along, const char* index, Entries to) {
  SharedArea area;
  uint64_t* stretch = area.take<uint64_t>(kBlock);
  const int64_t first = blockNumber() * kBlock, number = first + threadNumber();
  uint64_t mine = ~uint64_t{0};
  if (number < to.count) {
    int64_t offsets[3];
    elements.offsets(number, offsets);
    const int64_t j = along.wrap(index + offsets[1]);
    mine = to.pack(j < 0 ? to.nowhere() : static_cast<uint64_t>(offsets[0] + j * along.step), number);
  }
  stretch[threadNumber()] = mine;
  barrier();
  if (number >= to.count) return;
  int before = 0;
  for (int i = 0; i < kBlock; ++i) before += stretch[i] < mine;
  to.data[first + before] = mine;
}

/// Merges sorted runs of `width`, a power of two, in pairs: before an entry come those before it in its own run, and
/// the smaller ones of the other.
__global__ void __launch_bounds__(kBlock) mergeKernel(const uint64_t* from, uint64_t* to, int64_t n, int64_t width) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const uint64_t mine = from[i];
  const int64_t run = i & -width, other = run ^ width;
  const int64_t begin = other < n ? other : n;
  int64_t low = begin, high = other + width < n ? other + width : n;
  while (low < high) {
    const int64_t middle = (low + high) / 2;
    if (from[middle] < mine)
      low = middle + 1;
    else
      high = middle;
  }
  to[(run & other) + (i - run) + (low - begin)] = mine;
}

/// Elements that a thread reads before it adds them.
constexpr int kAhead = 8;

/// For each entry, and each line that the index serves: the first of those that meet adds them all; of those that are
/// written the last one remains.
template <class T, bool kAdd>
__global__ void __launch_bounds__(kBlock) meetKernel(Walk<3> walk, int64_t threads, Walk<3> elements, Entries entries,
                                                     char* out, const char* source, int64_t sourceStep, bool carries) {
  const int64_t thread = blockNumber() * kBlock + threadNumber();
  if (thread >= threads) return;
  int64_t offsets[3], element[3];
  walk.offsets(thread, offsets);
  int64_t i = offsets[2];
  const uint64_t mine = entries.at(i), place = entries.place(mine);
  if (place == entries.nowhere() || place == entries.place(entries.at(kAdd ? i - 1 : i + 1))) return;
  const int64_t number = entries.number(mine);
  elements.offsets(number, element);
  T& to = *reinterpret_cast<T*>(out + offsets[0] + place);
  const char* from = source + offsets[1] + element[2];
  if constexpr (kAdd) {
    using Float = std::conditional_t<std::is_floating_point_v<T>, T, float>;
    T total = to;
    math::Carry<Float> carried{static_cast<Float>(total), Float(0)};
    carries = carries && std::is_floating_point_v<T>;
    for (bool more = true; more; i += kAhead) {
      uint64_t entry[kAhead];
      bool meets[kAhead];
      T next[kAhead];
#pragma unroll
      for (int k = 0; k < kAhead; ++k) entry[k] = entries.at(i + k);
#pragma unroll
      for (int k = 0; k < kAhead; ++k) {
        meets[k] = entries.place(entry[k]) == place;
        if (meets[k]) next[k] = *reinterpret_cast<const T*>(from + (entries.number(entry[k]) - number) * sourceStep);
      }
#pragma unroll
      for (int k = 0; k < kAhead; ++k)
        if (meets[k]) {
          if (carries)
            carried.add(static_cast<Float>(next[k]));
          else
            total = sum(total, next[k]);
        }
      more = meets[kAhead - 1];
    }
    to = carries ? static_cast<T>(carried.value()) : total;
  } else {
    to = *reinterpret_cast<const T*>(from);
  }
}

/// Calls `run` with a type of the elements' size, or with their own where they are added.
template <class Run>
void dispatchUpdate(DType t, bool add, Run&& run) {
  if (add) return dispatchSum(t, [&]<class T>(Type<T>) { run(T(), std::true_type()); });
  dispatchSize(t, [&]<class T>(T) { run(T(), std::false_type()); });
}

/// The bits of an entry that the places of elements leave for their numbers.
int bitsOfNumber(const Plan& elements, const Indexed& indexed) {
  int64_t last = (indexed.faults.size - 1) * indexed.step;
  for (int d = 0; d < elements.rank; ++d) last += (elements.sizes[d] - 1) * elements.strides[0][d];
  return std::countl_zero(static_cast<uint64_t>(std::max<int64_t>(last, 0)) + 1);
}

/// The entries of all elements in order, in one half of `space`, which has room for twice as many.
Entries sortedEntries(const Walk<3>& walk, const Plan& elements, const Indexed& indexed, const Scratch& space,
                      cudaStream_t stream) {
  const int64_t n = elements.total;
  const unsigned blocks = blocksFor(n, kBlock);
  Entries entries{space.as<uint64_t>(), n, bitsOfNumber(elements, indexed)};
  launch(&sortStretchKernel, blocks, kBlock, SharedArea::bytesFor<uint64_t>(kBlock), stream, walk, indexed,
         elements.data[1], entries);
  uint64_t* next = entries.data + n;
  for (int64_t width = kBlock; width < n; width *= 2, std::swap(entries.data, next))
    launch(&mergeKernel, blocks, kBlock, 0, stream, entries.data, next, n, width);
  return entries;
}

/// A thread for each element and each line that its index serves. `lines` and `elements` are of the result, the index
/// and the source; `elements` those of the lines whose indices differ.
void scatterSorted(const char* op, const Tensor& out, const Plan& lines, const Plan& elements, const Indexed& indexed,
                   bool add, bool carries) {
  cudaStream_t stream = use(out);
  const Walk<3> walk = elements.walk<3>(op);
  const Scratch space(out.device(), static_cast<size_t>(elements.total) * 2 * sizeof(uint64_t));
  const Entries entries = [&] {
    const Faulting faulting(out.device());
    return sortedEntries(walk, elements, indexed, space, stream);
  }();
  Plan threads;  // of the result, the source and the entries
  threads.operands = 3;
  threads.addDimension(entries.count, {0, 0, 1});
  for (int d = 0; d < lines.rank; ++d)
    if (lines.strides[1][d] == 0) threads.addDimension(lines.sizes[d], {lines.strides[0][d], lines.strides[2][d], 0});
  threads.merge();
  dispatchUpdate(out.dtype(), add, [&]<class T, bool kAdd>(T, std::bool_constant<kAdd>) {
    launch(&meetKernel<T, kAdd>, blocksFor(threads.total, kBlock), kBlock, 0, stream, threads.walk<3>(op),
           threads.total, walk, entries, lines.data[0], lines.data[2], elements.step(2), carries);
  });
}

/// `index` and the used part of `source` have the same sizes; a source of size 1 along `dim` is repeated.
void scatterInto(const char* op, const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  requireIndices(op, index);
  if (index.numel() == 0) return;
  Dims sizes = index.sizes();
  if (!sizes.empty()) sizes[dim] = 1;
  Plan lines(sizes, {&out, &index, &source});
  lines.sortByStride();
  const Line line{sizeAt(index, dim), bytesAt(index, dim), sizeAt(source, dim) == 1 ? 0 : bytesAt(source, dim)};
  const Indexed indexed(op, out, dim);
  const bool carries = carriesAlong(add, out.dtype(), line.n, indexed.faults.size);
  Plan elements = lines.part([](const Plan& plan, int d) { return plan.strides[1][d] != 0; }, {0, 1, 2});
  const bool few = elements.total <= kFewLines * multiprocessors(out.device());
  elements.addDimension(line.n, {0, line.indexStep, line.sourceStep});
  elements.merge();
  if (few && line.n >= kLongLine && elements.total >> bitsOfNumber(elements, indexed) == 0)
    return scatterSorted(op, out, lines, elements, indexed, add, carries);
  lines.merge();
  if (carries)
    return dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
      const int64_t bytes = indexed.faults.size * static_cast<int64_t>(sizeof(T));
      const int64_t together = std::min(lines.total, std::max<int64_t>(1, kRests / bytes));
      const Scratch rests(out.device(), static_cast<size_t>(together * bytes));
      const Faulting faulting(out.device());
      for (int64_t first = 0; first < lines.total; first += together) {
        const int64_t count = std::min(together, lines.total - first);
        launch(&carryKernel<T>, blocksFor(count, kBlock), kBlock, 0, use(out), lines.walk<3>(op), first, count, line,
               indexed, lines.data[0], lines.data[1], lines.data[2], rests.as<T>());
      }
    });
  const Faulting faulting(out.device());
  dispatchUpdate(out.dtype(), add, [&]<class T, bool kAdd>(T, std::bool_constant<kAdd>) {
    launch(&lineKernel<T, kAdd>, blocksFor(lines.total, kBlock), kBlock, 0, use(out), lines.walk<3>(op), lines.total,
           line, indexed, lines.data[0], lines.data[1], lines.data[2]);
  });
}

__global__ void __launch_bounds__(kBlock)
    offsetsKernel(Walk<1> walk, int64_t n, Indexed along, bool add, int64_t* offsets, const char* index) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const int64_t before = add ? offsets[i] : 0, j = along.wrap(index + walk.offset(i));
  offsets[i] = j < 0 || before < 0 ? kNoOffset : before + j * along.step;
}

void indexOffsetsFamily(const Tensor& offsets, const Tensor& index, int64_t dim, int64_t size, int64_t step, bool add) {
  requireIndices("index", index);
  Plan plan(offsets.sizes(), {&index});
  if (plan.total == 0) return;
  plan.merge();
  const Indexed indexed(FaultNotes("index", dim, -size, size, offsets.device()), step);
  const Faulting faulting(offsets.device());
  launch(&offsetsKernel, blocksFor(plan.total, kBlock), kBlock, 0, use(offsets), plan.walk<1>("index"), plan.total,
         indexed, add, offsets.data<int64_t>(), plan.data[0]);
}

void indexSelectFamily(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index) {
  gatherInto("indexSelect", out, in, dim, along(index, out.sizes(), dim));
}

void gatherFamily(const Tensor& out, const Tensor& in, int64_t dim, const Tensor& index) {
  gatherInto("gather", out, in, dim, index);
}

void indexPutFamily(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  Dims sizes = out.sizes();
  if (!sizes.empty()) sizes[dim] = index.numel();
  scatterInto("indexPut", out, dim, along(index, sizes, dim), source, add);
}

void scatterFamily(const Tensor& out, int64_t dim, const Tensor& index, const Tensor& source, bool add) {
  scatterInto("scatter", out, dim, index, source, add);
}

const decltype(indexSelectSlot)::Fill fillSelect(indexSelectSlot, DeviceType::CUDA, &indexSelectFamily);
const decltype(indexPutSlot)::Fill fillPut(indexPutSlot, DeviceType::CUDA, &indexPutFamily);
const decltype(indexOffsetsSlot)::Fill fillOffsets(indexOffsetsSlot, DeviceType::CUDA, &indexOffsetsFamily);
const decltype(gatherSlot)::Fill fillGather(gatherSlot, DeviceType::CUDA, &gatherFamily);
const decltype(scatterSlot)::Fill fillScatter(scatterSlot, DeviceType::CUDA, &scatterFamily);

}  // namespace

}  // namespace retrograd::cuda
