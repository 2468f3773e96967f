#include "kernel/optim.h"

#include "cpu/pointwise.h"

namespace retrograd::cpu {

namespace {

template <class T>
RETROGRAD_CLONES void adamRun(const math::AdamElement<T> step, T* p, const T* gradient, T* mean, T* square, int64_t n) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) step(p[i], gradient[i], mean[i], square[i]);
}

template <class T>
RETROGRAD_CLONES void sgdRun(const math::SgdElement<T> step, T* p, const T* gradient, T* momentum, int64_t n) {
  if (momentum) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) step(p[i], gradient[i], momentum[i]);
  } else {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) step(p[i], gradient[i]);
  }
}

void adamKernel(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& means,
                const std::vector<Tensor>& squares, const std::vector<Tensor>& clocks, const Tensor& lr,
                const math::AdamRule& rule) {
  for (size_t k = 0; k < params.size(); ++k) {
    auto& clock = *static_cast<math::AdamClock*>(clocks[k].data());
    clock.advance(rule, *lr.data<double>());
    dispatchFloating(params[k].dtype(), [&]<class T>(Type<T>) {
      T *p = params[k].data<T>(), *m = means[k].data<T>(), *v = squares[k].data<T>();
      const T* g = grads[k].data<T>();
      const math::AdamElement<T> step(rule, clock);
      parallelFor(params[k].numel(), kGrain / 4, [&](int64_t begin, int64_t end) {
        adamRun(step, p + begin, g + begin, m + begin, v + begin, end - begin);
      });
    });
  }
}

void sgdKernel(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& momentum,
               const Tensor& lr, const math::SgdRule& rule) {
  for (size_t k = 0; k < params.size(); ++k)
    dispatchFloating(params[k].dtype(), [&]<class T>(Type<T>) {
      T *p = params[k].data<T>(), *b = momentum.empty() ? nullptr : momentum[k].data<T>();
      const T* g = grads[k].data<T>();
      const math::SgdElement<T> step(rule, *lr.data<double>());
      parallelFor(params[k].numel(), kGrain / 2, [&](int64_t begin, int64_t end) {
        sgdRun(step, p + begin, g + begin, b ? b + begin : nullptr, end - begin);
      });
    });
}

const decltype(adamSlot)::Fill fillAdam(adamSlot, DeviceType::CPU, &adamKernel);
const decltype(sgdSlot)::Fill fillSgd(sgdSlot, DeviceType::CPU, &sgdKernel);

}  // namespace

}  // namespace retrograd::cpu
