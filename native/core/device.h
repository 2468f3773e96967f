#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/macros.h"

namespace retrograd {

enum class DeviceType : uint8_t { CPU, CUDA };
inline constexpr int kDeviceTypes = 2;

/// Where a tensor's elements live. A plain value.
struct Device {
  DeviceType type = DeviceType::CPU;
  int16_t index = 0;

  friend constexpr bool operator==(Device, Device) = default;
  constexpr bool isCpu() const { return type == DeviceType::CPU; }

  /// The form in which a device crosses JNI: type in the high half, index in the low half.
  constexpr int32_t code() const { return (static_cast<int32_t>(type) << 16) | (index & 0xffff); }
  /// Inverse of `code`. Throws DeviceError for a code that names no known device type.
  RETROGRAD_API static Device fromCode(int32_t code);
};

inline constexpr Device kCpu{};

/// "cpu" or "cuda:0".
RETROGRAD_API std::string toString(Device d);

/// How many devices of a type there are, and why: "2 devices"; for none what is missing and, after a semicolon, the
/// remedy.
RETROGRAD_API int deviceCount(DeviceType type);
RETROGRAD_API std::string deviceStatus(DeviceType type);

/// Registers who answers the two questions for a device type: a static object in that device's folder.
struct DeviceProbe {
  DeviceProbe(DeviceType type, int (*count)(), std::string (*status)());
};

/// Names and values in turn: {"runtime", "13.0", ...}. For people who look for what is wrong with a machine.
using Facts = std::vector<std::string>;

/// What is known of a device type as such (index -1), or of one of its devices. Empty where nothing is. Never throws:
/// what cannot be found out is the value of "problem".
RETROGRAD_API Facts deviceFacts(DeviceType type, int index);

/// Registers who knows them, as DeviceProbe does.
struct DeviceFacts {
  DeviceFacts(DeviceType type, Facts (*facts)(int index));
};

}  // namespace retrograd
