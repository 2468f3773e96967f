// The node of every operation but those that users write. What it saves and its formulas lie behind it, in one block.

#include <algorithm>
#include <cstring>
#include <mutex>

#include "autograd/record.h"

namespace retrograd {

using namespace detail;

namespace {

template <class T>
using List = SmallVec<T, 8, Unbooked>;

constexpr size_t aligned(size_t n) { return (n + 7) & ~size_t{7}; }

/// What to save, each tensor once, and for each formula in turn which of them it gets.
struct SavePlan {
  struct Item {
    const Tensor* tensor;
    int32_t result;  // its number; -1 for an operand
  };
  List<Item> items;
  List<uint16_t> index;

  static constexpr uint16_t kNone = UINT16_MAX;  // an absent one: a number, or an optional tensor

  void add(const SaveItem& saved, std::span<const Tensor> outputs, bool inPlace) {
    if (saved.operand && !saved.operand->defined()) return index.push_back(kNone);
    Item item{saved.operand, -1};
    if (!saved.operand) item = {&outputs[saved.number], static_cast<int32_t>(saved.number)};
    for (size_t i = 0; saved.operand && !inPlace && i < outputs.size(); ++i)
      if (saved.operand->is(outputs[i])) item.result = static_cast<int32_t>(i);
    size_t at = 0;
    while (at < items.size() && !(items[at].tensor->is(*item.tensor) && items[at].result == item.result)) ++at;
    if (at == items.size()) items.push_back(item);
    index.push_back(static_cast<uint16_t>(at));
  }
};

/// Each part gets the gradients of all results and those of `saved` that its indices name, and gives the gradients of
/// its inputs, whose edges follow those of the part before.
class OperationNode final : public Node {
 public:
  static Ref<OperationNode> make(const char* name, std::span<const PartSpec> parts, const bool* keeps,
                                 const SavePlan& plan) {
    size_t bytes = sizeof(OperationNode) + parts.size() * sizeof(Part) + plan.items.size() * sizeof(SavedTensor) +
                   aligned(plan.index.size() * sizeof(uint16_t));
    for (const PartSpec& p : parts) bytes += aligned(p.type->size);
    auto* node = new (bytes) OperationNode(name, parts, keeps, plan);
    node->book(bytes);
    return Ref<OperationNode>::adopt(node);
  }
  static void* operator new(size_t, size_t bytes) { return ::operator new(bytes); }
  static void operator delete(void* object) { ::operator delete(object); }
  ~OperationNode() override {
    for (const Part& part : parts())
      if (part.type->destroy) part.type->destroy(at(part.formula));
    std::destroy_n(saved().data(), savedCount_);
  }

  const char* name() const noexcept override { return region_ ? "CopySlices" : name_; }

  GradList apply(GradList&& gradients, uint64_t needed) override {
    GradList results(edges().size());
    Tensor whole;
    if (region_) {
      whole = dense(gradients[0]);
      gradients[0] = readRegion(whole, *region_);
    }
    const Grads grads(gradients, *this);
    Tensor undefined;
    List<Tensor> values(savedCount_);
    List<const Tensor*> arguments;
    const uint16_t* index = this->index();
    size_t edge = 0;
    for (const Part& part : parts()) {
      if (const uint64_t wanted = wantedOf(part, edge, needed)) {
        arguments.clear();
        for (size_t k = 0; k < part.saved; ++k) {
          const bool isAbsent = index[k] == SavePlan::kNone;
          Tensor& value = isAbsent ? undefined : values[index[k]];
          if (isAbsent)
            checkPresent();
          else if (!value.defined())
            value = unpack(saved()[index[k]]);
          arguments.push_back(&value);
        }
        part.type->run(at(part.formula), {grads, arguments.data(), Wanted(wanted), part.inputs, &results[edge]});
      }
      index += part.saved;
      edge += part.inputs;
    }
    if (region_ && (needed & 1) && edges()[0].node) results[0] = replaceRegion(whole, results[0], *region_);
    return results;
  }

  Edge historyOfResult(const Tensor& result, uint32_t output) override {
    Edge mine = Node::historyOfResult(result, output);
    if (!region_) return mine;
    return {makeViewNode(result, std::move(mine), outputs()[0].sizes, *region_), 0};
  }

  bool releaseSaved() noexcept override {
    bool any = false;
    if (savesAbsent_) {
      std::lock_guard lock(lock_);
      any = !std::exchange(released_, true);
    }
    for (SavedTensor& s : saved()) {
      SavedTensor dropped;  // dies after the lock
      std::lock_guard lock(lock_);
      released_ = true;
      any |= s.defined();
      dropped = std::move(s);
    }
    return any;
  }

  /// Operands, which are saved before the write, or results, which are saved after it. Floating results are the node's
  /// outputs; others have no history.
  void save(const SavePlan& plan, std::span<const Tensor> outputs, bool results) {
    for (size_t i = 0; i < plan.items.size(); ++i) {
      const auto& [tensor, result] = plan.items[i];
      if ((result >= 0) != results) continue;
      uint32_t output = 0;
      for (int32_t k = 0; k < result; ++k) output += isFloating(outputs[k].dtype());
      saved()[i] = results && isFloating(tensor->dtype()) ? SavedTensor(*tensor, output) : SavedTensor(*tensor);
    }
  }
  /// The result of the operation is this region of output 0.
  void setRegion(Region region) { region_ = std::make_unique<Region>(std::move(region)); }

 private:
  struct Part {
    const FormulaType* type;
    uint32_t inputs;
    uint32_t formula;  // where it lies, in bytes
    uint32_t saved;    // how many
  };

  OperationNode(const char* name, std::span<const PartSpec> parts, const bool* keeps, const SavePlan& plan) noexcept
      : name_(name),
        partCount_(static_cast<uint32_t>(parts.size())),
        savedCount_(static_cast<uint32_t>(plan.items.size())),
        savesAbsent_(std::find(plan.index.begin(), plan.index.end(), SavePlan::kNone) != plan.index.end()) {
    std::uninitialized_default_construct_n(saved().data(), savedCount_);
    std::copy(plan.index.begin(), plan.index.end(), index());
    size_t formula = static_cast<size_t>(reinterpret_cast<char*>(index()) - reinterpret_cast<char*>(this)) +
                     aligned(plan.index.size() * sizeof(uint16_t));
    for (size_t i = 0; i < parts.size(); ++i) {
      const PartSpec& p = parts[i];
      new (&this->parts()[i]) Part{p.type, static_cast<uint32_t>(p.inputs.size()), static_cast<uint32_t>(formula),
                                   static_cast<uint32_t>(keeps[i] ? p.saved.size() : 0)};
      if (p.type->move)
        p.type->move(at(formula), p.formula);
      else if (p.type->size)
        std::memcpy(at(formula), p.formula, p.type->size);
      formula += aligned(p.type->size);
    }
  }

  std::span<Part> parts() noexcept { return {reinterpret_cast<Part*>(this + 1), partCount_}; }
  std::span<SavedTensor> saved() noexcept {
    return {reinterpret_cast<SavedTensor*>(parts().data() + partCount_), savedCount_};
  }
  uint16_t* index() noexcept { return reinterpret_cast<uint16_t*>(saved().data() + savedCount_); }
  void* at(size_t bytes) noexcept { return reinterpret_cast<char*>(this) + bytes; }

  /// Bits of the part's inputs, which begin at `edge`; `needed` is that of `apply`.
  uint64_t wantedOf(const Part& part, size_t edge, uint64_t needed) const noexcept {
    uint64_t mask = 0;
    for (size_t k = 0; k < part.inputs; ++k, ++edge)
      if (edges()[edge].node && (edge > 63 || (needed >> edge & 1))) mask |= uint64_t{1} << std::min<size_t>(k, 63);
    return mask;
  }

  void checkPresent() const {
    bool released;
    {
      std::lock_guard lock(lock_);
      released = released_;
    }
    if (released) fail<AutogradError>(releasedText(name()));
  }

  /// Under the lock, memory is not asked for.
  Tensor unpack(const SavedTensor& saved) {
    SavedTensor::Parts parts;
    bool released;
    for (size_t room = Dims::kInline, rank;; room = rank) {
      parts.layout.sizes.reserve(room), parts.layout.strides.reserve(room);
      std::lock_guard lock(lock_);
      released = released_;
      rank = saved.parts().layout.sizes.size();
      if (rank > room) continue;
      parts = saved.parts();
      break;
    }
    if (released) fail<AutogradError>(releasedText(name()));
    return std::move(parts).unpack(*this);
  }

  const char* name_;
  uint32_t partCount_, savedCount_;
  bool savesAbsent_;  // goes as a tensor does: the node cannot run again once it let go of what it saved
  std::unique_ptr<Region> region_;
};

static_assert(sizeof(OperationNode) % 8 == 0 && sizeof(SavedTensor) % 8 == 0);

}  // namespace

void detail::record(const char* name, std::span<const Tensor> outputs, Write& write, std::span<const PartSpec> parts) {
  if (!modes.grad) return;
  const auto isOutput = [](const Tensor& t) { return isFloating(t.dtype()); };
  if (std::none_of(outputs.begin(), outputs.end(), isOutput)) return;
  const bool inPlace = static_cast<bool>(write);
  const Tensor base(inPlace ? outputs[0].impl()->viewBase : Ref<TensorImpl>());  // of a view that was written
  // A write through a view is one to its base.
  const auto written = [&](const Input& input) -> const Tensor& {
    return base.defined() && &input == parts[0].inputs.data() ? base : *input.tensor;
  };
  bool keeps[kMaxParts], any = false;
  for (size_t i = 0; i < parts.size(); ++i) {
    keeps[i] = false;
    for (const Input& input : parts[i].inputs) keeps[i] |= needsGrad(written(input));
    any |= keeps[i];
  }
  if (!any) return;

  SavePlan plan;
  for (size_t i = 0; i < parts.size(); ++i)
    if (keeps[i])
      for (const SaveItem& item : parts[i].saved) plan.add(item, outputs, inPlace);
  Ref<OperationNode> node = OperationNode::make(name, parts, keeps, plan);
  // Another thread may set requiresGrad meanwhile: an edge only where there is what its formula needs.
  for (size_t i = 0; i < parts.size(); ++i)
    for (const Input& input : parts[i].inputs) node->addEdge(keeps[i] ? gradientEdge(written(input)) : Edge{});
  if (!plan.items.empty()) node->save(plan, outputs, false);
  write.raiseVersion();
  if (!plan.items.empty()) node->save(plan, outputs, true);

  if (base.defined()) {
    node->addOutput(base);
    if (const char* why = whyNoRegion(base)) {
      setHistory(base, makeUnknown(base, {std::move(node), 0}, why), 0);
    } else {
      node->setRegion(regionIn(base, outputs[0]));
      setHistory(base, std::move(node), 0);
    }
    refreshView(outputs[0]);
    return;
  }
  for (const Tensor& output : outputs)
    if (isOutput(output)) node->addOutput(output);
  if (outputs.size() == 1) return setHistory(outputs[0], std::move(node), 0);
  uint32_t number = 0;
  for (const Tensor& output : outputs)
    if (isOutput(output)) setHistory(output, node, number++);
}

Ref<Node> detail::makeNode(const char* name, const Tensor& output, Edge input, const PartSpec& part) {
  const Input none{output};  // its edge is the given one
  const PartSpec whole{{&none, 1}, {}, part.type, part.formula};
  const bool keeps = true;
  Ref<OperationNode> node = OperationNode::make(name, {&whole, 1}, &keeps, {});
  node->addEdge(std::move(input));
  node->addOutput(output);
  return node;
}

Tensor Grads::orZeros(size_t i) const { return list_[i].defined() ? list_[i] : zerosOf(node_.outputs()[i]); }

}  // namespace retrograd
