#include "autograd/record.h"

namespace retrograd {

std::string releasedText(const char* node, const char* what) {
  return std::string("backward: ") + node + " has already run and let go of " + what +
         "; to go through a graph twice, pass retainGraph to the first call: backward(BackwardOptions.retainGraph())";
}

void attach(const Tensor& output, Ref<Node> node, bool inPlace) {
  if (!inPlace || !output.impl()->viewBase) {
    setHistory(output, std::move(node), 0);
    return;
  }
  Tensor base(output.impl()->viewBase);
  setHistory(base, makeCopySlices(base, output, std::move(node)), 0);
  refreshView(output);
}

void checkWritable(const char* op, const Tensor& self, bool shared) {
  TensorImpl* impl = self.impl();
  if (impl->isInference && !modes.inference)
    fail<AutogradError>(op, "_: an inference tensor may be written only in inferenceMode; clone() it first");
  if (!shared && !isNonOverlapping(self.sizes(), self.strides()))
    fail<ShapeError>(op, "_: several elements of this ", toString(self.sizes()),
                     " tensor share memory (it was expanded); clone() it before writing in place");
  if (!modes.grad) return;
  if (impl->isOneOfManyViews && (needsGrad(self) || needsGrad(Tensor(impl->viewBase))))
    fail<AutogradError>(op,
                        "_: this tensor is one of several views made by one operation (unbind, split, chunk); "
                        "in-place writes to it cannot be recorded. Use select, narrow or clone() instead");
  const Tensor root = impl->viewBase ? Tensor(impl->viewBase) : self;
  if (impl->viewBase && !root.isContiguous() && (needsGrad(self) || needsGrad(root)))
    fail<AutogradError>(op,
                        "_: a write to a view of a tensor that is not dense cannot be recorded; take the view of "
                        "contiguous() instead");
  if (impl->viewBase && needsGrad(root) && !needsGrad(self))
    fail<AutogradError>(op,
                        "_: this view was made in noGrad() of a tensor that requires grad; a write to it cannot be "
                        "recorded. Write in noGrad() too, or make the view outside it");
  if (isWantedLeaf(self) || isWantedLeaf(root))
    fail<AutogradError>(op, "_: ", isWantedLeaf(self) ? "a leaf" : "a view of a leaf",
                        " that requires grad may not be written in place while gradients are recorded; do it in "
                        "noGrad(), or write to a clone()");
}

}  // namespace retrograd
