#pragma once

#include "autograd/meta.h"

namespace retrograd {

/// A tensor as it was when an operation saved it: its layout, its place in the graph and its version. It refers to the
/// storage, not to the tensor object, so later in-place writes neither reach its history nor tie a cycle.
class SavedTensor {
 public:
  SavedTensor() = default;
  /// Where `t` is `output`, the operation's own result number `outputNr`, its history is the node that saves it: that
  /// one comes back with `unpack` and is not kept here, which would be a cycle.
  SavedTensor(const Tensor& t, const Tensor& output, uint32_t outputNr = 0);
  SavedTensor(SavedTensor&& o) noexcept;
  SavedTensor& operator=(SavedTensor&& o) noexcept;
  ~SavedTensor() { reset(); }

  bool defined() const noexcept { return static_cast<bool>(layout_.storage); }
  void reset() noexcept;
  /// The tensor, with its history where gradients are enabled. Throws AutogradError where it was written in place
  /// since.
  Tensor unpack(Node& owner) const;

 private:
  Layout layout_;
  Edge edge_;
  uint32_t version_ = 0;
  uint32_t outputNr_ = 0;
  bool isOutput_ = false;
};

}  // namespace retrograd
