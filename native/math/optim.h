#pragma once

#include <cstdint>

#include "core/macros.h"
#include "math/elementary.h"

// One optimizer step of one element. The operations and their order are those of the unfused formulas that PyTorch
// documents ("Adam", "AdamW", "SGD" in torch.optim), one rounding each, on every device.

namespace retrograd::math {

/// What stays the same in all steps of Adam and AdamW.
struct AdamRule {
  double beta1, beta2, epsilon, weightDecay;
  bool decoupled;  ///< AdamW: decay the parameter, not the gradient
  bool maximize;
};

/// What Adam keeps of a parameter beside its means, all zeros at first: how many steps it has taken, and the factors of
/// the last one.
struct AdamClock {
  double steps, keep, rate, root;

  RETROGRAD_HD void advance(const AdamRule& rule, double lr) {
    steps += 1;
    keep = rule.decoupled ? 1 - lr * rule.weightDecay : 1;
    rate = -(lr / (1 - math::pow(rule.beta1, steps)));
    root = math::sqrt(1 - math::pow(rule.beta2, steps));
  }
};

template <class T>
class AdamElement {
 public:
  RETROGRAD_HD AdamElement(const AdamRule& rule, const AdamClock& clock)
      : sign_(rule.maximize ? T(-1) : T(1)),
        decay_(static_cast<T>(rule.decoupled ? 0 : rule.weightDecay)),
        keep_(static_cast<T>(clock.keep)),
        weight1_(static_cast<T>(1 - rule.beta1)),
        beta2_(static_cast<T>(rule.beta2)),
        weight2_(static_cast<T>(1 - rule.beta2)),
        root_(static_cast<T>(clock.root)),
        epsilon_(static_cast<T>(rule.epsilon)),
        rate_(static_cast<T>(clock.rate)) {}

  RETROGRAD_HD void operator()(T& p, T gradient, T& mean, T& square) const {
    const T x = p * keep_;
    const T signedGradient = gradient * sign_, decayed = signedGradient + decay_ * x;
    const T g = decay_ != T(0) ? decayed : signedGradient;
    const T m = mean + weight1_ * (g - mean);
    const T v = square * beta2_ + weight2_ * g * g;
    const T denominator = math::sqrt(v) / root_ + epsilon_;
    mean = m;
    square = v;
    p = x + rate_ * m / denominator;
  }

 private:
  T sign_, decay_, keep_, weight1_, beta2_, weight2_, root_, epsilon_, rate_;
};

/// What stays the same in all steps of SGD.
struct SgdRule {
  double momentum, dampening, weightDecay;
  bool nesterov, maximize;
  bool firstStep;  ///< momentum buffers start as the gradient
};

template <class T>
class SgdElement {
 public:
  RETROGRAD_HD SgdElement(const SgdRule& rule, double lr)
      : sign_(rule.maximize ? T(-1) : T(1)),
        decay_(static_cast<T>(rule.weightDecay)),
        rate_(static_cast<T>(-lr)),
        momentum_(static_cast<T>(rule.momentum)),
        weight_(static_cast<T>(1 - rule.dampening)),
        first_(rule.firstStep),
        nesterov_(rule.nesterov) {}

  RETROGRAD_HD void operator()(T& p, T gradient) const { p = p + rate_ * decayed(p, gradient); }

  RETROGRAD_HD void operator()(T& p, T gradient, T& buffer) const {
    const T g = decayed(p, gradient);
    const T moved = buffer * momentum_ + weight_ * g;
    const T b = first_ ? g : moved;
    buffer = b;
    const T ahead = g + momentum_ * b;
    p = p + rate_ * (nesterov_ ? ahead : b);
  }

 private:
  RETROGRAD_HD T decayed(T p, T gradient) const {
    const T g = gradient * sign_, with = g + decay_ * p;
    return decay_ != T(0) ? with : g;
  }

  T sign_, decay_, rate_, momentum_, weight_;
  bool first_, nesterov_;
};

}  // namespace retrograd::math
