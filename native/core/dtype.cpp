#include "core/dtype.h"

namespace retrograd {

const char* name(DType t) {
  constexpr const char* names[kDTypes] = {"bool", "uint8", "int32", "int64", "float32", "float64"};
  return names[static_cast<int>(t)];
}

}  // namespace retrograd
