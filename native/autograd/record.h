#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>

#include "autograd/saved_tensor.h"
#include "core/error.h"

namespace retrograd {

// Note "Views and in-place writes".
// A view made by an operation knows its base. A write through the view gives the base a node with a region, named
// CopySlices: the base's old history everywhere but in the region, the write inside it. A write to the base, or through
// another view, raises the shared storage's version; a view whose own version lags asks its base for a fresh history
// when next asked for one.
//
// Who writes in place holds a `Write`. `record` takes the histories and versions of all operands, then lets the write
// raise the version, then saves results and gives the output its history. So an operand that shares memory with what
// was written keeps the history of the value that was read, and is found stale in backward if it was saved as it is.

/// The right to write into a tensor, without which nobody may: the check before, and the rise of the version after, at
/// the latest when it dies. Empty for an operation that makes a new tensor. It does not keep the tensor alive.
///
/// The check depends on the grad mode: whoever records the write takes the token outside of any NoGradGuard of its own.
class [[nodiscard]] Write {
 public:
  Write() noexcept = default;
  /// For the operation called `op` with an underscore. Throws AutogradError (a leaf that requires grad, one of several
  /// views, an inference tensor) or ShapeError (elements that share memory, unless `shared` allows them).
  Write(const char* op, const Tensor& self, bool shared = false);
  Write(Write&& o) noexcept : storage_(std::exchange(o.storage_, nullptr)) {}
  Write& operator=(Write&& o) noexcept {
    std::swap(storage_, o.storage_);
    return *this;
  }
  ~Write() { raiseVersion(); }

  void raiseVersion() noexcept {
    if (storage_) std::exchange(storage_, nullptr)->bumpVersion();
  }
  explicit operator bool() const noexcept { return storage_ != nullptr; }

 private:
  Storage* storage_ = nullptr;
};

/// Stands for the operation's own result, as it is after the write, among what a formula saves. The result of an
/// operation that is not in place may be named by itself as well.
struct ResultTag {};
inline constexpr ResultTag result{};

/// What a formula saves: an operand as it is before the write, or the result.
struct SaveItem {
  const Tensor* operand;  // null for the result
  SaveItem(const Tensor& t) : operand(&t) {}
  SaveItem(ResultTag) : operand(nullptr) {}
};

/// The derivative of an operation with respect to one input: `formula(gradient, saved...)` gives that input's gradient
/// in any shape that broadcasting explains. What it saves is kept only where the input needs a gradient.
template <class F, size_t N>
struct Wrt {
  const Tensor* input;
  F formula;
  std::array<SaveItem, N> saved;
};

template <class F, class... S>
Wrt<F, sizeof...(S)> wrt(const Tensor& input, F formula, const S&... saved) {
  return {&input, std::move(formula), {SaveItem(saved)...}};
}

/// Text of the error for a second backward through what the first one released: `what`.
std::string releasedText(const char* node, const char* what = "the values that it saved");

/// The node of an operation with one result; of all of the base, where a view of it was written in place.
class OperationNode : public Node {
 public:
  const char* name() const noexcept final { return region_ ? "CopySlices" : name_; }
  // Defined in ops/inplace.cpp, where the operations are that a region needs.
  GradList apply(GradList&& gradients, uint64_t needed) final;
  Edge historyOfResult(const Tensor& result, uint32_t output) final;

  /// The result of the operation is this region of output 0.
  void setRegion(Region region) { region_ = std::make_unique<Region>(std::move(region)); }

 protected:
  explicit OperationNode(const char* name) : name_(name) {}
  /// Gradients of the wanted inputs from that of the result.
  virtual GradList differentiate(const Tensor& gradient, uint64_t needed) = 0;

 private:
  const char* name_;
  std::unique_ptr<Region> region_;
};

/// The node of an operation made of one formula per input.
template <class... W>
class RecordedNode;

template <class... F, size_t... N>
class RecordedNode<Wrt<F, N>...> final : public OperationNode {
 public:
  /// Saves operands, and `output`, the result, unless it was written in place: then it is saved by `saveResult`, and
  /// `target`, the tensor or its base, stands for the first input.
  RecordedNode(const char* name, const Tensor& output, const Tensor* target, const Wrt<F, N>&... parts)
      : OperationNode(name), parts_(Part<F, N>{parts.formula, {}}...) {
    [&]<size_t... I>(std::index_sequence<I...>) {
      (addEdge(gradientEdge(I == 0 && target ? *target : *parts.input)), ...);
      (save<I>(parts, output, target != nullptr, false), ...);
    }
    (std::index_sequence_for<F...>{});
  }
  void saveResult(const Tensor& output, const Wrt<F, N>&... parts) {
    [&]<size_t... I>(std::index_sequence<I...>) { (save<I>(parts, output, true, true), ...); }
    (std::index_sequence_for<F...>{});
  }

  bool releaseSaved() noexcept override {
    if constexpr ((N + ... + 0) == 0) return false;
    std::tuple<std::array<SavedTensor, N>...> dropped = take();
    return std::apply([](const auto&... saved) { return (holds(saved) || ...); }, dropped);
  }

 private:
  template <class G, size_t M>
  struct Part {
    G formula;
    std::array<SavedTensor, M> saved;
  };

  GradList differentiate(const Tensor& gradient, uint64_t needed) override {
    GradList results(sizeof...(F));
    [&]<size_t... I>(std::index_sequence<I...>) { (run<I>(gradient, needed, results), ...); }
    (std::index_sequence_for<F...>{});
    return results;
  }

  // In place, the operands come first and the result later; else all at once.
  template <size_t I, class G, size_t M>
  void save(const Wrt<G, M>& part, const Tensor& output, bool inPlace, bool later) {
    if (!edges()[I].node) return;
    for (size_t i = 0; i < M; ++i) {
      const Tensor* operand = part.saved[i].operand;
      bool isResult = !operand || (!inPlace && operand->is(output));
      if (later != (inPlace && isResult)) continue;
      std::get<I>(parts_).saved[i] = isResult ? SavedTensor(output, 0) : SavedTensor(*operand);
    }
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
      std::array<SavedTensor::Parts, M> parts;
      bool released;
      for (size_t room = Dims::kInline, rank = 0;; room = rank) {  // under the lock, memory is not asked for
        for (SavedTensor::Parts& p : parts) p.layout.sizes.reserve(room), p.layout.strides.reserve(room);
        std::lock_guard lock(lock_);
        released = released_;
        for (const SavedTensor& s : part.saved) rank = std::max(rank, s.parts().layout.sizes.size());
        if (rank > room) continue;
        for (size_t i = 0; i < M; ++i) parts[i] = part.saved[i].parts();
        break;
      }
      if (released) fail<AutogradError>(releasedText(name()));
      for (size_t i = 0; i < M; ++i) saved[i] = std::move(parts[i]).unpack(*this);
    }
    results[I] = std::apply([&](const auto&... s) { return part.formula(gradient, s...); }, saved);
  }

  // Moves the saved tensors out under the lock, so that they die after it.
  std::tuple<std::array<SavedTensor, N>...> take() noexcept {
    std::lock_guard lock(lock_);
    released_ = true;
    return std::apply([](auto&... part) { return std::tuple<std::array<SavedTensor, N>...>(std::move(part.saved)...); },
                      parts_);
  }

  std::tuple<Part<F, N>...> parts_;
};

/// Whether an operation on these tensors must be recorded.
template <class... T>
bool shouldRecord(const T&... inputs) {
  return modes.grad && (needsGrad(inputs) || ...);
}

/// A node between `output` and its `history` for which there is no derivative: backward through it raises `why`, a
/// literal; the values stay usable.
Ref<Node> makeUnknown(const Tensor& output, Edge history, const char* why);
/// Why views of `base` have no region in it: text of the error, a literal; null where they have one.
const char* whyNoRegion(const Tensor& base) noexcept;
/// Where a view lies in its base, which is dense.
Region regionIn(const Tensor& base, const Tensor& view);
/// Gives `base` and `output`, which was written in place and is it or a view of it, their new history.
void attachWritten(const Tensor& base, const Tensor& output, Ref<OperationNode> node);

/// Records an operation where an input requires grad, and returns its result. With a `write`, the result is the first
/// part's input, written in place: its formula then stands for the value before, which what it saves must not be.
template <class... F, size_t... N>
Tensor record(const char* name, const Tensor& output, Write write, const Wrt<F, N>&... parts) {
  using Recorded = RecordedNode<Wrt<F, N>...>;
  if (!isFloating(output.dtype()) || !shouldRecord(*parts.input...)) return output;
  if (!write) {
    auto node = makeRef<Recorded>(name, output, nullptr, parts...);
    node->addOutput(output);
    setHistory(output, std::move(node), 0);
    return output;
  }
  const Tensor viewed(output.impl()->viewBase);
  const Tensor& base = viewed.defined() ? viewed : output;
  auto node = makeRef<Recorded>(name, output, &base, parts...);
  write.raiseVersion();
  node->saveResult(output, parts...);
  attachWritten(base, output, std::move(node));
  return output;
}
template <class... F, size_t... N>
Tensor record(const char* name, const Tensor& output, const Wrt<F, N>&... parts) {
  return record(name, output, Write(), parts...);
}

// ---- defined in ops/, where the operations are that they need ----

/// A node that reads `view` out of `base` (AsStridedBackward0).
Ref<Node> makeViewNode(const Tensor& base, const Tensor& view);

}  // namespace retrograd
