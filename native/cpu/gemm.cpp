#include "kernel/gemm.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "cpu/gemm_block.h"
#include "cpu/pointwise.h"
#include "cpu/tree.h"
#include "kernel/copy.h"
#include "math/elementary.h"

namespace retrograd::cpu {

namespace {

// Which way a product is computed depends on its type and sizes alone, so an element's bits depend on its row, its
// column and the sizes; within one way (see each function) not even on the number of rows and columns.

constexpr int64_t kSmallProduct = 4096;  // multiplications up to which the plain loop is the fastest

/// Parts of k: sums over the first, then over each next one, come together.
constexpr int64_t kPlainPart = 64;

/// One row's columns [0, kWidth): products and sums in the order of k, each rounded, part by part.
template <int kWidth, class T>
RETROGRAD_INLINE void plainColumns(int64_t k, const T* a, int64_t aStep, const T* b, int64_t ldb, T* c,
                                   bool accumulate) {
  using E = std::conditional_t<std::is_integral_v<T>,
                               std::make_unsigned_t<std::conditional_t<std::is_integral_v<T>, T, int>>, T>;
  typedef E V __attribute__((vector_size(kWidth * sizeof(E)), aligned(sizeof(E)), may_alias));
  V sum = {};
  if (accumulate) sum = *reinterpret_cast<const V*>(c);
  auto add = [&](V & to, int64_t begin, int64_t end) __attribute__((always_inline)) {
    for (int64_t p = begin; p < end; ++p) to += static_cast<E>(a[p * aStep]) * *reinterpret_cast<const V*>(b + p * ldb);
  };
  add(sum, 0, std::min(k, kPlainPart));
  for (int64_t p = kPlainPart; p < k; p += kPlainPart) {
    V part = {};
    add(part, p, std::min(k, p + kPlainPart));
    sum += part;
  }
  *reinterpret_cast<V*>(c) = sum;
}

template <class T>
RETROGRAD_CLONES void plainRun(int64_t m, int64_t n, int64_t k, Matrix<T> a, const T* b, int64_t ldb, T* c,
                               bool accumulate) {
  for (int64_t i = 0; i < m; ++i) {
    const T* x = a.data + i * a.rowStep;
    T* row = c + i * n;
    int64_t j = 0;
    if constexpr (!std::is_same_v<T, bool>) {
      for (; j + 16 <= n; j += 16) plainColumns<16>(k, x, a.columnStep, b + j, ldb, row + j, accumulate);
      for (; j + 8 <= n; j += 8) plainColumns<8>(k, x, a.columnStep, b + j, ldb, row + j, accumulate);
      for (; j + 4 <= n; j += 4) plainColumns<4>(k, x, a.columnStep, b + j, ldb, row + j, accumulate);
    }
    for (; j < n; ++j) {
      auto join = [](T sum, T other) {
        if constexpr (std::is_same_v<T, bool>)
          return sum || other;
        else
          return math::wrappingAdd(sum, other);
      };
      T sum = accumulate ? row[j] : T(0);
      for (int64_t first = 0; first < k; first += kPlainPart) {
        T part = first ? T(0) : sum;
        for (int64_t p = first; p < std::min(k, first + kPlainPart); ++p)
          part = join(part, math::wrappingMul(x[p * a.columnStep], b[p * ldb + j]));
        sum = first ? join(sum, part) : part;
      }
      row[j] = sum;
    }
  }
}

template <class T>
void plain(int64_t m, int64_t n, int64_t k, Matrix<T> a, Matrix<T> b, T* c, bool accumulate) {
  if (b.columnStep == 1 || n == 1) return plainRun(m, n, k, a, b.data, b.rowStep, c, accumulate);
  SmallVec<T, 256> dense(static_cast<size_t>(n * k));
  for (int64_t p = 0; p < k; ++p)
    for (int64_t j = 0; j < n; ++j) dense[p * n + j] = b.data[p * b.rowStep + j * b.columnStep];
  plainRun(m, n, k, a, static_cast<const T*>(dense.data()), n, c, accumulate);
}

// Matrix times vector: each element is the tree of tree.h over the rounded products.

/// Rows that are dense.
template <class T>
RETROGRAD_CLONES void dotRun(int64_t rows, int64_t k, const T* a, int64_t rowStep, const T* x, T* y, int64_t yStep,
                             bool accumulate) {
  for (int64_t i = 0; i < rows; ++i) {
    const T sum = reduceDense<math::Sum, true>(a + i * rowStep, k, x);
    y[i * yStep] = accumulate ? y[i * yStep] + sum : sum;
  }
}

constexpr int64_t kColumns = 64;

/// Columns that are dense: `width` of them, at most kColumns, side by side.
template <class T>
RETROGRAD_CLONES void columnsRun(int64_t width, int64_t k, const T* a, int64_t step, const T* x, T* y, int64_t yStep,
                                 bool accumulate) {
  constexpr int64_t kRows = kLanes<T>;
  alignas(64) T lanes[kRows * kColumns];
  Cascade<math::Sum, T> cascades[kColumns];
  for (int64_t p0 = 0; p0 < k; p0 += kLeaf<T>) {
    const int64_t leaf = std::min(kLeaf<T>, k - p0);
    for (int64_t p = 0; p < leaf; ++p) {
      const T* row = a + (p0 + p) * step;
      const T factor = x[p0 + p];
      T* lane = lanes + p % kRows * width;
      for (int64_t c = 0; c < width; c += 64 / static_cast<int64_t>(sizeof(T))) __builtin_prefetch(row + 2 * step + c);
      if (p < kRows) {
#pragma GCC ivdep
        for (int64_t c = 0; c < width; ++c) lane[c] = row[c] * factor;
      } else {
#pragma GCC ivdep
        for (int64_t c = 0; c < width; ++c) lane[c] = lane[c] + row[c] * factor;
      }
    }
    for (int64_t h = kRows / 2, present = std::min(leaf, kRows); h; h /= 2) {
      const int64_t n = (present - h) * width;
#pragma GCC ivdep
      for (int64_t c = 0; c < n; ++c) lanes[c] = lanes[c] + lanes[c + h * width];
      present = std::min(present, h);
    }
    for (int64_t c = 0; c < width; ++c) cascades[c].push(lanes[c]);
  }
  for (int64_t c = 0; c < width; ++c)
    y[c * yStep] = accumulate ? y[c * yStep] + cascades[c].result() : cascades[c].result();
}

template <class T>
void gemv(int64_t rows, int64_t k, Matrix<T> a, const T* x, int64_t xStep, T* y, bool accumulate) {
  std::vector<T> line, dense;
  if (xStep != 1 && k > 1) {
    line.resize(static_cast<size_t>(k));
    for (int64_t p = 0; p < k; ++p) line[p] = x[p * xStep];
    x = line.data();
  }
  const int64_t grain = std::max<int64_t>(1, kGrain / k);
  if (a.columnStep != 1 && a.rowStep != 1) {  // neither way dense
    dense.resize(static_cast<size_t>(rows * k));
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t p = 0; p < k; ++p) dense[i * k + p] = a.data[i * a.rowStep + p * a.columnStep];
    a = {dense.data(), k, 1};
  }
  if (a.columnStep == 1) {
    parallelFor(rows, grain, [&](int64_t begin, int64_t end) {
      dotRun(end - begin, k, a.data + begin * a.rowStep, a.rowStep, x, y + begin, 1, accumulate);
    });
  } else {
    parallelFor(rows, std::max(grain, kColumns), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i += kColumns)
        columnsRun(std::min(kColumns, end - i), k, a.data + i, a.columnStep, x, y + i, 1, accumulate);
    });
  }
}

/// One product on as many threads as pay: threads share the rows or the columns of the result, whichever are more.
template <class T>
void product(int64_t m, int64_t n, int64_t k, Matrix<T> a, Matrix<T> b, T* c, bool accumulate) {
  if constexpr (std::is_floating_point_v<T>) {
    if (m * n * k <= kSmallProduct) return plain(m, n, k, a, b, c, accumulate);
    if (n == 1) return gemv(m, k, a, b.data, b.rowStep, c, accumulate);
    if (m == 1) return gemv(n, k, Matrix<T>{b.data, b.columnStep, b.rowStep}, a.data, a.columnStep, c, accumulate);
    const GemmTile tile = gemmTile(sizeof(T) == 8);
    const bool byRows = m / tile.rows >= n / tile.columns * 4;
    const int64_t unit = byRows ? tile.rows : tile.columns, tiles = ((byRows ? m : n) + unit - 1) / unit;
    constexpr int64_t kWork = 128 * 128 * 128;  // multiplications that are worth a thread
    const int64_t grain = std::max<int64_t>(1, kWork / (unit * (byRows ? n : m) * k));
    parallelFor(tiles, grain, [&](int64_t begin, int64_t end) {
      const int64_t from = begin * unit;
      const int64_t count = std::min(end * unit, byRows ? m : n) - from;
      if (byRows)
        gemmBlock(count, n, k, Matrix<T>{a.data + from * a.rowStep, a.rowStep, a.columnStep}, b, c + from * n, n,
                  accumulate);
      else
        gemmBlock(m, count, k, a, Matrix<T>{b.data + from * b.columnStep, b.rowStep, b.columnStep}, c + from, n,
                  accumulate);
    });
  } else {
    parallelFor(m, std::max<int64_t>(1, kGrain / (n * k)), [&](int64_t begin, int64_t end) {
      plain(end - begin, n, k, Matrix<T>{a.data + begin * a.rowStep, a.rowStep, a.columnStep}, b, c + begin * n,
            accumulate);
    });
  }
}

template <class T>
void batches(const Tensor& out, const Tensor& a, const Tensor& b, bool accumulate) {
  const int64_t count = out.size(0), m = out.size(1), n = out.size(2), k = a.size(2);
  if (out.numel() == 0) return;
  if (k == 0) {
    if (!accumulate) std::memset(out.data(), 0, static_cast<size_t>(out.numel()) * sizeof(T));
    return;
  }
  const auto& sa = a.strides();
  const auto& sb = b.strides();
  auto one = [&](int64_t i) {
    product(m, n, k, Matrix<T>{a.data<T>() + (a.size(0) == 1 ? 0 : i * sa[0]), sa[1], sa[2]},
            Matrix<T>{b.data<T>() + (b.size(0) == 1 ? 0 : i * sb[0]), sb[1], sb[2]}, out.data<T>() + i * m * n,
            accumulate);
  };
  if (count == 1) return one(0);
  // A product that fills the threads by itself keeps them all; smaller ones are shared out whole.
  const int64_t grain = count < numThreads() ? count : std::max<int64_t>(1, 2 * kGrain / (m * n * k));
  parallelFor(count, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) one(i);
  });
}

void gemmKernel(const Tensor& out, const Tensor& a, const Tensor& b, const Tensor& bias) {
  if (bias.defined()) copySlot(out.device(), out, bias);
  dispatchComputed(out.dtype(), [&]<class T>(Type<T>) { batches<T>(out, a, b, bias.defined()); });
}

const decltype(gemmSlot)::Fill fill(gemmSlot, DeviceType::CPU, &gemmKernel);

}  // namespace

}  // namespace retrograd::cpu
