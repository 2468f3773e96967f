#pragma once

#include <cstddef>

#include "protection.h"

namespace emulated {

/// Address space for device memory, closed to host code. Each part is first touched under an Access to that part.
char* reserveDeviceMemory(size_t bytes);

/// Device memory is open to the calling thread while this lives. The caller holds the emulation's lock.
class Access {
 public:
  /// To all that was opened in parts before.
  Access() : Access(nullptr, 0) {}
  /// To [start, start + bytes) at least, which costs less where mprotect does it.
  Access(char* start, size_t bytes);
  Access(const Access&) = delete;
  Access& operator=(const Access&) = delete;
  ~Access();

 private:
  Rights rights_;
  char* first_;  // of the part's pages; null for all
  size_t bytes_;
};

/// Closes device memory where mprotect put that off. The caller holds the emulation's lock and has no Access.
void closeDeviceMemory();

}  // namespace emulated
