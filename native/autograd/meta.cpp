#include "autograd/meta.h"

#include <mutex>

#include "autograd/record.h"

namespace retrograd {

void AccumulateGrad::attach(const Tensor& leaf) {
  leaf_ = leaf;
  setOutput(leaf);
}

bool AccumulateGrad::setAside() noexcept {
  const Tensor leaf = std::move(leaf_);  // let go of after the lock
  AutogradMeta* meta = metaOf(leaf);
  std::lock_guard lock(meta->lock);
  if (meta->accumulator_ == this) meta->accumulator_ = nullptr;
  if (meta->spare_ || hasExtras()) return false;
  meta->spare_ = this;
  return true;
}

AutogradMeta::~AutogradMeta() {
  if (retainsGrad && gradFn) gradFn->forget(owner_);
  if (spare_) AccumulateGrad::discard(spare_);
}

Ref<Node> AutogradMeta::accumulator(const Tensor& self) {
  Ref<AccumulateGrad> mine;  // dies after the lock
  {
    std::lock_guard guard(lock);
    if (accumulator_ && accumulator_->tryRetain()) return Ref<Node>::adopt(accumulator_);
    if (spare_) {
      spare_->revive();
      mine = Ref<AccumulateGrad>::adopt(std::exchange(spare_, nullptr));
    }
  }
  if (mine)
    mine->attach(self);
  else
    mine = makeRef<AccumulateGrad>(self);
  std::lock_guard guard(lock);
  // Another thread's, which was faster. Where two are in use they serve alike: all lead to the same `.grad`.
  if (accumulator_ && accumulator_->tryRetain()) return Ref<Node>::adopt(accumulator_);
  accumulator_ = mine.get();
  return mine;
}

void AutogradMeta::setGrad(Tensor next) noexcept {
  std::lock_guard guard(lock);
  std::swap(grad, next);
  hasGrad_.store(grad.defined(), std::memory_order_seq_cst);
}

void AutogradMeta::lostHandles() noexcept {
  if (!hasGrad_.load(std::memory_order_seq_cst)) return;
  Tensor present;
  {
    std::lock_guard guard(lock);
    present = grad;
  }
  if (!present.defined() || !leadsOn(present)) return;
  Tensor dropped;  // dies after the lock is released
  std::lock_guard guard(lock);
  if (!grad.is(present) || !owner_->isWithoutHandles()) return;
  std::swap(grad, dropped);
  hasGrad_.store(false, std::memory_order_seq_cst);
}

bool AutogradMeta::leadsOn(const Tensor& gradient) noexcept {
  if (gradient.impl()->viewBase) return true;
  AutogradMeta* meta = metaOf(gradient);
  if (!meta) return false;
  std::lock_guard guard(meta->lock);
  return meta->gradFn || meta->grad.defined();
}

AutogradMeta& ensureMeta(const Tensor& t) {
  if (AutogradMeta* meta = metaOf(t)) return *meta;
  return static_cast<AutogradMeta&>(*t.impl()->attachMeta(std::make_unique<AutogradMeta>(t.impl())));
}

bool isWantedLeaf(const Tensor& t) {
  const AutogradMeta* meta = metaOf(t);
  if (!meta || !meta->requiresGrad.load(std::memory_order_acquire)) return false;
  std::lock_guard lock(meta->lock);
  return !meta->gradFn;
}

void refreshView(const Tensor& view) {
  TensorImpl* impl = view.impl();
  Tensor base(impl->viewBase);
  uint32_t version = view.version();
  if (!isWantedLeaf(view) && needsGrad(base) && historyOf(base).node) {
    const char* unknown =
        impl->viewKind == TensorImpl::ViewKind::OfFunction
            ? "backward: the result of a Function shares memory with a tensor that was written in place since; its "
              "backward does not know of that. Return a clone() from forward, or write to a clone()"
            : whyNoRegion(base);
    setHistory(view,
               unknown ? makeUnknown(view, gradientEdge(base), unknown)
                       : makeViewNode(view, gradientEdge(base), base.sizes(), regionIn(base, view)),
               0);
  }
  impl->viewVersion.store(version, std::memory_order_relaxed);
}

History historyOf(const Tensor& t) {
  if (!needsGrad(t)) return {};
  AutogradMeta* meta = metaOf(t);
  std::lock_guard lock(meta->lock);
  return {meta->gradFn, meta->outputNr};
}

Edge gradientEdge(const Tensor& t) {
  if (!needsGrad(t)) return {};
  AutogradMeta* meta = metaOf(t);
  {
    std::lock_guard lock(meta->lock);
    if (meta->gradFn) return {meta->gradFn, meta->outputNr};
  }
  return {meta->accumulator(t), 0};
}

void setHistory(const Tensor& t, Ref<Node> node, uint32_t output) {
  AutogradMeta& meta = ensureMeta(t);
  bool retains;
  {
    std::lock_guard lock(meta.lock);
    retains = meta.retainsGrad;
  }
  if (retains) node->retainFor(output, t.impl());  // the last that may throw
  Ref<Node> old;
  {
    std::lock_guard lock(meta.lock);
    old = std::exchange(meta.gradFn, std::move(node));
    meta.outputNr = output;
    meta.requiresGrad.store(true, std::memory_order_release);
  }
  if (retains && old) old->forget(t.impl());
}

}  // namespace retrograd
