#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include "core/ref.h"

namespace retrograd {

/// Numbers that stand for native objects in Java: (generation, slot) in a table whose memory is never returned.
/// A call pins what it uses; closing makes the number stale at once and frees the object when the last pin goes, so
/// use after close, double close and a close that races with a call are all harmless. Thread-safe.
namespace handles {

/// A new handle that owns the reference; 0 for a null reference.
RETROGRAD_API int64_t open(Ref<RefCounted> object);

/// Pins the object. Throws ClosedError where the handle is stale, 0 or made up.
RETROGRAD_API RefCounted* pin(int64_t handle);
RETROGRAD_API void unpin(int64_t handle) noexcept;

/// Returns false where it was closed already.
RETROGRAD_API bool close(int64_t handle) noexcept;
RETROGRAD_API bool isOpen(int64_t handle) noexcept;

/// Handles that are open, or closed but pinned. Looks at each: not for inner loops.
RETROGRAD_API int64_t count() noexcept;
/// Closes all that are open. For the end: no other thread may use any.
RETROGRAD_API void closeAll() noexcept;
/// Calls `visit(object, argument)` for each open handle, pinned meanwhile.
RETROGRAD_API void forEach(void (*visit)(RefCounted*, void*), void* argument);

}  // namespace handles

/// Pins a handle for as long as it lives. `T` is TensorImpl or Node.
template <class T>
class Pin {
 public:
  /// Throws ClosedError; std::invalid_argument where the handle stands for an object of another class.
  explicit Pin(int64_t handle) : handle_(handle), object_(handles::pin(handle)) {
    if (object_->kind() == T::kKind) return;
    handles::unpin(handle_);
    throw std::invalid_argument("the handle stands for an object of another kind");
  }
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;
  ~Pin() { handles::unpin(handle_); }
  T* get() const noexcept { return static_cast<T*>(object_); }

 private:
  int64_t handle_;
  RefCounted* object_;
};

}  // namespace retrograd
