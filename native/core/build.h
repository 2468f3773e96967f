#pragma once

#include "build_id.h"  // made by cmake/BuildId.cmake
#include "core/macros.h"

namespace retrograd {

/// Its name holds a hash of the engine's headers: the dynamic linker refuses what refers to it where the engine was
/// built from others.
extern RETROGRAD_API const char RETROGRAD_BUILD;

}  // namespace retrograd
