#include "cuda/pointwise.cuh"
#include "math/unary.h"

namespace retrograd::cuda {
namespace {
const Family<math::UnaryFunctors, FillUnary, RETROGRAD_SHARD, RETROGRAD_SHARDS> fill;
}
}  // namespace retrograd::cuda
