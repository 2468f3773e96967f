#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

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

// ---- what a formula gets ----

/// Gradients of the results, in their order; an undefined one is zero. Results that are not floating have none.
class Grads {
 public:
  Grads(const GradList& list, const Node& node) : list_(list), node_(node) {}
  const Tensor& operator[](size_t i) const { return list_[i]; }
  size_t size() const { return list_.size(); }
  /// Zeros, expanded from one element, where it is undefined.
  Tensor orZeros(size_t i) const;

 private:
  const GradList& list_;
  const Node& node_;
};

/// The saved tensors, in the order of `saves`.
class Saved {
 public:
  explicit Saved(const Tensor* const* values) : values_(values) {}
  const Tensor& operator[](size_t i) const { return *values_[i]; }

 private:
  const Tensor* const* values_;
};

/// Which inputs of a joint formula want a gradient.
class Wanted {
 public:
  explicit Wanted(uint64_t mask) : mask_(mask) {}
  bool operator[](size_t i) const { return mask_ >> (i < 63 ? i : 63) & 1; }

 private:
  uint64_t mask_;  // bit 63 stands for all from there on
};

// ---- what an operation says ----

/// Among what a formula saves: the operation's own result of that number, as it is after the write. A result of an
/// operation that is not in place may be named by itself as well.
struct ResultTag {
  uint32_t number = 0;
  constexpr ResultTag operator[](uint32_t n) const { return {n}; }
};
inline constexpr ResultTag result{};

/// What a formula saves: an operand as it is before the write, or a result.
struct SaveItem {
  const Tensor* operand;  // null for a result
  uint32_t number = 0;
  SaveItem(const Tensor& t) : operand(&t) {}
  SaveItem(ResultTag r) : operand(nullptr), number(r.number) {}
};

template <size_t N>
using Saves = std::array<SaveItem, N>;

/// Inputs and results only: an intermediate value would come back without its history, and higher derivatives be wrong.
template <class... S>
Saves<sizeof...(S)> saves(const S&... s) {
  return {SaveItem(s)...};
}

struct Input {
  const Tensor* tensor;
  Input(const Tensor& t) : tensor(&t) {}
};

namespace detail {

/// A call of a formula: the gradients, what it saved, which of its `inputs` are wanted, and where theirs go.
struct Call {
  const Grads& grads;
  const Tensor* const* saved;
  Wanted wanted;
  size_t inputs;
  Tensor* results;
};

/// A formula's type, erased.
struct FormulaType {
  void (*run)(void* formula, const Call& call);
  void (*move)(void* to, void* from) noexcept;  // null: byte by byte
  void (*destroy)(void*) noexcept;              // null: nothing to destroy
  uint32_t size;
};

/// One formula of an operation, as `record` gets it.
struct PartSpec {
  std::span<const Input> inputs;
  std::span<const SaveItem> saved;
  const FormulaType* type;
  void* formula;
};

template <class F, void (*kRun)(void*, const Call&)>
inline constexpr FormulaType kFormulaType{
    kRun,
    std::is_trivially_copyable_v<F>
        ? nullptr
        : +[](void* to, void* from) noexcept { new (to) F(std::move(*static_cast<F*>(from))); },
    std::is_trivially_destructible_v<F> ? nullptr : +[](void* f) noexcept { static_cast<F*>(f)->~F(); },
    std::is_empty_v<F> ? 0 : sizeof(F)};

template <class F, size_t... I>
constexpr bool takesAll(std::index_sequence<I...>) {
  return std::is_invocable_v<F&, const Grads&, decltype((void)I, std::declval<const Tensor&>())...>;
}
template <class F, size_t N>
void runOne(void* formula, const Call& c) {
  F& f = *static_cast<F*>(formula);
  [&]<size_t... I>(std::index_sequence<I...>) {
    if constexpr (takesAll<F>(std::index_sequence<I...>()))
      c.results[0] = f(c.grads, *c.saved[I]...);
    else
      c.results[0] = f(c.grads[0], *c.saved[I]...);
  }
  (std::make_index_sequence<N>());
}
template <class F>
void runEach(void* formula, const Call& c) {
  for (size_t i = 0; i < c.inputs; ++i)
    if (c.wanted[i]) c.results[i] = (*static_cast<F*>(formula))(c.grads[0], i);
}
template <class F>
void runJointly(void* formula, const Call& c) {
  auto out = (*static_cast<F*>(formula))(c.grads, Saved(c.saved), c.wanted);
  for (size_t i = 0; i < c.inputs; ++i) c.results[i] = std::move(out[i]);
}

template <class F, size_t N, void (*kRun)(void*, const Call&), class Inputs>
struct Part {
  static_assert(alignof(F) <= 8 && std::is_nothrow_move_constructible_v<F>);
  Inputs inputs;
  Saves<N> saved;
  F formula;
  PartSpec spec() { return {{std::data(inputs), std::size(inputs)}, saved, &kFormulaType<F, kRun>, &formula}; }
};

}  // namespace detail

/// The derivative of an operation with respect to one input: `formula(gradient, saved...)`, or `formula(grads,
/// saved...)` of an operation with several results, gives that input's gradient in any shape that broadcasting
/// explains. What it saves is kept only where the input needs a gradient.
template <size_t N, class F>
auto wrt(const Tensor& input, const Saves<N>& saved, F formula) {
  return detail::Part<F, N, detail::runOne<F, N>, std::array<Input, 1>>{{input}, saved, std::move(formula)};
}
template <class F>
auto wrt(const Tensor& input, F formula) {
  return wrt(input, Saves<0>{}, std::move(formula));
}

/// The derivatives with respect to several inputs, which share work: `formula(grads, saved, wanted)` gives one gradient
/// for each, as anything that has []; undefined where it is not wanted.
template <size_t N, class F>
auto jointly(std::initializer_list<Input> inputs, const Saves<N>& saved, F formula) {
  return detail::Part<F, N, detail::runJointly<F>, std::initializer_list<Input>>{inputs, saved, std::move(formula)};
}

/// The derivative with respect to each tensor of a list: `formula(gradient, i)`.
template <class F>
auto wrtEach(const std::vector<Tensor>& inputs, F formula) {
  return detail::Part<F, 0, detail::runEach<F>, std::vector<Input>>{
      {inputs.begin(), inputs.end()}, {}, std::move(formula)};
}

/// Text of the error for what cannot be saved.
inline constexpr const char* kInferenceSaved =
    "an inference tensor cannot be saved for a backward pass; clone() it outside inferenceMode first";

/// Text of the error for a second backward through what the first one released: `what`.
std::string releasedText(const char* node, const char* what = "the values that it saved");

/// Whether an operation on these tensors must be recorded.
template <class... T>
bool shouldRecord(const T&... inputs) {
  return modes.grad && (needsGrad(inputs) || ...);
}

namespace detail {
constexpr size_t kMaxParts = 8;
void record(const char* name, std::span<const Tensor> outputs, Write& write, std::span<const PartSpec> parts);
Ref<Node> makeNode(const char* name, const Tensor& output, Edge input, const PartSpec& part);
}  // namespace detail

/// Records an operation where an input requires grad and a result is floating, and returns its results. `name` is
/// static. With a `write`, the result is the first part's input, written in place: its formula then stands for the
/// value before, which what it saves must not be.
template <class... P>
Tensor record(const char* name, const Tensor& output, Write&& write, P&&... parts) {
  static_assert(sizeof...(P) <= detail::kMaxParts);
  const detail::PartSpec specs[] = {parts.spec()...};
  detail::record(name, {&output, 1}, write, specs);
  return output;
}
template <class First, class... P>
requires(!std::is_same_v<First, Write>) Tensor
    record(const char* name, const Tensor& output, First&& first, P&&... parts) {
  return record(name, output, Write(), first, parts...);
}
template <class... P>
std::vector<Tensor> record(const char* name, std::vector<Tensor> outputs, P&&... parts) {
  static_assert(sizeof...(P) <= detail::kMaxParts);
  const detail::PartSpec specs[] = {parts.spec()...};
  Write none;
  detail::record(name, outputs, none, specs);
  return outputs;
}

/// The history of `output` as a function of one tensor that is known by its own history alone: `formula(gradient)`.
template <class F>
Ref<Node> makeNode(const char* name, const Tensor& output, Edge input, F formula) {
  return detail::makeNode(name, output, std::move(input),
                          {{}, {}, &detail::kFormulaType<F, detail::runOne<F, 0>>, &formula});
}
/// One for which there is no derivative: backward through it raises `why`, a literal; the values stay usable.
Ref<Node> makeUnknown(const Tensor& output, Edge input, const char* why);

/// Why views of `base` have no region in it: text of the error, a literal; null where they have one.
const char* whyNoRegion(const Tensor& base) noexcept;
/// Where a view lies in its base, which is dense.
Region regionIn(const Tensor& base, const Tensor& view);

// ---- defined in ops/, where the operations are that they need ----

/// The history of `view`, a region of a tensor of these sizes and this history (AsStridedBackward0).
Ref<Node> makeViewNode(const Tensor& view, Edge base, const Dims& sizes, const Region& region);
Tensor readRegion(const Tensor& whole, const Region& region);
/// `x` with `region` replaced by `value` (undefined: zeros).
Tensor replaceRegion(const Tensor& x, const Tensor& value, const Region& region);
Tensor dense(const Tensor& x);
/// Zeros of that shape, expanded from one element.
Tensor zerosOf(const GradSpec& spec);

}  // namespace retrograd
