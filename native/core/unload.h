#pragma once

#include "core/macros.h"

namespace retrograd {

/// Registers what gives memory, threads or devices' objects back before the library is unmapped: a static object in the
/// file that holds them. At the exit of a process nothing is given back, since threads may still be busy.
class AtUnload {
 public:
  explicit AtUnload(void (*release)()) noexcept;

 private:
  friend void unload() noexcept;
  void (*release_)();
  AtUnload* next_;
};

/// Closes all handles and gives back all that this library holds of the process. No thread may be inside the library,
/// and none may come again. For a JVM that unloads the library with its class loader.
RETROGRAD_API void unload() noexcept;

}  // namespace retrograd
