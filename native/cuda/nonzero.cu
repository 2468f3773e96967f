#include "cuda/pointwise.cuh"
#include "kernel/index.h"
#include "kernel/load.h"

// Three launches: each block counts in its stretch of elements, one block adds up the counts, and each block writes its
// finds where the sum says. The host needs the total between them, to allocate the result.

namespace retrograd::cuda {

namespace {

constexpr int kItems = 4;
constexpr int kStretch = kBlock * kItems;
constexpr int kCounts = 16;  // that a thread adds up
constexpr int kShared = 2 * kBlock;

struct Shape {
  int32_t rank;
  int64_t sizes[kMaxDims];
};

/// The sum of `v` over the threads before this one; `total` becomes that over all. All threads of the block call it,
/// with room for kShared numbers.
__device__ inline int64_t sumBefore(int64_t v, int64_t* shared, int64_t& total) {
  const int t = threadNumber();
  int64_t *now = shared, *next = shared + kBlock, sum = v;
  now[t] = sum;
  barrier();
  for (int h = 1; h < kBlock; h *= 2) {
    if (t >= h) sum += now[t - h];
    next[t] = sum;
    barrier();
    std::swap(now, next);
  }
  total = now[kBlock - 1];
  barrier();
  return sum - v;
}

/// A number for each of kItems elements, in one: sums of such numbers stay below 2^16.
__device__ inline int64_t field(int64_t packed, int j) { return packed >> 16 * j & 0xffff; }

/// Elements of a thread lie a block's width apart.
__device__ inline int64_t element(int j) { return blockNumber() * kStretch + j * kBlock + threadNumber(); }

/// 1 in the fields of the elements that are not zero. `T`: what they are tested as.
template <class T>
__device__ inline int64_t find(const Walk<1>& walk, int64_t n, const char* in) {
  int64_t found = 0;
  auto look = [&](int j, int64_t offset) {
    if (*reinterpret_cast<const T*>(in + offset) != T(0)) found |= int64_t{1} << 16 * j;
  };
  if (walk.rank == 1) {
#pragma unroll
    for (int j = 0; j < kItems; ++j)
      if (element(j) < n) look(j, element(j) * walk.strides[0][0]);
  } else {
#pragma unroll 1
    for (int j = 0; j < kItems && element(j) < n; ++j) look(j, walk.offset(element(j)));
  }
  return found;
}

template <class T>
__global__ void __launch_bounds__(kBlock) countKernel(Walk<1> walk, int64_t n, const char* in, int64_t* counts) {
  SharedArea shared;
  int64_t total, count = 0;
  sumBefore(find<T>(walk, n, in), shared.take<int64_t>(kShared), total);
  for (int j = 0; j < kItems; ++j) count += field(total, j);
  if (threadNumber() == 0) counts[blockNumber()] = count;
}

/// Replaces `counts` by the sums before each, and counts[blocks] by the sum of all.
__global__ void __launch_bounds__(kBlock) prefixKernel(int64_t* counts, int64_t blocks) {
  SharedArea area;
  int64_t* shared = area.take<int64_t>(kShared);
  int64_t carry = 0;
  for (int64_t base = 0; base < blocks; base += kBlock * kCounts) {
    const int64_t first = base + threadNumber() * kCounts;
    int64_t mine[kCounts], sum = 0, total;
#pragma unroll
    for (int j = 0; j < kCounts; ++j) mine[j] = first + j < blocks ? counts[first + j] : 0;
#pragma unroll
    for (int j = 0; j < kCounts; ++j) sum += mine[j];
    int64_t before = carry + sumBefore(sum, shared, total);
#pragma unroll
    for (int j = 0; j < kCounts; ++j) {
      if (first + j < blocks) counts[first + j] = before;
      before += mine[j];
    }
    carry += total;
  }
  if (threadNumber() == 0) counts[blocks] = carry;
}

template <class T>
__global__ void __launch_bounds__(kBlock)
    writeKernel(Walk<1> walk, int64_t n, Shape shape, const char* in, const int64_t* starts, int64_t* out) {
  SharedArea shared;
  int64_t total, start = starts[blockNumber()];
  const int64_t end = starts[blockNumber() + 1];  // of the rows that were counted: elements may have changed since
  const int64_t found = find<T>(walk, n, in), before = sumBefore(found, shared.take<int64_t>(kShared), total);
#pragma unroll 1
  for (int j = 0; j < kItems; start += field(total, j++)) {
    const int64_t place = start + field(before, j);
    if (!field(found, j) || place >= end) continue;
    int64_t* row = out + place * shape.rank;
    int64_t number = element(j);
    for (int d = shape.rank - 1; d > 0; --d) {
      row[d] = number % shape.sizes[d];
      number /= shape.sizes[d];
    }
    row[0] = number;
  }
  for (int64_t i = start * shape.rank + threadNumber(); i < end * shape.rank; i += kBlock) out[i] = 0;
}

void nonzeroFamily(Tensor& out, const Tensor& in) {
  const Device device = in.device();
  const int64_t rank = in.dim();
  Plan plan(in.sizes(), {&in});
  plan.merge();  // keeps the order, in which elements are counted
  if (plan.total == 0) {
    out = allocateTensor("nonzero", {0, rank}, DType::Int64, device);
    return;
  }
  cudaStream_t stream = use(device);
  const unsigned blocks = blocksFor(plan.total, kStretch);
  const size_t shared = SharedArea::bytesFor<int64_t>(kShared);
  const Walk<1> walk = plan.walk<1>("nonzero");
  Scratch counts(device, (static_cast<size_t>(blocks) + 1) * sizeof(int64_t));
  Shape shape;
  shape.rank = static_cast<int32_t>(rank);
  for (int64_t d = 0; d < rank; ++d) shape.sizes[d] = in.size(d);
  auto find = [&]<class T>(Type<T>) {
    int64_t* at = counts.as<int64_t>();
    launch(&countKernel<T>, blocks, kBlock, shared, stream, walk, plan.total, plan.data[0], at);
    launch(&prefixKernel, 1, kBlock, shared, stream, at, static_cast<int64_t>(blocks));
    int64_t total = 0;
    check(cudaMemcpyAsync(&total, at + blocks, sizeof total, cudaMemcpyDeviceToHost, stream), "nonzero");
    synchronize(currentStream(device));
    out = allocateTensor("nonzero", {total, rank}, DType::Int64, device);
    if (total && rank)
      launch(&writeKernel<T>, blocks, kBlock, shared, stream, walk, plan.total, shape, plan.data[0], at,
             out.data<int64_t>());
  };
  dispatch(in.dtype(), [&]<class T>(Type<T>) { find(Type<Tested<T>>{}); });
}

const decltype(nonzeroSlot)::Fill fill(nonzeroSlot, DeviceType::CUDA, &nonzeroFamily);

}  // namespace

}  // namespace retrograd::cuda
