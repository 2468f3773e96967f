#include "kernel/optim.h"

#include <algorithm>
#include <compare>

#include "ops/pointwise.h"

namespace retrograd {

namespace {

constexpr int64_t kAdamClock = sizeof(math::AdamClock) / sizeof(double);

void checkNumbers(const char* op, const char* what, const Tensor& t, const Dims& sizes, Device device) {
  if (!t.defined() || t.dtype() != DType::Float64 || t.sizes() != sizes || t.device() != device || !t.isContiguous())
    throw std::invalid_argument(std::string(op) + ": " + what + " must be a dense float64 tensor of shape " +
                                toString(sizes) + " on " + toString(device));
}

void checkLists(const char* op, const std::vector<Tensor>& params,
                const std::vector<const std::vector<Tensor>*>& others, const Tensor& lr) {
  checkNumbers(op, "the learning rate", lr, {}, lr.defined() ? lr.device() : kCpu);
  for (const auto* list : others) {
    if (list->size() != params.size())
      throw std::invalid_argument(std::string(op) + ": " + std::to_string(params.size()) + " parameters, but " +
                                  std::to_string(list->size()) + " gradients or states");
    for (size_t i = 0; i < params.size(); ++i) {
      const Tensor &p = params[i], &t = (*list)[i];
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
}

/// Kernels want dense memory: what is not dense is updated in a copy and written back.
class DenseList {
 public:
  DenseList(const char* op, const std::vector<Tensor>& tensors, bool writesBack)
      : original_(tensors), writesBack_(writesBack) {
    for (const Tensor& t : tensors) dense.push_back(t.isContiguous() ? t : cloneRaw(op, t));
  }
  void writeBack() {
    for (size_t i = 0; i < dense.size() && writesBack_; ++i)
      if (!dense[i].is(original_[i])) copySlot(dense[i].device(), original_[i], dense[i]);
  }
  std::vector<Tensor> dense;

 private:
  const std::vector<Tensor>& original_;
  bool writesBack_;
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
std::vector<Tensor> unshared(const char* op, std::vector<Tensor> grads, const std::vector<Tensor>& params) {
  for (Tensor& g : grads) {
    if (g.storage().isUnique()) continue;
    const bool shares = std::any_of(params.begin(), params.end(),
                                    [&](const Tensor& p) { return p.layout().storage == g.layout().storage; });
    if (shares) g = cloneRaw(op, g);
  }
  return grads;
}

/// Calls `step(lists...)` for all parameters with what belongs to each, or, where parameters overlap, for one after the
/// other. A list may be empty.
template <class Step, class... Lists>
void forParameters(const char* op, const std::vector<Tensor>& params, const std::vector<Tensor>& grads, Step step,
                   const Lists&... lists) {
  NoGradGuard plain;
  std::vector<Write> writes;
  for (const Tensor& p : params) writes.emplace_back(op, p);
  const std::vector<Tensor> given = unshared(op, grads, params);
  if (!mayOverlap(params)) return step(params, given, lists...);
  auto only = [](const std::vector<Tensor>& list, size_t i) {
    return list.empty() ? list : std::vector<Tensor>{list[i]};
  };
  for (size_t i = 0; i < params.size(); ++i) step(only(params, i), only(given, i), only(lists, i)...);
}

}  // namespace

void adamStep(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& means,
              const std::vector<Tensor>& squares, const std::vector<Tensor>& clocks, const Tensor& lr, double beta1,
              double beta2, double epsilon, double weightDecay, bool decoupled, bool maximize) {
  checkLists("adamStep", params, {&grads, &means, &squares}, lr);
  if (clocks.size() != params.size()) throw std::invalid_argument("adamStep: each parameter needs a clock");
  for (const Tensor& clock : clocks) checkNumbers("adamStep", "a clock", clock, {kAdamClock}, lr.device());
  if (params.empty()) return;
  auto step = [&](const auto& params, const auto& grads, const auto& means, const auto& squares, const auto& clocks) {
    DenseList p("adamStep", params, true), g("adamStep", grads, false), m("adamStep", means, true),
        s("adamStep", squares, true);
    adamSlot(lr.device(), p.dense, g.dense, m.dense, s.dense, clocks, lr,
             {beta1, beta2, epsilon, weightDecay, decoupled, maximize});
    for (DenseList* list : {&p, &m, &s}) list->writeBack();
  };
  forParameters("adamStep", params, grads, step, means, squares, clocks);
}

void sgdStep(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& buffers,
             bool firstStep, const Tensor& lr, double momentum, double dampening, double weightDecay, bool nesterov,
             bool maximize) {
  checkLists("sgdStep", params, {&grads}, lr);
  if (momentum != 0) checkLists("sgdStep", params, {&buffers}, lr);
  if (params.empty()) return;
  auto step = [&](const auto& params, const auto& grads, const auto& buffers) {
    DenseList p("sgdStep", params, true), g("sgdStep", grads, false), b("sgdStep", buffers, true);
    sgdSlot(lr.device(), p.dense, g.dense, b.dense, lr,
            {momentum, dampening, weightDecay, nesterov, maximize, firstStep});
    p.writeBack();
    b.writeBack();
  };
  forParameters("sgdStep", params, grads, step, buffers);
}

}  // namespace retrograd
