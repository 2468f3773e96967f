#include "autograd/meta.h"

#include <mutex>

#include "autograd/record.h"

namespace retrograd {

AccumulateGrad::AccumulateGrad(Tensor leaf) : Node(kLeafSequence), leaf_(std::move(leaf)) { addOutput(leaf_); }

AccumulateGrad::~AccumulateGrad() {
  AutogradMeta* meta = metaOf(leaf_);
  std::lock_guard lock(meta->lock);
  if (meta->accumulator == this) meta->accumulator = nullptr;
}

AutogradMeta::~AutogradMeta() {
  if (retainsGrad && gradFn) gradFn->forget(owner_);
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
  if (!isWantedLeaf(view) && needsGrad(base) && historyOf(base).node) setHistory(view, makeViewNode(base, view), 0);
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
    if (meta->accumulator && meta->accumulator->tryRetain()) return {Ref<Node>::adopt(meta->accumulator), 0};
  }
  // Allocated outside the lock; where two threads meet here the later one's node serves as well, since a leaf's
  // accumulators all lead to the same `.grad`.
  auto fresh = makeRef<AccumulateGrad>(t);
  std::lock_guard lock(meta->lock);
  if (meta->accumulator && meta->accumulator->tryRetain()) return {Ref<Node>::adopt(meta->accumulator), 0};
  meta->accumulator = fresh.get();
  return {std::move(fresh), 0};
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
