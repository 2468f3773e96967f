#include "kernel/loss.h"

#include <cstring>

#include "cpu/pointwise.h"
#include "kernel/load.h"

namespace retrograd::cpu {

namespace {

[[noreturn, gnu::cold, gnu::noinline]] void failClass(int64_t number, int64_t classes) {
  fail<IndexError>("nllLoss: the class number ", number, " is out of range for ", classes, " classes");
}

/// Calls `each(offsets, number)` with the byte offsets of the operands at each target and its class, or -1 for one that
/// is ignored. The target is the plan's last operand.
template <class Each>
void forEachTarget(const Plan& plan, int64_t classes, int64_t ignored, Each&& each) {
  const int last = plan.operands - 1;
  parallelFor(plan.total, kGrain / 8, [&](int64_t begin, int64_t end) {
    forEachRow(plan, begin, end, [&](const int64_t* offsets, int64_t n) {
      int64_t at[kMaxOperands];
      for (int64_t i = 0; i < n; ++i) {
        for (int k = 0; k <= last; ++k) at[k] = offsets[k] + i * plan.step(k);
        const int64_t number = loadOnce(reinterpret_cast<const int64_t*>(plan.data[last] + at[last]));
        if (number != ignored && (number < 0 || number >= classes)) failClass(number, classes);
        each(at, number == ignored ? -1 : number);
      }
    });
  });
}

template <class T>
struct Weights {
  const T* data;  // null for ones
  explicit Weights(const Tensor& t) : data(t.defined() ? t.data<T>() : nullptr) {}
  T operator[](int64_t number) const { return number < 0 ? T(0) : data ? data[number] : T(1); }
};

template <class T>
T& element(const Plan& plan, int k, int64_t offset) {
  return *reinterpret_cast<T*>(plan.data[k] + offset);
}

void nllLossKernel(const Tensor& losses, const Tensor& shares, const Tensor& in, int64_t dim, const Tensor& target,
                   const Tensor& weights, int64_t ignored) {
  const Tensor first = withoutDim(in, dim);
  Plan plan(target.sizes(), {&losses, shares.defined() ? &shares : &losses, &first, &target});
  if (plan.total == 0) return;
  plan.merge();
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    const Weights<T> weightOf(weights);
    const int64_t step = in.strides()[dim] * static_cast<int64_t>(sizeof(T));
    forEachTarget(plan, in.size(dim), ignored, [&](const int64_t* at, int64_t number) {
      const T weight = weightOf[number];
      if (shares.defined()) element<T>(plan, 1, at[1]) = weight;
      element<T>(plan, 0, at[0]) = number < 0 ? T(0) : -weight * element<const T>(plan, 2, at[2] + number * step);
    });
  });
}

void nllLossBackwardKernel(const Tensor& out, const Tensor& grad, int64_t dim, const Tensor& target,
                           const Tensor& weights, int64_t ignored) {
  if (out.numel() == 0) return;
  std::memset(out.data(), 0, static_cast<size_t>(out.numel()) * itemSize(out.dtype()));
  const Tensor first = withoutDim(out, dim);
  Plan plan(target.sizes(), {&first, &grad, &target});
  if (plan.total == 0) return;
  plan.merge();
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    const Weights<T> weightOf(weights);
    const int64_t step = out.strides()[dim] * static_cast<int64_t>(sizeof(T));
    forEachTarget(plan, out.size(dim), ignored, [&](const int64_t* at, int64_t number) {
      if (number >= 0)
        element<T>(plan, 0, at[0] + number * step) = -weightOf[number] * element<const T>(plan, 1, at[1]);
    });
  });
}

const decltype(nllLossSlot)::Fill fill(nllLossSlot, DeviceType::CPU, &nllLossKernel);
const decltype(nllLossBackwardSlot)::Fill fillBackward(nllLossBackwardSlot, DeviceType::CPU, &nllLossBackwardKernel);

}  // namespace

}  // namespace retrograd::cpu
