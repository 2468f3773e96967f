#include "core/storage.h"

namespace retrograd {

Storage::Storage(Device device, size_t bytes)
    : allocator_(allocator(device)), device_(device), data_(allocator_.allocate(bytes, charged_)) {}

Storage::~Storage() { allocator_.free(data_, charged_); }

}  // namespace retrograd
