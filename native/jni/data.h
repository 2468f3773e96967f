#pragma once

#include <cstring>

#include "jni/adapters.h"
#include "ops/ops.h"

// Elements between Java's arrays or buffers and tensors: one copy where the types agree.

namespace retrograd::jni {

/// The memory of a primitive array or a direct buffer while it lives. The collector may be held up meanwhile, and no
/// other JNI function may be called: copy, nothing else.
class JavaMemory {
 public:
  /// `direct`: a direct buffer; otherwise a primitive array.
  JavaMemory(JNIEnv* e, jobject object, bool direct) : env_(e), array_(direct ? nullptr : object) {
    address_ =
        direct ? e->GetDirectBufferAddress(object) : e->GetPrimitiveArrayCritical(static_cast<jarray>(object), nullptr);
    if (!address_ && direct) throw std::invalid_argument("the buffer's memory is out of reach of native code");
    got(e, address_);
  }
  JavaMemory(const JavaMemory&) = delete;
  ~JavaMemory() {
    if (array_) env_->ReleasePrimitiveArrayCritical(static_cast<jarray>(array_), address_, mode_);
  }
  char* at(int64_t byteOffset) const noexcept { return static_cast<char*>(address_) + byteOffset; }
  /// Nothing was written: a copy, if the JVM made one, need not be copied back.
  void discard() noexcept { mode_ = JNI_ABORT; }

 private:
  JNIEnv* env_;
  jobject array_;
  void* address_;
  jint mode_ = 0;
};

/// A tensor of the given shape, type and device with the elements of `source`, which are `elements` of type `from` and
/// start at `byteOffset`. io.retrograd.internal.Natives has checked that they are inside it.
inline TensorResult copyIn(JNIEnv* e, jclass, jobject source, jboolean direct, jlong byteOffset, jlong elements,
                           DTypeCode from, DTypeCode to, DimsArgument shape, DeviceCode device) {
  const Dims& sizes = shape;
  int64_t wanted = numel("fromArray", sizes);
  if (wanted != elements)
    fail<ShapeError>("fromArray: got ", elements, " elements for the shape ", toString(sizes), ", which holds ",
                     wanted);
  Tensor t = allocateTensor("fromArray", sizes, from, kCpu);
  if (elements > 0) {
    JavaMemory memory(e, source, direct);
    memory.discard();
    if (DType(from) == DType::Bool) {  // any byte but 0 is true
      const char* in = memory.at(byteOffset);
      bool* out = t.data<bool>();
      for (int64_t i = 0; i < elements; ++i) out[i] = in[i] != 0;
    } else {
      std::memcpy(t.data(), memory.at(byteOffset), static_cast<size_t>(elements) * itemSize(from));
    }
  }
  if (DType(to) != DType(from) || Device(device) != kCpu) t = retrograd::to(t, to, device);
  return TensorResult(std::move(t));
}

/// Copies a tensor's elements, converted to the type `to`, into `target` at `byteOffset`.
inline void copyOut(JNIEnv* e, jclass, TensorArgument tensor, jobject target, jboolean direct, jlong byteOffset,
                    jlong elements, DTypeCode to) {
  const Tensor& source = tensor;
  if (source.numel() != elements)
    fail<ShapeError>("copyTo: got room for ", elements, " elements, but the tensor of shape ", toString(source.sizes()),
                     " has ", source.numel());
  Tensor t = retrograd::contiguous(retrograd::to(retrograd::detach(source), to, kCpu));
  if (elements > 0) {
    JavaMemory memory(e, target, direct);
    char* out = memory.at(byteOffset);
    if (DType(to) == DType::Bool) {  // Java relies on 0 and 1; foreign memory may hold other bytes
      const unsigned char* in = t.data<unsigned char>();
      for (int64_t i = 0; i < elements; ++i) out[i] = in[i] != 0;
    } else {
      std::memcpy(out, t.data(), static_cast<size_t>(elements) * itemSize(to));
    }
  }
}

}  // namespace retrograd::jni
