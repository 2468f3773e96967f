#pragma once

#include "core/allocator.h"
#include "core/ref.h"

namespace retrograd {

/// A block of device memory that tensors share, with the version that counts in-place writes to it.
class RETROGRAD_API Storage final : public RefCounted {
 public:
  /// Uninitialised memory of at least `bytes`. Throws OutOfMemoryError, DeviceError.
  Storage(Device device, size_t bytes);
  ~Storage() override;

  void* data() const noexcept { return data_; }
  /// Rounded size: what the books charge.
  size_t charged() const noexcept { return charged_; }
  Device device() const noexcept { return device_; }

  uint32_t version() const noexcept { return version_.load(std::memory_order_acquire); }
  void bumpVersion() noexcept { version_.fetch_add(1, std::memory_order_acq_rel); }

  /// A tape keeps / lets go of this storage: feeds MemoryStats::graphHeld.
  void hold() noexcept {
    if (holds_.fetch_add(1, std::memory_order_relaxed) == 0) allocator_.graphHold(static_cast<int64_t>(charged_));
  }
  void unhold() noexcept {
    if (holds_.fetch_sub(1, std::memory_order_relaxed) == 1) allocator_.graphHold(-static_cast<int64_t>(charged_));
  }

 private:
  Allocator& allocator_;
  Device device_;
  std::atomic<uint32_t> version_{0};
  std::atomic<uint32_t> holds_{0};
  size_t charged_ = 0;
  void* data_;
};

}  // namespace retrograd
