#include "core/tensor.h"

#include "core/error.h"
#include "core/modes.h"

namespace retrograd {

TensorImpl::TensorImpl(Layout&& layout) : RefCounted(kKind), layout_(std::move(layout)), numel_(1) {
  isInference = modes.inference;
  for (int64_t s : layout_.sizes) numel_ *= s;
  contiguous_ = retrograd::isContiguous(layout_.sizes, layout_.strides);
}

TensorMeta* TensorImpl::attachMeta(std::unique_ptr<TensorMeta> fresh) noexcept {
  TensorMeta* present = nullptr;
  return meta_.compare_exchange_strong(present, fresh.get(), std::memory_order_acq_rel) ? fresh.release() : present;
}

namespace {

template <class Make>
Tensor allocateWith(const char* op, const Dims& sizes, DType dtype, Make make) {
  Layout layout;
  size_t bytes = static_cast<size_t>(numel(op, sizes)) * itemSize(dtype);
  layout.storage = prefixed(op, [&] { return make(bytes); });
  layout.sizes = sizes;
  layout.strides = contiguousStrides(sizes);
  layout.dtype = dtype;
  return Tensor(std::move(layout));
}

}  // namespace

Tensor allocateTensor(const char* op, const Dims& sizes, DType dtype, Device device) {
  return allocateWith(op, sizes, dtype, [device](size_t bytes) { return makeRef<Storage>(device, bytes); });
}

Tensor allocatePinned(const char* op, const Dims& sizes, DType dtype) {
  return allocateWith(op, sizes, dtype, [](size_t bytes) { return makeRef<Storage>(Storage::Pinned{}, bytes); });
}

}  // namespace retrograd
