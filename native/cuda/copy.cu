#include "kernel/copy.h"

#include <cstring>

#include "cuda/pointwise.cuh"
#include "math/carry.h"
#include "math/elementary.h"

namespace retrograd::cuda {

namespace {

template <class To>
struct Convert {
  template <class From>
  RETROGRAD_HD To operator()(From v) const {
    return convert<To>(v);
  }
};

struct Same {
  template <class T>
  RETROGRAD_HD T operator()(T v) const {
    return v;
  }
};

// ---- A copy whose result is dense along one dimension and whose operand along another: tiles turned in shared memory.

constexpr int kTile = 32;
constexpr int kTileRows = kBlock / kTile;

/// Tiles of the two dimensions; `outer` walks the others.
struct Transposed {
  int64_t rows, columns;        // `rows`: the dimension along which the operand is dense; `columns`: the result
  int64_t rowStep, columnStep;  // of the result along rows, of the operand along columns, in elements
  int64_t tilesDown, tilesAcross;
};

template <class T>
__global__ void __launch_bounds__(kBlock) transposeKernel(Transposed shape, Walk<2> outer, char* out, const char* in) {
  SharedArea shared;
  T* tile = shared.take<T>(kTile * (kTile + 1));
  int64_t number = blockNumber();
  const int64_t across = number % shape.tilesAcross;
  number /= shape.tilesAcross;
  const int64_t down = number % shape.tilesDown;
  int64_t offsets[2];
  outer.offsets(number / shape.tilesDown, offsets);
  T* to = reinterpret_cast<T*>(out + offsets[0]);
  const T* from = reinterpret_cast<const T*>(in + offsets[1]);
  const int x = threadNumber() % kTile, y = threadNumber() / kTile;
  for (int i = y; i < kTile; i += kTileRows) {
    int64_t row = down * kTile + x, column = across * kTile + i;
    if (row < shape.rows && column < shape.columns) tile[i * (kTile + 1) + x] = from[row + column * shape.columnStep];
  }
  barrier();
  for (int i = y; i < kTile; i += kTileRows) {
    int64_t row = down * kTile + i, column = across * kTile + x;
    if (row < shape.rows && column < shape.columns) to[row * shape.rowStep + column] = tile[x * (kTile + 1) + i];
  }
}

/// The dimension along which the operand is dense, where tiles pay; -1 otherwise.
int tiledDimension(const Plan& plan) {
  const int inner = plan.rank - 1;
  const int64_t item = plan.itemSize[0];
  if (plan.rank < 2 || plan.rank > kWalkRank || plan.step(0) != item || plan.sizes[inner] < 8) return -1;
  for (int d = 0; d < inner; ++d)
    if (plan.strides[1][d] == item && plan.sizes[d] >= 8) return d;
  return -1;
}

template <class T>
void copyTransposed(const Plan& plan, int dense, cudaStream_t stream) {
  const int inner = plan.rank - 1;
  const int64_t item = sizeof(T);
  Transposed shape{
      plan.sizes[dense], plan.sizes[inner], plan.strides[0][dense] / item, plan.strides[1][inner] / item, 0, 0};
  shape.tilesDown = (shape.rows + kTile - 1) / kTile;
  shape.tilesAcross = (shape.columns + kTile - 1) / kTile;
  Plan outer;
  outer.operands = 2;
  for (int k = 0; k < 2; ++k) outer.itemSize[k] = item;
  for (int d = 0; d < inner; ++d)
    if (d != dense) outer.addDimension(plan.sizes[d], {plan.strides[0][d], plan.strides[1][d]});
  outer.merge();
  launch(&transposeKernel<T>, blocksFor(outer.total * shape.tilesDown * shape.tilesAcross, 1), kBlock,
         SharedArea::bytesFor<T>(kTile * (kTile + 1)), stream, shape, outer.walk<2>("copy"), plan.data[0],
         plan.data[1]);
}

void copySame(const Tensor& out, const Tensor& in) {
  cudaStream_t stream = use(out);
  Plan plan(out.sizes(), {&out, &in});
  if (plan.total == 0) return;
  plan.sortByStride();
  plan.merge();
  if (plan.isDense(0) && plan.isDense(1)) {
    if (plan.data[0] == plan.data[1]) return;
    check(cudaMemcpyAsync(plan.data[0], plan.data[1], static_cast<size_t>(plan.total * plan.itemSize[0]),
                          cudaMemcpyDeviceToDevice, stream),
          "copy");
    return;
  }
  const int tiled = tiledDimension(plan);
  dispatchSize(out.dtype(), [&]<class T>(T) {
    if (tiled >= 0)
      copyTransposed<T>(plan, tiled, stream);
    else
      pointwise<T, T>(Same(), out, in);
  });
}

void copyFamily(const Tensor& out, const Tensor& in) {
  if (out.dtype() == in.dtype()) return copySame(out, in);
  dispatch(out.dtype(), [&]<class To>(Type<To>) {
    dispatch(in.dtype(), [&]<class From>(Type<From>) {
      if constexpr (std::is_same_v<From, To>)
        return;
      else if constexpr (isComputed(DTypeOf<From>::value) && isComputed(DTypeOf<To>::value))
        pointwise<To, From>(Convert<To>(), out, in);
      else
        stridedPointwise<To, From>(Convert<To>(), out, in);
    });
  });
}

// ---- Between host and device, and between devices

void copyAcross(const Tensor& out, const Tensor& in, size_t bytes) {
  const Stream to = currentStream(out.device()), from = currentStream(in.device());
  wait(to, from);
  check(cudaMemcpyPeerAsync(out.data(), out.device().index, in.data(), in.device().index, bytes, use(out)),
        "copying between devices");
  wait(from, to);  // the source's block must not be given out again before it was read
}

/// From pageable memory the runtime's call returns once that was read; pinned memory is read when the copy's turn
/// comes.
void copyBetween(const Tensor& out, const Tensor& in, size_t bytes, bool nonBlocking) {
  const Tensor& host = in.device().isCpu() ? in : out;
  const Device device = (in.device().isCpu() ? out : in).device();
  const cudaMemcpyKind kind = in.device().isCpu() ? cudaMemcpyHostToDevice : cudaMemcpyDeviceToHost;
  check(cudaMemcpyAsync(out.data(), in.data(), bytes, kind, use(device)),
        in.device().isCpu() ? "copying to the device" : "copying to the host");
  if (host.storage().isPinned() && nonBlocking)
    host.storage().recordUse(currentStream(device));
  else if (host.storage().isPinned() || !in.device().isCpu())
    synchronize(currentStream(device));
}

void transferFamily(const Tensor& out, const Tensor& in, bool nonBlocking) {
  const size_t bytes = static_cast<size_t>(out.numel()) * itemSize(out.dtype());
  if (bytes == 0) return;
  if (in.device().isCpu() || out.device().isCpu())
    copyBetween(out, in, bytes, nonBlocking);
  else
    copyAcross(out, in, bytes);
}

// ---- Numbers

template <class T>
struct Constant {
  T value;
  RETROGRAD_HD T operator()() const { return value; }
};

void fillFamily(const Tensor& out, Scalar value) {
  const uint64_t bits = value.bitsAs(out.dtype());
  dispatchSize(out.dtype(), [&]<class Bits>(Bits) { pointwise<Bits>(Constant<Bits>{static_cast<Bits>(bits)}, out); });
}

template <class T, class S>
__global__ void __launch_bounds__(kBlock) rangeKernel(T* out, int64_t n, S start, S step) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i < n) out[i] = convert<T>(math::wrappingAdd(start, math::wrappingMul(static_cast<S>(i), step)));
}

void rangeFamily(const Tensor& out, Scalar start, Scalar step) {
  const unsigned blocks = blocksFor(out.numel(), kBlock);
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) {
    if (start.isFloating() || step.isFloating())
      launch(&rangeKernel<T, double>, blocks, kBlock, 0, use(out), out.data<T>(), out.numel(), start.toDouble(),
             step.toDouble());
    else
      launch(&rangeKernel<T, int64_t>, blocks, kBlock, 0, use(out), out.data<T>(), out.numel(), start.to<int64_t>(),
             step.to<int64_t>());
  });
}

// ---- Triangles and overlapping sums

template <class T>
__global__ void __launch_bounds__(kBlock) triangleKernel(Walk<2> walk, int64_t n, int64_t rows, int64_t columns,
                                                         int64_t diagonal, bool lower, char* out, const char* in) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  int64_t offsets[2];
  walk.offsets(i, offsets);
  const int64_t column = i % columns, row = i / columns % rows;
  const bool stays = lower ? column <= row + diagonal : column >= row + diagonal;
  *reinterpret_cast<T*>(out + offsets[0]) = stays ? *reinterpret_cast<const T*>(in + offsets[1]) : T(0);
}

void triangleFamily(const Tensor& out, const Tensor& in, int64_t diagonal, bool lower) {
  Plan plan(out.sizes(), {&out, &in});
  if (plan.total == 0) return;
  plan.merge();  // keeps the order, by which rows and columns are found
  const int64_t rank = out.dim();
  dispatchSize(out.dtype(), [&]<class T>(T) {
    launch(&triangleKernel<T>, blocksFor(plan.total, kBlock), kBlock, 0, use(out), plan.walk<2>("triangle"), plan.total,
           out.size(rank - 2), out.size(rank - 1), diagonal, lower, plan.data[0], plan.data[1]);
  });
}

/// `rests`, unless null, lie as the elements of the result do and take what additions round off.
template <class T>
__global__ void __launch_bounds__(kBlock) addKernel(Walk<2> walk, int64_t n, char* out, char* rests, const char* in) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  int64_t offsets[2];
  walk.offsets(i, offsets);
  T& cell = *reinterpret_cast<T*>(out + offsets[0]);
  const T x = *reinterpret_cast<const T*>(in + offsets[1]);
  if constexpr (std::is_floating_point_v<T>) {
    if (rests) {
      math::carry(cell, *reinterpret_cast<T*>(rests + offsets[0]), x);
      return;
    }
  }
  cell = sum(cell, x);
}

template <class T>
__global__ void __launch_bounds__(kBlock) addRestsKernel(T* sums, const T* rests, int64_t n) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i < n && (rests[i] < 0 || rests[i] > 0)) sums[i] += rests[i];  // others' elements may lie between
}

void overlappingAddFamily(const Tensor& out, const Tensor& in) {
  Plan plan(out.sizes(), {&out, &in});
  if (plan.total == 0) return;
  plan.merge();
  const uint64_t together = meetingFree(plan);
  Plan parallel, serial;
  for (Plan* p : {&parallel, &serial}) {
    p->operands = 2;
    for (int k = 0; k < 2; ++k) p->itemSize[k] = plan.itemSize[k];
  }
  for (int d = 0; d < plan.rank; ++d)
    (together >> d & 1 ? parallel : serial).addDimension(plan.sizes[d], {plan.strides[0][d], plan.strides[1][d]});
  parallel.merge();
  serial.merge();
  const Walk<2> steps = serial.walk<2>("overlappingAdd"), walk = parallel.walk<2>("overlappingAdd");
  cudaStream_t stream = use(out);
  // Where many meet: the elements from the first to the last that the result reaches have rests.
  const auto [lowest, highest] = plan.reach(0);
  const bool many = isFloating(out.dtype()) && serial.total >= kManyAdditions;
  const size_t bytes = many ? static_cast<size_t>(highest - lowest + plan.itemSize[0]) : 0;
  const Scratch rests(out.device(), bytes);
  char* rest = many ? rests.as<char>() : nullptr;
  if (many) check(cudaMemsetAsync(rest, 0, bytes, stream), "clearing rests");
  dispatchSum(out.dtype(), [&]<class T>(Type<T>) {
    for (int64_t i = 0; i < serial.total; ++i) {  // one launch after the other: the stream keeps their order
      int64_t offsets[2];
      steps.offsets(i, offsets);
      launch(&addKernel<T>, blocksFor(parallel.total, kBlock), kBlock, 0, stream, walk, parallel.total,
             plan.data[0] + offsets[0], many ? rest - lowest + offsets[0] : nullptr, plan.data[1] + offsets[1]);
    }
    if constexpr (std::is_floating_point_v<T>)
      if (many)
        launch(&addRestsKernel<T>, blocksFor(static_cast<int64_t>(bytes / sizeof(T)), kBlock), kBlock, 0, stream,
               reinterpret_cast<T*>(plan.data[0] + lowest), reinterpret_cast<const T*>(rest),
               static_cast<int64_t>(bytes / sizeof(T)));
  });
}

const decltype(copySlot)::Fill fillCopy(copySlot, DeviceType::CUDA, &copyFamily);
const decltype(transferSlot)::Fill fillTransfer(transferSlot, DeviceType::CUDA, &transferFamily);
const decltype(fillSlot)::Fill fillFill(fillSlot, DeviceType::CUDA, &fillFamily);
const decltype(rangeSlot)::Fill fillRange(rangeSlot, DeviceType::CUDA, &rangeFamily);
const decltype(triangleSlot)::Fill fillTriangle(triangleSlot, DeviceType::CUDA, &triangleFamily);
const decltype(overlappingAddSlot)::Fill fillOverlapping(overlappingAddSlot, DeviceType::CUDA, &overlappingAddFamily);

}  // namespace

}  // namespace retrograd::cuda
