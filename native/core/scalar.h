#pragma once

#include <cstdint>
#include <cstring>

#include "core/convert.h"
#include "core/dtype.h"

namespace retrograd {

/// A number argument of an operation: keeps whether it was written as an integer, a floating number or a truth value,
/// since that decides type promotion (int64 tensor + 2 stays int64; + 2.0 becomes float32).
class Scalar {
 public:
  Scalar(double v) : dtype_(DType::Float64), d_(v) {}
  Scalar(int64_t v) : dtype_(DType::Int64), i_(v) {}
  Scalar(int v) : Scalar(static_cast<int64_t>(v)) {}
  Scalar(bool v) : dtype_(DType::Bool), i_(v) {}

  DType dtype() const { return dtype_; }
  bool isFloating() const { return dtype_ == DType::Float64; }
  double toDouble() const { return isFloating() ? d_ : static_cast<double>(i_); }
  template <class T>
  T to() const {
    return isFloating() ? convert<T>(d_) : convert<T>(i_);
  }
  /// The element of `dtype` that it becomes, in the low bytes (little endian).
  uint64_t bitsAs(DType dtype) const {
    uint64_t bits = 0;
    dispatch(dtype, [&]<class T>(Type<T>) {
      const T element = to<T>();
      std::memcpy(&bits, &element, sizeof element);
    });
    return bits;
  }

 private:
  DType dtype_;
  union {
    double d_;
    int64_t i_;
  };
};

}  // namespace retrograd
