#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "core/device.h"
#include "core/macros.h"
#include "core/stream.h"

namespace retrograd {

/// What a device's allocator has given out. All in bytes of rounded blocks.
struct MemoryStats {
  int64_t allocated;  ///< held by live tensors
  int64_t reserved;   ///< allocated, plus freed blocks that the cache keeps
  int64_t peak;       ///< highest `allocated` since the last reset
  int64_t graphHeld;  ///< the part of `allocated` that a tape has saved for a backward
  int64_t limit;      ///< `allocated` may not pass this
};

/// Asked for help when a device's live bytes pass the threshold (`failing` false: memory is there, but much of it may
/// be garbage that only a Java collection finds) or before an allocation fails (`failing` true). Runs on the
/// allocating thread with no lock held. Returns true where it is worth trying again.
using PressureHook = bool (*)(Device device, bool failing);

/// One device's memory. Keeps the books; a device's own class supplies the blocks. Thread-safe, never destroyed.
class RETROGRAD_API Allocator {
 public:
  explicit Allocator(Device device) : device_(device) {}
  virtual ~Allocator() = default;

  /// A block of at least `bytes` for work on one of the device's streams; `charged` becomes its rounded size. Both go
  /// back to `free`, in the order of that stream: work queued there so far may still use the block. Null for 0 bytes.
  /// Throws OutOfMemoryError after a collection and an emptied cache did not help.
  void* allocate(size_t bytes, size_t& charged, uint8_t stream = 0);
  void free(void* block, size_t charged, uint8_t stream = 0) noexcept;
  /// Work queued so far, or until `free`, on a stream other than the block's uses it too: once freed, the block is not
  /// given out again before that is done.
  virtual void recordUse(void* block, Stream user) { (void)block, (void)user; }
  /// Throws DeviceError unless the address lies in the device's memory, wherever that came from.
  virtual void requireOwn(const void* address) const;
  /// Host memory that devices copy from and to without the host's help.
  virtual bool isPinned() const noexcept { return false; }

  MemoryStats stats() const;
  void resetPeak() noexcept { peak_.store(allocated_.load()); }
  void setLimit(int64_t bytes) noexcept { limit_.store(bytes); }
  /// Live bytes past which the pressure hook is called.
  void setThreshold(int64_t bytes) noexcept { threshold_.store(bytes); }
  /// Returns cached blocks to the system.
  virtual void emptyCache() noexcept = 0;

  /// Books what tapes hold (SavedTensor calls it once per storage, when the first one saves and the last one lets go).
  void graphHold(int64_t bytes) noexcept { graphHeld_.fetch_add(bytes, std::memory_order_relaxed); }
  /// Calls the hook where live bytes plus `headers` (what small objects cost beside their storage) pass the threshold.
  void checkPressure(int64_t headers) {
    if (allocated_.load(std::memory_order_relaxed) + headers > threshold_.load(std::memory_order_relaxed))
      askForHelp(false);
  }

  static void setPressureHook(PressureHook hook) noexcept;

 protected:
  /// The size that a block for `bytes` really takes.
  virtual size_t rounded(size_t bytes) const noexcept = 0;
  /// A block of exactly `rounded` bytes, or null where the system has none. Throws where the device is broken.
  virtual void* take(size_t rounded, uint8_t stream) = 0;
  virtual void put(void* block, size_t rounded, uint8_t stream) noexcept = 0;

  std::atomic<int64_t> reserved_{0};

 private:
  bool askForHelp(bool failing);

  Device device_;
  std::atomic<int64_t> allocated_{0}, peak_{0}, graphHeld_{0};
  std::atomic<int64_t> limit_{INT64_MAX}, threshold_{INT64_MAX};
};

/// The allocator of a device. Throws DeviceError, with the reason, where that device does not exist here.
RETROGRAD_API Allocator& allocator(Device device);

/// The allocator of pinned host memory; its tensors are on the CPU. Throws DeviceError where no device needs any.
RETROGRAD_API Allocator& pinnedAllocator();

/// Registers who pins memory: a static object in that device's allocator file.
struct PinnedSource {
  PinnedSource(Allocator& (*find)());
};

/// Registers how a device type finds its allocators: a static object in that device's allocator file.
struct AllocatorSource {
  AllocatorSource(DeviceType type, Allocator& (*find)(int16_t index));
};

}  // namespace retrograd
