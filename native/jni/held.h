#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "core/spinlock.h"
#include "jni/java.h"

namespace retrograd::jni {

/// The places of the Java objects that native code holds: elements of arrays kept by io.retrograd.internal.Callbacks.
/// For Java's collector the objects belong to that class, and go with its class loader. Global references would tie a
/// knot that no collector undoes: from a graph to a hook, to its class loader, to the loader's variables, to the graph.
class HeldObjects {
 public:
  /// Throws JavaThrown, std::bad_alloc.
  uint32_t put(JNIEnv* e, jobject object) {
    const uint32_t place = take(e);
    e->SetObjectArrayElement(arrays_[place / kLength], static_cast<jsize>(place % kLength), object);
    return place;
  }
  /// A local reference.
  jobject get(JNIEnv* e, uint32_t place) const {
    return e->GetObjectArrayElement(arrays_[place / kLength], static_cast<jsize>(place % kLength));
  }
  void drop(JNIEnv* e, uint32_t place) noexcept {
    jthrowable pending = e->ExceptionOccurred();  // an object may be dropped while an exception is on its way
    if (pending) e->ExceptionClear();
    e->SetObjectArrayElement(arrays_[place / kLength], static_cast<jsize>(place % kLength), nullptr);
    if (pending) {
      e->Throw(pending);
      e->DeleteLocalRef(pending);
    }
    std::lock_guard guard(lock_);
    next_[place / kLength][place % kLength] = std::exchange(free_, place);
  }
  /// When the arrays have gone.
  void clear(JNIEnv* e) noexcept {
    for (uint32_t i = 0; i < count_; ++i) {
      e->DeleteWeakGlobalRef(arrays_[i]);
      delete[] next_[i];
    }
    count_ = 0;
    free_ = kNone;
  }

 private:
  static constexpr uint32_t kLength = 1024, kMost = 1 << 14, kNone = UINT32_MAX;

  uint32_t take(JNIEnv* e) {
    for (;;) {
      {
        std::lock_guard guard(lock_);
        if (free_ != kNone) return std::exchange(free_, next_[free_ / kLength][free_ % kLength]);
      }
      grow(e);
    }
  }

  void grow(JNIEnv* e) {
    std::unique_ptr<uint32_t[]> places(new uint32_t[kLength]);
    jobject array = e->CallStaticObjectMethod(names.callbacks, names.moreRoom, jint{kLength});
    check(e);
    jweak kept = e->NewWeakGlobalRef(array);
    e->DeleteLocalRef(array);
    if (!kept) throw std::bad_alloc();
    std::lock_guard guard(lock_);
    if (count_ == kMost) throw std::length_error("too many hooks and custom functions are alive");
    for (uint32_t i = 0; i < kLength; ++i) places[i] = i + 1 < kLength ? count_ * kLength + i + 1 : free_;
    free_ = count_ * kLength;
    arrays_[count_] = static_cast<jobjectArray>(kept);
    next_[count_++] = places.release();
  }

  SpinLock lock_;  // the lists; arrays_[i] stays as it is
  uint32_t free_ = kNone;
  uint32_t count_ = 0;
  jobjectArray arrays_[kMost] = {};
  uint32_t* next_[kMost] = {};
};
inline constinit HeldObjects heldObjects;

/// A Java object held for as long as this lives.
class Held {
 public:
  Held() = default;
  Held(JNIEnv* e, jobject o) : place_(o ? heldObjects.put(e, o) : kNone) {}
  Held(Held&& o) noexcept : place_(std::exchange(o.place_, kNone)) {}
  Held& operator=(Held o) noexcept {
    std::swap(place_, o.place_);
    return *this;
  }
  ~Held() {
    if (JNIEnv* e = place_ != kNone && !unloading ? envOrNull() : nullptr) heldObjects.drop(e, place_);
  }
  explicit operator bool() const noexcept { return place_ != kNone; }
  /// A local reference.
  jobject get(JNIEnv* e) const { return heldObjects.get(e, place_); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t place_ = kNone;
};

}  // namespace retrograd::jni
