#include "autograd/saved_tensor.h"

#include "autograd/record.h"
#include "core/error.h"

namespace retrograd {

SavedTensor::SavedTensor(const Tensor& t, uint32_t outputNr, bool isResult) {
  parts_.outputNr = outputNr;
  parts_.isResult = isResult;
  if (!t.defined()) return;
  if (t.impl()->isInference && !modes.inference) fail<AutogradError>(kInferenceSaved);
  parts_.layout = t.layout();
  parts_.version = t.version();
  if (!isResult) parts_.edge = gradientEdge(t);
  parts_.layout.storage->hold();  // last: no destructor takes it back where the above throws
}

SavedTensor::SavedTensor(SavedTensor&& o) noexcept : parts_(std::move(o.parts_)) {}

SavedTensor& SavedTensor::operator=(SavedTensor&& o) noexcept {
  if (this != &o) {
    reset();
    parts_ = std::move(o.parts_);
  }
  return *this;
}

void SavedTensor::reset() noexcept {
  if (parts_.layout.storage) parts_.layout.storage->unhold();
  parts_.layout.storage = nullptr;
  parts_.edge = {};
}

Tensor SavedTensor::Parts::unpack(Node& owner) && {
  if (!layout.storage) return {};
  uint32_t now = layout.storage->version();
  if (now != version)
    fail<AutogradError>("backward: a tensor that ", owner.name(), " saved, ", name(layout.dtype), " ",
                        toString(layout.sizes), ", was written in place since: it was saved at version ", version,
                        " and is at version ", now, "; write to a clone() instead");
  if (edge.node)
    if (Tensor leaf = edge.node->leaf(); leaf.defined()) return leaf;
  Tensor t{std::move(layout)};
  if (!modes.grad) return t;
  Edge history = isResult ? owner.historyOfResult(t, outputNr) : std::move(edge);
  if (history.node) setHistory(t, std::move(history.node), history.input);
  return t;
}

}  // namespace retrograd
