#include "kernel/margin.h"

#include "cuda/fault.cuh"
#include "cuda/pointwise.cuh"
#include "kernel/labels.h"

namespace retrograd::cuda {

namespace {

/// A thread for each element.
template <class T>
__global__ void __launch_bounds__(kBlock)
    multilabelMarginKernel(int64_t total, int64_t classes, bool slopes, FaultNotes faults, T* out, const T* in,
                           const int64_t* target) {
  const int64_t at = blockNumber() * kBlock + threadNumber();
  if (at >= total) return;
  const int64_t n = at / classes, i = at % classes;
  const LabelledRow<T> row{in + n * classes, target + n * classes, classes};
  bool isListed = true;
  for (int64_t k = 0; k <= i && isListed; ++k) {
    const int64_t label = loadOnce(row.labels + k);
    isListed = label >= 0;
    if (k == i && label >= classes) faults.note(label);
  }
  const auto timesListed = [&](int64_t k) { return row.timesListed(k); };
  out[at] = slopes ? row.slopeOf(i, timesListed) : row.lossOf(i, timesListed);
}

void multilabelMarginFamily(const Tensor& out, const Tensor& in, const Tensor& target, bool slopes) {
  if (out.numel() == 0) return;
  const FaultNotes faults("multilabelMarginLoss", IndexFault::kClasses, 0, in.size(1), in.device());
  const Faulting faulting(out.device());
  dispatchFloating(in.dtype(), [&]<class T>(Type<T>) {
    launch(&multilabelMarginKernel<T>, blocksFor(out.numel(), kBlock), kBlock, 0, use(out), out.numel(), in.size(1),
           slopes, faults, out.data<T>(), in.data<T>(), target.data<int64_t>());
  });
}

const decltype(multilabelMarginSlot)::Fill fill(multilabelMarginSlot, DeviceType::CUDA, &multilabelMarginFamily);

}  // namespace

}  // namespace retrograd::cuda
