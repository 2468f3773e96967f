#pragma once

#include <string>

#include "core/macros.h"

namespace retrograd {

/// What the engine asks of the program that it runs in. The JNI library puts Java's answers in place (jni/host.h)
/// before anything is computed; a program without a JVM has neither settings nor jars, and is warned on stderr.
struct Host {
  /// The value of a setting ("cublas.path"), empty where there is none.
  std::string (*setting)(const std::string& name);
  /// The path of a library's file ("libcublas.so.13") in a jar on the class path, unpacked; empty where none holds it.
  std::string (*unpacked)(const std::string& file);
  /// Tells the user of something that works but should be mended. May throw.
  void (*warn)(const std::string& text);
};

RETROGRAD_API extern constinit Host host;

}  // namespace retrograd
