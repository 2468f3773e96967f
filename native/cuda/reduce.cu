#include "kernel/reduce.h"

#include <bit>

#include "cuda/pointwise.cuh"
#include "math/reduce.h"

// Sequences are reduced in the order of math/reduce.h, so that floating sums have the CPU's bits; what that order has
// no partner for is combined with the neutral value. Short sequences take a thread each. Of others, eight threads share
// a leaf. A block takes several leaves of several sequences, both powers of two; where sequences are longer, a second
// kernel combines what blocks found.

namespace retrograd::cuda {

namespace {

/// How an element of `M` in memory is read as one of `E`, in which the reduction computes; bool is a byte in both.
template <class E, class M>
struct Read {
  using Element = E;
  using Memory = M;
  __device__ E operator()(M v) const { return static_cast<E>(v); }
  __device__ E at(const char* p) const { return (*this)(*reinterpret_cast<const M*>(p)); }
};

/// Any element as its truth value, by its bits: `mask` has all but the sign of floating ones.
template <class M>
struct ReadTruth {
  using Element = uint8_t;
  using Memory = M;
  M mask;
  __device__ uint8_t operator()(M v) const { return (v & mask) != 0; }
  __device__ uint8_t at(const char* p) const { return (*this)(*reinterpret_cast<const M*>(p)); }
};

/// Any element of a dtype that is computed in another: one by one, so that all such dtypes share a kernel.
template <class E>
struct ReadStored {
  using Element = E;
  DType stored;
  __device__ E at(const char* p) const {
    switch (stored) {
#define ROW(dtype, text, element, ...)                                                                        \
  case DType::dtype:                                                                                          \
    if constexpr (!isComputed(DType::dtype) && promote(DType::dtype, DTypeOf<E>::value) == DTypeOf<E>::value) \
      return static_cast<E>(*reinterpret_cast<const element*>(p));                                            \
    break;
      RETROGRAD_DTYPES(ROW)
#undef ROW
    }
    return E(0);
  }
};

/// Whether other dtypes are computed in `t`.
constexpr bool serves(DType t) {
#define ROW(dtype, ...) \
  if (DType::dtype != t && computedType(DType::dtype) == t) return true;
  RETROGRAD_DTYPES(ROW)
#undef ROW
  return false;
}

using math::kLanes;
using math::kLeaf;
using math::neutral;

constexpr int kBlockBits = std::bit_width(unsigned{kBlock}) - 1;
constexpr int kTeamBits = 3;  // of the number of threads of a leaf
constexpr int kTeamsBits = kBlockBits - kTeamBits;
constexpr int kPartialsBits = 4;  // of the number of results of blocks that a thread combines at most
constexpr int kAhead = 8;         // loads that a thread has in flight

/// Which bits of a thread's number say what it takes.
struct Bits {
  int32_t first, size;
  __device__ int of(int thread) const { return thread >> first & ((1 << size) - 1); }
  __device__ int step() const { return 1 << first; }  // to the thread whose number is one more there
};

/// The bits, at most `most`, of the smallest power of two that is no less than `n`.
int32_t bitsFor(int64_t n, int32_t most) {
  return std::min<int32_t>(most, std::bit_width(static_cast<uint64_t>(n - 1)));
}

/// What a thread takes of a row of lanes: neighbours, 8 bytes.
template <class E>
using Share = Pack<E, (kLanes<E> >> kTeamBits)>;

/// What a reduction of nothing gives.
template <class F, class T>
struct Identity {
  RETROGRAD_HD T operator()() const { return F::template identity<T>(); }
};

struct ReduceShape {
  int64_t outputs, length;  // sequences and their elements
  Divider leafBlocks;       // blocks that share a sequence
  Bits column, team, slot;  // a thread's sequence, place in the leaf's team, and leaf, of those that its block takes
};

template <class F, class E, int N>
__device__ inline void join(Pack<E, N>& a, const Pack<E, N>& b) {
#pragma unroll
  for (int i = 0; i < N; ++i) a.v[i] = F::combine(a.v[i], b.v[i]);
}

/// Lanes half of them apart, then a quarter, and so on down to one value.
template <class F, class E, int N>
__device__ inline E fold(Pack<E, N> p) {
#pragma unroll
  for (int parts = 2; parts <= N; parts *= 2)
#pragma unroll
    for (int i = 0; i < N / parts; ++i) p.v[i] = F::combine(p.v[i], p.v[i + N / parts]);
  return p.v[0];
}

template <class F, class E>
__device__ inline Share<E> nothing() {
  Share<E> p;
#pragma unroll
  for (E& v : p.v) v = neutral<F, E>();
  return p;
}

/// Elements of a sequence that a thread takes alone: they are lanes of one row.
template <class E>
inline constexpr int kShort = std::min<int>(16, kLanes<E>);

template <class F, class Reader, class E = typename Reader::Element>
__global__ void __launch_bounds__(kBlock)
    shortKernel(Reader read, int64_t outputs, int length, int64_t step, Walk<2> kept, const char* in, char* out) {
  const int64_t output = blockNumber() * kBlock + threadNumber();
  if (output >= outputs) return;
  int64_t offsets[2];
  kept.offsets(output, offsets);
  in += offsets[0];
  Pack<E, kShort<E>> p;
#pragma unroll
  for (int j = 0; j < kShort<E>; ++j, in += step) p.v[j] = j < length ? read.at(in) : neutral<F, E>();
  *reinterpret_cast<E*>(out + offsets[1]) = fold<F>(p);
}

/// Combines `share` with what load(at, i) gives for its row that begins at element `first`, whose address is `at`, and
/// for each kLanes elements or `step` bytes further, before element `count`; `kRows` are in flight.
template <class F, int kRows, class E, int N, class Load>
__device__ inline void takeRows(Pack<E, N>& share, const char* at, int64_t step, int first, int count, Load load) {
  Pack<E, N> sum = share;
#pragma unroll 1
  for (int i = first; i < count;) {
    Pack<E, N> rows[kRows];
#pragma unroll
    for (int r = 0; r < kRows; ++r, i += kLanes<E>, at += step) rows[r] = load(at, i);
#pragma unroll
    for (int r = 0; r < kRows; ++r) join<F>(sum, rows[r]);
  }
  share = sum;
}

/// Combines `share` with what its thread takes of a leaf. `begin`: the leaf's first element in the sequence.
template <class F, class Reader, class E = typename Reader::Element>
__device__ inline void reduceLeaf(Reader read, const char* base, const Walk<1>& reduced, int64_t begin, int count,
                                  int team, Share<E>& share) {
  constexpr int N = sizeof(Share<E>) / sizeof(E);
  const int first = team * N;
  // Neighbouring elements, one by one.
  auto gather = [&](int i, auto at) {
    Share<E> p = nothing<F, E>();
#pragma unroll
    for (int j = 0; j < N; ++j)
      if (i + j < count) p.v[j] = read.at(at(j));
    return p;
  };
  const int64_t step = reduced.strides[0][reduced.rank - 1], run = reduced.sizes[reduced.rank - 1];
  if (reduced.rank > 1 && begin % run + count > run) {  // the leaf's elements are not evenly spaced
    takeRows<F, 1>(share, base, 0, first, count, [&](const char* base, int i) {
      return gather(i, [&](int j) { return base + reduced.offset(begin + i + j); });
    });
    return;
  }
  const char* leaf = base + reduced.offset(begin);
  const char* at = leaf + first * step;
  auto spaced = [&](const char* at, int i) { return gather(i, [&](int j) { return at + j * step; }); };
  if constexpr (requires { typename Reader::Memory; }) {
    using M = typename Reader::Memory;
    if (step == int64_t{sizeof(M)} && reinterpret_cast<uintptr_t>(leaf) % sizeof(Pack<M, N>) == 0) {
      const int whole = count / N * N;
      takeRows<F, kAhead>(share, at, kLanes<E> * sizeof(M), first, whole, [&](const char* at, int i) {
        Share<E> p = nothing<F, E>();
        if (i >= whole) return p;
        const Pack<M, N> loaded = *reinterpret_cast<const Pack<M, N>*>(at);
#pragma unroll
        for (int j = 0; j < N; ++j) p.v[j] = read(loaded.v[j]);
        return p;
      });
      if (whole < count && whole % kLanes<E> == first) join<F>(share, spaced(leaf + whole * step, whole));
      return;
    }
  }
  takeRows<F, kAhead / N>(share, at, kLanes<E> * step, first, count, spaced);
}

template <class F, class Reader, class E = typename Reader::Element>
__global__ void __launch_bounds__(kBlock) reduceKernel(Reader read, ReduceShape shape, Walk<2> kept, Walk<1> reduced,
                                                       const char* in, char* out, E* partials) {
  SharedArea shared;
  Share<E>* shares = shared.take<Share<E>>(kBlock);
  const int t = threadNumber(), team = shape.team.of(t), slot = shape.slot.of(t);
  const uint32_t block = static_cast<uint32_t>(blockNumber()), group = shape.leafBlocks.quotient(block);
  const int64_t part = block - group * shape.leafBlocks.divisor;
  const int64_t output = (int64_t{group} << shape.column.size) + shape.column.of(t);
  const int64_t begin = ((part << shape.slot.size) + slot) * kLeaf<E>;
  Share<E>& share = shares[t];
  share = nothing<F, E>();
  int64_t offsets[2] = {0, 0};
  if (output < shape.outputs) kept.offsets(output, offsets);
  if (output < shape.outputs && begin < shape.length) {
    const int count = static_cast<int>(shape.length - begin < kLeaf<E> ? shape.length - begin : kLeaf<E>);
    reduceLeaf<F>(read, in + offsets[0], reduced, begin, count, team, share);
  }
  for (int h = 1 << kTeamBits >> 1; h; h /= 2) {
    barrier();
    if (team < h) join<F>(share, shares[t + h * shape.team.step()]);
  }
  if (team == 0) share.v[0] = fold<F>(share);
  for (int s = 1; s < 1 << shape.slot.size; s *= 2) {
    barrier();
    if (team == 0 && (slot & (2 * s - 1)) == 0)
      share.v[0] = F::combine(share.v[0], shares[t + s * shape.slot.step()].v[0]);
  }
  if (team != 0 || slot != 0 || output >= shape.outputs) return;
  if (shape.leafBlocks.divisor == 1)
    *reinterpret_cast<E*>(out + offsets[1]) = share.v[0];
  else
    partials[output * shape.leafBlocks.divisor + part] = share.v[0];
}

/// How a sequence's `count` partial results are combined: pairwise, in groups of a power of two. Groups are as large as
/// they can be, so that most sequences are one.
struct FinishShape {
  int64_t outputs, count;
  Bits place;         // a thread's among those of its group
  int32_t itemsBits;  // neighbours that a thread takes
  Divider groups;     // of a sequence; where there are several, each is a block's

  FinishShape(int64_t outputs, int64_t count) : outputs(outputs), count(count) {
    const int32_t bits = bitsFor(count, kBlockBits + kPartialsBits);
    place = {0, std::min(bits, kBlockBits)};
    itemsBits = bits - place.size;
    groups = Divider(static_cast<uint32_t>(((count - 1) >> bits) + 1));
  }
};

template <class F, class E>
__global__ void __launch_bounds__(kBlock)
    finishKernel(FinishShape shape, const E* partials, E* next, Walk<2> kept, char* out) {
  SharedArea shared;
  E* values = shared.take<E>(kBlock);
  const int t = threadNumber(), place = shape.place.of(t);
  const uint32_t block = static_cast<uint32_t>(blockNumber()), first = shape.groups.quotient(block);
  const int64_t sequence = (int64_t{first} << (kBlockBits - shape.place.size)) + (t >> shape.place.size);
  const int64_t group = block - first * shape.groups.divisor;
  const int64_t begin = ((group << shape.place.size) + place) << shape.itemsBits;
  const int64_t left = sequence < shape.outputs ? shape.count - begin : 0;
  partials += sequence * shape.count + begin;
  constexpr int kPartials = 1 << kPartialsBits;
  E mine[kPartials];
#pragma unroll
  for (int i = 0; i < kPartials; ++i) mine[i] = i < 1 << shape.itemsBits && i < left ? partials[i] : neutral<F, E>();
#pragma unroll
  for (int s = 1; s < kPartials; s *= 2)
#pragma unroll
    for (int i = 0; i < kPartials; i += 2 * s) mine[i] = F::combine(mine[i], mine[i + s]);
  values[t] = mine[0];
  for (int s = 1; s < 1 << shape.place.size; s *= 2) {
    barrier();
    if ((place & (2 * s - 1)) == 0) values[t] = F::combine(values[t], values[t + s]);
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

template <class F, class Reader, class E = typename Reader::Element>
void reduceTyped(Reader read, const Tensor& out, const Tensor& in) {
  cudaStream_t stream = use(out);
  const ReducePlan plan(out, in, std::is_integral_v<E>);
  const Plan &kept = plan.kept, &reduced = plan.reduced;
  const Walk<2> keptWalk = kept.walk<2>(F::kName);
  if (reduced.rank == 1 && reduced.total <= kShort<E>) {
    launch(&shortKernel<F, Reader>, blocksFor(kept.total, kBlock), kBlock, 0, stream, read, kept.total,
           static_cast<int>(reduced.total), reduced.step(0), keptWalk, kept.data[0], kept.data[1]);
    return;
  }
  const int64_t outputs = kept.total, leaves = (reduced.total + kLeaf<E> - 1) / kLeaf<E>;
  // Neighbouring threads take neighbouring sequences where those are nearer to each other than a sequence's elements.
  const bool side = outputs > 1 && std::abs(kept.step(0)) < std::abs(reduced.step(0));
  int32_t slotBits = bitsFor(leaves, kTeamsBits);
  if (side) slotBits = std::min(slotBits, kTeamsBits - bitsFor(outputs, kTeamsBits));
  const int32_t widthBits = kTeamsBits - slotBits;
  const int64_t leafBlocks = ((leaves - 1) >> slotBits) + 1;
  const unsigned blocks = blocksFor((((outputs - 1) >> widthBits) + 1) * leafBlocks, 1);
  const ReduceShape shape{.outputs = outputs,
                          .length = reduced.total,
                          .leafBlocks = Divider(static_cast<uint32_t>(leafBlocks)),
                          .column = {side ? 0 : kTeamBits + slotBits, widthBits},
                          .team = {side ? widthBits : 0, kTeamBits},
                          .slot = {side ? widthBits + kTeamBits : kTeamBits, slotBits}};
  FinishShape finish(outputs, leafBlocks);
  // What the blocks find, then what is left of it after one round of combining.
  const int64_t found = outputs * leafBlocks, left = outputs * finish.groups.divisor;
  Scratch partials(out.device(), leafBlocks > 1 ? static_cast<size_t>(found + left) * sizeof(E) : 0);
  E* from = partials.as<E>();
  E* to = leafBlocks > 1 ? from + found : nullptr;
  launch(&reduceKernel<F, Reader>, blocks, kBlock, SharedArea::bytesFor<Share<E>>(kBlock), stream, read, shape,
         keptWalk, reduced.walk<1>(F::kName), kept.data[0], kept.data[1], from);
  for (; finish.count > 1; finish = FinishShape(outputs, finish.groups.divisor), std::swap(from, to))
    launch(&finishKernel<F, E>, blocksFor(outputs * finish.groups.divisor, kBlock >> finish.place.size), kBlock,
           SharedArea::bytesFor<E>(kBlock), stream, finish, from, to, keptWalk, kept.data[1]);
}

template <class F>
void fillIdentity(const Tensor& out) {
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) {
    if constexpr (reducedType<F>(DTypeOf<T>::value) == DTypeOf<T>::value)
      pointwise<T>(Identity<F, T>(), out);
    else
      failDType(F::kName, out.dtype());
  });
}

template <class F>
void reduceFamily(const F&, const Tensor& out, const Tensor& in) {
  if (out.numel() == 0) return;
  if (in.numel() == 0) return fillIdentity<F>(out);
  if constexpr (F::kDomain == math::Domain::Logical) {
    dispatchSize(in.dtype(), [&]<class M>(M) {
      const M all = static_cast<M>(~M(0));
      reduceTyped<F>(ReadTruth<M>{isFloating(in.dtype()) ? static_cast<M>(all >> 1) : all}, out, in);
    });
  } else {
    dispatchComputed(computedType(in.dtype()), [&]<class T>(Type<T>) {
      using M = std::conditional_t<std::is_same_v<T, bool>, uint8_t, T>;
      using E = std::conditional_t<reducedType<F>(DTypeOf<T>::value) == DTypeOf<T>::value, M, int64_t>;
      if constexpr (serves(DTypeOf<T>::value))
        if (!isComputed(in.dtype())) return reduceTyped<F>(ReadStored<E>{in.dtype()}, out, in);
      reduceTyped<F>(Read<E, M>(), out, in);
    });
  }
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
