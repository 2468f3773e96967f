#include "core/device.h"

#include <array>

#include "core/error.h"

namespace retrograd {

namespace {
struct Probe {
  int (*count)() = nullptr;
  std::string (*status)() = nullptr;
};
constinit std::array<Probe, kDeviceTypes> probes{};
}  // namespace

DeviceProbe::DeviceProbe(DeviceType type, int (*count)(), std::string (*status)()) {
  probes[static_cast<int>(type)] = {count, status};
}

int deviceCount(DeviceType type) {
  const Probe& p = probes[static_cast<int>(type)];
  return type == DeviceType::CPU ? 1 : p.count ? p.count() : 0;
}

std::string deviceStatus(DeviceType type) {
  const Probe& p = probes[static_cast<int>(type)];
  return type == DeviceType::CPU ? "1 device" : p.status ? p.status() : "this library was built without CUDA";
}

Device Device::fromCode(int32_t code) {
  int32_t type = code >> 16;
  if (type < 0 || type >= kDeviceTypes) fail<DeviceError>("device: no device type has the code ", type);
  return {static_cast<DeviceType>(type), static_cast<int16_t>(code & 0xffff)};
}

std::string toString(Device d) { return d.isCpu() ? "cpu" : "cuda:" + std::to_string(d.index); }

}  // namespace retrograd
