// Devices, their streams, and memory shared with other libraries, as Java sees them.

#include <atomic>

#include "core/error.h"
#include "core/stream.h"
#include "engine/engine.h"

namespace retrograd {

namespace {

Stream streamOf(Device device, int64_t number) {
  allocator(device);  // throws unless the device exists
  if (number < 0 || number >= (device.isCpu() ? 1 : kStreams))
    throw std::invalid_argument("a stream of " + toString(device) + " cannot have the number " +
                                std::to_string(number));
  return {device, static_cast<uint8_t>(number)};
}

}  // namespace

int64_t cudaDeviceCount() { return deviceCount(DeviceType::CUDA); }
std::string cudaStatus() { return deviceStatus(DeviceType::CUDA); }
void synchronizeDevice(Device device) { synchronize(device); }

int64_t currentStreamOf(Device device) {
  allocator(device);
  return currentStream(device).number;
}
void setCurrentStreamOf(Device device, int64_t stream) { setCurrentStream(streamOf(device, stream)); }

int64_t nextStream(Device device) {
  allocator(device);
  if (device.isCpu()) return 0;
  static constinit std::atomic<uint32_t> given[kMaxDevices];
  return 1 + given[device.index].fetch_add(1, std::memory_order_relaxed) % (kStreams - 1);
}

void synchronizeStream(Device device, int64_t stream) { synchronize(streamOf(device, stream)); }
bool isStreamIdle(Device device, int64_t stream) { return isIdle(streamOf(device, stream)); }
void waitForStream(Device device, int64_t stream, Device otherDevice, int64_t other) {
  wait(streamOf(device, stream), streamOf(otherDevice, other));
}
void recordStream(const Tensor& x, Device device, int64_t stream) { x.storage().recordUse(streamOf(device, stream)); }

int64_t devicePointer(const Tensor& x) {
  if (x.device().isCpu()) fail<DeviceError>("devicePointer: the tensor is on the CPU; move it with to(\"cuda\") first");
  return static_cast<int64_t>(reinterpret_cast<uintptr_t>(x.data()));
}

Tensor fromDevicePointer(int64_t address, const Dims& shape, DType dtype, Device device,
                         std::unique_ptr<MemoryOwner> owner) {
  const int64_t count = numel("fromDevicePointer", shape);
  void* data = reinterpret_cast<void*>(static_cast<uintptr_t>(address));
  if (!data) throw std::invalid_argument("fromDevicePointer: the address is null");
  if (static_cast<uintptr_t>(address) % itemSize(dtype) != 0)
    throw std::invalid_argument("fromDevicePointer: the address is not a multiple of the " +
                                std::to_string(itemSize(dtype)) + " bytes of an element");
  prefixed("fromDevicePointer", [&] {
    if (count) allocator(device).requireOwn(data);
  });
  Layout layout;
  layout.storage = makeRef<Storage>(device, data, std::move(owner));
  layout.sizes = shape;
  layout.strides = contiguousStrides(shape);
  layout.dtype = dtype;
  return Tensor(std::move(layout));
}

}  // namespace retrograd
