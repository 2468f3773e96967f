#include "core/ref.h"

namespace retrograd {

void RefCounted::destroyLater(RefCounted* dead) noexcept {
  thread_local RefCounted* queue = nullptr;
  thread_local bool draining = false;
  dead->nextDead_ = queue;
  queue = dead;
  if (draining) return;
  draining = true;
  while (queue) {
    RefCounted* next = queue;
    queue = next->nextDead_;
    headers::charge(-headers::kUnit * next->units_);
    delete next;
  }
  draining = false;
}

}  // namespace retrograd
