#pragma once

#include "core/macros.h"

namespace retrograd::math {

/// The weights of the four places around a point that lies `t` after the second, in [0, 1], by cubic convolution:
/// Keys, Cubic Convolution Interpolation for Digital Image Processing. `a` is the slope at the neighbours.
template <class T>
RETROGRAD_HD inline void cubicWeights(T (&w)[4], T t, T a = T(-0.75)) {
  auto near = [a](T x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
  auto far = [a](T x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
  w[0] = far(t + 1);
  w[1] = near(t);
  w[2] = near(1 - t);
  w[3] = far(2 - t);
}

/// Their derivatives by `t`.
template <class T>
RETROGRAD_HD inline void cubicSlopes(T (&w)[4], T t, T a = T(-0.75)) {
  auto near = [a](T x) { return (3 * (a + 2) * x - 2 * (a + 3)) * x; };
  auto far = [a](T x) { return (3 * a * x - 10 * a) * x + 8 * a; };
  w[0] = far(t + 1);
  w[1] = near(t);
  w[2] = -near(1 - t);
  w[3] = -far(2 - t);
}

}  // namespace retrograd::math
