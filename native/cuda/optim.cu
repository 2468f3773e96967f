#include "kernel/optim.h"

#include <cmath>

#include "cuda/pointwise.cuh"
#include "math/elementary.h"

// A step over many tensors in few launches: each launch takes a list of up to kTensors, and each block a stretch of
// one.

namespace retrograd::cuda {

namespace {

constexpr int kTensors = 48;    // a list of so many fits into a kernel's 4 KiB of arguments
constexpr int kStretch = 4096;  // elements of a block

/// Four pointers for each tensor: parameter, gradient and up to two of state.
struct TensorList {
  void* tensors[kTensors][4];
  int64_t sizes[kTensors];
  uint32_t firstBlock[kTensors + 1];
  int32_t count;

  template <class Visit>
  void forEachPointer(Visit&& visit) const {
    for (int k = 0; k < count; ++k)
      for (const void* p : tensors[k]) visit(p);
  }
};

/// One step of Adam in an element's type, as the CPU rounds it.
template <class T>
struct Adam {
  T sign, decay, keep, weight1, beta2, weight2, root, epsilon, step;

  explicit Adam(const AdamStep& s)
      : sign(s.maximize ? T(-1) : T(1)),
        decay(static_cast<T>(s.decoupled ? 0 : s.weightDecay)),
        keep(static_cast<T>(s.decoupled ? 1 - s.lr * s.weightDecay : 1)),
        weight1(static_cast<T>(1 - s.beta1)),
        beta2(static_cast<T>(s.beta2)),
        weight2(static_cast<T>(1 - s.beta2)),
        root(static_cast<T>(std::sqrt(s.biasCorrection2))),
        epsilon(static_cast<T>(s.epsilon)),
        step(static_cast<T>(-(s.lr / s.biasCorrection1))) {}

  __device__ void operator()(T* p, const T* gradient, T* mean, T* square, int64_t i) const {
    T x = p[i] * keep;
    T g = gradient[i] * sign;
    if (decay != T(0)) g = g + decay * x;
    T m = mean[i] + weight1 * (g - mean[i]);
    T v = square[i] * beta2 + weight2 * g * g;
    T denominator = math::sqrt(v) / root + epsilon;
    mean[i] = m;
    square[i] = v;
    p[i] = x + step * m / denominator;
  }
};

template <class T>
struct Sgd {
  T sign, decay, step, factor, weight;
  bool first, nesterov;

  explicit Sgd(const SgdStep& s)
      : sign(s.maximize ? T(-1) : T(1)),
        decay(static_cast<T>(s.weightDecay)),
        step(static_cast<T>(-s.lr)),
        factor(static_cast<T>(s.momentum)),
        weight(static_cast<T>(1 - s.dampening)),
        first(s.firstStep),
        nesterov(s.nesterov) {}

  __device__ void operator()(T* p, const T* gradient, T* momentum, T*, int64_t i) const {
    T g = gradient[i] * sign;
    if (decay != T(0)) g = g + decay * p[i];
    if (momentum) {
      T b = first ? g : momentum[i] * factor + weight * g;
      momentum[i] = b;
      g = nesterov ? g + factor * b : b;
    }
    p[i] = p[i] + step * g;
  }
};

template <class T, class Step>
__global__ void __launch_bounds__(kBlock) stepKernel(TensorList list, Step step) {
  const uint32_t block = static_cast<uint32_t>(blockNumber());
  int low = 0, high = list.count - 1;  // the last tensor that begins at or before this block
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (list.firstBlock[middle] <= block)
      low = middle;
    else
      high = middle - 1;
  }
  const int64_t begin = static_cast<int64_t>(block - list.firstBlock[low]) * kStretch;
  const int64_t end = begin + kStretch < list.sizes[low] ? begin + kStretch : list.sizes[low];
  T* const p = static_cast<T*>(list.tensors[low][0]);
  const T* const g = static_cast<const T*>(list.tensors[low][1]);
  T* const first = static_cast<T*>(list.tensors[low][2]);
  T* const second = static_cast<T*>(list.tensors[low][3]);
  for (int64_t i = begin + threadNumber(); i < end; i += kBlock) step(p, g, first, second, i);
}

void requireMatching(const char* op, const Tensor& param, const Tensor& other) {
  if (other.dtype() != param.dtype())
    fail<DTypeError>(op, ": a parameter of ", name(param.dtype()), " has a gradient or state of ", name(other.dtype()));
  if (other.device() != param.device())
    fail<DeviceError>(op, ": a parameter on ", toString(param.device()), " has a gradient or state on ",
                      toString(other.device()));
  if (other.numel() != param.numel() || !other.isContiguous() || !param.isContiguous())
    fail<ShapeError>(op, ": a parameter of shape ", toString(param.sizes()), " has a gradient or state of shape ",
                     toString(other.sizes()), ", or one of them is not dense");
}

/// Runs `Step<T>` over the tensors of type `T` on one device; `lists`: parameters, gradients, states (null where
/// absent).
template <template <class> class Step, class T, class Numbers>
void runLists(const std::vector<Tensor>* const (&lists)[4], Device device, const Numbers& numbers) {
  const std::vector<Tensor>& params = *lists[0];
  TensorList list;
  uint32_t blocks = 0;
  list.count = 0;
  auto flush = [&] {
    list.firstBlock[list.count] = blocks;
    if (list.count) launch(&stepKernel<T, Step<T>>, blocks, kBlock, 0, use(device), list, Step<T>(numbers));
    list.count = 0;
    blocks = 0;
  };
  for (size_t k = 0; k < params.size(); ++k) {
    if (params[k].dtype() != DTypeOf<T>::value || params[k].device() != device || params[k].numel() == 0) continue;
    for (int j = 0; j < 4; ++j) list.tensors[list.count][j] = lists[j] ? (*lists[j])[k].data() : nullptr;
    list.sizes[list.count] = params[k].numel();
    list.firstBlock[list.count] = blocks;
    blocks += blocksFor(params[k].numel(), kStretch);
    if (++list.count == kTensors) flush();
  }
  flush();
}

template <template <class> class Step, class Numbers>
void runStep(const char* op, const std::vector<Tensor>* const (&lists)[4], const Numbers& numbers) {
  const std::vector<Tensor>& params = *lists[0];
  uint64_t devices = 0;
  for (size_t k = 0; k < params.size(); ++k) {
    for (int j = 1; j < 4; ++j)
      if (lists[j]) requireMatching(op, params[k], (*lists[j])[k]);
    devices |= uint64_t{1} << params[k].device().index;
  }
  for (int16_t index = 0; devices >> index; ++index) {
    if (!(devices >> index & 1)) continue;
    runLists<Step, float>(lists, {DeviceType::CUDA, index}, numbers);
    runLists<Step, double>(lists, {DeviceType::CUDA, index}, numbers);
  }
}

void adamFamily(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& means,
                const std::vector<Tensor>& squares, const AdamStep& step) {
  runStep<Adam>("adam", {&params, &grads, &means, &squares}, step);
}

void sgdFamily(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& momentum,
               const SgdStep& step) {
  runStep<Sgd>("sgd", {&params, &grads, momentum.empty() ? nullptr : &momentum, nullptr}, step);
}

const decltype(adamSlot)::Fill fillAdam(adamSlot, DeviceType::CUDA, &adamFamily);
const decltype(sgdSlot)::Fill fillSgd(sgdSlot, DeviceType::CUDA, &sgdFamily);

}  // namespace

}  // namespace retrograd::cuda
