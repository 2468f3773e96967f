#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

#include "core/error.h"
#include "core/host.h"
#include "engine/accumulate.h"
#include "engine/engine.h"
#include "engine/node_map.h"
#include "ops/ops.h"

namespace retrograd {

namespace {

constexpr int kMaxDepth = 128;  // backward passes inside one another, through hooks and custom functions
thread_local constinit int depth = 0;

/// Where a caller of grad() wants the gradient of an input.
struct Capture {
  uint32_t input;    // of the node
  size_t result;     // number among the caller's inputs
  bool accumulates;  // into the tensor's `.grad` (backward with inputs) instead
  Tensor tensor;
};

struct State {
  Node* node;
  uint32_t pending = 0;  // incoming edges not yet served
  bool needed = true;    // a wanted input lies at or behind this node
  GradList gradients;
  SmallVec<Capture, 1> captures;
};

/// One backward pass: counts dependencies, then runs ready nodes, newest first. Nothing here recurses.
class Pass {
 public:
  Pass(bool retainGraph, size_t results) : retainGraph_(retainGraph), results(results) {}

  void addRoot(const Edge& edge, Tensor gradient) {
    roots_.push_back(edge.node);
    deliver(discover(edge.node.get()), edge.input, std::move(gradient));
  }

  /// Follows every edge from the roots.
  void explore() {
    for (size_t i = 0; i < states_.size(); ++i)
      for (const Edge& e : states_[i].node->edges())
        if (e.node) ++discover(e.node.get()).pending;
  }

  /// Asks for the gradient of an input, where the roots depend on it.
  void capture(const Edge& edge, Capture capture) {
    std::optional<uint32_t> number = numbers_.look(edge.node.get());
    if (number) states_[*number].captures.push_back(std::move(capture));
  }

  /// Limits the pass to nodes from which a captured one can be reached.
  void prune() {
    std::vector<uint32_t> order, left(states_.size());
    for (uint32_t i = 0; i < states_.size(); ++i)
      if ((left[i] = states_[i].pending) == 0) order.push_back(i);
    for (size_t i = 0; i < order.size(); ++i)
      forEachNext(order[i], [&](uint32_t next, size_t) {
        if (--left[next] == 0) order.push_back(next);
      });
    for (size_t i = order.size(); i-- > 0;) {
      State& s = states_[order[i]];
      s.needed = !s.captures.empty() || neededEdges(order[i]) != 0;
    }
    pruned_ = true;
  }

  void run() {
    for (uint32_t i = 0; i < states_.size(); ++i)
      if (states_[i].pending == 0 && states_[i].needed) push(i);
    while (!ready_.empty()) {
      std::pop_heap(ready_.begin(), ready_.end());
      uint32_t number = ready_.back().number;
      ready_.pop_back();
      step(number);
    }
    for (Stream done : written_) wait(currentStream(done.device), done);
  }

  /// A gradient that was stored with its graph goes with the leaf's last handle (autograd/meta.h). Not where an object
  /// of the program's in that graph has the leaf's handle: who can know what it holds?
  void warnOfCycles() const {
    static std::atomic_flag warned;
    if (!calledOut_ || !storedGraph_ || warned.test_and_set()) return;
    host.warn(
        "backward(createGraph) stored a gradient whose graph has a hook or a custom function: should that refer to a "
        "tensor of the graph, neither is freed outside of scopes. Use Autograd.grad with createGraph, which stores "
        "nothing, or call setGrad(null) when done");
  }

 private:
  struct Ready {
    uint64_t sequence;
    uint32_t number;
    bool operator<(const Ready& o) const { return sequence < o.sequence; }
  };

  bool retainGraph_;
  bool pruned_ = false;
  bool calledOut_ = false, storedGraph_ = false;
  NodeMap numbers_;
  std::vector<State> states_;
  std::vector<Ready> ready_;
  std::vector<Ref<Node>> roots_;
  const std::array<uint8_t, kMaxDevices> callers_ = currentStreams;
  SmallVec<Stream, 2> written_;  // other streams than the caller's, on which results were computed

 public:
  std::vector<Tensor> results;

 private:
  State& discover(Node* node) {
    uint32_t number = numbers_.number(node);
    if (number == states_.size()) states_.push_back({node, 0, true, {}, {}});
    return states_[number];
  }

  template <class F>
  void forEachNext(uint32_t number, F f) {
    const auto& edges = states_[number].node->edges();
    for (size_t i = 0; i < edges.size(); ++i)
      if (edges[i].node) {
        f(*numbers_.look(edges[i].node.get()), i);
      }
  }

  uint64_t neededEdges(uint32_t number) {
    uint64_t mask = 0;
    forEachNext(number, [&](uint32_t next, size_t i) {
      if (states_[next].needed) mask |= uint64_t{1} << std::min<size_t>(i, 63);
    });
    return mask;
  }

  void push(uint32_t number) {
    ready_.push_back({states_[number].node->sequence(), number});
    std::push_heap(ready_.begin(), ready_.end());
  }

  /// Hands a gradient, computed on the current stream, to a node: onto the stream of its forward.
  void deliver(State& s, uint32_t input, Tensor gradient) {
    const Stream to = s.node->outputs()[input].forward(), from = currentStream(to.device);
    std::optional<StreamsGuard> there;
    if (from != to) {
      wait(to, from);
      gradient.storage().recordUse(to);
      there.emplace(to);
    }
    if (s.gradients.size() < s.node->outputs().size()) s.gradients.resize(s.node->outputs().size());
    s.gradients[input] = addGradients(std::move(s.gradients[input]), gradient);
  }

  /// A result of the pass, computed on the current stream, will be used on the caller's when the pass is over.
  void giveToCaller(const Tensor& t) {
    const Device device = t.device();
    const Stream here = currentStream(device);
    const Stream caller{device, device.isCpu() ? uint8_t{0} : callers_[static_cast<size_t>(device.index)]};
    if (here == caller) return;
    t.storage().recordUse(caller);
    if (std::find(written_.begin(), written_.end(), here) == written_.end()) written_.push_back(here);
  }

  void accumulateFor(const Tensor& leaf, Tensor gradient) {
    storedGraph_ |= modes.grad && needsGrad(gradient);
    accumulate(leaf, std::move(gradient));
    if (leaf.device().isCpu()) return;
    Tensor sum = gradOf(leaf);  // which another thread may have taken away
    if (sum.defined()) giveToCaller(sum);
  }

  void step(uint32_t number) {
    // Hooks and custom functions may run passes of their own; none touches this one's states.
    Node* node = states_[number].node;
    GradList gradients = std::move(states_[number].gradients);
    gradients.resize(node->outputs().size());
    Tensor leaf = node->leaf();
    std::optional<StreamsGuard> forward;
    for (const GradSpec& spec : node->outputs()) {
      if (spec.device.isCpu()) continue;
      if (!forward) forward.emplace();
      setCurrentStream(spec.forward());
    }
    applyHooks(*node, leaf, gradients);
    for (Capture& c : states_[number].captures) {
      const Tensor& g = gradients[c.input];
      if (c.accumulates && g.defined()) accumulateFor(c.tensor, g);
      if (!c.accumulates) results[c.result] = g;
      if (!c.accumulates && g.defined()) giveToCaller(g);
      if (c.accumulates && leaf.defined()) notify(leaf);
      if (c.accumulates) letGo(c.tensor);
    }
    if (leaf.defined()) {
      if (!pruned_ && gradients[0].defined()) {
        accumulateFor(leaf, std::move(gradients[0]));
        notify(leaf);
        letGo(leaf);
      }
      return;
    }
    uint64_t needed = pruned_ ? neededEdges(number) : ~uint64_t{0};
    if (needed == 0) return;
    bool any = std::any_of(gradients.begin(), gradients.end(), [](const Tensor& g) { return g.defined(); });
    calledOut_ |= node->callsOut();
    GradList out = any ? node->apply(std::move(gradients), needed) : GradList(node->edges().size());
    if (!retainGraph_ && node->releaseSaved()) node->dropHooks();
    const auto& edges = node->edges();
    for (size_t i = 0; i < edges.size(); ++i) {
      if (!edges[i].node || !(needed >> std::min<size_t>(i, 63) & 1)) continue;
      uint32_t next = *numbers_.look(edges[i].node.get());
      State& target = states_[next];
      if (!target.needed) continue;
      if (out[i].defined())
        deliver(target, edges[i].input,
                conform(std::move(out[i]), edges[i].node->outputs()[edges[i].input], node->name()));
      if (--target.pending == 0) push(next);
    }
  }

  void applyHooks(Node& node, const Tensor& leaf, GradList& gradients) {
    AutogradMeta* meta = leaf.defined() ? metaOf(leaf) : nullptr;
    if (!meta && !node.hasExtras()) return;
    for (uint32_t i = 0; i < gradients.size(); ++i) {
      if (!gradients[i].defined()) continue;
      std::vector<std::shared_ptr<TensorHook>> hooks;
      if (meta) {
        std::lock_guard lock(meta->lock);
        if (!meta->hooks.empty()) hooks = meta->hooks.of(0);
      } else {
        hooks = node.hooksOf(i);
      }
      calledOut_ |= !hooks.empty();
      for (const auto& hook : hooks)
        if (Tensor changed = hook->call(gradients[i]); changed.defined()) {
          if (changed.sizes() != gradients[i].sizes())
            fail<ShapeError>("registerHook: the hook turned a gradient of shape ", toString(gradients[i].sizes()),
                             " into one of shape ", toString(changed.sizes()));
          if (changed.dtype() != gradients[i].dtype())
            fail<DTypeError>("registerHook: the hook turned a ", name(gradients[i].dtype()), " gradient into a ",
                             name(changed.dtype()), " one; convert it back with to(dtype)");
          gradients[i] = conform(changed, node.outputs()[i], node.name());
        }
      if (meta) continue;
      if (Tensor retained = node.retained(i); retained.defined()) {
        accumulateFor(retained, gradients[i]);
        letGo(retained);
      }
    }
  }

  /// A tensor that Java has no more may have got a gradient that leads back to it.
  static void letGo(const Tensor& t) {
    AutogradMeta* meta = metaOf(t);
    if (meta && t.impl()->isWithoutHandles()) meta->lostHandles();
  }

  static void notify(const Tensor& leaf) {
    AutogradMeta* meta = metaOf(leaf);
    std::vector<std::shared_ptr<TensorHook>> hooks;
    {
      std::lock_guard lock(meta->lock);
      if (!meta->postAccumulate.empty()) hooks = meta->postAccumulate.of(0);
    }
    for (const auto& hook : hooks) hook->call(leaf);
  }
};

struct DepthGuard {
  explicit DepthGuard(const char* op) {
    if (depth >= kMaxDepth)
      fail<AutogradError>(op, ": ", kMaxDepth,
                          " backward passes run inside one another (through hooks or custom functions)");
    ++depth;
  }
  ~DepthGuard() { --depth; }
};

/// The first gradient: what the caller gave, or 1 for a one-element root.
Tensor seed(const char* op, const Tensor& root, const Tensor& gradient) {
  if (!gradient.defined()) {
    if (root.numel() != 1)
      fail<AutogradError>(op, ": a gradient can be left out only for a tensor of one element, not for shape ",
                          toString(root.sizes()), "; pass one of that shape, for example onesLike(y)");
    return full(root.sizes(), 1, root.dtype(), root.device());
  }
  if (!isFloating(gradient.dtype()))
    fail<DTypeError>(op, ": a gradient must be a floating tensor, got ", name(gradient.dtype()));
  if (gradient.sizes() != root.sizes())
    fail<ShapeError>(op, ": the gradient has shape ", toString(gradient.sizes()), ", the tensor ",
                     toString(root.sizes()));
  return conform(gradient, {root.sizes(), root.dtype(), root.device()}, op);
}

void addRoots(const char* op, Pass& pass, const std::vector<Tensor>& roots, const std::vector<Tensor>& gradients) {
  if (!gradients.empty() && gradients.size() != roots.size())
    throw std::invalid_argument(std::string(op) + ": " + std::to_string(roots.size()) + " tensors, but " +
                                std::to_string(gradients.size()) + " gradients");
  for (size_t i = 0; i < roots.size(); ++i) {
    const Tensor& root = roots[i];
    if (!root.defined()) throw std::invalid_argument(std::string(op) + ": a tensor is null");
    Edge edge = gradientEdge(root);
    if (!edge.node)
      fail<AutogradError>(op, ": tensor ", i, " (", name(root.dtype()), " ", toString(root.sizes()),
                          ") does not require grad and has no gradFn, so there is nothing to differentiate; call "
                          "requiresGrad_(true) on the leaves before computing it");
    pass.addRoot(edge, seed(op, root, gradients.empty() ? Tensor() : gradients[i]));
  }
}

Edge wantedEdge(const char* op, const Tensor& input, size_t i) {
  if (!input.defined()) throw std::invalid_argument(std::string(op) + ": an input is null");
  Edge edge = gradientEdge(input);
  if (!edge.node)
    fail<AutogradError>(op, ": input ", i, " (", name(input.dtype()), " ", toString(input.sizes()),
                        ") does not require grad; call requiresGrad_(true) on it before computing the outputs");
  return edge;
}

}  // namespace

void backward(const std::vector<Tensor>& roots, const std::vector<Tensor>& gradients, bool retainGraph,
              bool createGraph, const std::vector<Tensor>& inputs) {
  DepthGuard nested("backward");
  GradModeGuard mode(createGraph);
  Pass pass(retainGraph || createGraph, 0);
  addRoots("backward", pass, roots, gradients);
  pass.explore();
  for (size_t i = 0; i < inputs.size(); ++i) {
    Edge edge = wantedEdge("backward", inputs[i], i);
    pass.capture(edge, {edge.input, i, true, inputs[i]});
  }
  if (!inputs.empty()) pass.prune();
  pass.run();
  pass.warnOfCycles();
}

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& gradients, bool retainGraph, bool createGraph, bool allowUnused) {
  if (inputs.empty()) throw std::invalid_argument("grad: there is no input to differentiate with respect to");
  DepthGuard nested("grad");
  GradModeGuard mode(createGraph);
  Pass pass(retainGraph || createGraph, inputs.size());
  addRoots("grad", pass, outputs, gradients);
  pass.explore();
  for (size_t i = 0; i < inputs.size(); ++i) {
    Edge edge = wantedEdge("grad", inputs[i], i);
    pass.capture(edge, {edge.input, i, false, {}});
  }
  pass.prune();
  pass.run();
  for (size_t i = 0; i < inputs.size() && !allowUnused; ++i)
    if (!pass.results[i].defined())
      fail<AutogradError>("grad: the outputs do not depend on input ", i, " (", name(inputs[i].dtype()), " ",
                          toString(inputs[i].sizes()), "); pass allowUnused to get null for it");
  return std::move(pass.results);
}

}  // namespace retrograd
