#include "cuda/pointwise.cuh"
#include "kernel/index.h"

// Three launches: each block counts in its stretch of elements, one block adds up the counts, and each block writes its
// finds where the sum says. The host needs the total between them, to allocate the result.

namespace retrograd::cuda {

namespace {

constexpr int kItems = 8;
constexpr int kStretch = kBlock * kItems;
constexpr int kRank = 16;

struct Shape {
  int32_t rank;
  int64_t sizes[kRank];
};

/// The sum of `v` over the threads before this one; `total` becomes that over all. All threads of the block call it.
__device__ inline int64_t sumBefore(int64_t v, int64_t* shared, int64_t& total) {
  const int t = threadNumber();
  shared[t] = v;
  barrier();
  for (int h = 1; h < kBlock; h *= 2) {
    const int64_t left = t >= h ? shared[t - h] : 0;
    barrier();
    shared[t] += left;
    barrier();
  }
  total = shared[kBlock - 1];
  const int64_t before = shared[t] - v;
  barrier();
  return before;
}

/// Elements of this thread: kItems neighbours.
template <class T, class Found>
__device__ inline int64_t visit(const Walk<1>& walk, int64_t n, const char* in, Found found) {
  const int64_t first = blockNumber() * kStretch + threadNumber() * kItems;
  int64_t count = 0;
  for (int j = 0; j < kItems && first + j < n; ++j)
    if (*reinterpret_cast<const T*>(in + walk.offset(first + j)) != T(0)) found(first + j, count++);
  return count;
}

template <class T>
__global__ void __launch_bounds__(kBlock) countKernel(Walk<1> walk, int64_t n, const char* in, int64_t* counts) {
  SharedArea shared;
  int64_t total;
  sumBefore(visit<T>(walk, n, in, [](int64_t, int64_t) {}), shared.take<int64_t>(kBlock), total);
  if (threadNumber() == 0) counts[blockNumber()] = total;
}

/// Replaces `counts` by the sums before each, and counts[blocks] by the sum of all.
__global__ void __launch_bounds__(kBlock) prefixKernel(int64_t* counts, int64_t blocks) {
  SharedArea area;
  int64_t* shared = area.take<int64_t>(kBlock);
  int64_t carry = 0;
  for (int64_t base = 0; base < blocks; base += kBlock) {
    const int64_t i = base + threadNumber();
    int64_t total;
    const int64_t before = sumBefore(i < blocks ? counts[i] : 0, shared, total);
    if (i < blocks) counts[i] = carry + before;
    carry += total;
  }
  if (threadNumber() == 0) counts[blocks] = carry;
}

template <class T>
__global__ void __launch_bounds__(kBlock)
    writeKernel(Walk<1> walk, int64_t n, Shape shape, const char* in, const int64_t* starts, int64_t* out) {
  SharedArea shared;
  int64_t total;
  const int64_t count = visit<T>(walk, n, in, [](int64_t, int64_t) {});
  const int64_t start = starts[blockNumber()] + sumBefore(count, shared.take<int64_t>(kBlock), total);
  visit<T>(walk, n, in, [&](int64_t number, int64_t k) {
    int64_t* row = out + (start + k) * shape.rank;
    for (int d = shape.rank - 1; d >= 0; --d) {
      row[d] = number % shape.sizes[d];
      number /= shape.sizes[d];
    }
  });
}

void nonzeroFamily(Tensor& out, const Tensor& in) {
  const Device device = in.device();
  const int64_t rank = in.dim();
  if (rank > kRank) fail<ShapeError>("nonzero: a tensor of ", rank, " dimensions; at most ", kRank);
  Plan plan(in.sizes(), {&in});
  plan.merge();  // keeps the order, in which elements are counted
  if (plan.total == 0) {
    out = allocateTensor("nonzero", {0, rank}, DType::Int64, device);
    return;
  }
  cudaStream_t stream = use(device);
  const unsigned blocks = blocksFor(plan.total, kStretch);
  const size_t shared = SharedArea::bytesFor<int64_t>(kBlock);
  const Walk<1> walk = plan.walk<1>("nonzero");
  Scratch counts(device, (static_cast<size_t>(blocks) + 1) * sizeof(int64_t));
  Shape shape;
  shape.rank = static_cast<int32_t>(rank);
  for (int64_t d = 0; d < rank; ++d) shape.sizes[d] = in.size(d);
  dispatch(in.dtype(), [&]<class T>(Type<T>) {
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
  });
}

const decltype(nonzeroSlot)::Fill fill(nonzeroSlot, DeviceType::CUDA, &nonzeroFamily);

}  // namespace

}  // namespace retrograd::cuda
