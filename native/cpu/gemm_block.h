#pragma once

#include <cstdint>

namespace retrograd::cpu {

/// A matrix operand: element (i, j) lies at data[i * rowStep + j * columnStep].
template <class T>
struct Matrix {
  const T* data;
  int64_t rowStep, columnStep;
};

/// c = or += a @ b for a[m, k], b[k, n] of any strides and dense rows of `c`, `ldc` elements apart. An element is the
/// sum over equal parts of k (their number depends on k alone), in order; each part is one chain of multiply-adds
/// (fused where the machine can). Where parts are many, sums of a few are added up with what that rounds off, so that
/// errors do not grow with k. An element's bits depend on its row, its column and k only. Runs on the calling thread.
template <class T>
void gemmBlock(int64_t m, int64_t n, int64_t k, Matrix<T> a, Matrix<T> b, T* c, int64_t ldc, bool accumulate);

extern template void gemmBlock(int64_t, int64_t, int64_t, Matrix<float>, Matrix<float>, float*, int64_t, bool);
extern template void gemmBlock(int64_t, int64_t, int64_t, Matrix<double>, Matrix<double>, double*, int64_t, bool);

/// Rows and columns of the tiles that `gemmBlock` computes at once: where to cut work for threads.
struct GemmTile {
  int64_t rows, columns;
};
GemmTile gemmTile(bool isDouble);

}  // namespace retrograd::cpu
