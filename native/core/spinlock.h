#pragma once

#include <atomic>
#include <thread>

namespace retrograd {

/// A lock of one byte for sections of a few instructions. Works with std::lock_guard.
class SpinLock {
 public:
  void lock() noexcept {
    while (locked_.exchange(true, std::memory_order_acquire))
      while (locked_.load(std::memory_order_relaxed)) std::this_thread::yield();
  }
  void unlock() noexcept { locked_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> locked_{false};
};

}  // namespace retrograd
