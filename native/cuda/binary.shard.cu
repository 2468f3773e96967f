#include "cuda/pointwise.cuh"
#include "math/binary.h"

namespace retrograd::cuda {
namespace {
const Family<math::BinaryFunctors, FillBinary, RETROGRAD_SHARD, RETROGRAD_SHARDS> fill;
}
}  // namespace retrograd::cuda
