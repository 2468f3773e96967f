#include "kernel/optim.h"

#include <utility>

#include "cpu/pointwise.h"

namespace retrograd::cpu {

namespace {

template <class Element, class T, class... States>
RETROGRAD_CLONES void stepRun(const Element step, T* p, const T* gradient, int64_t n, States*... states) {
#pragma GCC ivdep
  for (int64_t i = 0; i < n; ++i) step(p[i], gradient[i], states[i]...);
}

template <class Rule>
typename Rule::Clock advancedClock(const Rule& rule, const StepLists<Rule>& lists, size_t k, double lr) {
  typename Rule::Clock none{};
  auto* clock = lists.clocks.empty() ? &none : static_cast<typename Rule::Clock*>(lists.clocks[k].data());
  clock->advance(rule, lr);
  return *clock;
}

template <class Rule, size_t... S>
void stepParameters(const Rule& rule, const StepLists<Rule>& lists, const Tensor& lr, std::index_sequence<S...>) {
  const double rate = *lr.data<double>();
  for (size_t k = 0; k < lists.params.size(); ++k) {
    const auto clock = advancedClock(rule, lists, k, rate);
    dispatchFloating(lists.params[k].dtype(), [&]<class T>(Type<T>) {
      const typename Rule::template Element<T> step(rule, rate, clock);
      auto at = [k](const std::vector<Tensor>& list, int64_t i) { return list[k].template data<T>() + i; };
      parallelFor(lists.params[k].numel(), kGrain / (2 + Rule::kStates), [&](int64_t begin, int64_t end) {
        stepRun(step, at(lists.params, begin), static_cast<const T*>(at(lists.grads, begin)), end - begin,
                at(lists.states[S], begin)...);
      });
    });
  }
}

template <class Rule>
void stepKernel(const Rule& rule, const StepLists<Rule>& lists, const Tensor& lr) {
  stepParameters(rule, lists, lr, std::make_index_sequence<Rule::kStates>());
}

const AtLoad fill([] {
  math::StepRules::forEach([]<class Rule>() {
    typename decltype(stepSlot<Rule>)::Fill(stepSlot<Rule>, DeviceType::CPU, &stepKernel<Rule>);
  });
});

}  // namespace

}  // namespace retrograd::cpu
