#pragma once

#include <pthread.h>

#include <cstdio>
#include <mutex>
#include <utility>

#include "core/allocator.h"
#include "core/host.h"
#include "core/unload.h"
#include "jni/exceptions.h"
#include "jni/held.h"

// The library's beginning and end, which are those of the class loader of io.retrograd.internal.Library, and the one
// thread that lives as long.

namespace retrograd::jni {

/// The thread that waits for unreachable tensors while nobody makes any (io.retrograd.internal.Net). Its stack holds no
/// class of ours while it waits, so it keeps no class loader: it is native, and what it waits in is Java's own.
class Drainer {
 public:
  /// Without a thread, which the system may refuse, the library works on and says so.
  void start(JNIEnv* e, jobject queue) {
    jclass type = e->GetObjectClass(queue);
    remove_ = findMethod(e, type, "remove", "()Ljava/lang/ref/Reference;");
    e->DeleteLocalRef(type);
    queue_ = e->NewGlobalRef(queue);
    pthread_attr_t attributes;
    if (queue_ && pthread_attr_init(&attributes) == 0) {
      pthread_attr_setstacksize(&attributes, size_t{1} << 20);  // refused, it is the system's own size
      started_ = pthread_create(&thread_, &attributes, &run, this) == 0;
      pthread_attr_destroy(&attributes);
    }
    if (started_) return;
    e->DeleteGlobalRef(std::exchange(queue_, nullptr));
    host.warn(kNoThread);
  }

  /// Waits for the thread's end.
  void stop(JNIEnv* e) {
    if (!started_) return;
    {
      std::lock_guard guard(mutex_);
      stopping_ = true;
      if (self_) e->CallVoidMethod(self_, interrupt_);
      e->ExceptionClear();
    }
    pthread_join(thread_, nullptr);
    e->DeleteGlobalRef(queue_);
    started_ = false;
  }

 private:
  static constexpr const char* kNoThread =
      "the system grants no thread to free what the program drops: that happens when tensors are made, or never";

  static void* run(void* drainer) {
    static_cast<Drainer*>(drainer)->run();
    return nullptr;
  }

  void run() {
    JavaVMAttachArgs how{JNI_VERSION_1_8, const_cast<char*>("retrograd-net"), nullptr};
    void* attached = nullptr;
    if (vm->AttachCurrentThreadAsDaemon(&attached, &how) != JNI_OK) {
      std::fprintf(stderr, "retrograd: %s\n", kNoThread);  // Java cannot be called
      return;
    }
    auto* e = static_cast<JNIEnv*>(attached);
    if (setSelf(e)) {
      while (!isStopping()) {
        jobject first = e->CallObjectMethod(queue_, remove_);
        if (first) e->CallStaticVoidMethod(names.net, names.releaseAll, first);
        e->ExceptionClear();  // interrupted, or the heap is full: go on
        e->DeleteLocalRef(first);
      }
      std::lock_guard guard(mutex_);
      e->DeleteGlobalRef(std::exchange(self_, nullptr));
    } else {
      std::fprintf(stderr, "retrograd: %s\n", kNoThread);
    }
    vm->DetachCurrentThread();
  }

  bool setSelf(JNIEnv* e) {
    jclass type = e->FindClass("java/lang/Thread");
    jmethodID current = type ? e->GetStaticMethodID(type, "currentThread", "()Ljava/lang/Thread;") : nullptr;
    interrupt_ = current ? e->GetMethodID(type, "interrupt", "()V") : nullptr;
    jobject self = interrupt_ ? e->CallStaticObjectMethod(type, current) : nullptr;
    e->ExceptionClear();
    std::lock_guard guard(mutex_);
    self_ = e->NewGlobalRef(self);
    e->DeleteLocalRef(self);
    e->DeleteLocalRef(type);
    return self_ != nullptr;
  }

  bool isStopping() {
    std::lock_guard guard(mutex_);
    return stopping_;
  }

  pthread_t thread_{};
  bool started_ = false;
  jobject queue_ = nullptr;  // a java.lang.ref.ReferenceQueue
  jmethodID remove_ = nullptr, interrupt_ = nullptr;
  std::mutex mutex_;  // the next two
  bool stopping_ = false;
  jobject self_ = nullptr;
};
inline constinit Drainer drainer;

inline void startDrainer(JNIEnv* e, jclass, jobject queue) { drainer.start(e, queue); }

}  // namespace retrograd::jni

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  retrograd::jni::vm = vm;
  return JNI_VERSION_1_8;
}

/// The class loader has been collected. No thread is in the library: a frame of a native method keeps its class.
extern "C" JNIEXPORT void JNICALL JNI_OnUnload(JavaVM*, void*) {
  using namespace retrograd::jni;
  unloading = true;
  JNIEnv* e = env();
  drainer.stop(e);
  retrograd::Allocator::setPressureHook(nullptr);
  retrograd::host = {[](const std::string&) { return std::string(); }, [](const std::string&) { return std::string(); },
                     [](const std::string&) {}};
  retrograd::unload();
  heldObjects.clear(e);
  for (size_t i = 0; i < weakReferences.count; ++i) e->DeleteWeakGlobalRef(weakReferences.all[i]);
}

// The generated code has such functions too, for JavaCPP's own classes. None of those is used at run time, and one
// starts a thread that keeps its class loader: under these names nobody calls them.
#define JNI_OnLoad JavaCPP_OnLoad
#define JNI_OnUnload JavaCPP_OnUnload
