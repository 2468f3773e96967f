#pragma once

#include "core/host.h"
#include "jni/exceptions.h"

// What io.retrograd.internal.Host answers to the engine (core/host.h).

namespace retrograd::jni {

/// The answer of a method that takes and returns a String; empty for null.
inline std::string ask(jmethodID method, const std::string& question) {
  JNIEnv* e = env();
  LocalFrame frame(e);
  auto answer = static_cast<jstring>(e->CallStaticObjectMethod(names.host, method, toJava(e, question)));
  check(e);
  return answer ? toCpp(e, answer) : std::string();
}

inline void installHost(JNIEnv* e, jclass) {
  names.host = findClass(e, "io/retrograd/internal/Host");
  names.setting = e->GetStaticMethodID(names.host, "setting", "(Ljava/lang/String;)Ljava/lang/String;");
  names.unpacked = e->GetStaticMethodID(names.host, "unpacked", "(Ljava/lang/String;)Ljava/lang/String;");
  names.warn = e->GetStaticMethodID(names.host, "warn", "(Ljava/lang/String;)V");
  check(e);
  host = {
      [](const std::string& name) { return ask(names.setting, name); },
      [](const std::string& file) { return ask(names.unpacked, file); },
      [](const std::string& text) {
        JNIEnv* e = env();
        LocalFrame frame(e);
        e->CallStaticVoidMethod(names.host, names.warn, toJava(e, text));
        check(e);
      },
  };
}

}  // namespace retrograd::jni
