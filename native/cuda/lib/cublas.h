#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <cstdint>

namespace retrograd::cuda::cublas {

/// cuBLAS's functions, as the cuBLAS manual ("cuBLAS API", cublas_v2.h) declares them; all return 0 where they succeed.
/// Matrices are column-major.
struct Functions {
  int (*create)(void** handle);
  int (*destroy)(void* handle);
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

/// What cuBLASLt chose for a product; opaque.
struct Algorithm {
  uint64_t data[8];
};
struct Heuristic {
  Algorithm algorithm;
  size_t workspace;  ///< bytes that it needs
  int status;        ///< 0: the algorithm can be used
  float waves;
  int reserved[4];
};

/// cuBLASLt's functions, as the cuBLAS manual ("cuBLASLt API", cublasLt.h) declares them; all return 0 where they
/// succeed. A handle of cuBLAS serves as one of cuBLASLt.
struct LightFunctions {
  int (*createOperation)(void** operation, int computeType, int scaleType);
  int (*destroyOperation)(void* operation);
  int (*setOperation)(void* operation, int attribute, const void* value, size_t bytes);
  int (*createLayout)(void** layout, int type, uint64_t rows, uint64_t columns, int64_t leading);
  int (*destroyLayout)(void* layout);
  int (*createPreference)(void** preference);
  int (*destroyPreference)(void* preference);
  int (*setPreference)(void* preference, int attribute, const void* value, size_t bytes);
  int (*getHeuristic)(void* handle, void* operation, void* a, void* b, void* c, void* d, void* preference,
                      int requested, Heuristic* results, int* found);
  /// d = alpha * op(a) @ op(b) + beta * c, then the epilogue; each matrix is followed by its layout.
  int (*matmul)(void* handle, void* operation, const void* alpha, const void* a, void* layoutA, const void* b,
                void* layoutB, const void* beta, const void* c, void* layoutC, void* d, void* layoutD,
                const Algorithm* algorithm, void* workspace, size_t bytes, cudaStream_t stream);
};

inline constexpr int kNotSupported = 15;                // cublasStatus_t
inline constexpr int kNoTranspose = 0, kTranspose = 1;  // cublasOperation_t
inline constexpr int kDefaultMath = 0, kTf32Math = 3;   // cublasMath_t: float32 products stay float32; or may use TF32

inline constexpr int kFloat32 = 0, kFloat64 = 1;                                  // cudaDataType_t
inline constexpr int kCompute32 = 68, kComputeTf32 = 77, kCompute64 = 70;         // cublasComputeType_t
inline constexpr int kTransposeA = 3, kTransposeB = 4, kEpilogue = 7, kBias = 8;  // cublasLtMatmulDescAttributes_t
inline constexpr uint32_t kEpilogueBias = 4;                                      // cublasLtEpilogue_t
inline constexpr int kMaxWorkspace = 1, kMinAlignmentA = 5, kMinAlignmentD = 8;  // cublasLtMatmulPreferenceAttributes_t

/// Opened at first use; null where no cuBLAS was found (dynlib::reason("cublas") then says what was tried).
const Functions* functions();
/// Those of the cuBLASLt that this cuBLAS uses; null where it lacks one.
const LightFunctions* lightFunctions();

}  // namespace retrograd::cuda::cublas
