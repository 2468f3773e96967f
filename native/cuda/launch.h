#pragma once

#include "cuda/runtime.h"

namespace retrograd::cuda {

/// Threads of a block, save where a kernel says otherwise.
inline constexpr int kBlock = 256;

/// The one way to start a kernel. `shared`: bytes that the kernel carves its SharedArea from. Empty grids are skipped.
template <class... P, class... A>
void launch(void (*kernel)(P...), dim3 grid, int block, size_t shared, cudaStream_t stream, const A&... args) {
  if (grid.x == 0 || grid.y == 0 || grid.z == 0) return;
#ifdef __CUDACC__
  kernel<<<grid, static_cast<unsigned>(block), shared, stream>>>(static_cast<P>(args)...);
#else
  emulated::launch(kernel, grid, block, shared, stream, static_cast<P>(args)...);
#endif
  check(cudaGetLastError(), "starting a kernel");
}

}  // namespace retrograd::cuda
