#pragma once

/// Marks what the JNI library (and the tests of the shared library) may link to; everything else is hidden.
#define RETROGRAD_API __attribute__((visibility("default")))

/// Marks functions that run on the host and, when nvcc compiles them, on the device too.
#ifdef __CUDACC__
#define RETROGRAD_HD __host__ __device__
#else
#define RETROGRAD_HD
#endif

/// Marks functions that become part of their caller, compiled for the processors that it is compiled for
/// (cpu/clones.h). Whatever takes or returns GCC's vector types must be such a function: how a call passes those
/// depends on the processor.
#define RETROGRAD_INLINE __attribute__((always_inline)) inline

/// Before a loop: on a GPU, all its rounds one after the other, so that arrays by its counter stay in registers.
#ifdef __CUDA_ARCH__
#define RETROGRAD_UNROLL _Pragma("unroll")
#else
#define RETROGRAD_UNROLL
#endif
