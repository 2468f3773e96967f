// cuBLAS for the emulated device: the functions that native/cuda calls, written out from the manual's formulas, with
// the manual's demands on leading dimensions checked.

#include <bit>
#include <cstdint>
#include <cstdlib>

#include "core/dynlib.h"
#include "cuda/lib/cublas.h"
#include "emulated.h"

namespace retrograd::cuda::cublas {

namespace {

struct Handle {
  cudaStream_t stream = nullptr;
  int mode = kDefaultMath;
};

constexpr int kSuccess = 0, kInvalidValue = 7, kExecutionFailed = 13;  // cublasStatus_t

template <class T>
struct Product {
  int opA, opB, m, n, k;
  T alpha, beta;
  const T *a, *b;
  T* c;
  int lda, ldb, ldc;
  long long strideA, strideB, strideC;
  bool rounds;  // to TF32
};

double rounded(double v) { return v; }
/// To 10 bits of fraction, halves to even.
float rounded(float v) {
  const uint32_t bits = std::bit_cast<uint32_t>(v);
  return std::bit_cast<float>((bits + 0xfffu + (bits >> 13 & 1u)) & ~0x1fffu);
}

template <class T>
void productKernel(Product<T> p) {
  T* c = p.c + static_cast<long long>(emulated::blockIndex.x) * p.strideC;
  const T* a = p.a + static_cast<long long>(emulated::blockIndex.x) * p.strideA;
  const T* b = p.b + static_cast<long long>(emulated::blockIndex.x) * p.strideB;
  for (int64_t j = 0; j < p.n; ++j)
    for (int64_t i = 0; i < p.m; ++i) {
      T sum = 0;
      for (int64_t l = 0; l < p.k; ++l) {
        const T x = p.opA == kTranspose ? a[l + i * p.lda] : a[i + l * p.lda];
        const T y = p.opB == kTranspose ? b[j + l * p.ldb] : b[l + j * p.ldb];
        sum += p.rounds ? rounded(x) * rounded(y) : x * y;
      }
      T& to = c[i + j * p.ldc];
      to = p.beta == T(0) ? p.alpha * sum : p.alpha * sum + p.beta * to;  // beta 0: what was there is not read
    }
}

template <class T>
int gemm(void* handle, int opA, int opB, int m, int n, int k, const T* alpha, const T* a, int lda, long long strideA,
         const T* b, int ldb, long long strideB, const T* beta, T* c, int ldc, long long strideC, int batch) {
  if (m < 0 || n < 0 || k < 0 || batch < 0 || lda < (opA == kTranspose ? k : m) || ldb < (opB == kTranspose ? n : k) ||
      ldc < m || lda < 1 || ldb < 1 || ldc < 1)
    return kInvalidValue;
  const cudaStream_t stream = static_cast<Handle*>(handle)->stream;
  // Column by column as they lie in memory; the last ones reach furthest.
  auto require = [&](const T* p, int rows, int columns, int leading, long long stride) {
    const long long last = (columns - 1LL) * leading + rows + (batch - 1) * stride;
    if (rows > 0 && columns > 0 && batch > 0)
      emulated::requireDeviceAddress(p, stream, static_cast<size_t>(last) * sizeof(T));
  };
  opA == kTranspose ? require(a, k, m, lda, strideA) : require(a, m, k, lda, strideA);
  opB == kTranspose ? require(b, n, k, ldb, strideB) : require(b, k, n, ldb, strideB);
  require(c, m, n, ldc, strideC);
  emulated::launch(&productKernel<T>, dim3(static_cast<unsigned>(batch)), 1, 0, stream,
                   Product<T>{opA, opB, m, n, k, *alpha, *beta, a, b, c, lda, ldb, ldc, strideA, strideB, strideC,
                              static_cast<Handle*>(handle)->mode == kTf32Math});
  return cudaGetLastError() == cudaSuccess ? kSuccess : kExecutionFailed;
}

const Functions all = {
    [](void** handle) {
      *handle = new Handle;
      return kSuccess;
    },
    [](void* handle, cudaStream_t stream) {
      static_cast<Handle*>(handle)->stream = stream;
      return kSuccess;
    },
    [](void*, void*, size_t) { return kSuccess; },
    [](void* handle, int mode) {
      static_cast<Handle*>(handle)->mode = mode;
      return kSuccess;
    },
    [](int, int* value) {
      *value = 0;
      return kSuccess;
    },
    &gemm<float>,
    &gemm<double>,
};

const dynlib::Declaration declared("cublas", "products of matrices; here a reference of our own", "nothing to install",
                                   [] { return std::string(functions() ? "emulated" : ""); });

}  // namespace

/// RETROGRAD_EMULATED_CUBLAS=0: as on a machine without cuBLAS, which is looked for all the same.
const Functions* functions() {
  const char* wish = std::getenv("RETROGRAD_EMULATED_CUBLAS");
  if (!wish || *wish != '0') return &all;
  dynlib::open("cublas", {{"libcublas.so.emulated"}});
  return nullptr;
}

}  // namespace retrograd::cuda::cublas
