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
    if (!next->setAside()) discard(next);
  }
  draining = false;
}

void RefCounted::discard(RefCounted* unreferenced) noexcept {
  headers::charge(-headers::kUnit * unreferenced->units_);
  delete unreferenced;
}

}  // namespace retrograd
