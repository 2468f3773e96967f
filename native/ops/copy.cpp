#include "kernel/copy.h"

#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// `x` on another device in its own dtype, dense, outside the graph.
Tensor moveRaw(const Tensor& x, Device device) {
  Tensor dense = x.isContiguous() ? x : cloneRaw("to", x);
  Tensor out = allocateTensor("to", x.sizes(), x.dtype(), device);
  transferSlot(device.isCpu() ? x.device() : device, out, dense);
  return out;
}

}  // namespace

Tensor clone(const Tensor& x) {
  return record("CloneBackward0", cloneRaw("clone", x), wrt(x, [](T g) { return g; }));
}

Tensor contiguous(const Tensor& x) { return x.isContiguous() ? x : clone(x); }

Tensor to(const Tensor& x, DType dtype, Device device) {
  if (x.dtype() == dtype && x.device() == device) return x;
  Tensor out = castRaw(x, dtype);
  if (device != x.device()) out = moveRaw(out, device);
  return record("ToCopyBackward0", out, wrt(x, [](T g) { return g; }));
}

namespace {

Tensor copyInto(const char* op, const char* node, T self, T source) {
  if (!isBroadcastableTo(source.sizes(), self.sizes()))
    fail<ShapeError>(op, "_: a source of shape ", toString(source.sizes()), " does not broadcast to ",
                     toString(self.sizes()));
  checkWritable(op, self);
  Tensor from = source.device() == self.device() ? source : moveRaw(castRaw(source, self.dtype()), self.device());
  if (from.layout().storage == self.layout().storage) from = cloneRaw(op, from);
  copySlot(self.device(), self, from);
  self.storage().bumpVersion();
  return record(node, self, wrt(self, [](T) { return Tensor(); }), wrt(source, [](T g) { return g; }));
}

Tensor fillWith(const char* op, const char* node, T self, const Operand& value) {
  checkWritable(op, self);
  fillSlot(self.device(), self, value.number());
  self.storage().bumpVersion();
  return record(node, self, wrt(self, [](T) { return Tensor(); }));
}

}  // namespace

Tensor copy_(const Tensor& self, const Tensor& source) { return copyInto("copy", "CopyBackwards", self, source); }

Tensor fill_(const Tensor& self, const Operand& value) {
  if (!value.isNumber()) {
    if (value.tensor().dim() != 0)
      fail<ShapeError>("fill_: the value must be a number or a 0-d tensor, got shape ", toString(value.tensor().sizes()));
    return copyInto("fill", "FillBackward3", self, value.tensor());
  }
  return fillWith("fill", "FillBackward2", self, value);
}

Tensor zero_(const Tensor& self) { return fillWith("zero", "ZeroBackward0", self, 0); }

}  // namespace retrograd
