#pragma once

#include "core/scalar.h"
#include "core/tensor.h"

namespace retrograd {

/// An operand of an operation: a tensor, which it refers to and must not outlive, or a number. A number takes the other
/// operand's dtype unless its category (bool < integer < floating) is higher.
class Operand {
 public:
  Operand(const Tensor& t) : tensor_(&t), number_(0) {}
  Operand(Scalar v) : tensor_(&kNoTensor), number_(v) {}
  Operand(double v) : Operand(Scalar(v)) {}
  Operand(int64_t v) : Operand(Scalar(v)) {}
  Operand(int v) : Operand(Scalar(v)) {}
  Operand(bool v) : Operand(Scalar(v)) {}
  /// The tensor if it is defined, else the number: what a formula saved of an operand.
  Operand(const Tensor& t, Scalar v) : tensor_(&t), number_(v) {}

  bool isNumber() const { return !tensor_->defined(); }
  /// Undefined where this is a number.
  const Tensor& tensor() const { return *tensor_; }
  Scalar number() const { return number_; }

 private:
  static constinit const Tensor kNoTensor;
  const Tensor* tensor_;
  Scalar number_;
};

inline constinit const Tensor Operand::kNoTensor;

}  // namespace retrograd
