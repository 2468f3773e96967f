#include "autograd/saved_tensor.h"

#include "core/error.h"

namespace retrograd {

SavedTensor::SavedTensor(const Tensor& t, uint32_t outputNr, bool isResult) : outputNr_(outputNr), isResult_(isResult) {
  if (!t.defined()) return;
  if (t.impl()->isInference && !modes.inference)
    fail<AutogradError>(
        "backward: an inference tensor cannot be saved for a backward pass; clone() it outside inferenceMode first");
  layout_ = t.layout();
  version_ = t.version();
  if (!isResult) edge_ = gradientEdge(t);
  layout_.storage->hold();  // last: no destructor takes it back where the above throws
}

SavedTensor::SavedTensor(SavedTensor&& o) noexcept
    : layout_(std::move(o.layout_)),
      edge_(std::move(o.edge_)),
      version_(o.version_),
      outputNr_(o.outputNr_),
      isResult_(o.isResult_) {}

SavedTensor& SavedTensor::operator=(SavedTensor&& o) noexcept {
  if (this != &o) {
    reset();
    layout_ = std::move(o.layout_);
    edge_ = std::move(o.edge_);
    version_ = o.version_;
    outputNr_ = o.outputNr_;
    isResult_ = o.isResult_;
  }
  return *this;
}

void SavedTensor::reset() noexcept {
  if (layout_.storage) layout_.storage->unhold();
  layout_.storage = nullptr;
  edge_ = {};
}

Tensor SavedTensor::unpack(Node& owner) const {
  if (!defined()) return {};
  uint32_t now = layout_.storage->version();
  if (now != version_)
    fail<AutogradError>("backward: a tensor that ", owner.name(), " saved, ", name(layout_.dtype), " ",
                        toString(layout_.sizes), ", was written in place since: it was saved at version ", version_,
                        " and is at version ", now, "; write to a clone() instead");
  if (edge_.node)
    if (Tensor leaf = edge_.node->leaf(); leaf.defined()) return leaf;
  Tensor t{Layout(layout_)};
  if (!modes.grad) return t;
  Edge history = isResult_ ? owner.historyOfResult(t, outputNr_) : edge_;
  if (history.node) setHistory(t, std::move(history.node), history.input);
  return t;
}

}  // namespace retrograd
