#pragma once

#include "core/macros.h"

namespace retrograd {

/// What the calling thread has switched on. New threads record gradients.
struct Modes {
  bool grad = true;
  bool inference = false;
};

inline thread_local constinit Modes modes{};

/// Sets the grad mode for a block.
class GradModeGuard {
 public:
  explicit GradModeGuard(bool enabled) noexcept : before_(modes.grad) { modes.grad = enabled; }
  GradModeGuard(const GradModeGuard&) = delete;
  ~GradModeGuard() { modes.grad = before_; }

 private:
  bool before_;
};

struct NoGradGuard : GradModeGuard {
  NoGradGuard() noexcept : GradModeGuard(false) {}
};

}  // namespace retrograd
