#pragma once

#include <array>
#include <vector>

#include "core/tensor.h"
#include "kernel/slot.h"
#include "math/optim.h"

namespace retrograd {

/// The tensors of an optimizer step. The lists run in parallel.
template <class Rule>
struct StepLists {
  using Tensors = std::vector<Tensor>;

  Tensors params, grads;
  std::array<Tensors, Rule::kStates> states;
  Tensors clocks;  // float64, each a Rule::Clock; nothing for rules without
};

/// A step of `Rule`, a rule of math/optim.h, for parameters of one device in one pass: writes parameters, states and
/// clocks. All but the clocks are dense tensors of their parameter's shape and floating dtype. `lr` is float64 [] on
/// that device: like the number of steps it stays in the device's memory, so that a step may be repeated there without
/// the host.
template <class Rule>
inline constinit Slot<void(const Rule&, const StepLists<Rule>& lists, const Tensor& lr)> stepSlot{Rule::kName};

}  // namespace retrograd
