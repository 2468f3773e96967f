#pragma once

#include <cstddef>

#include "protection.h"

namespace emulated {

/// Memory for host tensors, pinned ones too, which is closed to kernels; null where there is none left.
void* takeHostMemory(size_t bytes) noexcept;
void putHostMemory(void* block, size_t bytes) noexcept;

/// While this lives the calling thread runs a kernel: if that touches memory of host tensors, the process ends as by
/// any wrong address. Where mprotect closes it, other threads that touch it wait; system calls that do so fail. The
/// caller holds the emulation's lock.
class HostClosed {
 public:
  HostClosed();
  HostClosed(const HostClosed&) = delete;
  HostClosed& operator=(const HostClosed&) = delete;
  ~HostClosed();

 private:
  Rights rights_;
  size_t bytes_ = 0;  // that mprotect closed
};

/// Does not put it off for the next kernel, as mprotect might. The caller holds the emulation's lock.
void closeHostMemoryNext();

}  // namespace emulated
