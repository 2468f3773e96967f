#include "kernel/slot.h"

namespace retrograd {

namespace {
constinit SlotBase* slots = nullptr;
}

void SlotBase::announce() {
  if (listed_) return;
  listed_ = true;
  next_ = slots;
  slots = this;
}

void SlotBase::list(void (*visit)(const SlotInfo&, void*), void* argument) {
  for (SlotBase* s = slots; s; s = s->next_)
    visit({s->name_, {s->filled(DeviceType::CPU), s->filled(DeviceType::CUDA)}}, argument);
}

}  // namespace retrograd
