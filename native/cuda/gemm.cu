#include "kernel/gemm.h"

#include "cuda/blas.h"
#include "cuda/pointwise.cuh"
#include "kernel/copy.h"
#include "math/carry.h"
#include "math/elementary.h"

namespace retrograd::cuda {

namespace {

// A block computes a tile of the result; its threads load strips of both operands into shared memory, then each adds up
// the products of its own small tile, in the order of k. Where k is long, sums of kPart products are added up with what
// that rounds off, so that errors do not grow with k.

constexpr int kTile = 64;                                  // rows and columns of a block's tile
constexpr int kDepth = 16;                                 // of a strip
constexpr int64_t kPart = 4 * kDepth, kLong = 16 * kPart;  // of k; k is long beyond the second
constexpr int kOwn = 4;                                    // rows and columns of a thread's tile
constexpr int kSide = kTile / kOwn;                        // threads along a side
constexpr int kPitch = kTile + kOwn;                       // elements between rows of a strip: spreads them over banks
static_assert(kSide * kSide == kBlock);

struct GemmShape {
  int64_t m, n, k;
  int64_t a[3], b[3], out[3];  // strides in elements: batch, row, column
  int64_t tilesDown, tilesAcross;
  bool accumulate;
};

template <class T>
__device__ inline T multiplyAdd(T a, T b, T c) {
  if constexpr (std::is_same_v<T, float>)
    return ::fmaf(a, b, c);
  else if constexpr (std::is_same_v<T, double>)
    return ::fma(a, b, c);
  else
    return math::wrappingAdd(math::wrappingMul(a, b), c);
}

/// Loads a strip of kDepth by kTile: element (d, i) is from[i * iStep + d * dStep], zero past the ends. Threads follow
/// the operand's dense direction.
template <class T>
__device__ inline void loadStrip(T* strip, const T* from, int64_t iStep, int64_t dStep, int64_t iCount,
                                 int64_t dCount) {
  const int t = threadNumber();
  const bool deep = dStep == 1 && iStep != 1;
#pragma unroll
  for (int j = 0; j < kDepth * kTile / kBlock; ++j) {
    const int number = t + j * kBlock;
    const int d = deep ? number % kDepth : number / kTile, i = deep ? number / kDepth : number % kTile;
    strip[d * kPitch + i] = d < dCount && i < iCount ? from[i * iStep + d * dStep] : T(0);
  }
}

template <class T, bool kIsLong>
__global__ void __launch_bounds__(kBlock) gemmKernel(GemmShape s, T* out, const T* a, const T* b) {
  SharedArea shared;
  T* aStrip = shared.take<T>(kDepth * kPitch);
  T* bStrip = shared.take<T>(kDepth * kPitch);
  int64_t number = blockNumber();
  const int64_t across = number % s.tilesAcross * kTile;
  number /= s.tilesAcross;
  const int64_t down = number % s.tilesDown * kTile;
  const int64_t batch = number / s.tilesDown;
  a += batch * s.a[0] + down * s.a[1];
  b += batch * s.b[0] + across * s.b[2];
  out += batch * s.out[0];
  const int row = threadNumber() / kSide * kOwn, column = threadNumber() % kSide * kOwn;
  T sums[kOwn][kOwn] = {};
  math::Carry<T> totals[kIsLong ? kOwn : 1][kIsLong ? kOwn : 1] = {};
  for (int64_t k = 0; k < s.k; k += kDepth) {
    loadStrip(aStrip, a + k * s.a[2], s.a[1], s.a[2], s.m - down, s.k - k);
    loadStrip(bStrip, b + k * s.b[1], s.b[2], s.b[1], s.n - across, s.k - k);
    barrier();
#pragma unroll
    for (int d = 0; d < kDepth; ++d) {
      T x[kOwn], y[kOwn];
#pragma unroll
      for (int i = 0; i < kOwn; ++i) {
        x[i] = aStrip[d * kPitch + row + i];
        y[i] = bStrip[d * kPitch + column + i];
      }
#pragma unroll
      for (int i = 0; i < kOwn; ++i)
#pragma unroll
        for (int j = 0; j < kOwn; ++j) sums[i][j] = multiplyAdd(x[i], y[j], sums[i][j]);
    }
    barrier();
    if constexpr (kIsLong) {
      const bool ends = k + kDepth >= s.k;
      if (!ends && (k + kDepth) % kPart) continue;
#pragma unroll
      for (int i = 0; i < kOwn; ++i)
#pragma unroll
        for (int j = 0; j < kOwn; ++j) {
          totals[i][j].add(sums[i][j]);
          sums[i][j] = ends ? totals[i][j].value() : T(0);
        }
    }
  }
#pragma unroll
  for (int i = 0; i < kOwn; ++i)
#pragma unroll
    for (int j = 0; j < kOwn; ++j) {
      const int64_t r = down + row + i, c = across + column + j;
      if (r >= s.m || c >= s.n) continue;
      T& to = out[r * s.out[1] + c * s.out[2]];
      to = s.accumulate ? math::wrappingAdd(to, sums[i][j]) : sums[i][j];
    }
}

void gemmFamily(const Tensor& out, const Tensor& a, const Tensor& b, const Tensor& bias) {
  if (blasGemm(out, a, b, bias)) return;
  if (bias.defined()) copySlot(out.device(), out, bias);
  GemmShape s;
  s.m = out.size(1);
  s.n = out.size(2);
  s.k = a.size(2);
  for (int d = 0; d < 3; ++d) {
    auto step = [d](const Tensor& t) { return t.size(d) == 1 ? 0 : t.strides()[d]; };
    s.a[d] = step(a);
    s.b[d] = step(b);
    s.out[d] = out.strides()[d];
  }
  s.tilesDown = (s.m + kTile - 1) / kTile;
  s.tilesAcross = (s.n + kTile - 1) / kTile;
  s.accumulate = bias.defined();
  const unsigned blocks = blocksFor(out.size(0) * s.tilesDown * s.tilesAcross, 1);
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) {
    if constexpr (std::is_same_v<T, bool>)
      failDType("gemm", out.dtype());
    else
      // A view of nothing may have an offset all the same: no address for it.
      launch(std::is_floating_point_v<T> && s.k > kLong ? &gemmKernel<T, std::is_floating_point_v<T>>
                                                        : &gemmKernel<T, false>,
             blocks, kBlock, 2 * SharedArea::bytesFor<T>(kDepth * kPitch), use(out), s, out.data<T>(),
             s.k ? a.data<T>() : nullptr, s.k ? b.data<T>() : nullptr);
  });
}

const decltype(gemmSlot)::Fill fill(gemmSlot, DeviceType::CUDA, &gemmFamily);

}  // namespace

}  // namespace retrograd::cuda
