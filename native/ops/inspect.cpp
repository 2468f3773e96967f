#include "ops/pointwise.h"

namespace retrograd {

Dims shape(const Tensor& x) { return x.sizes(); }
Dims stride(const Tensor& x) { return x.strides(); }
int64_t numel(const Tensor& x) { return x.numel(); }
int64_t dim(const Tensor& x) { return x.dim(); }
int64_t storageOffset(const Tensor& x) { return x.offset(); }
DType dtype(const Tensor& x) { return x.dtype(); }
Device device(const Tensor& x) { return x.device(); }
bool isContiguous(const Tensor& x) { return x.isContiguous(); }
bool isPinned(const Tensor& x) { return x.storage().isPinned(); }
bool sharesStorage(const Tensor& a, const Tensor& b) { return a.layout().storage == b.layout().storage; }

namespace {

template <class R>
R only(const char* op, const Tensor& x) {
  if (x.numel() != 1)
    fail<ShapeError>(op, ": wants a tensor of one element, got ", x.numel(), " elements of shape ", toString(x.sizes()),
                     "; use toDoubleArray()");
  NoGradGuard plain;
  Tensor host = to(x, x.dtype(), kCpu);
  return dispatch(x.dtype(), [&](auto type) { return convert<R>(*host.data<typename decltype(type)::type>()); });
}

}  // namespace

double item(const Tensor& x) { return only<double>("item", x); }
int64_t itemLong(const Tensor& x) { return only<int64_t>("itemLong", x); }

}  // namespace retrograd
