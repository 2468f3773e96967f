#pragma once

#include <array>

#include "core/device.h"
#include "core/error.h"

namespace retrograd {

/// A kernel's name and whether each device type has it; what the listing of empty slots shows.
struct SlotInfo {
  const char* name;
  std::array<bool, kDeviceTypes> filled;
};

/// Common part of all slots: the list that tests read.
class SlotBase {
 public:
  constexpr explicit SlotBase(const char* name) : name_(name) {}
  const char* slotName() const { return name_; }
  virtual bool filled(DeviceType type) const = 0;

  /// Every slot that at least one device fills. Calls `visit(info, argument)` for each.
  static void list(void (*visit)(const SlotInfo&, void*), void* argument);

 protected:
  constexpr ~SlotBase() = default;
  void announce();

 private:
  const char* name_;
  SlotBase* next_ = nullptr;
  bool listed_ = false;
};

template <class Signature>
class Slot;

/// The meeting point of an operation and its kernels: one function per device type, put there by a static `Fill`
/// object in that device's family file. Calling it on a device without one throws DeviceError with the kernel's name.
template <class... A>
class Slot<void(A...)> final : public SlotBase {
 public:
  using Function = void (*)(A...);

  constexpr explicit Slot(const char* name) : SlotBase(name) {}

  void operator()(Device device, A... args) const {
    Function f = table_[static_cast<int>(device.type)];
    if (!f) [[unlikely]]
      fail<DeviceError>(slotName(), ": there is no kernel for ", toString(device),
                        "; move the tensor with to(\"cpu\")");
    f(args...);
  }
  bool filled(DeviceType type) const override { return table_[static_cast<int>(type)] != nullptr; }

  struct Fill {
    Fill(Slot& slot, DeviceType type, Function f) {
      slot.table_[static_cast<int>(type)] = f;
      slot.announce();
    }
  };

 private:
  std::array<Function, kDeviceTypes> table_{};
};

}  // namespace retrograd
