#include "cuda/pointwise.cuh"
#include "math/binary.h"

namespace retrograd::cuda {
namespace {
const Family<math::BinaryFunctors, FillBinary, 1, 2> fill;
}
}  // namespace retrograd::cuda
