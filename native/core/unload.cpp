#include "core/unload.h"

#include <atomic>

#include "core/handle.h"

namespace retrograd {

namespace {
constinit AtUnload* all = nullptr;
}  // namespace

AtUnload::AtUnload(void (*release)()) noexcept : release_(release), next_(all) { all = this; }

void unload() noexcept {
  handles::closeAll();
  for (AtUnload* a = all; a; a = a->next_) {
    try {
      a->release_();
    } catch (...) {  // a device that is broken: the rest can still go
    }
  }
}

/// Called by the JVM when it has loaded the library. A file that is still mapped, for whatever reason, after an earlier
/// class loader has gone would come with that one's state: it is refused (JNI_ERR), and the loader takes another copy.
extern "C" RETROGRAD_API int JNI_OnLoad(void*, void*) {
  static constinit std::atomic<bool> taken{false};
  constexpr int kVersion = 0x00010008;
  return taken.exchange(true) ? -1 : kVersion;
}

}  // namespace retrograd
