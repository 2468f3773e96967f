#pragma once

#include <cstddef>

namespace emulated {

/// Memory is opened and closed by a protection key where the processor and the system have them: at once and for each
/// thread alone. Negative where they have none: then by mprotect, for all threads, with system calls that cost by the
/// page that is there. So with much memory in use that is done only once it was due many times; what a program does
/// wrong, it does again.
///
/// The calling thread gets these rights, as do the threads that it starts; those older than the key have none.
int makeKey(unsigned rights);

/// The calling thread's rights by a key, if there is one, while this lives.
class Rights {
 public:
  Rights(int key, unsigned rights);
  Rights(const Rights&) = delete;
  Rights& operator=(const Rights&) = delete;
  ~Rights();

 private:
  int key_, before_ = 0;
};

/// Whether mprotect is due for `bytes` of memory that were `times` to be closed.
bool isDue(size_t times, size_t bytes);
void protect(char* start, size_t bytes, bool open);

size_t pageSize();
/// Gives back the whole pages of [start, start + size).
void dropPages(char* start, size_t size);

}  // namespace emulated
