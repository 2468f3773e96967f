#pragma once

#include <cstddef>

namespace retrograd::cpu {

/// Blocks for the CPU's allocator, whose sizes are its classes'; null where the system has no memory. The emulated
/// device (tests/emulated) supplies its own.
void* takeFromSystem(size_t size) noexcept;
void giveToSystem(void* block, size_t size) noexcept;

}  // namespace retrograd::cpu
