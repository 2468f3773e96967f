#include "kernel/optim.h"

#include <algorithm>
#include <compare>
#include <utility>

#include "ops/pointwise.h"

namespace retrograd {

namespace {

void checkNumbers(const char* op, const char* what, const Tensor& t, const Dims& sizes, Device device) {
  if (!t.defined() || t.dtype() != DType::Float64 || t.sizes() != sizes || t.device() != device || !t.isContiguous())
    throw std::invalid_argument(std::string(op) + ": " + what + " must be a dense float64 tensor of shape " +
                                toString(sizes) + " on " + toString(device));
}

/// Gradients, or states of one kind.
void checkList(const char* op, const std::vector<Tensor>& params, const std::vector<Tensor>& list, const Tensor& lr) {
  if (list.size() != params.size())
    throw std::invalid_argument(std::string(op) + ": " + std::to_string(params.size()) + " parameters, but " +
                                std::to_string(list.size()) + " gradients or states");
  for (size_t i = 0; i < params.size(); ++i) {
    const Tensor &p = params[i], &t = list[i];
    if (!p.defined() || !t.defined()) throw std::invalid_argument(std::string(op) + ": a tensor is null");
    if (!isFloating(p.dtype()) || t.dtype() != p.dtype())
      fail<DTypeError>(op, ": a parameter is ", name(p.dtype()), " and its gradient or state ", name(t.dtype()));
    if (t.sizes() != p.sizes())
      fail<ShapeError>(op, ": a parameter has shape ", toString(p.sizes()), " and its gradient or state ",
                       toString(t.sizes()));
    if (t.device() != p.device() || lr.device() != p.device())
      fail<DeviceError>(op, ": a parameter is on ", toString(p.device()), ", its gradient or state on ",
                        toString(t.device()), " and the learning rate on ", toString(lr.device()));
  }
}

/// Kernels want dense memory: copies take the place of what is not dense, and are written back.
class DenseCopies {
 public:
  explicit DenseCopies(const char* op) : op_(op) {}
  void replaceIn(std::vector<Tensor>& list, bool isWritten) {
    for (Tensor& t : list) {
      if (t.isContiguous()) continue;
      Tensor copy = cloneRaw(op_, t);
      if (isWritten) written_.emplace_back(t, copy);
      t = std::move(copy);
    }
  }
  void writeBack() const {
    for (const auto& [original, copy] : written_) copySlot(copy.device(), original, copy);
  }

 private:
  const char* op_;
  std::vector<std::pair<Tensor, Tensor>> written_;
};

/// Whether elements of one tensor may lie among those of another.
bool mayOverlap(const std::vector<Tensor>& tensors) {
  struct Extent {
    const Storage* storage;
    int64_t first, last;
    auto operator<=>(const Extent&) const = default;
  };
  std::vector<Extent> extents;
  for (const Tensor& t : tensors) {
    if (t.storage().isUnique() || t.numel() == 0) continue;
    int64_t last = t.offset();
    for (int64_t d = 0; d < t.dim(); ++d) last += (t.size(d) - 1) * t.strides()[d];
    extents.push_back({&t.storage(), t.offset(), last});
  }
  std::sort(extents.begin(), extents.end());
  for (size_t i = 1; i < extents.size(); ++i)
    if (extents[i].storage == extents[i - 1].storage && extents[i].first <= extents[i - 1].last) return true;
  return false;
}

/// Gradients as they are before the step, whatever memory they share with parameters.
void unshare(const char* op, std::vector<Tensor>& grads, const std::vector<Tensor>& params) {
  for (Tensor& g : grads) {
    if (g.storage().isUnique()) continue;
    const bool shares = std::any_of(params.begin(), params.end(),
                                    [&](const Tensor& p) { return p.layout().storage == g.layout().storage; });
    if (shares) g = cloneRaw(op, g);
  }
}

template <class Rule>
void check(const char* op, const StepLists<Rule>& lists, const Tensor& lr) {
  checkNumbers(op, "the learning rate", lr, {}, lr.defined() ? lr.device() : kCpu);
  checkList(op, lists.params, lists.grads, lr);
  for (const auto& states : lists.states) checkList(op, lists.params, states, lr);
  if constexpr (math::kHasClock<Rule>) {
    if (lists.clocks.size() != lists.params.size())
      throw std::invalid_argument(std::string(op) + ": each parameter needs a clock");
    for (const Tensor& clock : lists.clocks)
      checkNumbers(op, "a clock", clock, {math::kClockNumbers<Rule>}, lr.device());
  }
}

template <class Rule>
void stepTogether(const char* op, const Rule& rule, StepLists<Rule> lists, const Tensor& lr) {
  DenseCopies copies(op);
  copies.replaceIn(lists.params, true);
  copies.replaceIn(lists.grads, false);
  for (auto& states : lists.states) copies.replaceIn(states, true);
  stepSlot<Rule>(lr.device(), rule, lists, lr);
  copies.writeBack();
}

/// Steps all parameters at once, or, where they overlap, one after the other.
template <class Rule>
void step(const char* op, const Rule& rule, StepLists<Rule> lists, const Tensor& lr) {
  check(op, lists, lr);
  if (lists.params.empty()) return;
  NoGradGuard plain;
  std::vector<Write> writes;
  for (const Tensor& p : lists.params) writes.emplace_back(op, p);
  unshare(op, lists.grads, lists.params);
  if (!mayOverlap(lists.params)) return stepTogether(op, rule, std::move(lists), lr);
  for (size_t i = 0; i < lists.params.size(); ++i) {
    StepLists<Rule> one{{lists.params[i]}, {lists.grads[i]}, {}, {}};
    for (size_t s = 0; s < lists.states.size(); ++s) one.states[s] = {lists.states[s][i]};
    if (!lists.clocks.empty()) one.clocks = {lists.clocks[i]};
    stepTogether(op, rule, std::move(one), lr);
  }
}

}  // namespace

int64_t adamClockSize() { return math::kClockNumbers<math::Adam>; }

void adamStep(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& means,
              const std::vector<Tensor>& squares, const std::vector<Tensor>& clocks, const Tensor& lr, double beta1,
              double beta2, double epsilon, double weightDecay, bool decoupled, bool maximize) {
  step<math::Adam>("adamStep", {beta1, beta2, epsilon, weightDecay, decoupled, maximize},
                   {params, grads, {means, squares}, clocks}, lr);
}

void sgdStep(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& buffers,
             bool firstStep, const Tensor& lr, double momentum, double dampening, double weightDecay, bool nesterov,
             bool maximize) {
  const math::Sgd plain{weightDecay, maximize};
  if (momentum == 0) return step("sgdStep", plain, {params, grads, {}, {}}, lr);
  step<math::SgdMomentum>("sgdStep", {plain, momentum, dampening, nesterov, firstStep}, {params, grads, {buffers}, {}},
                          lr);
}

}  // namespace retrograd
