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

  bool defined() const noexcept { return static_cast<bool>(parts_.layout.storage); }
  void reset() noexcept;

  /// What was saved. A copy is taken under the owner's lock, and unpacked after it.
  struct Parts {
    Layout layout;
    Edge edge;
    uint32_t version = 0;
    uint32_t outputNr = 0;
    bool isResult = false;

    /// The tensor, with its history where gradients are enabled. Throws AutogradError where it was written in place
    /// since.
    Tensor unpack(Node& owner) &&;
  };
  const Parts& parts() const noexcept { return parts_; }

 private:
  SavedTensor(const Tensor& t, uint32_t outputNr, bool isResult);

  Parts parts_;
};

}  // namespace retrograd
