#include "kernel/optim.h"

#include "cuda/pointwise.cuh"

// A step over many tensors in few launches: each launch takes a list of up to kTensors, and each block a stretch of
// one.

namespace retrograd::cuda {

namespace {

constexpr int kTensors = 48;  // a list of so many fits into a kernel's 4 KiB of arguments
constexpr int kItems = 4;     // elements of a thread
constexpr int kStretch = kBlock * kItems;

/// Pointers for each tensor: parameter, gradient, up to two of state, and Adam's clock; null where absent.
struct TensorList {
  void* tensors[kTensors][5];
  int64_t sizes[kTensors];
  uint32_t firstBlock[kTensors + 1];
  int32_t count;

  template <class Visit>
  void forEachPointer(Visit&& visit) const {
    for (int k = 0; k < count; ++k)
      for (const void* p : tensors[k]) visit(p);
  }
  RETROGRAD_HD math::AdamClock& clock(int k) const { return *static_cast<math::AdamClock*>(tensors[k][4]); }
};

__global__ void __launch_bounds__(kBlock) clockKernel(TensorList list, math::AdamRule rule, const double* lr) {
  if (threadNumber() < list.count) list.clock(threadNumber()).advance(rule, *lr);
}

template <class T, class Rule>
__global__ void __launch_bounds__(kBlock) stepKernel(TensorList list, Rule rule, const double* lr) {
  const uint32_t block = static_cast<uint32_t>(blockNumber());
  int low = 0, high = list.count - 1;  // the last tensor that begins at or before this block
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (list.firstBlock[middle] <= block)
      low = middle;
    else
      high = middle - 1;
  }
  const int64_t begin = static_cast<int64_t>(block - list.firstBlock[low]) * kStretch + threadNumber() * kItems;
  const int64_t left = list.sizes[low] - begin;
  if (left <= 0) return;
  auto at = [&](int k) { return static_cast<T*>(list.tensors[low][k]) + begin; };
  auto load = [&](int k) { return loadUpTo<kItems>(static_cast<const T*>(at(k)), left); };
  auto store = [&](int k, const Pack<T, kItems>& p) { storeUpTo(at(k), left, p); };
  auto forEach = [](auto&& step) {
#pragma unroll
    for (int i = 0; i < kItems; ++i) step(i);
  };
  Pack<T, kItems> p = load(0);  // all are loaded before any is stored
  const Pack<T, kItems> g = load(1);
  if constexpr (std::is_same_v<Rule, math::AdamRule>) {
    const math::AdamElement<T> step(rule, list.clock(low));
    Pack<T, kItems> mean = load(2), square = load(3);
    forEach([&](int i) { step(p.v[i], g.v[i], mean.v[i], square.v[i]); });
    store(2, mean);
    store(3, square);
  } else {
    const math::SgdElement<T> step(rule, *lr);
    if (list.tensors[low][2]) {
      Pack<T, kItems> momentum = load(2);
      forEach([&](int i) { step(p.v[i], g.v[i], momentum.v[i]); });
      store(2, momentum);
    } else {
      forEach([&](int i) { step(p.v[i], g.v[i]); });
    }
  }
  store(0, p);
}

using Lists = const std::vector<Tensor>* const (&)[5];  // as in TensorList

/// Steps the parameters of type `T`.
template <class T, class Rule>
void runLists(Lists lists, const Tensor& lr, const Rule& rule) {
  const std::vector<Tensor>& params = *lists[0];
  TensorList list;
  uint32_t blocks = 0;
  list.count = 0;
  auto flush = [&] {
    list.firstBlock[list.count] = blocks;
    if (list.count) {
      if constexpr (std::is_same_v<Rule, math::AdamRule>)
        launch(&clockKernel, 1, kBlock, 0, use(lr), list, rule, lr.data<double>());
      launch(&stepKernel<T, Rule>, blocks, kBlock, 0, use(lr), list, rule, lr.data<double>());
    }
    list.count = 0;
    blocks = 0;
  };
  for (size_t k = 0; k < params.size(); ++k) {
    if (params[k].dtype() != DTypeOf<T>::value || params[k].numel() == 0) continue;
    for (int j = 0; j < 5; ++j) list.tensors[list.count][j] = lists[j] ? (*lists[j])[k].data() : nullptr;
    list.sizes[list.count] = params[k].numel();
    list.firstBlock[list.count] = blocks;
    blocks += blocksFor(params[k].numel(), kStretch);
    if (++list.count == kTensors) flush();
  }
  flush();
}

template <class Rule>
void runStep(Lists lists, const Tensor& lr, const Rule& rule) {
  runLists<float>(lists, lr, rule);
  runLists<double>(lists, lr, rule);
}

void adamFamily(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& means,
                const std::vector<Tensor>& squares, const std::vector<Tensor>& clocks, const Tensor& lr,
                const math::AdamRule& rule) {
  runStep({&params, &grads, &means, &squares, &clocks}, lr, rule);
}

void sgdFamily(const std::vector<Tensor>& params, const std::vector<Tensor>& grads, const std::vector<Tensor>& momentum,
               const Tensor& lr, const math::SgdRule& rule) {
  runStep({&params, &grads, momentum.empty() ? nullptr : &momentum, nullptr, nullptr}, lr, rule);
}

const decltype(adamSlot)::Fill fillAdam(adamSlot, DeviceType::CUDA, &adamFamily);
const decltype(sgdSlot)::Fill fillSgd(sgdSlot, DeviceType::CUDA, &sgdFamily);

}  // namespace

}  // namespace retrograd::cuda
