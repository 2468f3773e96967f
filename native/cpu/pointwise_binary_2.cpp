#include "cpu/pointwise.h"
#include "math/binary.h"

namespace retrograd::cpu {
namespace {
const AtLoad fill([] { math::BinaryFunctors::forEach<2, 3>([]<class F>() { fillBinary<F>(); }); });
}
}  // namespace retrograd::cpu
