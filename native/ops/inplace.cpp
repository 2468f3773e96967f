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
  out.impl()->isOneOfManyViews = x.impl()->isOneOfManyViews;
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
                wrt(x, [region](const Tensor& gg) { return replaceRegion(gg, {}, region); }),
                wrt(value, [region](const Tensor& gg) {
                  return asStrided(contiguous(gg), region.sizes, region.strides, region.offset);
                }));
}

namespace {

Region regionIn(const Tensor& base, const Tensor& view) {
  if (!base.isContiguous())
    fail<AutogradError>(
        "backward: a tensor that is not dense was written in place, and a view of it is used; take the "
        "view of contiguous() instead");
  return {view.sizes(), view.strides(), view.offset() - base.offset()};
}

class CopySlices final : public Node {
 public:
  CopySlices(const Tensor& base, const Tensor& view, Ref<Node> write)
      : region_(regionIn(base, view)), write_(std::move(write)) {
    addEdge(gradientEdge(base));
    for (size_t i = 1; i < write_->edges().size(); ++i) addEdge(write_->edges()[i]);
    addOutput(base);
  }

  const char* name() const noexcept override { return "CopySlices"; }

  GradList apply(GradList&& gradients, uint64_t needed) override {
    Tensor whole = contiguous(gradients[0]);
    GradList results = write_->apply({asStrided(whole, region_.sizes, region_.strides, region_.offset)}, needed);
    if (needed & 1 && edges()[0].node) results[0] = replaceRegion(whole, results[0], region_);
    return results;
  }

  bool releaseSaved() noexcept override { return write_->releaseSaved(); }

 private:
  Region region_;
  Ref<Node> write_;
};

}  // namespace

Ref<Node> makeViewNode(const Tensor& base, const Tensor& view) {
  auto place = [region = regionIn(base, view), sizes = base.sizes()](const Tensor& g) {
    return embed(g, sizes, region);
  };
  auto part = wrt(base, place);
  return makeRef<RecordedNode<decltype(part)>>("AsStridedBackward0", view, part);
}

Ref<Node> makeCopySlices(const Tensor& base, const Tensor& view, Ref<Node> write) {
  return makeRef<CopySlices>(base, view, std::move(write));
}

}  // namespace retrograd
