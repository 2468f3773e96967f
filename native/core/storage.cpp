#include "core/storage.h"

namespace retrograd {

Storage::Storage(Device device, size_t bytes)
    : allocator_(allocator(device)),
      device_(device),
      stream_(currentStream(device).number),
      data_(allocator_.allocate(bytes, charged_, stream_)) {}

Storage::Storage(Pinned, size_t bytes)
    : allocator_(pinnedAllocator()), device_(kCpu), data_(allocator_.allocate(bytes, charged_)) {}

Storage::Storage(Device device, void* data, std::unique_ptr<MemoryOwner> owner)
    : allocator_(allocator(device)), device_(device), data_(data), owner_(std::move(owner)) {}

Storage::~Storage() {
  if (!owner_) allocator_.free(data_, charged_, stream_);
}

void Storage::recordUse(Stream user) {
  if (!data_ || owner_ || user == Stream{device_, stream_}) return;
  allocator_.recordUse(data_, user);
}

}  // namespace retrograd
