// The graph of in-place writes; see "Views and in-place writes" in autograd/record.h.

#include "kernel/copy.h"
#include "ops/strided.h"

namespace retrograd {

Tensor viewRaw(const Tensor& x, const Region& region) {
  Layout layout;
  layout.storage = x.layout().storage;
  layout.offset = x.offset() + region.offset;
  layout.sizes = region.sizes;
  layout.strides = region.strides;
  layout.dtype = x.dtype();
  Tensor out(std::move(layout));
  out.impl()->viewBase = x.impl()->viewBase && !isWantedLeaf(x) ? x.impl()->viewBase : x.ref();
  out.impl()->viewVersion.store(x.version(), std::memory_order_relaxed);
  out.impl()->viewKind = x.impl()->viewKind;
  out.impl()->isInference = x.impl()->isInference;
  return out;
}

Tensor embed(const Tensor& g, const Dims& sizes, const Region& region) {
  Tensor out = full(sizes, 0, g.dtype(), g.device());
  Tensor target = viewRaw(out, region);
  (isNonOverlapping(region.sizes, region.strides) ? copySlot : overlappingAddSlot)(g.device(), target, g);
  return record("AsStridedBackwardBackward0", out, wrt(g, [region = region](const Tensor& gg) {
                  return asStrided(contiguous(gg), region.sizes, region.strides, region.offset);
                }));
}

Tensor replaceRegion(const Tensor& x, const Tensor& value, const Region& region) {
  Tensor out;
  {
    NoGradGuard plain;
    out = clone(x);
    Tensor target = viewRaw(out, region);
    if (value.defined())
      copySlot(x.device(), target, value);
    else
      fillSlot(x.device(), target, 0);
  }
  return record("AsStridedScatterBackward0", out,
                wrt(x, [region = region](const Tensor& gg) { return replaceRegion(gg, {}, region); }),
                wrt(value, [region = region](const Tensor& gg) {
                  return asStrided(contiguous(gg), region.sizes, region.strides, region.offset);
                }));
}

Ref<Node> makeViewNode(const Tensor& view, Edge base, const Dims& sizes, const Region& region) {
  return makeNode("AsStridedBackward0", view, std::move(base),
                  [sizes = sizes, region = region](const Tensor& g) { return embed(g, sizes, region); });
}

Tensor readRegion(const Tensor& whole, const Region& region) {
  return asStrided(whole, region.sizes, region.strides, region.offset);
}

Tensor dense(const Tensor& x) { return contiguous(x); }

Tensor zerosOf(const GradSpec& spec) { return expand(full({}, 0, spec.dtype, spec.device), spec.sizes); }

}  // namespace retrograd
