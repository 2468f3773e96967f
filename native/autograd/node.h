#pragma once

#include <memory>

#include "autograd/hook.h"
#include "core/spinlock.h"
#include "core/stream.h"
#include "core/tensor.h"

namespace retrograd {

class Node;

/// Of the calling thread's next node: see Node::sequence.
inline thread_local constinit uint64_t nextSequence = 0;

/// Where a gradient goes: input number `input` of `node`. A null node means that nobody needs it.
struct Edge {
  Ref<Node> node;
  uint32_t input = 0;
};

/// Gradients of a node's outputs (coming in) or inputs (going out); undefined entries are zero.
using GradList = SmallVec<Tensor, 2>;

/// What a node expects of an incoming gradient; the engine brings gradients into this form, on the stream of the
/// forward.
struct GradSpec {
  Dims sizes;
  DType dtype;
  Device device;
  uint8_t stream = 0;

  Stream forward() const noexcept { return {device, stream}; }
};

/// One recorded operation: a function from the gradients of its outputs to those of its inputs.
class RETROGRAD_API Node : public RefCounted {
 public:
  static constexpr Kind kKind = Kind::Node;

  Node() : RefCounted(kKind), sequence_(nextSequence++) {}

  /// PyTorch's name for the node: "MulBackward0".
  virtual const char* name() const noexcept = 0;
  /// Gradients of the inputs. Bit i of `needed` says whether that of edge i is wanted (edges past 63 always are).
  /// Throws AutogradError where what it saved is gone.
  virtual GradList apply(GradList&& gradients, uint64_t needed) = 0;
  /// The history of `result`, this node's own output number `output`, where it is unpacked to differentiate on.
  virtual Edge historyOfResult(const Tensor& result, uint32_t output) {
    (void)result;
    return {Ref<Node>::share(this), output};
  }
  /// Lets go of everything saved; returns whether there was anything, so that the node cannot run again. Idempotent;
  /// safe while another thread applies the node.
  virtual bool releaseSaved() noexcept { return false; }
  /// Whether applying it runs code of the program's, whose objects may hold tensors in turn.
  virtual bool callsOut() const noexcept { return false; }
  /// The leaf that this node accumulates into; undefined for all other nodes.
  virtual Tensor leaf() const { return {}; }

  /// Order of creation on its thread; leaves come last of all so that they run as soon as they are ready.
  uint64_t sequence() const noexcept { return sequence_; }

  const SmallVec<Edge, 2>& edges() const noexcept { return edges_; }
  const SmallVec<GradSpec, 1>& outputs() const noexcept { return outputs_; }
  void addEdge(Edge edge) { edges_.push_back(std::move(edge)); }
  /// Makes `output` (a result of the operation, computed on the calling thread's stream) the node's next output;
  /// returns its number.
  uint32_t addOutput(const Tensor& output);

  /// Gradient hooks of the outputs, under the node's lock.
  int64_t addHook(uint32_t output, std::unique_ptr<TensorHook> hook);
  bool removeHook(int64_t id) noexcept;
  /// Throws AutogradError where hooks were dropped.
  std::vector<std::shared_ptr<TensorHook>> hooksOf(uint32_t output) const;
  /// Lets go of the hooks of a node that cannot run again: they may refer to the graph that they hang on.
  void dropHooks() noexcept;

  /// The tensor whose `.grad` gets the gradient of an output (Tensor::retainGrad), held weakly.
  void retainFor(uint32_t output, TensorImpl* tensor);
  void forget(const TensorImpl* tensor) noexcept;
  Tensor retained(uint32_t output) const;
  bool hasExtras() const noexcept { return hasExtras_.load(std::memory_order_acquire); }

  static constexpr uint64_t kLeafSequence = UINT64_MAX;

 protected:
  explicit Node(uint64_t sequence) : RefCounted(kKind), sequence_(sequence) {}
  /// Makes `output` the only one.
  void setOutput(const Tensor& output) {
    outputs_.clear();
    addOutput(output);
  }
  mutable SpinLock lock_;
  bool released_ = false;  // what was saved is gone; under the lock

 private:
  struct Extras : Booked {
    HookList hooks;
    bool dropped = false;
    std::vector<std::pair<uint32_t, TensorImpl*>> retained;
  };
  uint64_t sequence_;
  SmallVec<Edge, 2> edges_;
  SmallVec<GradSpec, 1> outputs_;
  std::atomic<bool> hasExtras_{false};
  std::unique_ptr<Extras> extras_;
  Extras& extras();
};

}  // namespace retrograd
