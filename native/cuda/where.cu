#include "cuda/pointwise.cuh"

namespace retrograd::cuda {

namespace {

struct Choose {
  template <class T>
  RETROGRAD_HD T operator()(uint8_t condition, T a, T b) const {
    return condition ? a : b;
  }
};

void whereFamily(const Tensor& out, const Tensor& condition, const Tensor& a, const Tensor& b) {
  if (condition.dtype() != DType::Bool) failDType("where", condition.dtype());
  if (a.dtype() == out.dtype() && b.dtype() == out.dtype())
    dispatchSize(out.dtype(), [&]<class T>(T) { pointwise<T, uint8_t, T, T>(Choose(), out, condition, a, b); });
  else
    dispatch(out.dtype(),
             [&]<class T>(Type<T>) { stridedPointwise<T, uint8_t, T, T>(Choose(), out, condition, a, b); });
}

const decltype(whereSlot)::Fill fill(whereSlot, DeviceType::CUDA, &whereFamily);

}  // namespace

}  // namespace retrograd::cuda
