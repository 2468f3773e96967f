#pragma once

#include <algorithm>
#include <array>
#include <mutex>
#include <tuple>

#include "autograd/saved_tensor.h"
#include "core/error.h"

namespace retrograd {

// Note "Views and in-place writes".
// A view made by an operation knows its base. A write through the view replaces the base's history by a CopySlices node
// (the base's old history everywhere but in the view's region, the write inside it). A write to the base, or through
// another view, raises the shared storage's version; a view whose own version lags asks its base for a fresh history
// when next asked for one. Both live here and in ops/inplace.cpp; operations only say what they wrote.

/// The derivative of an operation with respect to one input: `formula(gradient, saved...)` gives that input's gradient
/// in any shape that broadcasting explains. What it saves is kept only where the input needs a gradient.
template <class F, size_t N>
struct Wrt {
  const Tensor* input;
  F formula;
  std::array<const Tensor*, N> saved;
};

template <class F, class... S>
Wrt<F, sizeof...(S)> wrt(const Tensor& input, F formula, const S&... saved) {
  return {&input, std::move(formula), {&saved...}};
}

/// Text of the error for a second backward through what the first one released: `what`.
std::string releasedText(const char* node, const char* what = "the values that it saved");

/// The node of an operation with one result, made of one formula per input.
template <class... W>
class RecordedNode;

template <class... F, size_t... N>
class RecordedNode<Wrt<F, N>...> final : public Node {
 public:
  RecordedNode(const char* name, const Tensor& output, const Wrt<F, N>&... parts)
      : name_(name), parts_(keep(parts, output)...) {
    (addEdge(gradientEdge(*parts.input)), ...);
    addOutput(output);
  }

  const char* name() const noexcept override { return name_; }

  GradList apply(GradList&& gradients, uint64_t needed) override {
    GradList results(sizeof...(F));
    [&]<size_t... I>(std::index_sequence<I...>) { (run<I>(gradients[0], needed, results), ...); }
    (std::index_sequence_for<F...>{});
    return results;
  }

  bool releaseSaved() noexcept override {
    if constexpr ((N + ... + 0) == 0) return false;
    std::tuple<Part<F, N>...> dropped = take();
    return std::apply([](const auto&... part) { return (holds(part.saved) || ...); }, dropped);
  }

 private:
  template <class G, size_t M>
  struct Part {
    G formula;
    std::array<SavedTensor, M> saved;
  };

  template <class G, size_t M>
  static Part<G, M> keep(const Wrt<G, M>& part, const Tensor& output) {
    Part<G, M> kept{part.formula, {}};
    if (needsGrad(*part.input))
      for (size_t i = 0; i < M; ++i) kept.saved[i] = SavedTensor(*part.saved[i], output);
    return kept;
  }

  template <size_t M>
  static bool holds(const std::array<SavedTensor, M>& saved) {
    return std::any_of(saved.begin(), saved.end(), [](const SavedTensor& s) { return s.defined(); });
  }

  template <size_t I>
  void run(const Tensor& gradient, uint64_t needed, GradList& results) {
    if (!edges()[I].node || !(needed >> I & 1)) return;
    auto& part = std::get<I>(parts_);
    constexpr size_t M = std::tuple_size_v<decltype(part.saved)>;
    std::array<Tensor, M> saved;
    if constexpr (M > 0) {
      std::lock_guard lock(lock_);
      if (released_) fail<AutogradError>(releasedText(name_));
      for (size_t i = 0; i < M; ++i) saved[i] = part.saved[i].unpack(*this);
    }
    results[I] = std::apply([&](const auto&... s) { return part.formula(gradient, s...); }, saved);
  }

  // Moves the saved tensors out under the lock, so that they die after it.
  std::tuple<Part<F, N>...> take() noexcept {
    std::lock_guard lock(lock_);
    released_ = true;
    return [&]<size_t... I>(std::index_sequence<I...>) {
      return std::tuple<Part<F, N>...>{
          Part<F, N>{std::get<I>(parts_).formula, std::move(std::get<I>(parts_).saved)}...};
    }
    (std::index_sequence_for<F...>{});
  }

  const char* name_;
  bool released_ = false;
  std::tuple<Part<F, N>...> parts_;
};

/// Whether an operation on these tensors must be recorded.
template <class... T>
bool shouldRecord(const T&... inputs) {
  return modes.grad && (needsGrad(inputs) || ...);
}

/// Gives a new result, or one written in place, its history.
void attach(const Tensor& output, Ref<Node> node, bool inPlace);

/// Records an operation where an input requires grad, and returns its result. A result that is the first part's input
/// was written in place: its formula then stands for the value before the write.
template <class... F, size_t... N>
Tensor record(const char* name, const Tensor& output, const Wrt<F, N>&... parts) {
  if (!isFloating(output.dtype()) || !shouldRecord(*parts.input...)) return output;
  bool inPlace = output.is(*std::get<0>(std::tie(parts...)).input);
  attach(output, makeRef<RecordedNode<Wrt<F, N>...>>(name, output, parts...), inPlace);
  return output;
}

/// Checks that `self` may be written in place now, by the operation called `op` with an underscore. Throws
/// AutogradError (a leaf that requires grad, one of several views, an inference tensor) or ShapeError (elements that
/// share memory, unless `shared` allows them).
void checkWritable(const char* op, const Tensor& self, bool shared = false);

// ---- defined in ops/, where the operations are that they need ----

/// A node that reads `view` out of `base` (AsStridedBackward0).
Ref<Node> makeViewNode(const Tensor& base, const Tensor& view);
/// A node for `base` after `write` (whose first edge stands for the view) was done to its view.
Ref<Node> makeCopySlices(const Tensor& base, const Tensor& view, Ref<Node> write);

}  // namespace retrograd
