#pragma once

#include <cstdint>
#include <string>

namespace retrograd::cpu::onednn {

/// The functions of oneDNN that we use, found in the library when first asked for (core/dynlib.h, name "dnnl").
/// Declared by the oneDNN manual, "C API", group "BLAS-like functions".
struct Functions {
  /// c[m, n] = alpha * op(a) @ op(b) + beta * c, all row-major; 0 is success.
  int (*sgemm)(char transA, char transB, int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t lda,
               const float* b, int64_t ldb, float beta, float* c, int64_t ldc);
};

/// Null where the library cannot be opened; `dynlib::reason("dnnl")` then says why. Thread-safe.
const Functions* functions();

}  // namespace retrograd::cpu::onednn
