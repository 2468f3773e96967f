#pragma once

#include <exception>
#include <optional>
#include <vector>

#include "autograd/node.h"
#include "core/handle.h"
#include "jni/exceptions.h"
#include "ops/operand.h"

// How the types in ops/ and engine.h cross JNI. JavaCPP writes a call as
//   auto rval = (Result)retrograd::add((Argument)arg0, (Argument)arg1);
// inside a try block: the arguments' adapters are temporaries, alive for the whole call and gone after it, whether it
// returns or throws.

namespace retrograd::jni {

/// long -> const Tensor&: pins the tensor for the call, without touching its reference count.
class TensorArgument {
 public:
  explicit TensorArgument(jlong handle) : pin_(handle), tensor_(Ref<TensorImpl>::adopt(pin_.get())) {}
  TensorArgument(const TensorArgument&) = delete;
  ~TensorArgument() { std::move(tensor_).detachRef().detach(); }
  operator const Tensor&() const noexcept { return tensor_; }

 private:
  Pin<TensorImpl> pin_;
  Tensor tensor_;  // borrows: its reference is the pin
};

/// long -> const OptionalTensor&: 0 is the absent tensor.
class OptionalTensorArgument {
 public:
  explicit OptionalTensorArgument(jlong handle) {
    if (handle == 0) return;
    pin_.emplace(handle);
    tensor_ = OptionalTensor(Ref<TensorImpl>::adopt(pin_->get()));
  }
  OptionalTensorArgument(const OptionalTensorArgument&) = delete;
  ~OptionalTensorArgument() { std::move(tensor_).detachRef().detach(); }
  operator const OptionalTensor&() const noexcept { return tensor_; }

 private:
  std::optional<Pin<TensorImpl>> pin_;
  OptionalTensor tensor_;
};

/// Tensor -> long: a new handle; 0 for an undefined tensor.
class TensorResult {
 public:
  explicit TensorResult(Tensor&& t) : handle_(handles::open(std::move(t).detachRef())) {}
  operator jlong() const noexcept { return handle_; }

 private:
  jlong handle_;
};

/// long -> const Operand&: a tensor. (Numbers cross as double, boolean or io.retrograd.internal.Whole.)
class OperandArgument {
 public:
  explicit OperandArgument(jlong handle) : tensor_(handle), operand_(static_cast<const Tensor&>(tensor_)) {}
  operator const Operand&() const noexcept { return operand_; }

 private:
  TensorArgument tensor_;
  Operand operand_;
};

/// Whole -> const Operand&: an integer. A class of its own, since in Java a long is a handle.
class WholeArgument {
 public:
  explicit WholeArgument(jobject whole) : operand_(int64_t{env()->GetLongField(whole, names.wholeValue)}) {}
  operator const Operand&() const noexcept { return operand_; }

 private:
  Operand operand_;
};

/// boolean -> Into. An error of a call that writes in place names the operation with an underscore.
class IntoArgument {
 public:
  explicit IntoArgument(bool inPlace) : into_(inPlace ? Into::Self : Into::Fresh) {}
  IntoArgument(const IntoArgument&) = delete;
  ~IntoArgument() {
    if (into_ == Into::Self && std::uncaught_exceptions() > 0) failedInPlace = true;
  }
  operator Into() const noexcept { return into_; }

 private:
  Into into_;
};

/// int -> Reduction.
class ReductionArgument {
 public:
  explicit ReductionArgument(jint ordinal) : reduction_(static_cast<Reduction>(ordinal)) {
    if (ordinal < 0 || reduction_ > Reduction::BatchMean) throw std::invalid_argument("no such reduction");
  }
  operator Reduction() const noexcept { return reduction_; }

 private:
  Reduction reduction_;
};

/// long -> const Node&.
class NodeArgument {
 public:
  explicit NodeArgument(jlong handle) : pin_(handle) {}
  operator const Node&() const noexcept { return *pin_.get(); }

 private:
  Pin<Node> pin_;
};

/// Ref<Node> -> long: a new handle; 0 for none.
class NodeResult {
 public:
  explicit NodeResult(Ref<Node>&& node) : handle_(handles::open(std::move(node))) {}
  operator jlong() const noexcept { return handle_; }

 private:
  jlong handle_;
};

/// The elements of a Java long[], null counting as empty.
inline Dims longs(jlongArray array) {
  Dims values;
  if (!array) return values;
  JNIEnv* e = env();
  values.resize(static_cast<size_t>(e->GetArrayLength(array)));
  static_assert(sizeof(jlong) == sizeof(int64_t));
  e->GetLongArrayRegion(array, 0, static_cast<jsize>(values.size()), reinterpret_cast<jlong*>(values.data()));
  return values;
}

inline jlongArray toJava(const int64_t* values, size_t n) {
  JNIEnv* e = env();
  jlongArray array = got(e, e->NewLongArray(static_cast<jsize>(n)));
  e->SetLongArrayRegion(array, 0, static_cast<jsize>(n), reinterpret_cast<const jlong*>(values));
  return array;
}

/// long[] -> const Dims&.
class DimsArgument {
 public:
  explicit DimsArgument(jlongArray array) : dims_(longs(array)) {}
  operator const Dims&() const noexcept { return dims_; }

 private:
  Dims dims_;
};

/// Dims -> long[].
class DimsResult {
 public:
  explicit DimsResult(const Dims& dims) : array_(toJava(dims.data(), dims.size())) {}
  operator jlongArray() const noexcept { return array_; }

 private:
  jlongArray array_;
};

/// double[] -> const std::vector<double>&, null counting as empty.
class DoublesArgument {
 public:
  explicit DoublesArgument(jdoubleArray array) {
    if (!array) return;
    JNIEnv* e = env();
    values_.resize(static_cast<size_t>(e->GetArrayLength(array)));
    e->GetDoubleArrayRegion(array, 0, static_cast<jsize>(values_.size()), values_.data());
  }
  operator const std::vector<double>&() const noexcept { return values_; }

 private:
  std::vector<double> values_;
};

/// long[] -> const std::vector<Tensor>&: a reference to each; 0 is an undefined tensor.
class TensorsArgument {
 public:
  explicit TensorsArgument(jlongArray array) {
    Dims handles = longs(array);
    tensors_.reserve(handles.size());
    for (int64_t handle : handles)
      tensors_.push_back(handle ? Tensor(Ref<TensorImpl>::share(Pin<TensorImpl>(handle).get())) : Tensor());
  }
  operator const std::vector<Tensor>&() const noexcept { return tensors_; }

 private:
  std::vector<Tensor> tensors_;
};

/// std::vector of Tensor or Ref<Node> -> long[] of new handles.
class HandlesResult {
 public:
  explicit HandlesResult(std::vector<Tensor> tensors) {
    open(tensors, [](Tensor& t) { return std::move(t).detachRef(); });
  }
  explicit HandlesResult(std::vector<Ref<Node>> nodes) {
    open(nodes, [](Ref<Node>& n) { return std::move(n); });
  }
  operator jlongArray() const noexcept { return array_; }

 private:
  template <class T, class F>
  void open(std::vector<T>& objects, F refOf) {
    Dims handles;
    try {
      handles.reserve(objects.size());
      for (T& object : objects) handles.push_back(handles::open(refOf(object)));
      array_ = toJava(handles.data(), handles.size());
    } catch (...) {
      for (int64_t handle : handles) handles::close(handle);
      throw;
    }
  }

  jlongArray array_;
};

/// int <-> Device.
class DeviceCode {
 public:
  explicit DeviceCode(jint code) : device_(Device::fromCode(code)) {}
  explicit DeviceCode(Device d) : device_(d) {}
  operator Device() const noexcept { return device_; }
  operator jint() const noexcept { return device_.code(); }

 private:
  Device device_;
};

/// int <-> DType.
class DTypeCode {
 public:
  explicit DTypeCode(jint ordinal) : dtype_(static_cast<DType>(ordinal)) {
    if (ordinal < 0 || ordinal >= kDTypes) throw std::invalid_argument("no such dtype");
  }
  explicit DTypeCode(DType d) : dtype_(d) {}
  operator DType() const noexcept { return dtype_; }
  operator jint() const noexcept { return static_cast<jint>(dtype_); }

 private:
  DType dtype_;
};

/// String -> const std::string&.
class StringArgument {
 public:
  explicit StringArgument(jstring s) : text_(s ? toCpp(env(), s) : std::string()) {}
  operator const std::string&() const noexcept { return text_; }

 private:
  std::string text_;
};

/// std::string -> String.
class StringResult {
 public:
  explicit StringResult(const std::string& s) : string_(toJava(env(), s)) {}
  operator jstring() const noexcept { return string_; }

 private:
  jstring string_;
};

/// std::vector<std::string> -> String[].
class StringsResult {
 public:
  explicit StringsResult(const std::vector<std::string>& strings) {
    JNIEnv* e = env();
    array_ = got(e, e->NewObjectArray(static_cast<jsize>(strings.size()), names.string, nullptr));
    for (size_t i = 0; i < strings.size(); ++i) {
      jstring s = toJava(e, strings[i]);
      e->SetObjectArrayElement(array_, static_cast<jsize>(i), s);
      e->DeleteLocalRef(s);
    }
  }
  operator jobjectArray() const noexcept { return array_; }

 private:
  jobjectArray array_;
};

}  // namespace retrograd::jni
