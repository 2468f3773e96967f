#include "core/device.h"

#include <array>

#include "core/error.h"

namespace retrograd {

namespace {
struct Probe {
  int (*count)() = nullptr;
  std::string (*status)() = nullptr;
  Facts (*facts)(int index) = nullptr;
};
constinit std::array<Probe, kDeviceTypes> probes{};
}  // namespace

DeviceProbe::DeviceProbe(DeviceType type, int (*count)(), std::string (*status)()) {
  probes[static_cast<int>(type)].count = count;
  probes[static_cast<int>(type)].status = status;
}

DeviceFacts::DeviceFacts(DeviceType type, Facts (*facts)(int index)) { probes[static_cast<int>(type)].facts = facts; }

int deviceCount(DeviceType type) {
  const Probe& p = probes[static_cast<int>(type)];
  return type == DeviceType::CPU ? 1 : p.count ? p.count() : 0;
}

std::string deviceStatus(DeviceType type) {
  const Probe& p = probes[static_cast<int>(type)];
  return type == DeviceType::CPU ? "1 device"
         : p.status              ? p.status()
                                 : "this library was built without CUDA; build it where nvcc is on the PATH";
}

Facts deviceFacts(DeviceType type, int index) {
  const Probe& p = probes[static_cast<int>(type)];
  return p.facts ? p.facts(index) : Facts{};
}

Device Device::fromCode(int32_t code) {
  int32_t type = code >> 16;
  if (type < 0 || type >= kDeviceTypes) fail<DeviceError>("device: no device type has the code ", type);
  return {static_cast<DeviceType>(type), static_cast<int16_t>(code & 0xffff)};
}

std::string toString(Device d) { return d.isCpu() ? "cpu" : "cuda:" + std::to_string(d.index); }

}  // namespace retrograd
