#pragma once

#include <vector>

#include "core/macros.h"
#include "core/scalar.h"
#include "core/tensor.h"

namespace retrograd {

/// The second operand of an operation: a tensor or a number. A number takes the other operand's dtype unless its
/// category (bool < integer < floating) is higher.
class Operand {
 public:
  Operand(const Tensor& t) : tensor_(t), number_(0) {}
  Operand(Scalar v) : number_(v) {}
  Operand(double v) : number_(v) {}
  Operand(int64_t v) : number_(v) {}
  Operand(int v) : number_(v) {}
  Operand(bool v) : number_(v) {}

  bool isNumber() const { return !tensor_.defined(); }
  /// Undefined where this is a number.
  const Tensor& tensor() const { return tensor_; }
  Scalar number() const { return number_; }

 private:
  Tensor tensor_;
  Scalar number_;
};

/// Where the result of an operation goes: into a new tensor, or into its first operand, in place.
enum class Into : bool { Fresh, Self };

/// What a loss makes of the losses of single elements.
enum class Reduction : int32_t { None, Mean, Sum };

}  // namespace retrograd
