#include "kernel/reduce.h"

#include <bit>

#include "cuda/pointwise.cuh"
#include "math/reduce.h"

// Sequences are reduced in the order of math/reduce.h, so that floating sums have the CPU's bits. Eight threads share a
// leaf. A block takes several leaves of several sequences, both powers of two; where sequences are longer, a second
// kernel combines what blocks found.

namespace retrograd::cuda {

namespace {

/// What a reduction by `F` computes in for elements of `T`: bool is a byte.
template <class T>
using Element = std::conditional_t<std::is_same_v<T, bool>, uint8_t, T>;

using math::kLanes;
using math::kLeaf;
using math::neutral;

constexpr int kTeam = 8;                // threads of a leaf
constexpr int kTeams = kBlock / kTeam;  // of a block
constexpr int kPartials = 16;           // results of blocks that a thread combines at most

/// The smallest power of two that is no less than `n`, but at most `most`, another one.
int32_t powerUpTo(int64_t most, int64_t n) {
  return static_cast<int32_t>(std::min<uint64_t>(static_cast<uint64_t>(most), std::bit_ceil(static_cast<uint64_t>(n))));
}

/// What a reduction of nothing gives.
template <class F, class T>
struct Identity {
  RETROGRAD_HD T operator()() const { return F::template identity<T>(); }
};

struct ReduceShape {
  int64_t outputs, length;  // sequences and their elements
  int64_t leaves;           // of a sequence
  int64_t leafBlocks;       // blocks that share a sequence
  int32_t width, slots;     // sequences, and leaves of each, that a block takes: width * slots = kTeams
  bool side;                // neighbouring threads take neighbouring sequences, else neighbouring elements
};

/// A leaf's lanes team, team + kTeam, ... of this thread. `begin`: the leaf's first element in the sequence.
template <class F, class E>
__device__ inline E reduceLeaf(const char* base, const Walk<1>& reduced, int64_t begin, int count, int team) {
  constexpr int kPer = kLanes<E> / kTeam;
  E lanes[kPer];
#pragma unroll
  for (int c = 0; c < kPer; ++c) lanes[c] = neutral<F, E>();
  if (count == kLeaf<E> && reduced.rank == 1) {
    const int64_t step = reduced.strides[0][0];
    base += (begin + team) * step;
#pragma unroll 8
    for (int r = 0; r < kLeaf<E>; r += kLanes<E>)
#pragma unroll
      for (int c = 0; c < kPer; ++c)
        lanes[c] = F::combine(lanes[c], *reinterpret_cast<const E*>(base + (r + c * kTeam) * step));
  } else {
#pragma unroll 1
    for (int r = team; r < count; r += kLanes<E>)
#pragma unroll
      for (int c = 0; c < kPer; ++c)
        if (r + c * kTeam < count)
          lanes[c] = F::combine(lanes[c], *reinterpret_cast<const E*>(base + reduced.offset(begin + r + c * kTeam)));
  }
#pragma unroll
  for (int h = kPer / 2; h; h /= 2)
#pragma unroll
    for (int c = 0; c < h; ++c) lanes[c] = F::combine(lanes[c], lanes[c + h]);
  return lanes[0];
}

template <class F, class E>
__global__ void __launch_bounds__(kBlock)
    reduceKernel(ReduceShape shape, Walk<2> kept, Walk<1> reduced, const char* in, char* out, E* partials) {
  SharedArea shared;
  E* values = shared.take<E>(kBlock);
  const int t = threadNumber();
  // Where this thread stands, and how far away its partners are.
  const int teamStep = shape.side ? shape.width : 1;
  const int slotStep = shape.side ? shape.width * kTeam : kTeam;
  const int team = t / teamStep % kTeam;
  const int slot = t / slotStep % shape.slots;
  const int column = shape.side ? t % shape.width : t / (kTeam * shape.slots);
  const int64_t part = blockNumber() % shape.leafBlocks;
  const int64_t output = blockNumber() / shape.leafBlocks * shape.width + column;
  const int64_t leaf = part * shape.slots + slot;
  int64_t offsets[2] = {0, 0};
  if (output < shape.outputs) kept.offsets(output, offsets);
  values[t] = neutral<F, E>();
  if (output < shape.outputs && leaf < shape.leaves) {
    const int64_t begin = leaf * kLeaf<E>;
    const int count = static_cast<int>(shape.length - begin < kLeaf<E> ? shape.length - begin : kLeaf<E>);
    values[t] = reduceLeaf<F, E>(in + offsets[0], reduced, begin, count, team);
  }
  barrier();
  for (int h = kTeam / 2; h; h /= 2) {
    if (team < h) values[t] = F::combine(values[t], values[t + h * teamStep]);
    barrier();
  }
  for (int s = 1; s < shape.slots; s *= 2) {
    if (team == 0 && slot % (2 * s) == 0 && leaf + s < shape.leaves)
      values[t] = F::combine(values[t], values[t + s * slotStep]);
    barrier();
  }
  if (team == 0 && slot == 0 && output < shape.outputs) {
    if (shape.leafBlocks == 1)
      *reinterpret_cast<E*>(out + offsets[1]) = values[t];
    else
      partials[output * shape.leafBlocks + part] = values[t];
  }
}

/// How a sequence's `count` partial results are combined: pairwise, in groups of `threads` times `items` neighbours,
/// both powers of two. Groups are as large as they can be, so that most sequences are one.
struct FinishShape {
  int64_t outputs, count;
  int32_t threads, items;
  Divider groups;  // of a sequence; where there are several, each is a block's

  FinishShape(int64_t outputs, int64_t count) : outputs(outputs), count(count) {
    threads = powerUpTo(kBlock, count);
    items = powerUpTo(kPartials, (count + threads - 1) / threads);
    groups = Divider(static_cast<uint32_t>((count + threads * items - 1) / (threads * items)));
  }
};

template <class F, class E>
__global__ void __launch_bounds__(kBlock)
    finishKernel(FinishShape shape, const E* partials, E* next, Walk<2> kept, char* out) {
  SharedArea shared;
  E* values = shared.take<E>(kBlock);
  const int t = threadNumber(), place = t & (shape.threads - 1);
  const uint32_t block = static_cast<uint32_t>(blockNumber()), first = shape.groups.quotient(block);
  const int64_t sequence = first * int64_t{kBlock / shape.threads} + t / shape.threads;
  const int64_t group = block - first * shape.groups.divisor;
  const int64_t begin = (group * shape.threads + place) * shape.items;
  partials += sequence * shape.count + begin;
  E mine[kPartials];
#pragma unroll
  for (int i = 0; i < kPartials; ++i)
    mine[i] = sequence < shape.outputs && i < shape.items && begin + i < shape.count ? partials[i] : neutral<F, E>();
#pragma unroll
  for (int s = 1; s < kPartials; s *= 2)
#pragma unroll
    for (int i = 0; i < kPartials; i += 2 * s) mine[i] = F::combine(mine[i], mine[i + s]);
  values[t] = mine[0];
  for (int s = 1; s < shape.threads; s *= 2) {
    barrier();
    if (place % (2 * s) == 0) values[t] = F::combine(values[t], values[t + s]);
  }
  if (place != 0 || sequence >= shape.outputs) return;
  if (shape.groups.divisor > 1) {
    next[block] = values[t];
  } else {
    int64_t offsets[2];
    kept.offsets(sequence, offsets);
    *reinterpret_cast<E*>(out + offsets[1]) = values[t];
  }
}

template <class F, class E>
void reduceTyped(const Tensor& out, const Tensor& in) {
  cudaStream_t stream = use(out);
  const ReducePlan plan(out, in);
  const Plan &kept = plan.kept, &reduced = plan.reduced;
  ReduceShape shape;
  shape.outputs = kept.total;
  shape.length = reduced.total;
  shape.leaves = (shape.length + kLeaf<E> - 1) / kLeaf<E>;
  shape.side = kept.total > 1 && std::abs(kept.step(0)) < std::abs(reduced.step(0));
  const int32_t slots = powerUpTo(kTeams, shape.leaves), width = powerUpTo(kTeams, shape.outputs);
  shape.width = shape.side ? std::max(width, kTeams / slots) : kTeams / slots;
  shape.slots = kTeams / shape.width;
  shape.leafBlocks = (shape.leaves + shape.slots - 1) / shape.slots;
  const int64_t outBlocks = (shape.outputs + shape.width - 1) / shape.width;
  const size_t shared = SharedArea::bytesFor<E>(kBlock);
  const Walk<2> keptWalk = kept.walk<2>(F::kName);
  const unsigned blocks = blocksFor(outBlocks * shape.leafBlocks, 1);
  FinishShape finish(shape.outputs, shape.leafBlocks);
  // What the blocks find, then what is left of it after one round of combining.
  const int64_t found = shape.outputs * finish.count, left = shape.outputs * finish.groups.divisor;
  Scratch partials(out.device(), finish.count > 1 ? static_cast<size_t>(found + left) * sizeof(E) : 0);
  E* from = partials.as<E>();
  E* to = from + found;
  launch(&reduceKernel<F, E>, blocks, kBlock, shared, stream, shape, keptWalk, reduced.walk<1>(F::kName), kept.data[0],
         kept.data[1], from);
  for (; finish.count > 1; finish = FinishShape(shape.outputs, finish.groups.divisor), std::swap(from, to))
    launch(&finishKernel<F, E>, blocksFor(shape.outputs * finish.groups.divisor, kBlock / finish.threads), kBlock,
           shared, stream, finish, from, to, keptWalk, kept.data[1]);
}

template <class F, class T>
constexpr bool reduces() {
  return F::kDomain == math::Domain::Logical ? std::is_same_v<T, bool> : math::accepts<T>(F::kDomain);
}

template <class F>
void reduceFamily(const F&, const Tensor& out, const Tensor& in) {
  if (out.numel() == 0) return;
  dispatch(in.dtype(), [&]<class T>(Type<T>) {
    if constexpr (!reduces<F, T>())
      failDType(F::kName, in.dtype());
    else if (in.numel() == 0)
      pointwise<T>(Identity<F, T>(), out);
    else
      reduceTyped<F, Element<T>>(out, in);
  });
}

struct FillReduce {
  template <class F>
  void operator()() const {
    typename decltype(reduceSlot<F>)::Fill(reduceSlot<F>, DeviceType::CUDA, &reduceFamily<F>);
  }
};

const Family<math::ReduceFunctors, FillReduce> fill;

}  // namespace

}  // namespace retrograd::cuda
