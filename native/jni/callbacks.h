#pragma once

#include "engine/engine.h"
#include "jni/adapters.h"
#include "jni/held.h"

// Calls from native code into Java: custom functions, hooks, the allocator's cry for help, memory that goes back.

namespace retrograd::jni {

/// Closes the first `n` of `array`; returns how many were open.
inline jint closeAll(JNIEnv* e, jclass, jlongArray array, jint n) {
  constexpr jint kBatch = 256;
  jlong batch[kBatch];
  jint closed = 0;
  n = std::min(n, e->GetArrayLength(array));
  for (jint i = 0; i < n; i += kBatch) {
    jint m = std::min(kBatch, n - i);
    e->GetLongArrayRegion(array, i, m, batch);
    for (jint k = 0; k < m; ++k) closed += handles::close(batch[k]);
  }
  return closed;
}

/// Closes all handles of an array, which may be null, when it goes.
class Closing {
 public:
  Closing(JNIEnv* e, jlongArray array) noexcept : env_(e), array_(array) {}
  Closing(const Closing&) = delete;
  ~Closing() {
    if (array_) closeAll(env_, nullptr, array_, env_->GetArrayLength(array_));
  }
  /// They are somebody else's now.
  void dismiss() noexcept { array_ = nullptr; }

 private:
  JNIEnv* env_;
  jlongArray array_;
};

/// Takes over a handle that Java gives away; 0 is an undefined tensor.
inline Tensor take(jlong handle) {
  if (!handle) return {};
  Tensor t(Ref<TensorImpl>::share(Pin<TensorImpl>(handle).get()));
  handles::close(handle);
  return t;
}

/// io.retrograd.internal.Callbacks.Backward. The reference to Java goes when the node that owns this goes or lets go
/// of what it saved.
class JavaBackward final : public CustomBackward {
 public:
  JavaBackward(JNIEnv* e, jobject callback) : callback_(e, callback) {}

  std::vector<Tensor> backward(const std::vector<Tensor>& gradients, const std::vector<Tensor>& saved) override {
    JNIEnv* e = env();
    LocalFrame frame(e);
    jlongArray g = HandlesResult(gradients);
    Closing unclaimed(e, g);
    jlongArray s = HandlesResult(saved);
    unclaimed.dismiss();  // Java's from here on
    auto result = static_cast<jlongArray>(e->CallObjectMethod(callback_.get(e), names.backward, g, s));
    check(e);
    Closing given(e, result);
    return TensorsArgument(result);
  }

 private:
  Held callback_;
};

/// io.retrograd.internal.Callbacks.Hook.
class JavaHook final : public TensorHook {
 public:
  JavaHook(JNIEnv* e, jobject callback) : callback_(e, callback) {}

  Tensor call(const Tensor& gradient) override {
    JNIEnv* e = env();
    LocalFrame frame(e);
    jlong result = e->CallLongMethod(callback_.get(e), names.hook, static_cast<jlong>(TensorResult(Tensor(gradient))));
    check(e);
    return take(result);
  }

 private:
  Held callback_;
};

/// A java.lang.Runnable that hands back memory of the caller's.
class JavaOwner final : public MemoryOwner {
 public:
  void set(JNIEnv* e, jobject release) { release_ = Held(e, release); }

  // Runs wherever the last tensor goes, perhaps while an exception is on its way.
  ~JavaOwner() override {
    JNIEnv* e = release_ && !unloading ? envOrNull() : nullptr;
    if (!e) return;
    jthrowable pending = e->ExceptionOccurred();
    if (pending) e->ExceptionClear();
    jobject release = release_.get(e);
    e->CallStaticVoidMethod(names.net, names.release, release);
    e->ExceptionClear();
    e->DeleteLocalRef(release);
    if (!pending) return;
    e->Throw(pending);
    e->DeleteLocalRef(pending);
  }

 private:
  Held release_;
};

inline TensorResult fromDevicePointer(JNIEnv* e, jclass, jlong address, DimsArgument shape, DTypeCode dtype,
                                      DeviceCode device, jobject release) {
  auto owner = std::make_unique<JavaOwner>();
  JavaOwner& kept = *owner;
  Tensor t = retrograd::fromDevicePointer(address, shape, dtype, device, std::move(owner));
  kept.set(e, release);  // only now: what throws above hands nothing back
  return TensorResult(std::move(t));
}

inline HandlesResult attachFunction(JNIEnv* e, jclass, StringArgument name, TensorsArgument inputs,
                                    TensorsArgument outputs, TensorsArgument saved, jobject backward,
                                    jboolean materialize, jboolean once) {
  return HandlesResult(retrograd::attachFunction(name, inputs, outputs, saved,
                                                 std::make_unique<JavaBackward>(e, backward), materialize, once));
}

inline jlong addHook(JNIEnv* e, jclass, TensorArgument x, jobject hook) {
  return retrograd::addHook(x, std::make_unique<JavaHook>(e, hook));
}

inline jlong addPostAccumulateHook(JNIEnv* e, jclass, TensorArgument leaf, jobject hook) {
  return retrograd::addPostAccumulateHook(leaf, std::make_unique<JavaHook>(e, hook));
}

/// From now on the allocators ask io.retrograd.internal.Net for help. It never throws; should it, there is no help.
inline void installPressureHook(JNIEnv* e, jclass) {
  names.net = findClass(e, "io/retrograd/internal/Net");
  names.pressure = e->GetStaticMethodID(names.net, "pressure", "(IZ)Z");
  names.release = e->GetStaticMethodID(names.net, "release", "(Ljava/lang/Runnable;)V");
  names.releaseAll = e->GetStaticMethodID(names.net, "releaseAll", "(Ljava/lang/ref/Reference;)V");
  check(e);
  Allocator::setPressureHook([](Device device, bool failing) {
    JNIEnv* e = envOrNull();
    if (!e || e->ExceptionCheck()) return false;
    jboolean again =
        e->CallStaticBooleanMethod(names.net, names.pressure, jint{device.code()}, static_cast<jboolean>(failing));
    if (!e->ExceptionCheck()) return again == JNI_TRUE;
    e->ExceptionClear();
    return false;
  });
}

// ---- handles ----

using handles::close;
using handles::isOpen;

/// A second handle of the same object.
inline jlong share(jlong handle) {
  RefCounted* object = handles::pin(handle);
  object->retain();
  handles::unpin(handle);
  return handles::open(Ref<RefCounted>::adopt(object));
}

}  // namespace retrograd::jni
