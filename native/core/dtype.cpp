#include "core/dtype.h"

#include "core/error.h"

namespace retrograd::detail {

void failDispatch(DType t) { fail<DTypeError>("there is no kernel for ", name(t)); }

}  // namespace retrograd::detail
