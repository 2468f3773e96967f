#pragma once

#include <cstdint>
#include <mutex>
#include <new>

#include "core/macros.h"

namespace retrograd {

/// The system's number of the calling thread.
int32_t currentThread() noexcept;
/// Whether the thread of this number has run its last instruction. False where another one has its number by now.
bool hasEnded(int32_t thread) noexcept;

/// A T for each thread; one whose thread has ended goes to the next that comes. Nothing runs at the end of a thread, as
/// the destructor of a thread-local object would: the system keeps the library mapped for it, while the thread of
/// somebody's pool lives on. Make it a constinit variable: it has no destructor. Thread-safe.
template <class T>
class PerThread {
 public:
  constexpr PerThread() = default;
  PerThread(const PerThread&) = delete;

  /// The calling thread's own, from now on. To be called once per thread, which keeps the address in a thread-local
  /// variable. Null where there is no memory for it.
  T* claim() noexcept {
    const int32_t self = currentThread();
    std::lock_guard guard(mutex_);
    Entry* entry = findEnded(kLooks);
    if (!entry) {
      entry = new (std::nothrow) Entry;
      if (!entry) return nullptr;
      entry->next = first_;
      first_ = entry;
    }
    entry->thread = self;
    return &entry->value;
  }

  /// Calls `visit` for one whose thread has ended, if there is one where it looks, which is elsewhere each time.
  template <class F>
  void visitEnded(F visit) {
    std::lock_guard guard(mutex_);
    if (Entry* entry = findEnded(1)) visit(entry->value);
  }

  /// Calls `visit` for all, whose threads may be using them meanwhile.
  template <class F>
  void forEach(F visit) {
    std::lock_guard guard(mutex_);
    for (Entry* entry = first_; entry; entry = entry->next) visit(entry->value);
  }

  /// Deletes all: no thread may use its own any more.
  void clear() noexcept {
    std::lock_guard guard(mutex_);
    while (first_) {
      Entry* next = first_->next;
      delete first_;
      first_ = next;
    }
    hand_ = nullptr;
  }

 private:
  static constexpr int kLooks = 8;  // by each new thread: so there are few more than threads lived at once

  struct Entry {
    T value{};
    int32_t thread = 0;
    Entry* next = nullptr;
  };

  Entry* findEnded(int looks) noexcept {
    for (; looks && first_; --looks) {
      hand_ = hand_ && hand_->next ? hand_->next : first_;
      if (hasEnded(hand_->thread)) return hand_;
    }
    return nullptr;
  }

  std::mutex mutex_;
  Entry* first_ = nullptr;
  Entry* hand_ = nullptr;
};

}  // namespace retrograd
