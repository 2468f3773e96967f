#include "kernel/threads.h"

namespace retrograd::cpu {

// The question that the loader asks for RETROGRAD_CLONES, and gemm for its kernels.
const char* vectorUnit() noexcept {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return "AVX-512";
  if (__builtin_cpu_supports("x86-64-v3")) return "AVX2";
  return "SSE2";
#else
  return "none";
#endif
}

}  // namespace retrograd::cpu
