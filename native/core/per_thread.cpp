#include "core/per_thread.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace retrograd {

int32_t currentThread() noexcept { return static_cast<int32_t>(syscall(SYS_gettid)); }

bool hasEnded([[maybe_unused]] int32_t thread) noexcept {
#ifdef __SANITIZE_THREAD__
  return false;  // it does not see that what a thread did comes before the system's word that it has ended
#else
  const int before = errno;
  const bool ended = syscall(SYS_tgkill, getpid(), thread, 0) != 0 && errno == ESRCH;
  errno = before;
  return ended;
#endif
}

}  // namespace retrograd
