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
  return record("AsStridedBackwardBackward0", out, wrt(g, [region](const Tensor& gg) {
                  return asStrided(contiguous(gg), region.sizes, region.strides, region.offset);
                }));
}

/// `x` with `region` replaced by `value` (undefined: zeros).
static Tensor replaceRegion(const Tensor& x, const Tensor& value, const Region& region) {
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
                wrt(x, [region](const Tensor& gg) { return replaceRegion(gg, {}, region); }),
                wrt(value, [region](const Tensor& gg) {
                  return asStrided(contiguous(gg), region.sizes, region.strides, region.offset);
                }));
}

namespace {

/// Reads a region of a base, for a history of the base that the base itself may have left.
class ViewNode final : public Node {
 public:
  ViewNode(Edge base, const Dims& sizes, Region region, const Tensor& view)
      : sizes_(sizes), region_(std::move(region)) {
    addEdge(std::move(base));
    addOutput(view);
  }
  const char* name() const noexcept override { return "AsStridedBackward0"; }
  GradList apply(GradList&& gradients, uint64_t) override {
    GradList results;
    results.push_back(embed(gradients[0], sizes_, region_));
    return results;
  }

 private:
  Dims sizes_;
  Region region_;
};

Tensor readRegion(const Tensor& whole, const Region& region) {
  return asStrided(whole, region.sizes, region.strides, region.offset);
}

}  // namespace

Ref<Node> makeViewNode(const Tensor& base, const Tensor& view) {
  return makeRef<ViewNode>(gradientEdge(base), base.sizes(), regionIn(base, view), view);
}

GradList OperationNode::apply(GradList&& gradients, uint64_t needed) {
  if (!region_) return differentiate(gradients[0], needed);
  Tensor whole = contiguous(gradients[0]);
  GradList results = differentiate(readRegion(whole, *region_), needed);
  if (needed & 1 && edges()[0].node) results[0] = replaceRegion(whole, results[0], *region_);
  return results;
}

Edge OperationNode::historyOfResult(const Tensor& result, uint32_t output) {
  if (!region_) return Node::historyOfResult(result, output);
  return {makeRef<ViewNode>(Node::historyOfResult(result, output), outputs()[0].sizes, *region_, result), 0};
}

}  // namespace retrograd
