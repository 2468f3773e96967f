#include "ops/strided.h"

namespace retrograd {

namespace {

using T = const Tensor&;

Region selectRegion(const Dims& sizes, const Dims& strides, int64_t dim, int64_t index) {
  Region r{sizes, strides, index * strides[dim]};
  r.sizes.erase(dim);
  r.strides.erase(dim);
  return r;
}

Region sliceRegion(const Dims& sizes, const Dims& strides, int64_t dim, int64_t start, int64_t count, int64_t step) {
  Region r{sizes, strides, count ? start * strides[dim] : 0};
  r.sizes[dim] = count;
  r.strides[dim] *= step;
  return r;
}

/// A view that keeps all elements in order: its derivative is the gradient in the old shape.
Tensor sameElements(const char* node, const Tensor& x, Dims sizes, Dims strides) {
  Tensor out = viewRaw(x, {std::move(sizes), std::move(strides), 0});
  return record(node, out, wrt(x, [sizes = x.sizes()](T g) { return reshape(g, sizes); }));
}

Tensor permuteAs(const char* node, const Tensor& x, const Dims& order) {
  Region r;
  for (int64_t d : order) {
    r.sizes.push_back(x.size(d));
    r.strides.push_back(x.strides()[d]);
  }
  Dims inverse(order.size());
  for (size_t i = 0; i < order.size(); ++i) inverse[order[i]] = static_cast<int64_t>(i);
  return record(node, viewRaw(x, r), wrt(x, [node, inverse](T g) { return permuteAs(node, g, inverse); }));
}

/// Whether `x` can be seen in another shape without a copy, and how. Without elements, always.
bool stridesAs(T x, const Dims& sizes, Dims& strides) {
  if (viewStrides(x.sizes(), x.strides(), sizes, strides)) return true;
  strides = contiguousStrides(sizes);
  return x.numel() == 0;
}

Dims identityOrder(int64_t rank) {
  Dims order;
  for (int64_t i = 0; i < rank; ++i) order.push_back(i);
  return order;
}

/// Several views of `x` by one operation; `formula(grads)` is the gradient of `x`.
template <class F>
std::vector<Tensor> recordViews(const char* node, const Tensor& x, std::vector<Tensor> views, F formula) {
  for (Tensor& v : views) v.impl()->viewKind = TensorImpl::ViewKind::OneOfMany;
  return record(node, std::move(views), wrt(x, std::move(formula)));
}

std::vector<Tensor> withZeros(const Grads& grads) {
  std::vector<Tensor> all;
  all.reserve(grads.size());
  for (size_t i = 0; i < grads.size(); ++i) all.push_back(grads.orZeros(i));
  return all;
}

}  // namespace

Tensor view(const Tensor& x, const Dims& shape) {
  Dims sizes = inferShape("view", shape, x.numel());
  Dims strides;
  if (!stridesAs(x, sizes, strides))
    fail<ShapeError>("view: memory laid out as ", toString(x.sizes()), " with strides ", toString(x.strides()),
                     " cannot be seen as ", toString(sizes), " without a copy; use reshape");
  return sameElements("ViewBackward0", x, std::move(sizes), std::move(strides));
}

Tensor unflatten(const Tensor& x, int64_t dim, const Dims& sizes) {
  const int64_t d = wrapDim("unflatten", dim, x.dim());
  if (x.dim() == 0 || sizes.empty())
    fail<ShapeError>("unflatten: needs a dimension and sizes for it, got ", toString(sizes), " for ",
                     toString(x.sizes()));
  const Dims parts = inferShape("unflatten", sizes, x.size(d));
  Dims shape(x.sizes().begin(), x.sizes().begin() + d);
  shape.append(parts.begin(), parts.end());
  shape.append(x.sizes().begin() + d + 1, x.sizes().end());
  return named("unflatten", [&] { return view(x, shape); });
}

Tensor reshape(const Tensor& x, const Dims& shape) {
  Dims sizes = inferShape("reshape", shape, x.numel());
  Dims strides;
  if (stridesAs(x, sizes, strides)) return sameElements("ViewBackward0", x, std::move(sizes), std::move(strides));
  Tensor dense = clone(x);
  return sameElements("UnsafeViewBackward0", dense, sizes, contiguousStrides(sizes));
}

Tensor flatten(const Tensor& x, int64_t startDim, int64_t endDim) {
  int64_t start = wrapDim("flatten", startDim, x.dim()), end = wrapDim("flatten", endDim, x.dim());
  if (start > end) fail<ShapeError>("flatten: the first dimension ", startDim, " comes after the last one ", endDim);
  if (x.dim() == 0) return reshape(x, {1});
  if (start == end) return x;
  Dims sizes;
  int64_t run = 1;
  for (int64_t d = 0; d < x.dim(); ++d) {
    if (d >= start && d <= end) run *= x.size(d);
    if (d == end)
      sizes.push_back(run);
    else if (d < start || d > end)
      sizes.push_back(x.size(d));
  }
  return reshape(x, sizes);
}

namespace {

Tensor withoutOnes(const char* node, const Tensor& x, const Dims& drop) {
  Dims sizes, strides;
  for (int64_t d = 0; d < x.dim(); ++d) {
    if (x.size(d) == 1 && std::find(drop.begin(), drop.end(), d) != drop.end()) continue;
    sizes.push_back(x.size(d));
    strides.push_back(x.strides()[d]);
  }
  return sameElements(node, x, std::move(sizes), std::move(strides));
}

}  // namespace

Tensor squeeze(const Tensor& x) { return withoutOnes("SqueezeBackward0", x, identityOrder(x.dim())); }

Tensor squeeze(const Tensor& x, const Dims& dims) {
  Dims drop = dims.empty() ? Dims() : wrapDims("squeeze", dims, x.dim());
  return withoutOnes(dims.size() == 1 ? "SqueezeBackward1" : "SqueezeBackward2", x, drop);
}

Tensor unsqueeze(const Tensor& x, int64_t dim) {
  int64_t d = wrapDim("unsqueeze", dim, x.dim() + 1);
  checkDims("unsqueeze", x.sizes().size() + 1);
  Dims sizes = x.sizes(), strides = x.strides();
  strides.insert(d, d < x.dim() ? sizes[d] * strides[d] : 1);
  sizes.insert(d, 1);
  return sameElements("UnsqueezeBackward0", x, std::move(sizes), std::move(strides));
}

Tensor permute(const Tensor& x, const Dims& dims) {
  if (static_cast<int64_t>(dims.size()) != x.dim())
    fail<ShapeError>("permute: the order ", toString(dims), " does not name all ", x.dim(), " dimensions");
  return permuteAs("PermuteBackward0", x, wrapDims("permute", dims, x.dim()));
}

Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1) {
  int64_t a = wrapDim("transpose", dim0, x.dim()), b = wrapDim("transpose", dim1, x.dim());
  Dims order = identityOrder(x.dim());
  if (x.dim() > 0) std::swap(order[a], order[b]);
  return permuteAs("TransposeBackward0", x, order);
}

Tensor t(const Tensor& x) {
  if (x.dim() > 2)
    fail<ShapeError>("t: wants at most 2 dimensions, got ", toString(x.sizes()), "; use transpose or permute");
  Dims order = identityOrder(x.dim());
  std::reverse(order.begin(), order.end());
  return permuteAs("TBackward0", x, order);
}

Tensor movedim(const Tensor& x, int64_t source, int64_t destination) {
  int64_t from = wrapDim("movedim", source, x.dim()), to = wrapDim("movedim", destination, x.dim());
  Dims order = identityOrder(x.dim());
  if (x.dim() > 0) {
    order.erase(from);
    order.insert(to, from);
  }
  return permuteAs("PermuteBackward0", x, order);
}

Tensor expand(const Tensor& x, const Dims& shape) {
  if (static_cast<int64_t>(shape.size()) < x.dim())
    fail<ShapeError>("expand: the shape ", toString(shape), " has fewer dimensions than ", toString(x.sizes()));
  Dims target = shape;
  size_t shift = shape.size() - x.sizes().size();
  for (size_t i = 0; i < target.size(); ++i) {
    if (target[i] == -1 && i >= shift) target[i] = x.sizes()[i - shift];
  }
  numel("expand", target);
  if (!isBroadcastableTo(x.sizes(), target))
    fail<ShapeError>("expand: ", toString(x.sizes()), " does not broadcast to ", toString(shape));
  Tensor out = viewRaw(x, {target, broadcastStrides(x.sizes(), x.strides(), target), 0});
  return record("ExpandBackward0", out, wrt(x, [](T g) { return g; }));
}

Tensor select(const Tensor& x, int64_t dim, int64_t index) {
  if (x.dim() == 0) fail<IndexError>("select: a 0-d tensor has no dimension to index; use item()");
  int64_t d = wrapDim("select", dim, x.dim()), n = x.size(d);
  if (index < -n || index >= n)
    fail<IndexError>("select: the index ", index, " is out of range for dimension ", d, " of size ", n);
  int64_t i = index < 0 ? index + n : index;
  return stridedView("SelectBackward0", x,
                     [d, i](const Dims& sizes, const Dims& strides) { return selectRegion(sizes, strides, d, i); });
}

Tensor slice(const Tensor& x, int64_t dim, int64_t start, int64_t end, int64_t step) {
  if (x.dim() == 0) fail<IndexError>("slice: a 0-d tensor has no dimension to slice");
  int64_t d = wrapDim("slice", dim, x.dim()), n = x.size(d);
  if (step <= 0) fail<IndexError>("slice: the step must be positive, got ", step, "; use flip to reverse");
  step = std::min(step, std::max<int64_t>(n, 1));  // a longer one reaches nothing else
  auto clip = [n](int64_t i) { return std::clamp<int64_t>(i < 0 ? std::max(i, -n) + n : i, 0, n); };
  int64_t from = clip(start), to = clip(end);
  int64_t count = to > from ? (to - from - 1) / step + 1 : 0;
  return stridedView("SliceBackward0", x, [=](const Dims& sizes, const Dims& strides) {
    return sliceRegion(sizes, strides, d, from, count, step);
  });
}

Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length) {
  if (x.dim() == 0) fail<IndexError>("narrow: a 0-d tensor has no dimension to narrow");
  int64_t d = wrapDim("narrow", dim, x.dim()), n = x.size(d);
  int64_t from = start < 0 ? start + n : start;
  if (from < 0 || length < 0 || from > n - length)
    fail<IndexError>("narrow: ", length, " elements from ", start, " do not lie within dimension ", d, " of size ", n);
  return stridedView("SliceBackward0", x, [=](const Dims& sizes, const Dims& strides) {
    return sliceRegion(sizes, strides, d, from, length, 1);
  });
}

Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  int64_t a = wrapDim("diagonal", dim1, x.dim()), b = wrapDim("diagonal", dim2, x.dim());
  if (x.dim() < 2 || a == b)
    fail<ShapeError>("diagonal: needs two different dimensions, got ", dim1, " and ", dim2, " of ",
                     toString(x.sizes()));
  return stridedView("DiagonalBackward0", x, [=](const Dims& sizes, const Dims& strides) {
    int64_t rows = sizes[a] + std::min<int64_t>(offset, 0), cols = sizes[b] - std::max<int64_t>(offset, 0);
    int64_t count = std::max<int64_t>(std::min(rows, cols), 0);
    Region r{sizes, strides, 0};
    if (count) r.offset = offset >= 0 ? offset * strides[b] : -offset * strides[a];
    r.sizes.erase(std::max(a, b));
    r.sizes.erase(std::min(a, b));
    r.strides.erase(std::max(a, b));
    r.strides.erase(std::min(a, b));
    r.sizes.push_back(count);
    r.strides.push_back(strides[a] + strides[b]);
    return r;
  });
}

/// Empty tensors may be as long as one likes: refuses what would fill the memory with views of them.
static void checkCount(const char* op, int64_t views) {
  constexpr int64_t kViewBytes = 512;
  int64_t limit = allocator(kCpu).stats().limit;
  if (views > limit / kViewBytes)
    fail<ShapeError>(op, ": ", views, " views do not fit into the memory limit of ", limit, " bytes");
}

std::vector<Tensor> unbind(const Tensor& x, int64_t dim) {
  if (x.dim() == 0) fail<IndexError>("unbind: a 0-d tensor has no dimension to unbind");
  int64_t d = wrapDim("unbind", dim, x.dim());
  checkCount("unbind", x.size(d));
  std::vector<Tensor> out;
  for (int64_t i = 0; i < x.size(d); ++i) out.push_back(viewRaw(x, selectRegion(x.sizes(), x.strides(), d, i)));
  return recordViews("UnbindBackward0", x, std::move(out), [d](const Grads& g) { return stack(withZeros(g), d); });
}

std::vector<Tensor> split(const Tensor& x, int64_t size, int64_t dim) {
  if (x.dim() == 0) fail<IndexError>("split: a 0-d tensor has no dimension to split");
  int64_t d = wrapDim("split", dim, x.dim()), n = x.size(d);
  if (size <= 0) fail<ShapeError>("split: the size of a part must be positive, got ", size);
  checkCount("split", n / size);
  size = std::min(size, std::max<int64_t>(n, 1));
  std::vector<Tensor> out;
  for (int64_t start = 0; start == 0 || start < n; start += size)
    out.push_back(viewRaw(x, sliceRegion(x.sizes(), x.strides(), d, start, std::min(size, n - start), 1)));
  return recordViews("SplitBackward0", x, std::move(out), [d](const Grads& g) { return cat(withZeros(g), d); });
}

std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim) {
  if (chunks <= 0) fail<ShapeError>("chunk: the number of chunks must be positive, got ", chunks);
  if (x.dim() == 0) fail<IndexError>("chunk: a 0-d tensor has no dimension to split");
  int64_t n = x.size(wrapDim("chunk", dim, x.dim()));
  if (n == 0) {  // as in PyTorch
    checkCount("chunk", chunks);
    std::vector<Tensor> parts;
    for (int64_t i = 0; i < chunks; ++i) parts.push_back(narrow(x, dim, 0, 0));
    return parts;
  }
  return split(x, std::max<int64_t>(n / chunks + (n % chunks != 0), 1), dim);
}

Tensor asStrided(const Tensor& x, const Dims& sizes, const Dims& strides, int64_t offset) {
  if (sizes.size() != strides.size())
    fail<ShapeError>("asStrided: ", sizes.size(), " sizes and ", strides.size(), " strides");
  // The farthest element that the view and the tensor itself reach, counted from the tensor's first one.
  int64_t count = numel("asStrided", sizes), last = offset, own = x.numel() ? 0 : -1;
  bool outside = offset < 0 || offset > kMaxSpan;
  for (size_t i = 0; i < sizes.size() && !outside; ++i) {
    outside = strides[i] < 0 || strides[i] > kMaxSpan / std::max<int64_t>(sizes[i], 1) || last > kMaxSpan;
    if (!outside) last += (sizes[i] - 1) * strides[i];
  }
  if (x.numel())
    for (size_t i = 0; i < x.sizes().size(); ++i) own += (x.sizes()[i] - 1) * x.strides()[i];
  if (outside || (count != 0 && last > own))
    fail<ShapeError>("asStrided: sizes ", toString(sizes), ", strides ", toString(strides), " and offset ", offset,
                     " reach outside the ", x.numel(), " elements of the tensor");
  if (shouldRecord(x) && !x.isContiguous())
    fail<AutogradError>("asStrided: a tensor that is not dense cannot be recorded; use contiguous() first");
  Tensor out = viewRaw(x, {sizes, strides, count ? offset : 0});
  return record("AsStridedBackward0", out, wrt(x, [base = x.sizes(), region = Region{sizes, strides, offset}](T g) {
                  return embed(g, base, region);
                }));
}

Tensor detach(const Tensor& x) {
  Tensor out{Layout(x.layout())};
  out.impl()->isInference = x.impl()->isInference;
  return out;
}

Tensor alias(const Tensor& x) { return sameElements("AliasBackward0", x, x.sizes(), x.strides()); }

}  // namespace retrograd
