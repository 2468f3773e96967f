#include "engine/accumulate.h"

#include <mutex>

#include "core/error.h"
#include "ops/ops.h"

namespace retrograd {

namespace {

/// True where no other owner of the tensor or its memory exists, so that it may be written or given away. It may be a
/// view of the whole of a tensor that is ours as well.
bool isOurs(const Tensor& t) {
  if (!t.impl()->isUnique()) return false;
  const Ref<TensorImpl>& base = t.impl()->viewBase;
  if (!base) return t.storage().isUnique();
  return base->isUnique() && base->numel() == t.numel() && t.storage().isUnique(2);
}

/// A gradient as a tensor of its own: itself where it is ours and dense.
Tensor owned(Tensor gradient) {
  if (!isOurs(gradient) || !gradient.isContiguous()) return clone(gradient);
  return gradient.impl()->viewBase ? detach(gradient) : gradient;
}

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
      fail<ShapeError>("backward: ", node, " was given a gradient of shape ", toString(sizes),
                       " for a tensor of shape ", toString(spec.sizes));
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
  if (!modes.grad && isOurs(into) && into.isContiguous()) return add(into, Operand(gradient), 1, Into::Self);
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
    next = modes.grad ? std::move(gradient) : owned(std::move(gradient));
  } else if (modes.grad || !isNonOverlapping(present.sizes(), present.strides())) {
    next = add(present, Operand(gradient));
  } else {
    add(present, Operand(gradient), 1, Into::Self);
    return;
  }
  meta.setGrad(std::move(next));
}

}  // namespace retrograd
