#include "cuda/pointwise.cuh"
#include "math/unary.h"

namespace retrograd::cuda {
namespace {
const Family<math::UnaryFunctors, FillUnary, 1, 2> fill;
}
}  // namespace retrograd::cuda
