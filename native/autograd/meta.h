#pragma once

#include "autograd/node.h"
#include "core/modes.h"

namespace retrograd {

class AutogradMeta;

/// The end of the graph at a leaf: the engine adds what arrives here to the leaf's `.grad`. While there are references
/// to it, it has one to the leaf; without, the leaf keeps it for the next graph.
class AccumulateGrad final : public Node {
 public:
  explicit AccumulateGrad(const Tensor& leaf) : Node(kLeafSequence) { attach(leaf); }
  const char* name() const noexcept override { return "AccumulateGrad"; }
  GradList apply(GradList&&, uint64_t) override { return {}; }
  Tensor leaf() const override { return leaf_; }

 private:
  friend AutogradMeta;
  void attach(const Tensor& leaf);
  bool setAside() noexcept override;

  Tensor leaf_;
};

/// Autograd's part of a tensor. Everything but `requiresGrad` is read and written under `lock`.
///
/// A gradient that was made with a graph reaches, through that graph, the leaf that holds it: a cycle, which reference
/// counts never free. So a tensor that Java has no more lets go of such a gradient, whichever comes last: the loss of
/// its last handle, or the gradient. A tensor that never had a handle, as in a program without a JVM, keeps it.
class AutogradMeta final : public TensorMeta {
 public:
  explicit AutogradMeta(TensorImpl* owner) : owner_(owner) {}
  ~AutogradMeta() override;

  /// Puts a gradient, or none, in place of the present one.
  void setGrad(Tensor next) noexcept;
  /// The accumulator of the tensor, a leaf.
  Ref<Node> accumulator(const Tensor& self);
  /// Lets go of a gradient that may lead back here, unless the tensor has a handle.
  void lostHandles() noexcept override;

  mutable SpinLock lock;
  std::atomic<bool> requiresGrad{false};
  bool retainsGrad = false;
  uint32_t outputNr = 0;
  Ref<Node> gradFn;
  Tensor grad;     // written by setGrad and lostHandles alone
  HookList hooks;  // of a leaf; those of other tensors live at their gradFn
  HookList postAccumulate;

 private:
  /// Whether a gradient holds more tensors than itself.
  static bool leadsOn(const Tensor& gradient) noexcept;

  friend AccumulateGrad;

  std::atomic<bool> hasGrad_{false};
  TensorImpl* owner_;
  AccumulateGrad* accumulator_ = nullptr;  // the one in use: weak
  AccumulateGrad* spare_ = nullptr;        // one that nothing refers to: owned
};

/// Null where autograd has not touched the tensor yet.
inline AutogradMeta* metaOf(const Tensor& t) { return static_cast<AutogradMeta*>(t.impl()->meta()); }
AutogradMeta& ensureMeta(const Tensor& t);

/// Brings a stale view's gradFn up to date with its base (see the note "Views and in-place writes" in record.h).
void refreshView(const Tensor& view);

/// Whether results computed from `t` should carry the graph. False for an undefined tensor.
inline bool needsGrad(const Tensor& t) {
  if (!t.defined()) return false;
  TensorImpl* impl = t.impl();
  if (impl->viewBase && impl->viewVersion.load(std::memory_order_relaxed) != t.version()) refreshView(t);
  const auto* meta = static_cast<const AutogradMeta*>(impl->meta());
  return meta && meta->requiresGrad.load(std::memory_order_acquire);
}

struct History {
  Ref<Node> node;
  uint32_t output = 0;
};

/// Whether `t` is a leaf that gradients are wanted for.
bool isWantedLeaf(const Tensor& t);

/// The node that made `t` and the number of `t` among its outputs; null for a leaf.
History historyOf(const Tensor& t);
/// Where the gradient of `t` goes: its gradFn, or a leaf's AccumulateGrad; null where it needs none.
Edge gradientEdge(const Tensor& t);
/// Replaces the history of `t` (and moves its retained gradient along).
void setHistory(const Tensor& t, Ref<Node> node, uint32_t output);

}  // namespace retrograd
