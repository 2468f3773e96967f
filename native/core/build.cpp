#include "core/build.h"

namespace retrograd {

const char RETROGRAD_BUILD = 0;

}  // namespace retrograd
