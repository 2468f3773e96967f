#include "kernel/loss.h"

#include "cuda/fault.cuh"
#include "cuda/pointwise.cuh"
#include "kernel/load.h"

namespace retrograd::cuda {

namespace {

/// What a class counts.
template <class T>
struct Targets {
  int64_t classes, ignored;
  const T* data;  // weights; null for ones

  Targets(int64_t classes, int64_t ignored, const Tensor& weights)
      : classes(classes), ignored(ignored), data(weights.defined() ? weights.data<T>() : nullptr) {}
  __device__ bool exists(int64_t number) const { return number >= 0 && number < classes; }
  __device__ T weight(int64_t number) const { return data ? data[number] : T(1); }
};

template <class T>
__global__ void __launch_bounds__(kBlock)
    nllLossKernel(Walk<4> walk, int64_t n, Targets<T> targets, FaultNotes faults, int64_t step, char* losses,
                  char* shares, const char* in, const char* target) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  int64_t offsets[4];
  walk.offsets(i, offsets);
  const int64_t number = loadOnce(reinterpret_cast<const int64_t*>(target + offsets[3]));
  T loss = T(0), share = T(0);
  if (number != targets.ignored) {
    if (targets.exists(number)) {
      share = targets.weight(number);
      loss = -share * *reinterpret_cast<const T*>(in + offsets[2] + number * step);
    } else {
      faults.note(number);
    }
  }
  if (shares) *reinterpret_cast<T*>(shares + offsets[1]) = share;
  *reinterpret_cast<T*>(losses + offsets[0]) = loss;
}

/// A thread for each element of `out`, in row-major order; `inner`: how far classes are apart in it.
template <class T>
__global__ void __launch_bounds__(kBlock)
    nllLossBackwardKernel(Walk<2> walk, int64_t n, Targets<T> targets, int64_t inner, T* out, const char* grad,
                          const char* target) {
  const int64_t i = blockNumber() * kBlock + threadNumber();
  if (i >= n) return;
  const int64_t line = i / inner, place = line / targets.classes;
  int64_t offsets[2];
  walk.offsets(place * inner + i % inner, offsets);
  const int64_t number = loadOnce(reinterpret_cast<const int64_t*>(target + offsets[1]));
  const bool counts = number == line - place * targets.classes && number != targets.ignored;
  out[i] = counts ? -targets.weight(number) * *reinterpret_cast<const T*>(grad + offsets[0]) : T(0);
}

void nllLossFamily(const Tensor& losses, const Tensor& shares, const Tensor& in, int64_t dim, const Tensor& target,
                   const Tensor& weights, int64_t ignored) {
  const Tensor first = withoutDim(in, dim);
  const bool both = shares.defined();
  Plan plan(target.sizes(), {&losses, both ? &shares : &losses, &first, &target});
  if (plan.total == 0) return;
  plan.merge();
  const FaultNotes faults("nllLoss", IndexFault::kClasses, 0, in.size(dim), in.device());
  const Faulting faulting(losses.device());
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launch(&nllLossKernel<T>, blocksFor(plan.total, kBlock), kBlock, 0, use(losses), plan.walk<4>("nllLoss"),
           plan.total, Targets<T>(in.size(dim), ignored, weights), faults,
           in.strides()[dim] * static_cast<int64_t>(sizeof(T)), plan.data[0], both ? plan.data[1] : nullptr,
           plan.data[2], plan.data[3]);
  });
}

void nllLossBackwardFamily(const Tensor& out, const Tensor& grad, int64_t dim, const Tensor& target,
                           const Tensor& weights, int64_t ignored) {
  if (out.numel() == 0) return;
  Plan plan(target.sizes(), {&grad, &target});
  plan.merge();
  dispatchFloating(out.dtype(), [&]<class T>(Type<T>) {
    launch(&nllLossBackwardKernel<T>, blocksFor(out.numel(), kBlock), kBlock, 0, use(out),
           plan.walk<2>("nllLossBackward"), out.numel(), Targets<T>(out.size(dim), ignored, weights),
           out.strides()[dim], out.data<T>(), plan.data[0], plan.data[1]);
  });
}

const decltype(nllLossSlot)::Fill fill(nllLossSlot, DeviceType::CUDA, &nllLossFamily);
const decltype(nllLossBackwardSlot)::Fill fillBackward(nllLossBackwardSlot, DeviceType::CUDA, &nllLossBackwardFamily);

}  // namespace

}  // namespace retrograd::cuda
