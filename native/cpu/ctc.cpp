#include "kernel/ctc.h"

#include <algorithm>
#include <memory>

#include "cpu/loops.h"
#include "math/ctc.h"

namespace retrograd::cpu {

namespace {

template <class T>
math::CtcSequence<T> sequence(const Tensor& logProbs, const Tensor& labels, const Tensor& lengths, int64_t blank,
                              int64_t n) {
  const int64_t count = logProbs.size(1), classes = logProbs.size(2);
  return {logProbs.data<T>() + n * classes,
          count * classes,
          labels.data<int64_t>() + n * labels.size(1),
          lengths.data<int64_t>()[n],
          lengths.data<int64_t>()[count + n],
          blank};
}

/// Sequences that are worth a thread.
int64_t grainFor(const Tensor& logProbs, const Tensor& alpha) {
  return kGrain / (8 * std::max<int64_t>(1, logProbs.size(0) * alpha.size(2))) + 1;
}

void ctcLossKernel(const Tensor& losses, const Tensor& alpha, const Tensor& logProbs, const Tensor& labels,
                   const Tensor& lengths, int64_t blank) {
  const int64_t width = alpha.size(2);
  dispatchFloating(logProbs.dtype(), [&]<class T>(Type<T>) {
    parallelFor(losses.size(0), grainFor(logProbs, alpha), [&](int64_t begin, int64_t end) {
      for (int64_t n = begin; n < end; ++n) {
        const auto one = sequence<T>(logProbs, labels, lengths, blank, n);
        T* row = alpha.data<T>() + n * alpha.size(1) * width;
        const T* before = row;
        for (int64_t t = 0; t < one.times; ++t, before = row, row += width)
          for (int64_t s = 0; s < one.places(); ++s) row[s] = one.alpha(t, s, before);
        losses.data<T>()[n] = one.loss(before);
      }
    });
  });
}

void ctcLossBackwardKernel(const Tensor& out, const Tensor& grad, const Tensor& losses, const Tensor& alpha,
                           const Tensor& logProbs, const Tensor& labels, const Tensor& lengths, int64_t blank,
                           bool zeroInfinity) {
  const int64_t classes = logProbs.size(2), width = alpha.size(2);
  dispatchFloating(logProbs.dtype(), [&]<class T>(Type<T>) {
    parallelFor(losses.size(0), grainFor(logProbs, alpha), [&](int64_t begin, int64_t end) {
      const auto beta = std::make_unique_for_overwrite<T[]>(static_cast<size_t>(width));
      for (int64_t n = begin; n < end; ++n) {
        const auto one = sequence<T>(logProbs, labels, lengths, blank, n);
        const T loss = losses.data<T>()[n], g = grad.data<T>()[n];
        const bool counts = !(zeroInfinity && loss == -math::kImpossible<T>);
        for (int64_t t = logProbs.size(0) - 1; t >= 0; --t) {
          T* to = out.data<T>() + t * one.step + n * classes;
          if (t >= one.times || !counts) {
            std::fill_n(to, classes, T(0));
            continue;
          }
          std::fill_n(to, classes, math::kImpossible<T>);
          const T* ours = alpha.data<T>() + (n * alpha.size(1) + t) * width;
          for (int64_t s = 0; s < one.places(); ++s) {
            beta[s] = one.beta(t, s, beta.get());
            T& both = to[one.labelAt(s)];
            both = math::logSum(both, ours[s] + beta[s]);
          }
          for (int64_t c = 0; c < classes; ++c) to[c] = one.slope(one.logProb(t, c), to[c], loss) * g;
        }
      }
    });
  });
}

const decltype(ctcLossSlot)::Fill fill(ctcLossSlot, DeviceType::CPU, &ctcLossKernel);
const decltype(ctcLossBackwardSlot)::Fill fillBackward(ctcLossBackwardSlot, DeviceType::CPU, &ctcLossBackwardKernel);

}  // namespace

}  // namespace retrograd::cpu
