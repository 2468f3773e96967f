#include "kernel/copy.h"
#include "ops/pointwise.h"
#include "ops/strided.h"

namespace retrograd {

namespace {

using T = const Tensor&;

DType commonType(const char* op, const std::vector<Tensor>& tensors) {
  if (tensors.empty()) throw std::invalid_argument(std::string(op) + ": needs at least one tensor");
  for (T t : tensors) {
    if (!t.defined()) throw std::invalid_argument(std::string(op) + ": one of the tensors is null");
    if (t.device() != tensors[0].device())
      fail<DeviceError>(op, ": the tensors are on ", toString(tensors[0].device()), " and ", toString(t.device()),
                        "; move them to one device with to(device)");
  }
  DType type = tensors[0].dtype();
  for (T t : tensors) type = promote(type, t.dtype());
  return type;
}

Region partOf(T out, int64_t dim, int64_t start, int64_t length) {
  Region r{out.sizes(), out.strides(), start * out.strides()[dim]};
  r.sizes[dim] = length;
  return r;
}

}  // namespace

Tensor cat(const std::vector<Tensor>& tensors, int64_t dim) {
  DType type = commonType("cat", tensors);
  // As in PyTorch, an empty 1-d tensor joins anything.
  auto isNothing = [](T t) { return t.dim() == 1 && t.size(0) == 0; };
  Tensor like = tensors[0];
  for (T t : tensors)
    if (!isNothing(t)) {
      like = t;
      break;
    }
  if (like.dim() == 0) fail<ShapeError>("cat: 0-d tensors cannot be joined along a dimension; use stack");
  int64_t d = wrapDim("cat", dim, like.dim());
  Dims sizes = like.sizes();
  sizes[d] = 0;
  for (T t : tensors) {
    if (isNothing(t)) continue;
    Dims others = t.sizes();
    if (t.dim() == like.dim()) others[d] = like.size(d);
    if (others != like.sizes())
      fail<ShapeError>("cat: shapes must be equal but for dimension ", d, ", got ", toString(like.sizes()), " and ",
                       toString(t.sizes()));
    sizes[d] += t.size(d);
  }
  Tensor out = allocateTensor("cat", sizes, type, like.device());
  SmallVec<std::pair<int64_t, int64_t>, 4> parts;
  parts.reserve(tensors.size());
  int64_t start = 0;
  for (T t : tensors) {
    int64_t length = isNothing(t) ? 0 : t.size(d);
    parts.push_back({isNothing(t) ? -1 : start, length});
    if (t.numel()) copySlot(out.device(), viewRaw(out, partOf(out, d, start, length)), t);
    start += length;
  }
  return record("CatBackward0", out, wrtEach(tensors, [d, parts = std::move(parts)](T g, size_t i) {
                  return parts[i].first < 0 ? full({0}, 0, g.dtype(), g.device())
                                            : narrow(g, d, parts[i].first, parts[i].second);
                }));
}

Tensor stack(const std::vector<Tensor>& tensors, int64_t dim) {
  DType type = commonType("stack", tensors);
  const Dims& each = tensors[0].sizes();
  for (T t : tensors)
    if (t.sizes() != each)
      fail<ShapeError>("stack: all tensors need one shape, got ", toString(each), " and ", toString(t.sizes()));
  int64_t d = wrapDim("stack", dim, tensors[0].dim() + 1);
  Dims sizes = each;
  sizes.insert(d, static_cast<int64_t>(tensors.size()));
  Tensor out = allocateTensor("stack", sizes, type, tensors[0].device());
  for (size_t i = 0; i < tensors.size(); ++i) {
    Region r{each, out.strides(), static_cast<int64_t>(i) * out.strides()[d]};
    r.strides.erase(d);
    if (tensors[i].numel()) copySlot(out.device(), viewRaw(out, r), tensors[i]);
  }
  return record("StackBackward0", out,
                wrtEach(tensors, [d](T g, size_t i) { return select(g, d, static_cast<int64_t>(i)); }));
}

Tensor repeat(const Tensor& x, const Dims& repeats) {
  if (static_cast<int64_t>(repeats.size()) < x.dim())
    fail<ShapeError>("repeat: needs a count for each of the ", x.dim(), " dimensions, got ", toString(repeats));
  checkDims("repeat", repeats.size());
  // [n] repeated r times is [r, n] expanded, read in order. What changes nothing is left out, as it would count as a
  // dimension.
  size_t shift = repeats.size() - x.sizes().size();
  Dims ones, wide;
  for (size_t i = 0; i < repeats.size(); ++i) {
    if (repeats[i] < 0) fail<ShapeError>("repeat: negative count in ", toString(repeats));
    int64_t n = i < shift ? 1 : x.sizes()[i - shift];
    if (repeats[i] != 1 && n != 0) ones.push_back(1), wide.push_back(repeats[i]);
    if (n != 1) ones.push_back(n), wide.push_back(n);
  }
  numel("repeat", wide);
  Dims sizes = repeats;
  for (size_t i = shift; i < sizes.size(); ++i) sizes[i] *= x.sizes()[i - shift];
  return named("repeat", [&] { return reshape(clone(expand(reshape(x, ones), wide)), sizes); });
}

Tensor tile(const Tensor& x, const Dims& dims) {
  Dims counts;
  for (int64_t d = static_cast<int64_t>(dims.size()); d < x.dim(); ++d) counts.push_back(1);
  counts.append(dims.begin(), dims.end());
  return named("tile", [&] { return repeat(x, counts); });
}

namespace {

/// `x` moved along one dimension, outside the graph.
Tensor rolled(T x, int64_t shift, int64_t dim) {
  NoGradGuard plain;
  const int64_t n = x.dim() ? x.size(dim) : 1, moved = n ? (shift % n + n) % n : 0;
  return moved ? cat({narrow(x, dim, n - moved, moved), narrow(x, dim, 0, n - moved)}, dim) : clone(x);
}

/// What moves `n` places back where `shift` moved them.
int64_t opposite(int64_t shift, int64_t n) { return n ? -(shift % n) : 0; }

}  // namespace

Tensor roll(const Tensor& x, const Dims& shifts, const Dims& dims) {
  if (dims.empty() && shifts.size() == 1) return roll(x, shifts[0]);
  if (shifts.empty() || shifts.size() != dims.size())
    fail<ShapeError>("roll: needs a shift for each dimension, got ", toString(shifts), " for ", toString(dims));
  Tensor y = x;
  Dims back;
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t d = wrapDim("roll", dims[i], x.dim());
    y = rolled(y, shifts[i], d);
    back.push_back(opposite(shifts[i], x.dim() ? x.size(d) : 1));
  }
  return record("RollBackward0", y, wrt(x, [back, dims = dims](T g) { return roll(g, back, dims); }));
}

Tensor roll(const Tensor& x, int64_t shift) {
  Tensor y;
  {
    NoGradGuard plain;
    y = detach(reshape(rolled(reshape(x, {-1}), shift, 0), x.sizes()));
  }
  return record("RollBackward0", y, wrt(x, [back = opposite(shift, x.numel())](T g) { return roll(g, back); }));
}

Tensor roll(const Tensor& x, int64_t shift, int64_t dim) { return roll(x, Dims{shift}, Dims{dim}); }

Tensor flip(const Tensor& x, const Dims& dims) {
  if (dims.empty() || x.dim() == 0) return named("flip", [&] { return clone(x); });
  Tensor y = x;
  {
    NoGradGuard plain;
    for (int64_t d : wrapDims("flip", dims, x.dim()))
      y = named("flip", [&] { return indexSelect(y, d, arange(x.size(d) - 1, -1, -1, DType::Int64, x.device())); });
  }
  return record("FlipBackward0", y, wrt(x, [dims = dims](T g) { return flip(g, dims); }));
}

namespace {

Tensor triangle(const char* op, const char* node, T x, int64_t diagonal, bool lower) {
  if (x.dim() < 2) fail<ShapeError>(op, ": needs at least 2 dimensions, got ", toString(x.sizes()));
  // Past the corners every diagonal is the same.
  diagonal = std::clamp(diagonal, -x.size(x.dim() - 2) - 1, x.size(x.dim() - 1) + 1);
  Tensor out = allocateTensor(op, x.sizes(), x.dtype(), x.device());
  triangleSlot(x.device(), out, x, diagonal, lower);
  return record(node, out, wrt(x, [=](T g) { return triangle(op, node, g, diagonal, lower); }));
}

}  // namespace

Tensor tril(const Tensor& x, int64_t diagonal) { return triangle("tril", "TrilBackward0", x, diagonal, true); }
Tensor triu(const Tensor& x, int64_t diagonal) { return triangle("triu", "TriuBackward0", x, diagonal, false); }

Tensor diag(const Tensor& x, int64_t offset) {
  if (x.dim() == 2) return named("diag", [&] { return clone(diagonal(x, offset, 0, 1)); });
  if (x.dim() != 1) fail<ShapeError>("diag: needs a vector or a matrix, got ", toString(x.sizes()));
  if (offset < -kMaxSpan || offset > kMaxSpan) fail<ShapeError>("diag: the diagonal ", offset, " lies too far out");
  int64_t n = x.size(0) + std::abs(offset);
  numel("diag", {n, n});
  Tensor out;
  {
    NoGradGuard plain;
    out = named("diag", [&] { return embed(x, {n, n}, {{x.size(0)}, {n + 1}, offset >= 0 ? offset : -offset * n}); });
  }
  return record("DiagEmbedBackward0", out, wrt(x, [offset](T g) { return diagonal(g, offset, 0, 1); }));
}

}  // namespace retrograd
