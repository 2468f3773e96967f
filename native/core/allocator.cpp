#include "core/allocator.h"

#include "core/error.h"

namespace retrograd {

namespace {
std::atomic<PressureHook> pressureHook{nullptr};
using Finder = Allocator& (*)(int16_t);
constinit std::array<Finder, kDeviceTypes> finders{};
using PinnedFinder = Allocator& (*)();
constinit PinnedFinder findPinned = nullptr;
}  // namespace

void* Allocator::allocate(size_t bytes, size_t& charged, uint8_t stream) {
  charged = 0;
  if (bytes == 0) return nullptr;
  const size_t size = rounded(bytes);
  const auto booked = static_cast<int64_t>(size);
  for (bool emptied = false, collected = false;;) {
    const int64_t live = allocated_.fetch_add(booked, std::memory_order_relaxed) + booked;
    const bool allowed = live <= limit_.load(std::memory_order_relaxed);
    void* block = nullptr;
    try {
      if (allowed) block = take(size, stream);
    } catch (...) {
      allocated_.fetch_sub(booked, std::memory_order_relaxed);
      throw;
    }
    if (block) {
      charged = size;
      for (int64_t top = peak_.load(std::memory_order_relaxed); live > top;)
        if (peak_.compare_exchange_weak(top, live, std::memory_order_relaxed)) break;
      if (live > threshold_.load(std::memory_order_relaxed)) askForHelp(false);
      return block;
    }
    allocated_.fetch_sub(booked, std::memory_order_relaxed);
    if (allowed && !emptied) {  // cheaper than a collection
      emptyCache();
      emptied = true;
      continue;
    }
    if (!collected) {
      askForHelp(true);
      emptyCache();
      collected = true;
      continue;
    }
    MemoryStats s = stats();
    std::string device = toString(device_);
    throw OutOfMemoryError("out of memory on " + device + ": " + std::to_string(bytes) + " bytes requested, " +
                               (allowed ? "which the system refuses; " : "") + std::to_string(s.allocated) +
                               " allocated, " + std::to_string(s.reserved) + " reserved, limit " +
                               std::to_string(s.limit) + "; close tensors or open a Scope around each step" +
                               (allowed ? "" : ", or raise the limit with Memory.setLimit"),
                           device, static_cast<int64_t>(bytes), s.allocated, s.reserved, s.limit);
  }
}

void Allocator::free(void* block, size_t charged, uint8_t stream) noexcept {
  if (!block) return;
  allocated_.fetch_sub(static_cast<int64_t>(charged), std::memory_order_relaxed);
  put(block, charged, stream);
}

void Allocator::requireOwn(const void*) const {
  fail<DeviceError>("only a GPU has memory of its own, not ", toString(device_));
}

MemoryStats Allocator::stats() const {
  return {allocated_.load(), reserved_.load(), peak_.load(), graphHeld_.load(), limit_.load()};
}

bool Allocator::askForHelp(bool failing) {
  thread_local bool asking = false;  // the hook itself may free and allocate
  PressureHook hook = pressureHook.load();
  if (!hook || asking) return false;
  asking = true;
  struct Done {
    bool& flag;
    ~Done() { flag = false; }
  } done{asking};
  return hook(device_, failing);
}

void Allocator::setPressureHook(PressureHook hook) noexcept { pressureHook.store(hook); }

Allocator& allocator(Device device) {
  Finder find = finders[static_cast<int>(device.type)];
  if (!find) fail<DeviceError>("the device ", toString(device), " is not available: this library was built without it");
  return find(device.index);
}

Allocator& pinnedAllocator() {
  if (!findPinned) fail<DeviceError>("memory cannot be pinned: ", deviceStatus(DeviceType::CUDA));
  return findPinned();
}

PinnedSource::PinnedSource(Allocator& (*find)()) { findPinned = find; }

AllocatorSource::AllocatorSource(DeviceType type, Finder find) { finders[static_cast<int>(type)] = find; }

}  // namespace retrograd
