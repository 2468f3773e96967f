#include "kernel/optim.h"

#include <cmath>

#include "cpu/pointwise.h"
#include "math/elementary.h"

namespace retrograd::cpu {

namespace {

// The operations and their order are those of the unfused formulas that PyTorch documents, one rounding each.

template <class T>
RETROGRAD_CLONES void adamRun(T* p, const T* gradient, T* mean, T* square, const AdamStep& s, int64_t n) {
  const T sign = s.maximize ? T(-1) : T(1), decay = static_cast<T>(s.decoupled ? 0 : s.weightDecay);
  const T keep = static_cast<T>(s.decoupled ? 1 - s.lr * s.weightDecay : 1);
  const T weight1 = static_cast<T>(1 - s.beta1), beta2 = static_cast<T>(s.beta2), weight2 = static_cast<T>(1 - s.beta2);
  const T root = static_cast<T>(std::sqrt(s.biasCorrection2)), epsilon = static_cast<T>(s.epsilon);
  const T step = static_cast<T>(-(s.lr / s.biasCorrection1));
  const bool decays = decay != T(0);
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    T x = p[i] * keep;
    T g = gradient[i] * sign;
    T decayed = g + decay * x;
    g = decays ? decayed : g;
    T m = mean[i] + weight1 * (g - mean[i]);
    T v = square[i] * beta2 + weight2 * g * g;
    T denominator = math::sqrt(v) / root + epsilon;
    mean[i] = m;
    square[i] = v;
    p[i] = x + step * m / denominator;
  }
}

template <class T>
RETROGRAD_CLONES void sgdRun(T* p, const T* gradient, T* momentum, const SgdStep& s, int64_t n) {
  const T sign = s.maximize ? T(-1) : T(1), decay = static_cast<T>(s.weightDecay), step = static_cast<T>(-s.lr);
  const T factor = static_cast<T>(s.momentum), weight = static_cast<T>(1 - s.dampening);
  const bool decays = decay != T(0);
  if (!momentum) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
      T g = gradient[i] * sign;
      T decayed = g + decay * p[i];
      p[i] = p[i] + step * (decays ? decayed : g);
    }
    return;
  }
  const bool first = s.firstStep, nesterov = s.nesterov;
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) {
    T g = gradient[i] * sign;
    T decayed = g + decay * p[i];
    g = decays ? decayed : g;
    T moved = momentum[i] * factor + weight * g;
    T b = first ? g : moved;
    momentum[i] = b;
    T ahead = g + factor * b;
    p[i] = p[i] + step * (nesterov ? ahead : b);
  }
}

void requireMatching(const char* op, const Tensor& param, const Tensor& other) {
  if (other.dtype() != param.dtype())
    fail<DTypeError>(op, ": a parameter of ", name(param.dtype()), " has a gradient or state of ", name(other.dtype()));
  if (other.numel() != param.numel() || !other.isContiguous() || !param.isContiguous())
    fail<ShapeError>(op, ": a parameter of shape ", toString(param.sizes()), " has a gradient or state of shape ",
                     toString(other.sizes()), ", or one of them is not dense");
}

void adamKernel(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& means,
                const std::vector<Tensor>& squares, const AdamStep& step) {
  for (size_t k = 0; k < params.size(); ++k) {
    for (const Tensor* t : {&grads[k], &means[k], &squares[k]}) requireMatching("adam", params[k], *t);
    dispatchFloating(params[k].dtype(), [&]<class T>(Type<T>) {
      T *p = params[k].data<T>(), *m = means[k].data<T>(), *v = squares[k].data<T>();
      const T* g = grads[k].data<T>();
      parallelFor(params[k].numel(), kGrain / 4, [&](int64_t begin, int64_t end) {
        adamRun(p + begin, g + begin, m + begin, v + begin, step, end - begin);
      });
    });
  }
}

void sgdKernel(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& momentum,
               const SgdStep& step) {
  for (size_t k = 0; k < params.size(); ++k) {
    requireMatching("sgd", params[k], grads[k]);
    if (!momentum.empty()) requireMatching("sgd", params[k], momentum[k]);
    dispatchFloating(params[k].dtype(), [&]<class T>(Type<T>) {
      T *p = params[k].data<T>(), *b = momentum.empty() ? nullptr : momentum[k].data<T>();
      const T* g = grads[k].data<T>();
      parallelFor(params[k].numel(), kGrain / 2, [&](int64_t begin, int64_t end) {
        sgdRun(p + begin, g + begin, b ? b + begin : nullptr, step, end - begin);
      });
    });
  }
}

const decltype(adamSlot)::Fill fillAdam(adamSlot, DeviceType::CPU, &adamKernel);
const decltype(sgdSlot)::Fill fillSgd(sgdSlot, DeviceType::CPU, &sgdKernel);

}  // namespace

}  // namespace retrograd::cpu
