#include "core/stream.h"

#include "core/error.h"

namespace retrograd {

namespace {

constinit std::array<const StreamBackend*, kDeviceTypes> backends{};

/// Null for the CPU.
const StreamBackend* backendOf(Device device) {
  const StreamBackend* b = backends[static_cast<size_t>(device.type)];
  if (!b && !device.isCpu())
    fail<DeviceError>("the device ", toString(device), " is not available: ", deviceStatus(device.type));
  return b;
}

}  // namespace

StreamBackend::StreamBackend(DeviceType type, void (*synchronizeStream)(Stream), void (*synchronizeDevice)(Device),
                             bool (*isIdle)(Stream), void (*wait)(Stream, Stream))
    : synchronizeStream(synchronizeStream), synchronizeDevice(synchronizeDevice), isIdle(isIdle), wait(wait) {
  backends[static_cast<size_t>(type)] = this;
}

void synchronize(Stream stream) {
  if (const StreamBackend* b = backendOf(stream.device)) b->synchronizeStream(stream);
}

void synchronize(Device device) {
  if (const StreamBackend* b = backendOf(device)) b->synchronizeDevice(device);
}

bool isIdle(Stream stream) {
  const StreamBackend* b = backendOf(stream.device);
  return !b || b->isIdle(stream);
}

void wait(Stream stream, Stream other) {
  // Where one of them is the CPU's, the work of the other is the host's to wait for.
  if (stream == other || stream.device.isCpu() || other.device.isCpu()) return;
  backendOf(stream.device)->wait(stream, other);
}

}  // namespace retrograd
