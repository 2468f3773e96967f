#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

namespace retrograd::cuda::cublas {

/// cuBLAS's functions, as the cuBLAS manual ("cuBLAS API", cublas_v2.h) declares them; all return 0 where they succeed.
/// Matrices are column-major.
struct Functions {
  int (*create)(void** handle);
  int (*setStream)(void* handle, cudaStream_t stream);
  int (*setWorkspace)(void* handle, void* workspace, size_t bytes);
  int (*setMathMode)(void* handle, int mode);
  int (*getProperty)(int property, int* value);  ///< libraryPropertyType_t: 0 major, 1 minor, 2 patch
  int (*sgemmStridedBatched)(void* handle, int opA, int opB, int m, int n, int k, const float* alpha, const float* a,
                             int lda, long long strideA, const float* b, int ldb, long long strideB, const float* beta,
                             float* c, int ldc, long long strideC, int batch);
  int (*dgemmStridedBatched)(void* handle, int opA, int opB, int m, int n, int k, const double* alpha, const double* a,
                             int lda, long long strideA, const double* b, int ldb, long long strideB,
                             const double* beta, double* c, int ldc, long long strideC, int batch);
};

inline constexpr int kNoTranspose = 0, kTranspose = 1;  // cublasOperation_t
inline constexpr int kDefaultMath = 0, kTf32Math = 3;   // cublasMath_t: float32 products stay float32; or may use TF32

/// Opened at first use; null where no cuBLAS was found (dynlib::reason("cublas") then says what was tried).
const Functions* functions();

}  // namespace retrograd::cuda::cublas
