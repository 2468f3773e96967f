#include "kernel/ctc.h"

#include "cuda/pointwise.cuh"
#include "math/ctc.h"

namespace retrograd::cuda {

namespace {

/// Dense tensors of all sequences.
template <class T>
struct Sequences {
  const T* logProbs;
  const int64_t *labels, *lengths;
  int64_t count, classes, longest, times, blank;

  Sequences(const Tensor& logProbs, const Tensor& labels, const Tensor& lengths, int64_t blank)
      : logProbs(logProbs.data<T>()),
        labels(labels.data<int64_t>()),
        lengths(lengths.data<int64_t>()),
        count(logProbs.size(1)),
        classes(logProbs.size(2)),
        longest(labels.size(1)),
        times(logProbs.size(0)),
        blank(blank) {}
  __device__ math::CtcSequence<T> operator[](int64_t n) const {
    return {logProbs + n * classes, count * classes, labels + n * longest, lengths[n], lengths[count + n], blank};
  }
  RETROGRAD_HD int64_t width() const { return 2 * longest + 1; }
};

/// A block for each sequence; its threads take the places of a time together.
template <class T>
__global__ void __launch_bounds__(kBlock) ctcLossKernel(Sequences<T> all, T* losses, T* alpha) {
  const int64_t n = blockNumber();
  const auto one = all[n];
  const int64_t width = all.width();
  T* row = alpha + n * all.times * width;
  for (int64_t t = 0; t < one.times; ++t, row += width) {
    for (int64_t s = threadNumber(); s < one.places(); s += kBlock) row[s] = one.alpha(t, s, row - width);
    barrier();
  }
  if (threadNumber() == 0) losses[n] = one.loss(row - width);
}

/// The logarithm of the sum of alpha * beta over the places of the class at the place `s`, every second one.
template <class T>
__device__ inline T sumOverPlaces(const math::CtcSequence<T>& one, int64_t s, const T* alpha, const T* beta) {
  const int64_t label = one.labelAt(s);
  T sum = math::kImpossible<T>;
  for (int64_t other = s; other < one.places(); other += 2)
    if (one.labelAt(other) == label) sum = math::logSum(sum, alpha[other] + beta[other]);
  return sum;
}

/// Whether a class that is no blank stands before the place, too.
template <class T>
__device__ inline bool stoodBefore(const math::CtcSequence<T>& one, int64_t s) {
  for (int64_t other = s - 2; other > 0; other -= 2)
    if (one.labelAt(other) == one.labelAt(s)) return true;
  return false;
}

/// Likewise. `beta` has two rows for each sequence, of this time and of the one after.
template <class T>
__global__ void __launch_bounds__(kBlock)
    ctcLossBackwardKernel(Sequences<T> all, bool zeroInfinity, T* out, const T* grad, const T* losses, const T* alpha,
                          T* beta) {
  const int64_t n = blockNumber(), width = all.width();
  const auto one = all[n];
  const T loss = losses[n], g = grad[n];
  const bool counts = !(zeroInfinity && loss == -math::kImpossible<T>);
  for (int64_t t = all.times - 1; t >= 0; --t) {
    T* to = out + t * one.step + n * all.classes;
    const bool isUsed = t < one.times && counts;
    T* ends = beta + (2 * n + t % 2) * width;
    const T* after = beta + (2 * n + (t + 1) % 2) * width;
    for (int64_t c = threadNumber(); c < all.classes; c += kBlock)
      to[c] = isUsed ? one.slope(one.logProb(t, c), math::kImpossible<T>, loss) * g : T(0);
    if (!isUsed) continue;
    for (int64_t s = threadNumber(); s < one.places(); s += kBlock) ends[s] = one.beta(t, s, after);
    barrier();
    const T* begins = alpha + (n * all.times + t) * width;
    // The first place of each class: 0 for the blank, and odd ones.
    for (int64_t k = threadNumber(); k <= one.length; k += kBlock) {
      const int64_t s = k == 0 ? 0 : 2 * k - 1, label = one.labelAt(s);
      if (stoodBefore(one, s)) continue;
      to[label] = one.slope(one.logProb(t, label), sumOverPlaces(one, s, begins, ends), loss) * g;
    }
  }
}

void ctcLossFamily(const Tensor& losses, const Tensor& alpha, const Tensor& logProbs, const Tensor& labels,
                   const Tensor& lengths, int64_t blank) {
  dispatchFloating(logProbs.dtype(), [&]<class T>(Type<T>) {
    launch(&ctcLossKernel<T>, blocksFor(losses.numel(), 1), kBlock, 0, use(losses),
           Sequences<T>(logProbs, labels, lengths, blank), losses.data<T>(), alpha.data<T>());
  });
}

void ctcLossBackwardFamily(const Tensor& out, const Tensor& grad, const Tensor& losses, const Tensor& alpha,
                           const Tensor& logProbs, const Tensor& labels, const Tensor& lengths, int64_t blank,
                           bool zeroInfinity) {
  const Tensor beta = allocateTensor("ctcLoss", {2, losses.size(0), alpha.size(2)}, out.dtype(), out.device());
  dispatchFloating(logProbs.dtype(), [&]<class T>(Type<T>) {
    launch(&ctcLossBackwardKernel<T>, blocksFor(losses.numel(), 1), kBlock, 0, use(out),
           Sequences<T>(logProbs, labels, lengths, blank), zeroInfinity, out.data<T>(), grad.data<T>(),
           losses.data<T>(), alpha.data<T>(), beta.data<T>());
  });
}

const decltype(ctcLossSlot)::Fill fill(ctcLossSlot, DeviceType::CUDA, &ctcLossFamily);
const decltype(ctcLossBackwardSlot)::Fill fillBackward(ctcLossBackwardSlot, DeviceType::CUDA, &ctcLossBackwardFamily);

}  // namespace

}  // namespace retrograd::cuda
