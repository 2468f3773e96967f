#include "kernel/optim.h"

#include <utility>

#include "cuda/pointwise.cuh"

// A step over many tensors in few launches: each launch takes a list of up to kTensors, and each block a stretch of
// one.

namespace retrograd::cuda {

namespace {

constexpr int kTensors = 48;  // a list of so many fits into a kernel's 4 KiB of arguments
constexpr int kItems = 4;     // elements of a thread
constexpr int kStretch = kBlock * kItems;

/// Pointers for each parameter: itself, its gradient, its states, and its clock or null.
template <class Rule>
struct TensorList {
  using Clock = typename Rule::Clock;
  static constexpr int kClock = 2 + Rule::kStates;

  void* tensors[kTensors][kClock + 1];
  int64_t sizes[kTensors];
  uint32_t firstBlock[kTensors + 1];
  int32_t count;

  template <class Visit>
  void forEachPointer(Visit&& visit) const {
    for (int k = 0; k < count; ++k)
      for (const void* p : tensors[k]) visit(p);
  }
  RETROGRAD_HD Clock* clock(int k) const { return static_cast<Clock*>(tensors[k][kClock]); }
};

template <class Rule>
__global__ void __launch_bounds__(kBlock) clockKernel(TensorList<Rule> list, Rule rule, const double* lr) {
  if (threadNumber() < list.count) list.clock(threadNumber())->advance(rule, *lr);
}

/// Steps up to kItems elements of parameter `k`, of which `left` begin at number `begin`.
template <class T, class Rule, size_t... S>
__device__ inline void stepItems(const TensorList<Rule>& list, int k, int64_t begin, int64_t left, const Rule& rule,
                                 double lr, std::index_sequence<S...>) {
  using Items = Pack<T, kItems>;
  auto at = [&](int j) { return static_cast<T*>(list.tensors[k][j]) + begin; };
  auto load = [&](int j) { return loadUpTo<kItems>(static_cast<const T*>(at(j)), left); };
  typename Rule::Clock clock{};
  if constexpr (math::kHasClock<Rule>) clock = *list.clock(k);
  const typename Rule::template Element<T> step(rule, lr, clock);
  Items p = load(0);  // all are loaded before any is stored
  const Items g = load(1);
  Items states[sizeof...(S) + 1] = {load(2 + static_cast<int>(S))...};
#pragma unroll
  for (int i = 0; i < kItems; ++i) step(p.v[i], g.v[i], states[S].v[i]...);
  (storeUpTo(at(2 + static_cast<int>(S)), left, states[S]), ...);
  storeUpTo(at(0), left, p);
}

template <class T, class Rule>
__global__ void __launch_bounds__(kBlock) stepKernel(TensorList<Rule> list, Rule rule, const double* lr) {
  const uint32_t block = static_cast<uint32_t>(blockNumber());
  int low = 0, high = list.count - 1;  // the last parameter that begins at or before this block
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (list.firstBlock[middle] <= block)
      low = middle;
    else
      high = middle - 1;
  }
  const int64_t begin = static_cast<int64_t>(block - list.firstBlock[low]) * kStretch + threadNumber() * kItems;
  const int64_t left = list.sizes[low] - begin;
  if (left > 0) stepItems<T>(list, low, begin, left, rule, *lr, std::make_index_sequence<Rule::kStates>());
}

/// Steps the parameters of type `T`.
template <class T, class Rule>
void runLists(const Rule& rule, const StepLists<Rule>& lists, const Tensor& lr) {
  TensorList<Rule> list;
  static_assert(sizeof list + sizeof rule + sizeof(void*) <= 4096);
  uint32_t blocks = 0;
  list.count = 0;
  auto flush = [&] {
    list.firstBlock[list.count] = blocks;
    if (list.count) {
      if constexpr (math::kHasClock<Rule>)
        launch(&clockKernel<Rule>, 1, kBlock, 0, use(lr), list, rule, lr.data<double>());
      launch(&stepKernel<T, Rule>, blocks, kBlock, 0, use(lr), list, rule, lr.data<double>());
    }
    list.count = 0;
    blocks = 0;
  };
  for (size_t k = 0; k < lists.params.size(); ++k) {
    const Tensor& p = lists.params[k];
    if (p.dtype() != DTypeOf<T>::value || p.numel() == 0) continue;
    void** to = list.tensors[list.count];
    *to++ = p.data();
    *to++ = lists.grads[k].data();
    for (const auto& states : lists.states) *to++ = states[k].data();
    *to = lists.clocks.empty() ? nullptr : lists.clocks[k].data();
    list.sizes[list.count] = p.numel();
    list.firstBlock[list.count] = blocks;
    blocks += blocksFor(p.numel(), kStretch);
    if (++list.count == kTensors) flush();
  }
  flush();
}

template <class Rule>
void stepFamily(const Rule& rule, const StepLists<Rule>& lists, const Tensor& lr) {
  for (int t = 0; t < kDTypes; ++t) {
    const DType dtype = static_cast<DType>(t);
    if (isFloating(dtype) && isComputed(dtype))
      dispatchFloating(dtype, [&]<class T>(Type<T>) { runLists<T>(rule, lists, lr); });
  }
}

struct FillStep {
  template <class Rule>
  void operator()() const {
    typename decltype(stepSlot<Rule>)::Fill(stepSlot<Rule>, DeviceType::CUDA, &stepFamily<Rule>);
  }
};

const Family<math::StepRules, FillStep> fill;

}  // namespace

}  // namespace retrograd::cuda
