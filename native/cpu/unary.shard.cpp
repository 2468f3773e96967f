#include "math/unary.h"
#include "cpu/pointwise.h"

namespace retrograd::cpu {
namespace {
const AtLoad fill([] {
  math::UnaryFunctors::forEach<RETROGRAD_SHARD, RETROGRAD_SHARDS>([]<class F>() { fillUnary<F>(); });
});
}
}  // namespace retrograd::cpu
