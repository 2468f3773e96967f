#pragma once

#include <bit>
#include <type_traits>

#include "cuda/pointwise.cuh"

namespace retrograd::cuda {

// Kernels that take whole lines along one dimension: a power of two of threads for each line, as many as its length
// asks for, so that what a line gives depends on its elements alone.

/// Elements that a thread takes at least, where there are as many.
inline constexpr int kLineItems = 4;

/// Where lines begin and how their elements follow each other, for `K` operands.
template <int K>
struct Lines {
  Walk<K> beginnings;
  int64_t count, n;             // lines, elements of one
  int64_t steps[K];             // bytes
  int32_t threads;              // of a line
  int32_t lineBits, placeBits;  // of a thread's number: which of the block's lines, and where among the line's threads
  bool side;                    // neighbouring threads take neighbouring lines, else neighbouring elements
  char* data[K];

  template <class Visit>
  void forEachPointer(Visit&& visit) const {
    for (const char* p : data) visit(p);
  }
};

/// The calling thread's line, and its place among the line's threads.
template <int K>
struct LineThread {
  int place, partner;  // `partner`: distance of the next place's thread
  int64_t line;
  bool exists;  // false in the last block's surplus, whose threads still meet at barriers
  char* at[K];

  __device__ explicit LineThread(const Lines<K>& lines) {
    const int t = threadNumber(), perBlock = 1 << lines.lineBits;
    place = lines.side ? t >> lines.lineBits : t & (lines.threads - 1);
    partner = lines.side ? perBlock : 1;
    line = blockNumber() * perBlock + (lines.side ? t & (perBlock - 1) : t >> lines.placeBits);
    exists = line < lines.count;
    int64_t offsets[K];
    lines.beginnings.offsets(exists ? line : 0, offsets);
    for (int k = 0; k < K; ++k) at[k] = lines.data[k] + offsets[k];
  }
  /// Element `i` of operand `k`.
  template <class T>
  __device__ T& element(const Lines<K>& lines, int k, int64_t i) const {
    return *reinterpret_cast<T*>(at[k] + i * lines.steps[k]);
  }
};

/// Combines the values of a line's threads, in a tree; every thread gets the result. All threads of the block call it.
template <class T, int K, class Combine>
__device__ inline T reduceLine(T v, T* shared, const Lines<K>& lines, const LineThread<K>& me, Combine combine) {
  const int t = threadNumber();
  shared[t] = v;
  barrier();
  for (int h = lines.threads / 2; h; h /= 2) {
    if (me.place < h) shared[t] = v = combine(v, shared[t + h * me.partner]);
    barrier();
  }
  const T result = shared[t - me.place * me.partner];
  barrier();  // before the next call writes
  return result;
}

/// Calls visit(i, j) for the number `i` of each element that the thread takes, its `j`-th. With `kHeld` there are no
/// more than kLineItems, so that it may keep them in registers by `j`; it then calls for all of these, even where the
/// line ends before.
template <bool kHeld, int K, class Visit>
__device__ inline void forEachItem(const Lines<K>& lines, const LineThread<K>& me, Visit visit) {
  if constexpr (kHeld) {
#pragma unroll
    for (int j = 0; j < kLineItems; ++j) visit(me.place + j * int64_t{lines.threads}, j);
  } else {
    for (int64_t i = me.place; i < lines.n; i += lines.threads) visit(i, 0);
  }
}

/// `tensors` have the sizes of the last one, or 1 along `dim`.
template <int K>
Lines<K> makeLines(const char* op, std::initializer_list<PlanOperand> tensors, int64_t dim) {
  const Tensor& full = *(tensors.end() - 1)->tensor;
  Dims sizes = full.sizes();
  if (full.dim()) sizes[dim] = 1;
  Plan plan(sizes, tensors);
  Lines<K> lines;
  lines.count = plan.total;
  lines.n = full.dim() ? full.size(dim) : 1;
  int k = 0;
  for (const auto& [t, data, itemSize] : tensors) {
    const bool still = t->dim() == 0 || t->size(dim) == 1;
    lines.steps[k] = still ? 0 : t->strides()[dim] * itemSize;
    lines.data[k] = plan.data[k];
    ++k;
  }
  plan.sortByStride();
  plan.merge();
  lines.beginnings = plan.walk<K>(op);
  const uint64_t wanted = static_cast<uint64_t>(std::max<int64_t>(1, (lines.n + kLineItems - 1) / kLineItems));
  lines.threads = static_cast<int32_t>(std::min<uint64_t>(kBlock, std::bit_ceil(wanted)));
  lines.placeBits = std::bit_width(static_cast<unsigned>(lines.threads)) - 1;
  lines.lineBits = std::bit_width(static_cast<unsigned>(kBlock / lines.threads)) - 1;
  lines.side = lines.count > 1 && std::abs(plan.step(K - 1)) < std::abs(lines.steps[K - 1]);
  return lines;
}

/// Starts a kernel over these lines whose block shares a `Shared` for each thread.
template <class Shared, int K, class... A>
void launchLines(void (*kernel)(Lines<K>, A...), const Lines<K>& lines, cudaStream_t stream,
                 const std::type_identity_t<A>&... rest) {
  launch(kernel, blocksFor(lines.count, kBlock / lines.threads), kBlock, SharedArea::bytesFor<Shared>(kBlock), stream,
         lines, rest...);
}

/// The same, choosing between a kernel whose threads hold their elements (`forEachItem`) and one for longer lines.
template <class Shared, int K, class... A>
void launchLines(void (*holding)(Lines<K>, A...), void (*reading)(Lines<K>, A...), const Lines<K>& lines,
                 cudaStream_t stream, const std::type_identity_t<A>&... rest) {
  launchLines<Shared>(lines.n <= int64_t{kLineItems} * lines.threads ? holding : reading, lines, stream, rest...);
}

}  // namespace retrograd::cuda
