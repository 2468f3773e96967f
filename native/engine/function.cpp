// Functions written by the user.

#include <mutex>

#include "autograd/record.h"
#include "engine/engine.h"
#include "ops/ops.h"
#include "ops/strided.h"

namespace retrograd {

namespace {

/// Whose gradients cannot be differentiated.
class OnceNode final : public Node {
 public:
  explicit OnceNode(std::string function) : function_(std::move(function)) {}
  const char* name() const noexcept override { return "OnceDifferentiable"; }
  GradList apply(GradList&&, uint64_t) override {
    fail<AutogradError>("backward: ", function_, " is differentiable only once (Context.onceDifferentiable)");
  }

 private:
  std::string function_;
};

class FunctionNode final : public Node {
 public:
  FunctionNode(std::string name, std::unique_ptr<CustomBackward> backward, bool materialize, bool once)
      : name_(std::move(name)), backward_(std::move(backward)), materialize_(materialize), once_(once) {}

  const char* name() const noexcept override { return name_.c_str(); }
  bool callsOut() const noexcept override { return true; }

  void save(const std::vector<Tensor>& tensors, const std::vector<Tensor>& results) {
    std::vector<SavedTensor> saved;
    for (const Tensor& t : tensors) {
      uint32_t number = 0;
      while (number < results.size() && !results[number].is(t)) ++number;
      saved.push_back(number < results.size() ? SavedTensor(t, number) : SavedTensor(t));
    }
    saved_ = std::make_shared<const std::vector<SavedTensor>>(std::move(saved));
  }

  GradList apply(GradList&& gradients, uint64_t) override {
    std::vector<Tensor> in(gradients.begin(), gradients.end()), saved;
    std::shared_ptr<CustomBackward> backward;
    std::shared_ptr<const std::vector<SavedTensor>> kept;
    {
      std::lock_guard lock(lock_);
      backward = backward_;
      kept = saved_;
    }
    if (!backward) fail<AutogradError>(releasedText(name_.c_str(), "its Function object and the values that it saved"));
    for (const SavedTensor& s : *kept) saved.push_back(SavedTensor::Parts(s.parts()).unpack(*this));
    if (materialize_)
      for (size_t i = 0; i < in.size(); ++i)
        if (!in[i].defined()) in[i] = full(outputs()[i].sizes, 0, outputs()[i].dtype, outputs()[i].device);
    bool records = modes.grad;
    std::vector<Tensor> out;
    {
      GradModeGuard mode(records && !once_);
      out = backward->backward(in, saved);
    }
    if (out.size() != edges().size())
      fail<AutogradError>(name_, ": backward returned ", out.size(), " gradients for ", edges().size(), " inputs");
    for (size_t i = 0; i < out.size(); ++i) {
      const Edge& e = edges()[i];
      if (!e.node || !out[i].defined()) continue;
      if (DType wanted = e.node->outputs()[e.input].dtype; out[i].dtype() != wanted)
        fail<DTypeError>(name_, ": backward returned a ", retrograd::name(out[i].dtype()), " gradient for input ", i,
                         ", which is ", retrograd::name(wanted), "; convert it with to(dtype)");
    }
    if (once_ && records) forbidSecond(in, out);
    return GradList(out.begin(), out.end());
  }

  bool releaseSaved() noexcept override {
    std::shared_ptr<const std::vector<SavedTensor>> saved;  // both die after the lock
    std::shared_ptr<CustomBackward> backward;
    std::lock_guard lock(lock_);
    saved.swap(saved_);
    backward.swap(backward_);
    return static_cast<bool>(backward);
  }

 private:
  /// A second derivative through the results of a backward that is differentiable once raises, whatever it is taken by.
  void forbidSecond(const std::vector<Tensor>& in, std::vector<Tensor>& out) {
    auto node = makeRef<OnceNode>(name_);
    for (const Edge& e : edges()) node->addEdge(e);
    for (const Tensor& g : in) node->addEdge(gradientEdge(g));
    for (Tensor& g : out) {
      if (!g.defined() || !isFloating(g.dtype())) continue;
      g = detach(g);
      const uint32_t number = node->addOutput(g);
      setHistory(g, node, number);
    }
  }

  std::string name_;
  std::shared_ptr<CustomBackward> backward_;
  std::shared_ptr<const std::vector<SavedTensor>> saved_;
  bool materialize_, once_;
};

/// Whose memory result `i` shares: an input's, an earlier result's, or that of a tensor from elsewhere, which it is
/// itself or looks into. Undefined where it shares none.
Tensor ownerOf(size_t i, const std::vector<Tensor>& results, const std::vector<Tensor>& inputs) {
  const Tensor& result = results[i];
  auto shares = [&](const Tensor& t) { return t.defined() && t.layout().storage == result.layout().storage; };
  for (const Tensor& t : inputs)
    if (shares(t) && needsGrad(t)) return t;
  for (const Tensor& t : inputs)
    if (shares(t)) return t;
  for (size_t k = 0; k < i; ++k)
    if (shares(results[k])) return results[k];
  return needsGrad(result) || result.impl()->viewBase ? result : Tensor();
}

}  // namespace

std::vector<Tensor> attachFunction(const std::string& name, const std::vector<Tensor>& inputs,
                                   const std::vector<Tensor>& outputs, const std::vector<Tensor>& saved,
                                   std::unique_ptr<CustomBackward> backward, bool materialize, bool once) {
  bool any = false;
  for (const Tensor& t : inputs) any |= needsGrad(t);
  if (!any || !modes.grad) return outputs;
  auto node = makeRef<FunctionNode>(name, std::move(backward), materialize, once);
  for (const Tensor& t : inputs) node->addEdge(gradientEdge(t));
  std::vector<Tensor> results = outputs;
  for (size_t i = 0; i < results.size(); ++i) {
    Tensor& r = results[i];
    if (!r.defined()) throw std::invalid_argument(name + ": forward returned null");
    node->addOutput(r);
    if (!isFloating(r.dtype())) continue;
    // A tensor that is known already (an input handed through, a view of one, the same result twice) stays what it is;
    // the function's result is a view of it.
    if (const Tensor owner = ownerOf(i, results, inputs); owner.defined()) {
      r = viewRaw(owner, {r.sizes(), r.strides(), r.offset() - owner.offset()});
      r.impl()->viewKind = TensorImpl::ViewKind::OfFunction;
    }
    ensureMeta(r);
  }
  std::vector<Tensor> kept = saved;
  for (Tensor& k : kept)
    for (size_t i = 0; i < outputs.size(); ++i)
      if (k.is(outputs[i]) && isFloating(k.dtype())) k = results[i];
  node->save(kept, results);
  // Only now, when nothing throws any more: no output is left with half a node.
  for (size_t i = 0; i < results.size(); ++i)
    if (isFloating(results[i].dtype())) setHistory(results[i], node, static_cast<uint32_t>(i));
  return results;
}

}  // namespace retrograd
