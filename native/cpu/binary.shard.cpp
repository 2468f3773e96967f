#include "math/binary.h"
#include "cpu/pointwise.h"

namespace retrograd::cpu {
namespace {
const AtLoad fill([] {
  math::BinaryFunctors::forEach<RETROGRAD_SHARD, RETROGRAD_SHARDS>([]<class F>() { fillBinary<F>(); });
});
}
}  // namespace retrograd::cpu
