#include "engine/accumulate.h"

#include <mutex>

#include "core/error.h"
#include "ops/ops.h"

namespace retrograd {

namespace {

/// True where no other owner of the tensor or its memory exists, so that it may be written or given away.
bool isOurs(const Tensor& t) { return t.impl()->isUnique() && t.layout().storage->isUnique(); }

/// Serialises additions to one `.grad`; leaves share locks, which only costs time.
std::mutex& accumulationLock(const Tensor& leaf) {
  static constinit std::mutex locks[64];
  return locks[(reinterpret_cast<uintptr_t>(leaf.impl()) >> 6) % 64];
}

}  // namespace

Tensor conform(Tensor gradient, const GradSpec& spec, const char* node) {
  if (!gradient.defined()) return gradient;
  const Dims& sizes = gradient.sizes();
  if (sizes != spec.sizes) {
    if (!isBroadcastableTo(spec.sizes, sizes))
      fail<ShapeError>("backward: ", node, " was given a gradient of shape ", toString(sizes), " for a tensor of shape ",
                       toString(spec.sizes));
    Dims extra;
    size_t shift = sizes.size() - spec.sizes.size();
    for (size_t d = 0; d < sizes.size(); ++d)
      if (d < shift || (spec.sizes[d - shift] == 1 && sizes[d] != 1)) extra.push_back(static_cast<int64_t>(d));
    gradient = sum(gradient, extra, true);
    if (shift) gradient = view(gradient, spec.sizes);
  }
  if (gradient.dtype() != spec.dtype || gradient.device() != spec.device)
    gradient = to(gradient, spec.dtype, spec.device);
  return gradient;
}

Tensor addGradients(Tensor into, const Tensor& gradient) {
  if (!into.defined()) return gradient;
  if (!gradient.defined()) return into;
  if (!modes.grad && isOurs(into) && into.isContiguous()) return add_(into, Operand(gradient));
  return add(into, Operand(gradient));
}

void accumulate(const Tensor& leaf, Tensor gradient) {
  AutogradMeta& meta = ensureMeta(leaf);
  std::lock_guard serial(accumulationLock(leaf));
  Tensor present;
  {
    std::lock_guard lock(meta.lock);
    present = meta.grad;
  }
  Tensor next;
  if (!present.defined()) {
    if (modes.grad) next = std::move(gradient);
    else next = isOurs(gradient) && gradient.isContiguous() ? std::move(gradient) : clone(gradient);
  } else if (modes.grad || !isNonOverlapping(present.sizes(), present.strides())) {
    next = add(present, Operand(gradient));
  } else {
    add_(present, Operand(gradient));
    return;
  }
  std::lock_guard lock(meta.lock);
  std::swap(meta.grad, next);
}

}  // namespace retrograd
