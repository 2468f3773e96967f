#include "core/tensor.h"

#include "core/modes.h"

namespace retrograd {

TensorImpl::TensorImpl(Layout layout) : RefCounted(kKind), layout_(std::move(layout)), numel_(1) {
  isInference = modes.inference;
  for (int64_t s : layout_.sizes)
    if (__builtin_mul_overflow(numel_, s, &numel_)) numel_ = 0;  // sizes were checked: one of them is 0
  contiguous_ = retrograd::isContiguous(layout_.sizes, layout_.strides);
}

TensorMeta* TensorImpl::attachMeta(std::unique_ptr<TensorMeta> fresh) noexcept {
  TensorMeta* present = nullptr;
  return meta_.compare_exchange_strong(present, fresh.get(), std::memory_order_acq_rel) ? fresh.release() : present;
}

Tensor allocateTensor(const char* op, const Dims& sizes, DType dtype, Device device) {
  Layout layout;
  layout.storage = makeRef<Storage>(device, static_cast<size_t>(numel(op, sizes)) * itemSize(dtype));
  layout.sizes = sizes;
  layout.strides = contiguousStrides(sizes);
  layout.dtype = dtype;
  return Tensor(std::move(layout));
}

}  // namespace retrograd
