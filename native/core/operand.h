#pragma once

#include <stdexcept>

#include "core/scalar.h"
#include "core/tensor.h"

namespace retrograd {

/// An operand of an operation: a tensor, which it refers to and must not outlive, or a number. A number takes the other
/// operand's dtype unless its category (bool < integer < floating) is higher.
class Operand {
 public:
  /// Throws std::logic_error where the tensor is undefined.
  Operand(const Tensor& t) : tensor_(&t), number_(0) {
    if (!t.defined()) [[unlikely]]
      throw std::logic_error("an operand is undefined");
  }
  Operand(Scalar v) : number_(v) {}
  Operand(double v) : Operand(Scalar(v)) {}
  Operand(int64_t v) : Operand(Scalar(v)) {}
  Operand(int v) : Operand(Scalar(v)) {}
  Operand(bool v) : Operand(Scalar(v)) {}
  /// The tensor if it is defined, else the number: what a formula saved of an operand.
  Operand(const Tensor& t, Scalar v) : tensor_(t.defined() ? &t : nullptr), number_(v) {}

  bool isNumber() const { return !tensor_; }
  /// Undefined where this is a number.
  const Tensor& tensor() const { return tensor_ ? *tensor_ : none_; }
  Scalar number() const { return number_; }

 private:
  const Tensor* tensor_ = nullptr;
  Scalar number_;
  Tensor none_;
};

}  // namespace retrograd
