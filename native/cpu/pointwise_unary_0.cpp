#include "cpu/pointwise.h"
#include "math/unary.h"

namespace retrograd::cpu {
namespace {
const AtLoad fill([] { math::UnaryFunctors::forEach<0, 2>([]<class F>() { fillUnary<F>(); }); });
}
}  // namespace retrograd::cpu
