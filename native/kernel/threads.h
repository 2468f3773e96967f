#pragma once

#include "core/macros.h"

// Answered by cpu/, which is in every build: so no slots.

namespace retrograd::cpu {

/// Threads that one kernel may use. At the start what OpenMP offers (OMP_NUM_THREADS, else the cores this process may
/// run on).
RETROGRAD_API int numThreads() noexcept;
/// Applies to every thread of the process. Throws std::invalid_argument below 1.
RETROGRAD_API void setNumThreads(int n);

/// The widest vector unit that the kernels use here: "AVX-512", "AVX2", "SSE2".
RETROGRAD_API const char* vectorUnit() noexcept;

}  // namespace retrograd::cpu
