#pragma once

#include <cmath>

#include "math/unary.h"

namespace retrograd::math {

// Norms of differences, element by element: `fold` takes up the size of one, `finish` gives the norm. `factor` is what
// the gradient of the norm `d` has in common for all elements, and `slope` the share of one, given that.

/// How many are not 0.
struct CountNorm {
  template <class T>
  RETROGRAD_HD T fold(T sum, T size) const {
    return sum + (size > T(0) ? T(1) : size);
  }
  template <class T>
  RETROGRAD_HD T finish(T sum) const {
    return sum;
  }
  template <class T>
  RETROGRAD_HD T factor(T, T) const {
    return T(0);
  }
  template <class T>
  RETROGRAD_HD T slope(T, T, T) const {
    return T(0);
  }
};

struct SumNorm {
  template <class T>
  RETROGRAD_HD T fold(T sum, T size) const {
    return sum + size;
  }
  template <class T>
  RETROGRAD_HD T finish(T sum) const {
    return sum;
  }
  template <class T>
  RETROGRAD_HD T factor(T g, T) const {
    return g;
  }
  template <class T>
  RETROGRAD_HD T slope(T x, T factor, T) const {
    return Sign{}(x)*factor;
  }
};

struct EuclideanNorm {
  template <class T>
  RETROGRAD_HD T fold(T sum, T size) const {
    return sum + size * size;
  }
  template <class T>
  RETROGRAD_HD T finish(T sum) const {
    return math::sqrt(sum);
  }
  template <class T>
  RETROGRAD_HD T factor(T g, T d) const {
    return d == T(0) ? T(0) : g / d;
  }
  template <class T>
  RETROGRAD_HD T slope(T x, T factor, T) const {
    return x * factor;
  }
};

/// NaN wins.
struct MaximumNorm {
  template <class T>
  RETROGRAD_HD T fold(T most, T size) const {
    return (size > most) | (size != size) ? size : most;
  }
  template <class T>
  RETROGRAD_HD T finish(T most) const {
    return most;
  }
  template <class T>
  RETROGRAD_HD T factor(T g, T) const {
    return g;
  }
  template <class T>
  RETROGRAD_HD T slope(T x, T factor, T d) const {
    return (x == d) | (-x == d) ? Sign{}(x)*factor : T(0);
  }
};

struct PowerNorm {
  double p;
  template <class T>
  RETROGRAD_HD T fold(T sum, T size) const {
    return sum + math::pow(size, T(p));
  }
  template <class T>
  RETROGRAD_HD T finish(T sum) const {
    return math::pow(sum, T(1 / p));
  }
  template <class T>
  RETROGRAD_HD T factor(T g, T d) const {
    return d == T(0) ? T(0) : g / math::pow(d, T(p - 1));
  }
  template <class T>
  RETROGRAD_HD T slope(T x, T factor, T) const {
    const T power = math::pow(x < T(0) ? -x : x, T(p - 1));
    return select(x == T(0), T(0), Sign{}(x)*power * factor);
  }
};

/// Calls fn with the norm of `p`, at least 0.
template <class Fn>
void withNorm(double p, Fn&& fn) {
  if (p == 0) return fn(CountNorm{});
  if (p == 1) return fn(SumNorm{});
  if (p == 2) return fn(EuclideanNorm{});
  if (std::isinf(p)) return fn(MaximumNorm{});
  fn(PowerNorm{p});
}

/// |x - y|.
template <class T>
RETROGRAD_HD inline T apartBy(T x, T y) {
  const T difference = x - y;
  return difference < T(0) ? -difference : difference;
}

}  // namespace retrograd::math
