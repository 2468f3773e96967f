#pragma once

#include "kernel/load.h"

namespace retrograd {

/// One row of a margin loss of several labels (kernel/margin.h). Labels that are no class end the list, too.
template <class T>
struct LabelledRow {
  const T* x;
  const int64_t* labels;
  int64_t classes;

  /// Calls visit(label) for each.
  template <class Visit>
  RETROGRAD_HD void forEachLabel(Visit visit) const {
    for (int64_t k = 0; k < classes; ++k) {
      const int64_t label = loadOnce(labels + k);
      if (label < 0 || label >= classes) return;
      visit(label);
    }
  }
  /// How often a class is listed.
  RETROGRAD_HD int64_t timesListed(int64_t i) const {
    int64_t times = 0;
    forEachLabel([&](int64_t label) { times += label == i; });
    return times;
  }
  /// `timesListed(i)`: what the method of this name gives, which may have been found before.
  template <class Times>
  RETROGRAD_HD T lossOf(int64_t i, const Times& timesListed) const {
    T sum = T(0);
    if (timesListed(i)) return sum;
    forEachLabel([&](int64_t label) {
      const T z = T(1) - x[label] + x[i];
      sum += z > T(0) ? z : T(0);
    });
    return sum;
  }
  template <class Times>
  RETROGRAD_HD T slopeOf(int64_t i, const Times& timesListed) const {
    const int64_t times = timesListed(i);
    int64_t count = 0;
    if (times == 0) {
      forEachLabel([&](int64_t label) { count += T(1) - x[label] + x[i] > T(0); });
      return T(count);
    }
    for (int64_t other = 0; other < classes; ++other) count += T(1) - x[i] + x[other] > T(0) && timesListed(other) == 0;
    return T(-count * times);
  }
};

}  // namespace retrograd
