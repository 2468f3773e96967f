#pragma once

#include <array>

#include "core/error.h"
#include "core/operand.h"

namespace retrograd {

/// A kernel's name and whether each device type has it; what the listing of empty slots shows.
struct SlotInfo {
  const char* name;
  std::array<bool, kDeviceTypes> filled;
};

/// Where the tensors may be that a kernel is called with: on its device; or 0-d on the CPU; or anywhere.
enum class Operands { OnDevice, OrNumbers, Anywhere };

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
/// object in that device's family file. Calling it on a device without one throws DeviceError with the kernel's name;
/// likewise with tensors elsewhere, whose addresses would mean nothing there.
template <class... A>
class Slot<void(A...)> final : public SlotBase {
 public:
  using Function = void (*)(A...);

  constexpr explicit Slot(const char* name, Operands operands = Operands::OnDevice)
      : SlotBase(name), operands_(operands) {}

  void operator()(Device device, A... args) const {
    Function f = table_[static_cast<int>(device.type)];
    if (!f) [[unlikely]]
      fail<DeviceError>(slotName(), ": there is no kernel for ", toString(device),
                        "; move the tensor with to(\"cpu\")");
    (checkPlace(device, args), ...);
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
  template <class X>
  void checkPlace(Device device, const X& argument) const {
    if constexpr (std::is_same_v<X, Operand>) {
      if (!argument.isNumber()) checkPlace(device, argument.tensor());
    } else if constexpr (std::is_same_v<X, Tensor>) {
      if (!argument.defined() || argument.device() == device || operands_ == Operands::Anywhere) [[likely]]
        return;
      if (operands_ == Operands::OrNumbers && argument.dim() == 0 && argument.device().isCpu()) return;
      fail<DeviceError>(slotName(), ": the operands are on ", toString(device), " and ", toString(argument.device()),
                        "; move one with to(device)");
    }
  }

  std::array<Function, kDeviceTypes> table_{};
  Operands operands_;
};

}  // namespace retrograd
