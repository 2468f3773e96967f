#pragma once

#include "autograd/meta.h"

namespace retrograd {

/// A tensor as it was when an operation saved it: its layout, its place in the graph and its version. It refers to the
/// storage, not to the tensor object, so later in-place writes neither reach its history nor tie a cycle.
class SavedTensor {
 public:
  SavedTensor() = default;
  /// An operand, with its history as it is now.
  explicit SavedTensor(const Tensor& operand) : SavedTensor(operand, 0, false) {}
  /// The result number `outputNr` of the operation that saves it. Its history is the node itself: that one comes back
  /// with `unpack` and is not kept here, which would be a cycle.
  SavedTensor(const Tensor& result, uint32_t outputNr) : SavedTensor(result, outputNr, true) {}
  SavedTensor(SavedTensor&& o) noexcept;
  SavedTensor& operator=(SavedTensor&& o) noexcept;
  ~SavedTensor() { reset(); }

  bool defined() const noexcept { return static_cast<bool>(layout_.storage); }
  void reset() noexcept;
  /// The tensor, with its history where gradients are enabled. Throws AutogradError where it was written in place
  /// since.
  Tensor unpack(Node& owner) const;

 private:
  SavedTensor(const Tensor& t, uint32_t outputNr, bool isResult);

  Layout layout_;
  Edge edge_;
  uint32_t version_ = 0;
  uint32_t outputNr_ = 0;
  bool isResult_ = false;
};

}  // namespace retrograd
