#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace emulated {

/// Stacks that take turns on one thread. A switch costs a few nanoseconds on x86-64 (no system call).
class Fiber {
 public:
  static constexpr size_t kStack = 256 * 1024;

  /// The thread's own stack.
  Fiber() = default;
  /// A stack of its own, on which `entry(argument)` runs when first switched to; it must never return.
  Fiber(void (*entry)(void*), void* argument);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  /// Leaves `from`, which runs now, and goes on where `to` left off.
  static void change(Fiber& from, Fiber& to);

 private:
  static void enter();
  static void arrived();

  void (*entry_)(void*) = nullptr;
  void* argument_ = nullptr;
  unsigned char* stack_ = nullptr;
#if defined(__x86_64__)
  void* top_ = nullptr;
#else
  ucontext_t context_{};
#endif
#if defined(__SANITIZE_ADDRESS__)
  void* fake_ = nullptr;
  const void* bottom_ = nullptr;
  size_t size_ = 0;
#endif
};

}  // namespace emulated
