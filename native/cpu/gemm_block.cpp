#include "cpu/gemm_block.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

#include "core/per_thread.h"
#include "core/unload.h"
#include "cpu/clones.h"
#include "cpu/transpose.h"
#include "math/carry.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define RETROGRAD_X86 1
#include <immintrin.h>
#endif

namespace retrograd::cpu {

namespace {

template <class T>
using Micro = void (*)(int64_t kc, const T* a, const T* b, int64_t ldb, T* c, int64_t ldc, bool add);

template <class T>
struct Kernel {
  Micro<T> micro, narrow;  ///< `narrow` computes half as many columns, the same way
  int64_t rows, columns;
};

constexpr int64_t kMaxRows = 8, kMaxColumns = 32;

#ifdef RETROGRAD_X86
#define MICRO_NAME microFloatV4
#define MICRO_TARGET "arch=x86-64-v4"
#define MICRO_T float
#define MICRO_V __m512
#define MICRO_ROWS 8
#define MICRO_ZERO() _mm512_setzero_ps()
#define MICRO_LOAD(p) _mm512_loadu_ps(p)
#define MICRO_STORE(p, v) _mm512_storeu_ps(p, v)
#define MICRO_BROADCAST(x) _mm512_set1_ps(x)
#define MICRO_FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define MICRO_ADD(a, b) _mm512_add_ps(a, b)
#include "cpu/gemm_micro.inc"

#define MICRO_NAME microDoubleV4
#define MICRO_TARGET "arch=x86-64-v4"
#define MICRO_T double
#define MICRO_V __m512d
#define MICRO_ROWS 8
#define MICRO_ZERO() _mm512_setzero_pd()
#define MICRO_LOAD(p) _mm512_loadu_pd(p)
#define MICRO_STORE(p, v) _mm512_storeu_pd(p, v)
#define MICRO_BROADCAST(x) _mm512_set1_pd(x)
#define MICRO_FMA(a, b, c) _mm512_fmadd_pd(a, b, c)
#define MICRO_ADD(a, b) _mm512_add_pd(a, b)
#include "cpu/gemm_micro.inc"

#define MICRO_NAME microFloatV3
#define MICRO_TARGET "arch=x86-64-v3"
#define MICRO_T float
#define MICRO_V __m256
#define MICRO_ROWS 6
#define MICRO_ZERO() _mm256_setzero_ps()
#define MICRO_LOAD(p) _mm256_loadu_ps(p)
#define MICRO_STORE(p, v) _mm256_storeu_ps(p, v)
#define MICRO_BROADCAST(x) _mm256_set1_ps(x)
#define MICRO_FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define MICRO_ADD(a, b) _mm256_add_ps(a, b)
#include "cpu/gemm_micro.inc"

#define MICRO_NAME microDoubleV3
#define MICRO_TARGET "arch=x86-64-v3"
#define MICRO_T double
#define MICRO_V __m256d
#define MICRO_ROWS 6
#define MICRO_ZERO() _mm256_setzero_pd()
#define MICRO_LOAD(p) _mm256_loadu_pd(p)
#define MICRO_STORE(p, v) _mm256_storeu_pd(p, v)
#define MICRO_BROADCAST(x) _mm256_set1_pd(x)
#define MICRO_FMA(a, b, c) _mm256_fmadd_pd(a, b, c)
#define MICRO_ADD(a, b) _mm256_add_pd(a, b)
#include "cpu/gemm_micro.inc"
#endif

/// Any machine; not fused.
template <class T, int kColumns>
void microPlain(int64_t kc, const T* a, const T* b, int64_t ldb, T* c, int64_t ldc, bool add) {
  constexpr int kRows = 4;
  T sums[kRows][kColumns] = {};
  for (int64_t k = 0; k < kc; ++k, a += kRows, b += ldb)
    for (int i = 0; i < kRows; ++i)
      for (int j = 0; j < kColumns; ++j) sums[i][j] += a[i] * b[j];
  for (int i = 0; i < kRows; ++i)
    for (int j = 0; j < kColumns; ++j) c[i * ldc + j] = add ? c[i * ldc + j] + sums[i][j] : sums[i][j];
}

template <class T>
Kernel<T> choose() {
  constexpr bool isFloat = sizeof(T) == 4;
#ifdef RETROGRAD_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) {
    if constexpr (isFloat)
      return {&microFloatV4<2>, &microFloatV4<1>, 8, 32};
    else
      return {&microDoubleV4<2>, &microDoubleV4<1>, 8, 16};
  }
  if (__builtin_cpu_supports("x86-64-v3")) {
    if constexpr (isFloat)
      return {&microFloatV3<2>, &microFloatV3<1>, 6, 16};
    else
      return {&microDoubleV3<2>, &microDoubleV3<1>, 6, 8};
  }
#endif
  return {&microPlain<T, 8>, &microPlain<T, 4>, 4, 8};
}

template <class T>
const Kernel<T>& kernel() {
  static const Kernel<T> one = choose<T>();
  return one;
}

constexpr int64_t kDepth = 256;  // longest part of k
constexpr int64_t kBlockColumns =
    512;  // columns of b packed at a time: with kDepth they fill half a second-level cache

/// Packs `lines` (at most `width`) lines of `depth` elements side by side: to[d * width + l], zeros up to `width`.
template <class T>
RETROGRAD_CLONES void pack(const T* from, int64_t lineStep, int64_t depthStep, int64_t lines, int64_t width,
                           int64_t depth, T* to) {
  if (lines < width) std::memset(to, 0, static_cast<size_t>(width * depth) * sizeof(T));
  if (lineStep == 1) {
    auto copy = [&](auto count) {
      for (int64_t d = 0; d < depth; ++d)
        std::memcpy(to + d * width, from + d * depthStep, static_cast<size_t>(count) * sizeof(T));
    };
    // Of a constant size, a copy is a few instructions.
    if (lines == kMaxColumns)
      copy(std::integral_constant<int64_t, kMaxColumns>());
    else if (lines == kMaxRows)
      copy(std::integral_constant<int64_t, kMaxRows>());
    else
      copy(lines);
    return;
  }
  int64_t done = 0;
  if (depthStep == 1)
    for (; done + 4 <= lines; done += 4) {
      int64_t d = 0;
      for (; d + 4 <= depth; d += 4) transpose4(from + done * lineStep + d, lineStep, to + d * width + done, width);
      for (; d < depth; ++d)
        for (int64_t l = done; l < done + 4; ++l) to[d * width + l] = from[l * lineStep + d];
    }
  for (; done < lines; ++done)
    for (int64_t d = 0; d < depth; ++d) to[d * width + done] = from[done * lineStep + d * depthStep];
}

/// A thread's room for packed columns, kept for the next product.
struct Room {
  void* memory = nullptr;
  size_t size = 0;
  ~Room() { std::free(memory); }
};
constinit PerThread<Room> rooms;
thread_local constinit Room* own = nullptr;
const AtUnload atUnload([] {
  rooms.clear();
  own = nullptr;
});

template <class T>
T* scratch(int64_t elements) {
  if (!own) own = rooms.claim();
  if (!own) throw std::bad_alloc();
  const size_t bytes = (static_cast<size_t>(elements) * sizeof(T) + 4095) / 4096 * 4096;
  if (own->size < bytes) {
    std::free(own->memory);
    own->size = 0;
    own->memory = std::aligned_alloc(4096, bytes);
    if (!own->memory) throw std::bad_alloc();
    own->size = bytes;
  }
  return static_cast<T*>(own->memory);
}

/// A product whose parts of k, of at most `longest`, are added up one after the other.
template <class T>
void gemmStretch(int64_t longest, int64_t m, int64_t n, int64_t k, Matrix<T> a, Matrix<T> b, T* c, int64_t ldc,
                 bool accumulate) {
  const Kernel<T>& kern = kernel<T>();
  const int64_t rows = kern.rows, columns = kern.columns;
  alignas(64) T panel[kMaxRows * kDepth];
  alignas(64) T edge[kMaxRows * kMaxColumns];
  const int64_t parts = (k + longest - 1) / longest, depth = (k + parts - 1) / parts;
  // Packing b costs about as much as 16 rows of the product; reading it in place needs dense rows.
  const bool direct = b.columnStep == 1 && (m <= 48 || (m <= 160 && b.rowStep % 512 != 0));
  for (int64_t j0 = 0; j0 < n; j0 += kBlockColumns) {
    const int64_t width = std::min(kBlockColumns, n - j0);
    const int64_t whole = direct ? width / columns * columns : 0;  // columns that are read in place
    const int64_t padded = (width + columns - 1) / columns * columns;
    T* packed = padded > whole ? scratch<T>((padded - whole) * depth) : nullptr;
    for (int64_t k0 = 0; k0 < k; k0 += depth) {
      const int64_t kc = std::min(depth, k - k0);
      for (int64_t j = whole; j < width; j += columns)
        pack(b.data + k0 * b.rowStep + (j0 + j) * b.columnStep, b.columnStep, b.rowStep, std::min(columns, width - j),
             columns, kc, packed + (j - whole) * kc);
      const bool add = accumulate || k0 > 0;
      for (int64_t i = 0; i < m; i += rows) {
        const int64_t height = std::min(rows, m - i);
        pack(a.data + i * a.rowStep + k0 * a.columnStep, a.rowStep, a.columnStep, height, rows, kc, panel);
        for (int64_t j = 0; j < width; j += columns) {
          const bool inPlace = j < whole;
          const T* from = inPlace ? b.data + k0 * b.rowStep + j0 + j : packed + (j - whole) * kc;
          const int64_t ldb = inPlace ? b.rowStep : columns;
          T* to = c + i * ldc + j0 + j;
          const int64_t breadth = std::min(columns, width - j);
          if (height == rows && breadth == columns) {
            kern.micro(kc, panel, from, ldb, to, ldc, add);
            continue;
          }
          (breadth * 2 <= columns ? kern.narrow : kern.micro)(kc, panel, from, ldb, edge, columns, false);
          for (int64_t r = 0; r < height; ++r)
            for (int64_t s = 0; s < breadth; ++s)
              to[r * ldc + s] = add ? to[r * ldc + s] + edge[r * columns + s] : edge[r * columns + s];
        }
      }
    }
  }
}

/// Adds `n` elements of `x` to `sums`, and what that rounds off to `rests`.
template <class T>
RETROGRAD_CLONES void carryRun(T* sums, T* rests, const T* x, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) math::carry(sums[i], rests[i], x[i]);
}

constexpr int64_t kLong = 16 * kDepth;        // k is long beyond
constexpr int64_t kLongDepth = 64;            // longest part of a long k
constexpr int64_t kStretch = 8 * kLongDepth;  // of a long k, at most, whose parts are added up plainly
constexpr int64_t kBlockRows = 960;           // of a long product at a time: a multiple of all kernels' rows

}  // namespace

template <class T>
void gemmBlock(int64_t m, int64_t n, int64_t k, Matrix<T> a, Matrix<T> b, T* c, int64_t ldc, bool accumulate) {
  if (k <= kLong) return gemmStretch(kDepth, m, n, k, a, b, c, ldc, accumulate);
  const int64_t stretches = (k + kStretch - 1) / kStretch, length = (k + stretches - 1) / stretches;
  const int64_t room = std::min(m, kBlockRows) * std::min(n, kBlockColumns);
  const std::unique_ptr<T[]> products(new T[static_cast<size_t>(room)]), rests(new T[static_cast<size_t>(room)]);
  for (int64_t i = 0; i < m; i += kBlockRows)
    for (int64_t j = 0; j < n; j += kBlockColumns) {
      const int64_t height = std::min(kBlockRows, m - i), width = std::min(kBlockColumns, n - j);
      T* to = c + i * ldc + j;
      std::fill_n(rests.get(), height * width, T(0));
      for (int64_t k0 = 0; k0 < k; k0 += length) {
        const Matrix<T> x{a.data + i * a.rowStep + k0 * a.columnStep, a.rowStep, a.columnStep};
        const Matrix<T> y{b.data + k0 * b.rowStep + j * b.columnStep, b.rowStep, b.columnStep};
        const int64_t depth = std::min(length, k - k0);
        if (k0 == 0) {
          gemmStretch(kLongDepth, height, width, depth, x, y, to, ldc, accumulate);
          continue;
        }
        gemmStretch(kLongDepth, height, width, depth, x, y, products.get(), width, false);
        for (int64_t r = 0; r < height; ++r)
          carryRun(to + r * ldc, rests.get() + r * width, products.get() + r * width, width);
      }
      for (int64_t r = 0; r < height; ++r)
        for (int64_t s = 0; s < width; ++s)
          to[r * ldc + s] = math::withRest(to[r * ldc + s], rests[static_cast<size_t>(r * width + s)]);
    }
}

template void gemmBlock(int64_t, int64_t, int64_t, Matrix<float>, Matrix<float>, float*, int64_t, bool);
template void gemmBlock(int64_t, int64_t, int64_t, Matrix<double>, Matrix<double>, double*, int64_t, bool);

GemmTile gemmTile(bool isDouble) {
  return isDouble ? GemmTile{kernel<double>().rows, kernel<double>().columns}
                  : GemmTile{kernel<float>().rows, kernel<float>().columns};
}

}  // namespace retrograd::cpu
