#include "kernel/copy.h"

#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// Writes `x` into a dense tensor of its sizes and dtype on another device.
void transfer(const Tensor& out, const Tensor& x, bool nonBlocking) {
  Tensor dense = x.isContiguous() ? x : cloneRaw("to", x);
  transferSlot(out.device().isCpu() ? x.device() : out.device(), out, dense, nonBlocking);
}

/// `x` on another device in its own dtype, dense, outside the graph.
Tensor moveRaw(const Tensor& x, Device device, bool nonBlocking) {
  Tensor out = nonBlocking && device.isCpu() ? allocatePinned("to", x.sizes(), x.dtype())
                                             : allocateTensor("to", x.sizes(), x.dtype(), device);
  transfer(out, x, nonBlocking);
  return out;
}

}  // namespace

Tensor clone(const Tensor& x) {
  return record("CloneBackward0", cloneRaw("clone", x), wrt(x, [](T g) { return g; }));
}

Tensor contiguous(const Tensor& x) { return x.isContiguous() ? x : clone(x); }

Tensor to(const Tensor& x, DType dtype, Device device, bool nonBlocking) {
  if (x.dtype() == dtype && x.device() == device) return x;
  Tensor out = castRaw(x, dtype);
  if (device != x.device()) out = moveRaw(out, device, nonBlocking);
  return record("ToCopyBackward0", out, wrt(x, [](T g) { return g; }));
}

Tensor pinMemory(const Tensor& x) {
  if (!x.device().isCpu())
    fail<DeviceError>("pinMemory: only the CPU's memory can be pinned, and this tensor is on ", toString(x.device()),
                      "; move it with to(\"cpu\") first");
  if (x.storage().isPinned()) return x;
  Tensor out = allocatePinned("pinMemory", x.sizes(), x.dtype());
  copySlot(kCpu, out, x);
  return record("PinMemoryBackward0", out, wrt(x, [](T g) { return g; }));
}

void copyRaw(const char* op, T self, T source, bool nonBlocking) {
  Tensor from = source;
  if (source.device() != self.device()) {
    from = castRaw(source, self.dtype());
    if (self.isContiguous() && from.sizes() == self.sizes()) return transfer(self, from, nonBlocking);
    from = moveRaw(from, self.device(), nonBlocking && !self.device().isCpu());  // the host would read it at once
  }
  copySlot(self.device(), self, apart(op, std::move(from), self));
}

namespace {

Tensor copyInto(const char* op, const char* node, T self, T source, bool nonBlocking) {
  if (!isBroadcastableTo(source.sizes(), self.sizes()))
    fail<ShapeError>(op, "_: a source of shape ", toString(source.sizes()), " does not broadcast to ",
                     toString(self.sizes()));
  Write write(op, self);
  copyRaw(op, self, source, nonBlocking);
  return record(node, self, std::move(write), wrt(self, [](T g) { return zerosLike(g); }),
                wrt(source, [](T g) { return g; }));
}

Tensor fillWith(const char* op, const char* node, T self, const Operand& value) {
  Write write(op, self, !shouldRecord(self));
  fillSlot(self.device(), self, value.number());
  return record(node, self, std::move(write), wrt(self, [](T g) { return zerosLike(g); }));
}

}  // namespace

Tensor copy_(const Tensor& self, const Tensor& source, bool nonBlocking) {
  return copyInto("copy", "CopyBackwards", self, source, nonBlocking);
}

Tensor fill_(const Tensor& self, const Operand& value) {
  if (!value.isNumber()) {
    if (value.tensor().dim() != 0)
      fail<ShapeError>("fill_: the value must be a number or a 0-d tensor, got shape ",
                       toString(value.tensor().sizes()));
    return copyInto("fill", "FillBackward3", self, value.tensor(), false);
  }
  checkHolds("fill_", self.dtype(), value.number());
  return fillWith("fill", "FillBackward2", self, value);
}

Tensor zero_(const Tensor& self) { return fillWith("zero", "ZeroBackward0", self, 0); }

}  // namespace retrograd
