#pragma once

#include <memory>
#include <vector>

#include "core/tensor.h"

namespace retrograd {

/// Called with the gradient of a tensor; returns its replacement, or an undefined tensor to keep it.
class RETROGRAD_API TensorHook : public Booked {
 public:
  virtual ~TensorHook() = default;
  virtual Tensor call(const Tensor& gradient) = 0;
};

/// The hooks of one tensor, in the order they were added.
class HookList {
 public:
  /// Returns a number, unique in the process, for `remove`.
  int64_t add(uint32_t output, std::unique_ptr<TensorHook> hook);
  /// The hook that `add` gave this number, null where there is none. It should die with no lock held: that may wait for
  /// the JVM.
  std::shared_ptr<TensorHook> remove(int64_t id) noexcept;
  bool empty() const noexcept { return hooks_.empty(); }
  /// The hooks now registered for an output, to be called without any lock held.
  std::vector<std::shared_ptr<TensorHook>> of(uint32_t output) const;

 private:
  struct Entry {
    int64_t id;
    uint32_t output;
    std::shared_ptr<TensorHook> hook;
  };
  std::vector<Entry> hooks_;
};

}  // namespace retrograd
