#include "core/tensor.h"

#include "core/error.h"
#include "core/modes.h"

namespace retrograd {

TensorImpl::TensorImpl(Layout layout) : RefCounted(kKind), layout_(std::move(layout)), numel_(1) {
  isInference = modes.inference;
  for (int64_t s : layout_.sizes) numel_ *= s;
  contiguous_ = retrograd::isContiguous(layout_.sizes, layout_.strides);
}

TensorMeta* TensorImpl::attachMeta(std::unique_ptr<TensorMeta> fresh) noexcept {
  TensorMeta* present = nullptr;
  return meta_.compare_exchange_strong(present, fresh.get(), std::memory_order_acq_rel) ? fresh.release() : present;
}

Tensor allocateTensor(const char* op, const Dims& sizes, DType dtype, Device device) {
  Layout layout;
  size_t bytes = static_cast<size_t>(numel(op, sizes)) * itemSize(dtype);
  try {
    layout.storage = makeRef<Storage>(device, bytes);
  } catch (Error& error) {
    error.message.insert(0, std::string(op) + ": ");
    throw;
  }
  layout.sizes = sizes;
  layout.strides = contiguousStrides(sizes);
  layout.dtype = dtype;
  return Tensor(std::move(layout));
}

}  // namespace retrograd
