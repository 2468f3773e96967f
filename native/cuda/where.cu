#include "cuda/pointwise.cuh"

namespace retrograd::cuda {

namespace {

struct Choose {
  template <class T>
  RETROGRAD_HD T operator()(uint8_t condition, T a, T b) const {
    return condition ? a : b;
  }
};

/// Elements and numbers of one dtype, by their bits.
struct ByBits {
  const Operand& of;
  DType dtype;
  bool known() const { return of.isNumber() || of.tensor().dtype() == dtype; }
};
PlanOperand planOperand(const ByBits& b) { return cuda::planOperand(b.of); }
template <class T>
In<T> operand(const ByBits& b) {
  return b.of.isNumber() ? In<T>{nullptr, static_cast<T>(b.of.number().bitsAs(b.dtype)), Access::Value, {}}
                         : cuda::operand<T>(b.of.tensor());
}

void whereFamily(const Tensor& out, const Tensor& condition, const Operand& a, const Operand& b) {
  if (condition.dtype() != DType::Bool) failDType("where", condition.dtype());
  const ByBits x{a, out.dtype()}, y{b, out.dtype()};
  if (x.known() && y.known())
    dispatchSize(out.dtype(), [&]<class T>(T) { pointwise<T, uint8_t, T, T>(Choose(), out, condition, x, y); });
  else
    dispatch(out.dtype(),
             [&]<class T>(Type<T>) { stridedPointwise<T, uint8_t, T, T>(Choose(), out, condition, a, b); });
}

const decltype(whereSlot)::Fill fill(whereSlot, DeviceType::CUDA, &whereFamily);

}  // namespace

}  // namespace retrograd::cuda
