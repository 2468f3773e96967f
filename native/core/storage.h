#pragma once

#include <memory>

#include "core/allocator.h"
#include "core/ref.h"

namespace retrograd {

/// Keeps memory that is not ours alive: its destructor, run on whichever thread lets go of the last tensor, hands the
/// memory back.
class MemoryOwner {
 public:
  virtual ~MemoryOwner() = default;
};

/// A block of device memory that tensors share, with the version that counts in-place writes to it.
class RETROGRAD_API Storage final : public RefCounted {
 public:
  /// Uninitialised memory of at least `bytes`, for the calling thread's stream. Throws OutOfMemoryError, DeviceError.
  Storage(Device device, size_t bytes);
  /// The same, as pinned memory of the CPU.
  struct Pinned {};
  Storage(Pinned, size_t bytes);
  /// Memory of a device that is somebody else's, and in no books of ours.
  Storage(Device device, void* data, std::unique_ptr<MemoryOwner> owner);
  ~Storage() override;

  void* data() const noexcept { return data_; }
  /// Rounded size: what the books charge.
  size_t charged() const noexcept { return charged_; }
  Device device() const noexcept { return device_; }
  bool isPinned() const noexcept { return allocator_.isPinned(); }
  /// Work on a stream that is not the one it was made on uses the memory; see Allocator::recordUse.
  void recordUse(Stream user);

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
  uint8_t stream_ = 0;  // the number of the one it was made on
  size_t charged_ = 0;
  void* data_;
  std::unique_ptr<MemoryOwner> owner_;
};

}  // namespace retrograd
