#pragma once

#include <jni.h>

#include <iterator>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

// What the JNI library knows of the Java side. Everything here is included by the one source file that JavaCPP
// generates, so the variables below exist once. They have no destructors: threads may still run while the process
// exits.

namespace retrograd::jni {

inline JavaVM* vm = nullptr;    // set by JNI_OnLoad (library.h)
inline bool unloading = false;  // Java's side has gone: no class of it may be used any more

/// The calling thread's environment. Attaches threads that Java does not know, as daemons; null where that fails.
inline JNIEnv* envOrNull() noexcept {
  void* e = nullptr;
  if (vm->GetEnv(&e, JNI_VERSION_1_8) == JNI_OK || vm->AttachCurrentThreadAsDaemon(&e, nullptr) == JNI_OK)
    return static_cast<JNIEnv*>(e);
  return nullptr;
}

inline JNIEnv* env() {
  JNIEnv* e = envOrNull();
  if (!e) throw std::bad_alloc();
  return e;
}

/// A Java exception on its way through C++ frames; comes out as the same object.
class JavaThrown : public std::exception {
 public:
  /// Takes over the exception that is pending on this thread. It is lost, and null takes its place, where the JVM has
  /// no memory for a reference.
  explicit JavaThrown(JNIEnv* e) {
    jthrowable t = e->ExceptionOccurred();
    e->ExceptionClear();
    throwable_ = static_cast<jthrowable>(e->NewGlobalRef(t));
    e->DeleteLocalRef(t);
  }
  JavaThrown(const JavaThrown& o) : throwable_(static_cast<jthrowable>(env()->NewGlobalRef(o.throwable_))) {}
  JavaThrown& operator=(const JavaThrown&) = delete;
  ~JavaThrown() override {
    if (JNIEnv* e = throwable_ ? envOrNull() : nullptr) e->DeleteGlobalRef(throwable_);
  }

  jthrowable throwable() const noexcept { return throwable_; }
  const char* what() const noexcept override { return "Java exception"; }

 private:
  jthrowable throwable_;
};

/// Turns a pending Java exception into a C++ one.
inline void check(JNIEnv* e) {
  if (e->ExceptionCheck()) throw JavaThrown(e);
}

/// What a JNI function returned that gives null where it fails. It fails with a pending exception, or else for want of
/// memory.
template <class T>
T got(JNIEnv* e, T result) {
  if (result) return result;
  check(e);
  throw std::bad_alloc();
}

/// Frees the local references made inside at its end, also on threads that never return to Java.
class LocalFrame {
 public:
  explicit LocalFrame(JNIEnv* e) : env_(e) { got(e, e->PushLocalFrame(16) == JNI_OK); }
  LocalFrame(const LocalFrame&) = delete;
  ~LocalFrame() { env_->PopLocalFrame(nullptr); }

 private:
  JNIEnv* env_;
};

struct WeakReferences {
  jweak all[64];
  size_t count;
};
inline WeakReferences weakReferences{};

/// A weak global reference to what a class of ours reaches, or Java's own, and which thus is there whenever it is used.
/// A strong one would keep the class loader for good, and the application with it.
template <class T>
T weak(JNIEnv* e, T object) {
  if (weakReferences.count == std::size(weakReferences.all)) throw std::length_error("too many weak references");
  jweak made = e->NewWeakGlobalRef(object);
  if (!made) throw std::bad_alloc();
  e->DeleteLocalRef(object);
  weakReferences.all[weakReferences.count++] = made;
  return static_cast<T>(made);
}

/// Classes and methods, looked up once by init.
struct Names {
  jclass string;
  jobject utf8;
  jmethodID stringOfBytes, bytesOfString;
  jfieldID wholeValue;
  jmethodID backward, hook;
  jclass net;
  jmethodID pressure, release, releaseAll;
  jclass callbacks;
  jmethodID moreRoom;
  jclass host;
  jmethodID setting, unpacked, warn;
};
inline Names names{};

// Strings cross as bytes of real UTF-8: JNI's own "modified UTF-8" has another form for NUL and for code points past
// U+FFFF.

inline jstring toJava(JNIEnv* e, std::string_view s) {
  jbyteArray bytes = got(e, e->NewByteArray(static_cast<jsize>(s.size())));
  e->SetByteArrayRegion(bytes, 0, static_cast<jsize>(s.size()), reinterpret_cast<const jbyte*>(s.data()));
  jobject text = e->NewObject(names.string, names.stringOfBytes, bytes, names.utf8);
  e->DeleteLocalRef(bytes);
  return static_cast<jstring>(got(e, text));
}

inline std::string toCpp(JNIEnv* e, jstring s) {
  auto bytes = static_cast<jbyteArray>(got(e, e->CallObjectMethod(s, names.bytesOfString, names.utf8)));
  std::string text(static_cast<size_t>(e->GetArrayLength(bytes)), '\0');
  e->GetByteArrayRegion(bytes, 0, static_cast<jsize>(text.size()), reinterpret_cast<jbyte*>(text.data()));
  e->DeleteLocalRef(bytes);
  return text;
}

}  // namespace retrograd::jni
