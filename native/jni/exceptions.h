#pragma once

#include "core/build.h"
#include "core/error.h"
#include "jni/java.h"

// C++ exceptions become Java exceptions here and nowhere else.

namespace retrograd::jni {

/// Refuses an engine of another build, as soon as this library is loaded.
[[gnu::used]] inline const char* const engineBuild = &RETROGRAD_BUILD;

/// A Java exception class with its constructor.
struct ExceptionClass {
  jclass type;
  jmethodID constructor;
};

struct ExceptionClasses {
  ExceptionClass error, shape, index, dtype, device, autograd, closed, outOfMemory, illegalArgument, illegalState;
};
inline ExceptionClasses exceptions{};

/// Whether the call whose exception is being handled wrote in place.
inline thread_local constinit bool failedInPlace = false;

/// The OutOfMemoryException that was made in advance, for when there is no memory to make one. Its class holds it: this
/// reference is weak.
inline jthrowable lastResort = nullptr;

inline jclass findClass(JNIEnv* e, const char* name) { return weak(e, got(e, e->FindClass(name))); }

inline jmethodID findMethod(JNIEnv* e, jclass type, const char* name, const char* signature) {
  return got(e, e->GetMethodID(type, name, signature));
}

inline void findLastResort(JNIEnv* e) {
  jclass type = got(e, e->FindClass("io/retrograd/OutOfMemoryException"));
  jfieldID field = got(e, e->GetStaticFieldID(type, "LAST_RESORT", "Lio/retrograd/OutOfMemoryException;"));
  lastResort = static_cast<jthrowable>(weak(e, got(e, e->GetStaticObjectField(type, field))));
}

/// Looks up every class once. Called by the static initialiser of io.retrograd.internal.Library: a lookup from native
/// code searches the class loader of its caller, so this also works in a child class loader.
inline void initJava(JNIEnv* e, jclass) {
  findLastResort(e);
  names.string = findClass(e, "java/lang/String");
  jclass charsets = findClass(e, "java/nio/charset/StandardCharsets");
  jobject utf8 =
      e->GetStaticObjectField(charsets, e->GetStaticFieldID(charsets, "UTF_8", "Ljava/nio/charset/Charset;"));
  names.utf8 = weak(e, utf8);
  names.stringOfBytes = findMethod(e, names.string, "<init>", "([BLjava/nio/charset/Charset;)V");
  names.bytesOfString = findMethod(e, names.string, "getBytes", "(Ljava/nio/charset/Charset;)[B");

  auto find = [e](const char* name, const char* constructor = "(Ljava/lang/String;)V") {
    jclass type = findClass(e, name);
    return ExceptionClass{type, findMethod(e, type, "<init>", constructor)};
  };
  exceptions.error = find("io/retrograd/RetrogradException");
  exceptions.shape = find("io/retrograd/ShapeException");
  exceptions.index = find("io/retrograd/IndexException");
  exceptions.dtype = find("io/retrograd/DTypeException");
  exceptions.device = find("io/retrograd/DeviceException");
  exceptions.autograd = find("io/retrograd/AutogradException");
  exceptions.closed = find("io/retrograd/ClosedTensorException");
  exceptions.outOfMemory = find("io/retrograd/OutOfMemoryException", "(Ljava/lang/String;Ljava/lang/String;JJJJ)V");
  exceptions.illegalArgument = find("java/lang/IllegalArgumentException");
  exceptions.illegalState = find("java/lang/IllegalStateException");

  jclass whole = findClass(e, "io/retrograd/internal/Whole");
  names.wholeValue = e->GetFieldID(whole, "value", "J");
  check(e);
  jclass backward = findClass(e, "io/retrograd/internal/Callbacks$Backward");
  names.backward = findMethod(e, backward, "backward", "([J[J)[J");
  jclass hook = findClass(e, "io/retrograd/internal/Callbacks$Hook");
  names.hook = findMethod(e, hook, "call", "(J)J");
  names.callbacks = findClass(e, "io/retrograd/internal/Callbacks");
  names.moreRoom = e->GetStaticMethodID(names.callbacks, "moreRoom", "(I)[Ljava/lang/Object;");
  check(e);
}

inline jthrowable make(JNIEnv* e, const ExceptionClass& c, std::string_view message) {
  return static_cast<jthrowable>(e->NewObject(c.type, c.constructor, toJava(e, message)));
}

inline jthrowable make(JNIEnv* e, const OutOfMemoryError& error, std::string_view message) {
  const ExceptionClass& c = exceptions.outOfMemory;
  return static_cast<jthrowable>(e->NewObject(c.type, c.constructor, toJava(e, message), toJava(e, error.device),
                                              jlong{error.requested}, jlong{error.allocated}, jlong{error.reserved},
                                              jlong{error.limit}));
}

/// The Java form of the C++ exception being handled. Where making it fails, what Java threw meanwhile (its own memory
/// is exhausted) or the last resort: never null, once that is there.
inline jthrowable currentException(JNIEnv* e) noexcept {
  jthrowable result = nullptr;
  const bool inPlace = std::exchange(failedInPlace, false);
  auto text = [inPlace]<class E>(const E& error) {
    bool renames = inPlace;
    if constexpr (std::is_base_of_v<Error, E>) renames &= !error.isLate;
    return renames ? underscored(error.what()) : std::string(error.what());
  };
  try {
    try {
      throw;
    } catch (const JavaThrown& error) {
      result = static_cast<jthrowable>(e->NewLocalRef(error.throwable()));
    } catch (const ShapeError& error) {
      result = make(e, exceptions.shape, text(error));
    } catch (const IndexError& error) {
      result = make(e, exceptions.index, text(error));
    } catch (const DTypeError& error) {
      result = make(e, exceptions.dtype, text(error));
    } catch (const DeviceError& error) {
      result = make(e, exceptions.device, text(error));
    } catch (const AutogradError& error) {
      result = make(e, exceptions.autograd, text(error));
    } catch (const ClosedError& error) {
      result = make(e, exceptions.closed, text(error));
    } catch (const OutOfMemoryError& error) {
      result = make(e, error, text(error));
    } catch (const std::bad_alloc&) {
      // Not the engine's allocator, which tells more: the system refused something small.
    } catch (const Error& error) {
      result = make(e, exceptions.error, text(error));
    } catch (const std::invalid_argument& error) {
      result = make(e, exceptions.illegalArgument, text(error));
    } catch (const std::logic_error& error) {
      result = make(e, exceptions.illegalState, text(error));
    } catch (const std::exception& error) {
      result = make(e, exceptions.error, error.what());
    } catch (...) {
      result = make(e, exceptions.error, "unknown C++ exception");
    }
  } catch (const JavaThrown& error) {
    result = static_cast<jthrowable>(e->NewLocalRef(error.throwable()));
  } catch (...) {
    // No memory even for the message.
  }
  if (!result) {
    result = e->ExceptionOccurred();
    e->ExceptionClear();
  }
  return result ? result : lastResort;
}

/// Never thrown; completes the catch clause below.
struct Never {
  const char* what() const noexcept { return ""; }
};

}  // namespace retrograd::jni

// The generated code ends each method with a function that says
//   try { throw; } catch (GENERIC_EXCEPTION_CLASS& e) { … one Java class for all … }
// This definition puts our translation in front. It leans on the generator's text: BindingTest.exceptionsKeepTheirType
// fails without.
#define GENERIC_EXCEPTION_CLASS                   \
  std::exception&) {                             \
    return retrograd::jni::currentException(env); \
  } catch (retrograd::jni::Never
