// cuBLAS and cuBLASLt for the emulated device: the functions that native/cuda calls, written out from the manual's
// formulas, with the manual's demands on leading dimensions, sizes and addresses checked.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "core/dynlib.h"
#include "cuda/lib/cublas.h"
#include "emulated.h"

namespace retrograd::cuda::cublas {

namespace {

struct Handle {
  cudaStream_t stream = nullptr;
  int mode = kDefaultMath;
};

/// RETROGRAD_EMULATED_CUBLAS=none: as on a machine without cuBLAS; =unfused: cuBLASLt has no kernel for any product.
bool isWished(std::string_view what) {
  const char* wish = std::getenv("RETROGRAD_EMULATED_CUBLAS");
  return wish && wish == what;
}

constexpr int kSuccess = 0, kInvalidValue = 7, kExecutionFailed = 13;  // cublasStatus_t

template <class T>
struct Product {
  int opA, opB, m, n, k;
  T alpha, beta;
  const T *a, *b;
  T* c;
  int lda, ldb, ldc;
  long long strideA, strideB, strideC;
  bool rounds;              // to TF32
  const T* bias = nullptr;  // one element for each row
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
      if (p.bias) to += p.bias[i];
    }
}

/// Checks the product's matrices, then queues it.
template <class T>
int multiply(const Product<T>& p, int batch, cudaStream_t stream) {
  const int opA = p.opA, opB = p.opB, m = p.m, n = p.n, k = p.k;
  if (m < 0 || n < 0 || k < 0 || batch < 0 || p.lda < (opA == kTranspose ? k : m) ||
      p.ldb < (opB == kTranspose ? n : k) || p.ldc < m || p.lda < 1 || p.ldb < 1 || p.ldc < 1)
    return kInvalidValue;
  // Column by column as they lie in memory; the last ones reach furthest.
  auto require = [&](const T* p, int rows, int columns, int leading, long long stride) {
    const long long last = (columns - 1LL) * leading + rows + (batch - 1) * stride;
    if (rows > 0 && columns > 0 && batch > 0)
      emulated::requireDeviceAddress(p, stream, static_cast<size_t>(last) * sizeof(T));
  };
  opA == kTranspose ? require(p.a, k, m, p.lda, p.strideA) : require(p.a, m, k, p.lda, p.strideA);
  opB == kTranspose ? require(p.b, n, k, p.ldb, p.strideB) : require(p.b, k, n, p.ldb, p.strideB);
  require(p.c, m, n, p.ldc, p.strideC);
  if (p.bias) require(p.bias, m, 1, m, 0);
  emulated::launch(&productKernel<T>, dim3(static_cast<unsigned>(batch)), 1, 0, stream, p);
  return cudaGetLastError() == cudaSuccess ? kSuccess : kExecutionFailed;
}

template <class T>
int gemm(void* handle, int opA, int opB, int m, int n, int k, const T* alpha, const T* a, int lda, long long strideA,
         const T* b, int ldb, long long strideB, const T* beta, T* c, int ldc, long long strideC, int batch) {
  const Handle& h = *static_cast<Handle*>(handle);
  return multiply(Product<T>{opA, opB, m, n, k, *alpha, *beta, a, b, c, lda, ldb, ldc, strideA, strideB, strideC,
                             h.mode == kTf32Math},
                  batch, h.stream);
}

// ---- cuBLASLt

struct Operation {
  int computeType, scaleType, opA = kNoTranspose, opB = kNoTranspose;
  uint32_t epilogue = 1;  // none
  const void* bias = nullptr;
};
struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t leading;
};
struct Preference {
  uint64_t workspace = 0;
  uint32_t alignments[4] = {256, 256, 256, 256};  // of A, B, C and D
};

template <class V>
int setTo(V& field, const void* value, size_t bytes) {
  if (bytes != sizeof field) return kInvalidValue;
  std::memcpy(&field, value, bytes);
  return kSuccess;
}

int setOperation(void* operation, int attribute, const void* value, size_t bytes) {
  auto& o = *static_cast<Operation*>(operation);
  switch (attribute) {
    case kTransposeA: return setTo(o.opA, value, bytes);
    case kTransposeB: return setTo(o.opB, value, bytes);
    case kEpilogue: return setTo(o.epilogue, value, bytes);
    case kBias: return setTo(o.bias, value, bytes);
    default: return kInvalidValue;
  }
}

int setPreference(void* preference, int attribute, const void* value, size_t bytes) {
  auto& p = *static_cast<Preference*>(preference);
  if (attribute == kMaxWorkspace) return setTo(p.workspace, value, bytes);
  if (attribute < kMinAlignmentA || attribute > kMinAlignmentD) return kInvalidValue;
  return setTo(p.alignments[attribute - kMinAlignmentA], value, bytes);
}

/// What an algorithm was chosen for: the choice is void for anything else.
struct Chosen {
  int m, n, k, leadingA, leadingB, leadingD, opA, opB, computeType;
  uint32_t alignment, biasAlignment, workspace;
  int unused[4];
  bool operator==(const Chosen&) const = default;
};
static_assert(sizeof(Chosen) == sizeof(Algorithm));

uint32_t alignmentOf(const void* p) {
  const auto bits = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(p)) | 256;
  return bits & -bits;
}

/// Whether operation and layouts fit each other, and what they describe.
bool describe(const Operation& o, const Layout& a, const Layout& b, const Layout& d, Chosen& c) {
  const bool turnedA = o.opA == kTranspose, turnedB = o.opB == kTranspose;
  const uint64_t m = turnedA ? a.columns : a.rows, k = turnedA ? a.rows : a.columns;
  const uint64_t depth = turnedB ? b.columns : b.rows, n = turnedB ? b.rows : b.columns;
  for (const Layout* l : {&a, &b, &d})
    if (l->leading < static_cast<int64_t>(l->rows) || l->type != o.scaleType) return false;
  c.m = static_cast<int>(m), c.n = static_cast<int>(n), c.k = static_cast<int>(k);
  c.leadingA = static_cast<int>(a.leading), c.leadingB = static_cast<int>(b.leading);
  c.leadingD = static_cast<int>(d.leading);
  c.opA = o.opA, c.opB = o.opB, c.computeType = o.computeType;
  return k == depth && d.rows == m && d.columns == n && o.epilogue == kEpilogueBias &&
         (o.computeType == kCompute64) == (o.scaleType == kFloat64);
}

int getHeuristic(void*, void* operation, void* a, void* b, void* c, void* d, void* preference, int requested,
                 Heuristic* results, int* found) {
  const auto& o = *static_cast<Operation*>(operation);
  const auto& p = *static_cast<Preference*>(preference);
  Chosen chosen{};
  if (isWished("unfused")) return kNotSupported;
  if (requested < 1 || c != d ||
      !describe(o, *static_cast<Layout*>(a), *static_cast<Layout*>(b), *static_cast<Layout*>(d), chosen))
    return kInvalidValue;
  chosen.alignment = *std::min_element(p.alignments, p.alignments + 4);
  chosen.biasAlignment = alignmentOf(o.bias);
  chosen.workspace = static_cast<uint32_t>(p.workspace);
  *found = 1;
  *results = Heuristic{std::bit_cast<Algorithm>(chosen), p.workspace, kSuccess, 1, {}};
  return kSuccess;
}

template <class T>
int biased(const Chosen& c, const void* alpha, const void* a, const void* b, const void* beta, void* d,
           const void* bias, cudaStream_t stream) {
  return multiply(
      Product<T>{c.opA, c.opB, c.m, c.n, c.k, *static_cast<const T*>(alpha), *static_cast<const T*>(beta),
                 static_cast<const T*>(a), static_cast<const T*>(b), static_cast<T*>(d), c.leadingA, c.leadingB,
                 c.leadingD, 0, 0, 0, c.computeType == kComputeTf32, static_cast<const T*>(bias)},
      1, stream);
}

int matmul(void*, void* operation, const void* alpha, const void* a, void* layoutA, const void* b, void* layoutB,
           const void* beta, const void* c, void* layoutC, void* d, void* layoutD, const Algorithm* algorithm,
           void* workspace, size_t bytes, cudaStream_t stream) {
  const auto& o = *static_cast<Operation*>(operation);
  const auto chosen = std::bit_cast<Chosen>(*algorithm);
  Chosen now = chosen;
  if (c != d || layoutC != layoutD || !o.bias ||
      !describe(o, *static_cast<Layout*>(layoutA), *static_cast<Layout*>(layoutB), *static_cast<Layout*>(layoutD),
                now) ||
      now != chosen || std::min({alignmentOf(a), alignmentOf(b), alignmentOf(d)}) < chosen.alignment ||
      alignmentOf(o.bias) < chosen.biasAlignment || bytes < chosen.workspace)
    return kInvalidValue;
  emulated::requireDeviceAddress(workspace, stream, bytes);
  return (o.scaleType == kFloat64 ? &biased<double> : &biased<float>)(chosen, alpha, a, b, beta, d, o.bias, stream);
}

template <class V>
int destroy(void* object) {
  delete static_cast<V*>(object);
  return kSuccess;
}

const Functions all = {
    [](void** handle) {
      *handle = new Handle;
      return kSuccess;
    },
    &destroy<Handle>,
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

const LightFunctions allLight = {
    [](void** made, int computeType, int scaleType) {
      *made = new Operation{computeType, scaleType};
      return kSuccess;
    },
    &destroy<Operation>,
    &setOperation,
    [](void** made, int type, uint64_t rows, uint64_t columns, int64_t leading) {
      *made = new Layout{type, rows, columns, leading};
      return kSuccess;
    },
    &destroy<Layout>,
    [](void** made) {
      *made = new Preference;
      return kSuccess;
    },
    &destroy<Preference>,
    &setPreference,
    &getHeuristic,
    &matmul,
};

const dynlib::Declaration declared("cublas", "products of matrices; here a reference of our own", "nothing to install",
                                   [] { return std::string(functions() ? "emulated" : ""); });

}  // namespace

/// Without cuBLAS it is looked for all the same.
const Functions* functions() {
  if (!isWished("none")) return &all;
  dynlib::open("cublas", {{"libcublas.so.emulated"}});
  return nullptr;
}

const LightFunctions* lightFunctions() { return functions() ? &allLight : nullptr; }

}  // namespace retrograd::cuda::cublas
