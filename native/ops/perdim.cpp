#include "ops/perdim.h"

namespace retrograd {

std::array<int64_t, 3> perDim(const char* op, const char* what, const PerDim& given, int64_t dims, int64_t least) {
  if (given.size() != 1 && given.size() != static_cast<size_t>(dims))
    fail<std::invalid_argument>(op, ": ", what, " needs one number, or one for each of the ", dims, " dimensions, got ",
                                toString(given));
  std::array<int64_t, 3> all;
  all.fill(least);
  for (int64_t d = 0; d < dims; ++d) {
    const int64_t n = given[given.size() == 1 ? 0 : static_cast<size_t>(d)];
    if (n < least || n > INT32_MAX)
      fail<std::invalid_argument>(op, ": ", what, " must be at least ", least, " and fit into an int, got ",
                                  toString(given));
    all[static_cast<size_t>(d + 3 - dims)] = n;
  }
  return all;
}

}  // namespace retrograd
