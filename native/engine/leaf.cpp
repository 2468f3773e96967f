// A tensor's part in the graph: what autograd's accessors of Tensor do.

#include <mutex>

#include "autograd/record.h"
#include "engine/engine.h"
#include "ops/ops.h"

namespace retrograd {

bool requiresGrad(const Tensor& x) { return needsGrad(x); }

bool isLeaf(const Tensor& x) { return !historyOf(x).node; }

Tensor requiresGrad_(const Tensor& x, bool value) {
  if (value) {
    if (!isFloating(x.dtype()))
      fail<DTypeError>("requiresGrad_: only floating tensors can require grad, got ", name(x.dtype()),
                       "; convert it with to(FLOAT32) first");
    if (x.impl()->isInference && !modes.inference)
      fail<AutogradError>("requiresGrad_: a tensor made in inferenceMode cannot require grad; clone() it first");
    if (!needsGrad(x)) ensureMeta(x).requiresGrad.store(true);
  } else if (needsGrad(x)) {
    if (!isLeaf(x))
      fail<AutogradError>("requiresGrad_: only a leaf can stop requiring grad, and this tensor was computed by ",
                          historyOf(x).node->name(), "; use detach()");
    ensureMeta(x).requiresGrad.store(false);
  }
  return x;
}

Tensor gradOf(const Tensor& x) {
  AutogradMeta* meta = metaOf(x);
  if (!meta) return {};
  std::lock_guard lock(meta->lock);
  return meta->grad;
}

void setGrad(const Tensor& x, const OptionalTensor& gradient) {
  Tensor next;
  if (gradient.defined()) {
    if (gradient.is(x)) fail<AutogradError>("setGrad: a tensor cannot be its own gradient");
    if (gradient.dtype() != x.dtype())
      fail<DTypeError>("setGrad: the gradient is ", name(gradient.dtype()), ", the tensor ", name(x.dtype()));
    if (gradient.sizes() != x.sizes())
      fail<ShapeError>("setGrad: the gradient has shape ", toString(gradient.sizes()), ", the tensor ",
                       toString(x.sizes()));
    if (gradient.device() != x.device())
      fail<DeviceError>("setGrad: the gradient is on ", toString(gradient.device()), ", the tensor on ",
                        toString(x.device()));
    next = gradient;
  } else if (!metaOf(x)) {
    return;
  }
  ensureMeta(x).setGrad(std::move(next));
}

void retainGrad(const Tensor& x) {
  if (!needsGrad(x))
    fail<AutogradError>("retainGrad: the tensor does not require grad; call requiresGrad_(true) first");
  History h = historyOf(x);
  if (!h.node) return;
  AutogradMeta& meta = ensureMeta(x);
  {
    std::lock_guard lock(meta.lock);
    if (std::exchange(meta.retainsGrad, true)) return;
  }
  try {
    h.node->retainFor(h.output, x.impl());
  } catch (...) {
    std::lock_guard lock(meta.lock);
    meta.retainsGrad = false;
    throw;
  }
}

bool retainsGrad(const Tensor& x) {
  AutogradMeta* meta = metaOf(x);
  if (!meta) return false;
  std::lock_guard lock(meta->lock);
  return meta->retainsGrad;
}

Tensor detach_(const Tensor& x) {
  if (x.impl()->viewBase) fail<AutogradError>("detach_: a view cannot be detached in place; use detach()");
  AutogradMeta* meta = metaOf(x);
  if (!meta) return x;
  Ref<Node> old;
  {
    std::lock_guard lock(meta->lock);
    old = std::exchange(meta->gradFn, nullptr);
    meta->outputNr = 0;
    meta->retainsGrad = false;
    meta->requiresGrad.store(false);
  }
  if (old) old->forget(x.impl());
  return x;
}

int64_t version(const Tensor& x) { return x.version(); }
int64_t outputNr(const Tensor& x) { return historyOf(x).output; }
bool isView(const Tensor& x) { return static_cast<bool>(x.impl()->viewBase); }
bool isInference(const Tensor& x) { return x.impl()->isInference; }

Ref<Node> gradFn(const Tensor& x) { return historyOf(x).node; }

namespace {

AutogradMeta& hookable(const char* op, const Tensor& x) {
  if (!needsGrad(x))
    fail<AutogradError>(op,
                        ": the tensor does not require grad, so no gradient will come; call requiresGrad_(true) first");
  return ensureMeta(x);
}

}  // namespace

int64_t addHook(const Tensor& x, std::unique_ptr<TensorHook> hook) {
  AutogradMeta& meta = hookable("registerHook", x);
  History h = historyOf(x);
  if (h.node) return h.node->addHook(h.output, std::move(hook));
  std::lock_guard lock(meta.lock);
  return meta.hooks.add(0, std::move(hook));
}

int64_t addPostAccumulateHook(const Tensor& leaf, std::unique_ptr<TensorHook> hook) {
  AutogradMeta& meta = hookable("registerPostAccumulateGradHook", leaf);
  if (!isLeaf(leaf)) fail<AutogradError>("registerPostAccumulateGradHook: only leaves accumulate a gradient");
  std::lock_guard lock(meta.lock);
  return meta.postAccumulate.add(0, std::move(hook));
}

void removeHook(const Tensor& x, int64_t hook) {
  AutogradMeta* meta = metaOf(x);
  if (!meta) return;
  History h = historyOf(x);
  if (h.node && h.node->removeHook(hook)) return;
  std::shared_ptr<TensorHook> removed;  // dies after the lock is released
  std::lock_guard lock(meta->lock);
  removed = meta->hooks.remove(hook);
  if (!removed) removed = meta->postAccumulate.remove(hook);
}

}  // namespace retrograd
