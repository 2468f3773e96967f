#include "autograd/record.h"

namespace retrograd {

std::string releasedText(const char* node, const char* what) {
  return std::string("backward: ") + node + " has already run and let go of " + what +
         "; to go through a graph twice, pass retainGraph to the first call: backward(BackwardOptions.retainGraph())";
}

Ref<Node> makeUnknown(const Tensor& output, Edge input, const char* why) {
  return makeNode("UnknownBackward", output, std::move(input),
                  [why](const Tensor&) -> Tensor { fail<AutogradError>(why); });
}

const char* whyNoRegion(const Tensor& base) noexcept {
  return base.isContiguous() ? nullptr
                             : "backward: a tensor that is not dense was written in place, and a view of it is used; "
                               "take the view of contiguous() instead";
}

Region regionIn(const Tensor& base, const Tensor& view) {
  return {view.sizes(), view.strides(), view.offset() - base.offset()};
}

namespace {

/// Whether a write to `self` can be recorded.
void checkHistory(const char* op, const Tensor& self) {
  TensorImpl* impl = self.impl();
  const Tensor base(impl->viewBase);
  const bool isRecorded = impl->viewKind != TensorImpl::ViewKind::Plain && (needsGrad(self) || needsGrad(base));
  if (isRecorded && impl->viewKind == TensorImpl::ViewKind::OneOfMany)
    fail<AutogradError>(op,
                        "_: this tensor is one of several views made by one operation (unbind, split, chunk); "
                        "in-place writes to it cannot be recorded. Use select, narrow or clone() instead");
  if (isRecorded)
    fail<AutogradError>(op,
                        "_: this result of a Function shares memory with one of its inputs, another result or a "
                        "tensor from elsewhere; in-place writes to it cannot be recorded. Return a clone() from "
                        "forward, or write to a clone()");
  if (base.defined() && !base.isContiguous() && (needsGrad(self) || needsGrad(base)))
    fail<AutogradError>(op,
                        "_: a write to a view of a tensor that is not dense cannot be recorded; take the view of "
                        "contiguous() instead");
  if (base.defined() && needsGrad(base) && !needsGrad(self))
    fail<AutogradError>(op,
                        "_: this view was made in noGrad() of a tensor that requires grad; a write to it cannot be "
                        "recorded. Write in noGrad() too, or make the view outside it");
  if (isWantedLeaf(self) || (base.defined() && isWantedLeaf(base)))
    fail<AutogradError>(op, "_: ", isWantedLeaf(self) ? "a leaf" : "a view of a leaf",
                        " that requires grad may not be written in place while gradients are recorded; do it in "
                        "noGrad(), or write to a clone()");
}

}  // namespace

Write::Write(const char* op, const Tensor& self, bool shared) {
  TensorImpl* impl = self.impl();
  if (impl->isInference && !modes.inference)
    fail<AutogradError>(op, "_: an inference tensor may be written only in inferenceMode; clone() it first");
  if (!shared && !isNonOverlapping(self.sizes(), self.strides()))
    fail<ShapeError>(op, "_: several elements of this ", toString(self.sizes()),
                     " tensor share memory (it was expanded); clone() it before writing in place");
  if (modes.grad) checkHistory(op, self);
  storage_ = &self.storage();
}

}  // namespace retrograd
