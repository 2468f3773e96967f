#pragma once

#include <cstdint>
#include <limits>

#include "math/elementary.h"

namespace retrograd::math {

template <class T>
inline constexpr T kImpossible = -std::numeric_limits<T>::infinity();  ///< log 0

/// The logarithm of the sum of what these are the logarithms of.
template <class T>
RETROGRAD_HD inline T logSum(T a, T b, T c = kImpossible<T>) {
  T most = b > a ? b : a;
  most = c > most ? c : most;
  if (most == kImpossible<T>) most = T(0);
  return most + math::log(math::exp(a - most) + math::exp(b - most) + math::exp(c - most));
}

/// One sequence: its labels with a blank before, between and after them, which are `places`, and the log-probabilities
/// of all classes, times `step` elements apart. Names as in Graves et al. (2006).
template <class T>
struct CtcSequence {
  const T* logProbs;
  int64_t step;
  const int64_t* labels;
  int64_t times, length, blank;

  RETROGRAD_HD int64_t places() const { return 2 * length + 1; }
  RETROGRAD_HD int64_t labelAt(int64_t s) const { return s % 2 ? labels[s / 2] : blank; }
  /// Whether the place may follow the one two before it.
  RETROGRAD_HD bool skips(int64_t s) const { return s % 2 && s > 1 && labels[s / 2] != labels[s / 2 - 1]; }
  RETROGRAD_HD T logProb(int64_t t, int64_t label) const { return logProbs[t * step + label]; }

  /// The log-probability of all beginnings that end at `s` at the time `t`, from those of the time before.
  RETROGRAD_HD T alpha(int64_t t, int64_t s, const T* before) const {
    const T own = logProb(t, labelAt(s));
    if (t == 0) return s < 2 ? own : kImpossible<T>;
    return logSum(before[s], s > 0 ? before[s - 1] : kImpossible<T>, skips(s) ? before[s - 2] : kImpossible<T>) + own;
  }
  /// The same of all ends that begin at `s`, from those of the time after.
  RETROGRAD_HD T beta(int64_t t, int64_t s, const T* after) const {
    const T own = logProb(t, labelAt(s));
    if (t == times - 1) return s + 2 >= places() ? own : kImpossible<T>;
    const bool last = s + 1 == places(), skip = s + 2 < places() && skips(s + 2);
    return logSum(after[s], last ? kImpossible<T> : after[s + 1], skip ? after[s + 2] : kImpossible<T>) + own;
  }
  /// Minus the log-probability of the labels, from `alpha` of the last time.
  RETROGRAD_HD T loss(const T* alpha) const {
    if (times == 0) return length == 0 ? T(0) : -kImpossible<T>;
    return -logSum(alpha[places() - 1], length == 0 ? kImpossible<T> : alpha[places() - 2]);
  }
  /// What the gradient of a class has at a time, given the logarithm of the sum of alpha * beta over its places.
  RETROGRAD_HD T slope(T logProb, T both, T loss) const {
    const T share = both == kImpossible<T> ? T(0) : math::exp(both + loss - logProb);
    const bool none = loss == -kImpossible<T> || loss != loss;
    return none ? std::numeric_limits<T>::quiet_NaN() : math::exp(logProb) - share;
  }
};

}  // namespace retrograd::math
