#pragma once

#include <array>

#include "ops/pointwise.h"

namespace retrograd {

/// What was given for the last `dims` of three dimensions, one number for all of them or one for each; `least` for the
/// others. Throws std::invalid_argument for numbers below `least` or past int32, and for other lengths.
std::array<int64_t, 3> perDim(const char* op, const char* what, const PerDim& given, int64_t dims, int64_t least);

}  // namespace retrograd
