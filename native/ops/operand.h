#pragma once

#include <vector>

#include "core/macros.h"
#include "core/operand.h"

namespace retrograd {

/// Where the result of an operation goes: into a new tensor, or into its first operand, in place.
enum class Into : bool { Fresh, Self };

/// Numbers for an operation's spatial dimensions: one for each, or one for all.
using PerDim = Dims;

/// What a loss makes of the losses of single elements. BatchMean is klDiv's alone.
enum class Reduction : int32_t { None, Mean, Sum, BatchMean };

}  // namespace retrograd
