#pragma once

#include <cstdint>
#include <type_traits>

#include "core/macros.h"
#include "math/domain.h"
#include "math/elementary.h"

// One optimizer step of one element. The operations and their order are those of the unfused formulas that PyTorch
// documents ("Adam", "AdamW", "SGD" in torch.optim), one rounding each, on every device.
//
// An optimizer is a rule: a struct of the options that stay the same in all elements of a step, with
//   kName           of its kernel
//   kStates         how many tensors of the parameter's shape and dtype it keeps of each parameter
//   Clock           what else it keeps of each: float64 numbers, all zeros before the first step (NoClock: nothing);
//                   clock.advance(rule, lr) comes before the elements of each step
//   Element<T>      made of (rule, lr, clock); element(parameter, gradient, states...) steps one
// and an entry in StepRules below.

namespace retrograd::math {

struct NoClock {
  template <class Rule>
  RETROGRAD_HD void advance(const Rule&, double) {}
};

template <class Rule>
inline constexpr bool kHasClock = !std::is_empty_v<typename Rule::Clock>;

/// How many numbers a rule's clock has.
template <class Rule>
inline constexpr int kClockNumbers = kHasClock<Rule> ? static_cast<int>(sizeof(typename Rule::Clock) / sizeof(double))
                                                     : 0;

/// Adam and AdamW. States: the mean of the gradients and that of their squares.
struct Adam {
  static constexpr const char* kName = "adam";
  static constexpr int kStates = 2;

  double beta1, beta2, epsilon, weightDecay;
  bool decoupled;  ///< AdamW: decay the parameter, not the gradient
  bool maximize;

  /// How many steps a parameter has taken, and the factors of the last one.
  struct Clock {
    double steps, keep, rate, root;

    RETROGRAD_HD void advance(const Adam& rule, double lr) {
      steps += 1;
      keep = rule.decoupled ? 1 - lr * rule.weightDecay : 1;
      rate = -(lr / (1 - math::pow(rule.beta1, steps)));
      root = math::sqrt(1 - math::pow(rule.beta2, steps));
    }
  };

  template <class T>
  class Element {
   public:
    RETROGRAD_HD Element(const Adam& rule, double, const Clock& clock)
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
};

/// SGD without momentum.
struct Sgd {
  static constexpr const char* kName = "sgd";
  static constexpr int kStates = 0;
  using Clock = NoClock;

  double weightDecay;
  bool maximize;

  template <class T>
  class Element {
   public:
    RETROGRAD_HD Element(const Sgd& rule, double lr, NoClock)
        : sign_(rule.maximize ? T(-1) : T(1)), decay_(static_cast<T>(rule.weightDecay)), rate_(static_cast<T>(-lr)) {}

    RETROGRAD_HD void operator()(T& p, T gradient) const { descend(p, decayed(p, gradient)); }

    RETROGRAD_HD T decayed(T p, T gradient) const {
      const T g = gradient * sign_, with = g + decay_ * p;
      return decay_ != T(0) ? with : g;
    }
    RETROGRAD_HD void descend(T& p, T direction) const { p = p + rate_ * direction; }

   private:
    T sign_, decay_, rate_;
  };
};

/// SGD with momentum. State: the momentum.
struct SgdMomentum {
  static constexpr const char* kName = "sgdMomentum";
  static constexpr int kStates = 1;
  using Clock = NoClock;

  Sgd plain;
  double momentum, dampening;
  bool nesterov;
  bool firstStep;  ///< the momentum starts as the gradient

  template <class T>
  class Element {
   public:
    RETROGRAD_HD Element(const SgdMomentum& rule, double lr, NoClock clock)
        : plain_(rule.plain, lr, clock),
          momentum_(static_cast<T>(rule.momentum)),
          weight_(static_cast<T>(1 - rule.dampening)),
          first_(rule.firstStep),
          nesterov_(rule.nesterov) {}

    RETROGRAD_HD void operator()(T& p, T gradient, T& buffer) const {
      const T g = plain_.decayed(p, gradient);
      const T moved = buffer * momentum_ + weight_ * g;
      const T b = first_ ? g : moved;
      buffer = b;
      const T ahead = g + momentum_ * b;
      plain_.descend(p, nesterov_ ? ahead : b);
    }

   private:
    Sgd::Element<T> plain_;
    T momentum_, weight_;
    bool first_, nesterov_;
  };
};

/// What the CPU and CUDA families expand.
using StepRules = TypeList<Adam, Sgd, SgdMomentum>;

}  // namespace retrograd::math
