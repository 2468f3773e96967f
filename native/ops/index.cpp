#include "kernel/index.h"

#include <numeric>

#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

void checkIndex(const char* op, T index) {
  if (index.dtype() != DType::Int64 && index.dtype() != DType::Int32)
    fail<DTypeError>(op, ": the index must be int64 or int32, got ", name(index.dtype()));
}

void checkSameType(const char* op, T x, T source) {
  if (x.dtype() != source.dtype())
    fail<DTypeError>(op, ": the tensor is ", name(x.dtype()), " and the source is ", name(source.dtype()),
                     "; convert one with to(dtype)");
}

/// The memory of a dense tensor with other sizes of as many elements, outside any graph.
Tensor shaped(T dense, const Dims& sizes) {
  Layout layout = dense.layout();
  layout.sizes = sizes;
  layout.strides = contiguousStrides(sizes);
  return Tensor(std::move(layout));
}

Tensor zerosOf(const Dims& sizes, T g) { return full(sizes, 0, g.dtype(), g.device()); }

/// gather and scatter want an index that fits within the other tensors in all but one dimension; 0-d counts as 1-d.
void checkFits(const char* op, T index, T other, int64_t dim, bool everywhere) {
  auto size = [](T t, int64_t d) { return t.dim() ? t.size(d) : 1; };
  const int64_t rank = std::max<int64_t>(index.dim(), 1);
  bool fits = rank == std::max<int64_t>(other.dim(), 1);
  for (int64_t d = 0; fits && d < rank; ++d) fits = (d == dim && !everywhere) || size(index, d) <= size(other, d);
  if (!fits)
    fail<ShapeError>(op, ": the index ", toString(index.sizes()), " must have the rank of ", toString(other.sizes()),
                     " and be no larger", everywhere ? "" : " outside the indexed dimension");
}

/// `into` Self: `x` is a tensor without history that nothing else refers to.
Tensor scatterTo(const char* op, const char* node, T x, int64_t dim, T index, T source, bool add,
                 Into into = Into::Fresh) {
  checkIndex(op, index);
  checkSameType(op, x, source);
  int64_t d = wrapDim(op, dim, x.dim());
  checkFits(op, index, x, d, false);
  checkFits(op, index, source, d, true);
  Tensor where = castRaw(index, DType::Int64);
  Tensor out = into == Into::Self ? x : cloneRaw(op, x);
  named(op, [&] { scatterSlot(x.device(), out, d, where, source, add); });
  auto ofSource = [d, sizes = source.sizes()](T g, T index) {
    Tensor picked = gather(g, d, index);
    if (picked.sizes() == sizes) return picked;
    Tensor whole = zerosOf(sizes, g);  // the index may leave the end of the source unused
    Dims strides = contiguousStrides(sizes);
    Tensor part = asStrided(whole, picked.sizes(), strides, 0);
    copy_(part, picked);
    return whole;
  };
  if (into == Into::Self) return record(node, out, wrt(source, saves(where), ofSource));
  if (add) return record(node, out, wrt(x, [](T g) { return g; }), wrt(source, saves(where), ofSource));
  return record(node, out,
                wrt(x, saves(where), [d](T g, T index) { return scatter(g, d, index, zerosOf(index.sizes(), g)); }),
                wrt(source, saves(where), ofSource));
}

bool isMask(T index) { return index.dtype() == DType::Bool || index.dtype() == DType::UInt8; }

/// Throws IndexError where a mask does not match the dimensions of `x` from `at` on.
void checkMask(T x, T mask, int64_t at) {
  for (int64_t d = 0; d < mask.dim(); ++d)
    if (at + d >= x.dim() || mask.size(d) != x.size(at + d))
      fail<IndexError>("index: the mask ", toString(mask.sizes()), " does not match the shape ", toString(x.sizes()),
                       " at dimension ", at + d);
}

/// As in PyTorch, an index on the CPU goes with a tensor on any device.
Tensor moved(T index, Device device) { return index.device().isCpu() ? to(index, index.dtype(), device) : index; }

Tensor indexAddTo(T x, int64_t dim, T index, T source, Into into) {
  checkIndex("indexAdd", index);
  checkSameType("indexAdd", x, source);
  int64_t d = wrapDim("indexAdd", dim, x.dim());
  Dims wanted = x.sizes();
  if (!wanted.empty()) wanted[d] = index.numel();
  if (index.dim() > 1 || source.sizes() != wanted || (x.dim() == 0 && index.numel() != 1))
    fail<ShapeError>("indexAdd: for an index ", toString(index.sizes()), " along dimension ", d, " of ",
                     toString(x.sizes()), " the source must have shape ", toString(wanted), ", got ",
                     toString(source.sizes()));
  Tensor i = castRaw(index, DType::Int64);
  if (i.dim() == 0) i = detach(reshape(i, {1}));
  Tensor out = into == Into::Self ? x : cloneRaw("indexAdd", x);
  named("indexAdd", [&] { indexPutSlot(x.device(), out, d, i, source, true); });
  auto ofSource = [d](T g, T index) { return indexSelect(g, d, index); };
  if (into == Into::Self) return record("IndexAddBackward0", out, wrt(source, saves(i), ofSource));
  return record("IndexAddBackward0", out, wrt(x, [](T g) { return g; }), wrt(source, saves(i), ofSource));
}

/// Masks as lists of indices, all indices broadcast against each other.
struct Positions {
  std::vector<Tensor> indices;  // one per dimension of the tensor, undefined for a full slice
  Dims shape;                   // of the indexed part
  std::vector<int64_t> dims;    // the indexed dimensions
};

Positions positionsOf(T x, const std::vector<Tensor>& given) {
  NoGradGuard plain;
  Positions p;
  for (T each : given) {
    if (!each.defined()) {
      p.indices.emplace_back();
      continue;
    }
    Tensor i = moved(each, x.device());
    if (!isMask(i)) {
      checkIndex("index", i);
      p.indices.push_back(castRaw(i, DType::Int64));
      continue;
    }
    checkMask(x, i, static_cast<int64_t>(p.indices.size()));
    Tensor found = nonzero(i);
    for (int64_t d = 0; d < i.dim(); ++d) p.indices.push_back(select(found, 1, d));
  }
  if (static_cast<int64_t>(p.indices.size()) > x.dim())
    fail<IndexError>("index: too many indices for a ", x.dim(), "-d tensor: ", p.indices.size());
  for (size_t d = 0; d < p.indices.size(); ++d)
    if (p.indices[d].defined()) {
      p.shape = p.dims.empty() ? p.indices[d].sizes() : broadcast("index", p.shape, p.indices[d].sizes());
      p.dims.push_back(static_cast<int64_t>(d));
    }
  return p;
}

Dims spliced(const Dims& around, int64_t place, const Dims& inside) {
  Dims out(around.begin(), around.begin() + place);
  out.append(inside.begin(), inside.end());
  out.append(around.begin() + place, around.end());
  return out;
}

/// Where indices reach in a tensor.
struct Chosen {
  int64_t place;   // the dimension where the indexed part stands
  Tensor lines;    // the tensor's memory with the indexed dimensions as one, at `place`, whose elements overlap others'
  Tensor offsets;  // along that dimension, 1-d, checked, and nobody else's
  Dims shape;      // of the part
  Dims flat;       // the same with the indices' shape as one dimension
};

Chosen choose(T x, const Positions& p) {
  Chosen c;
  const bool adjacent = p.dims.back() - p.dims.front() + 1 == static_cast<int64_t>(p.dims.size());
  c.place = adjacent ? p.dims.front() : 0;
  int64_t unit = 0, span = 1;  // elements of `x` between those of the joint dimension, and its size
  for (int64_t d : p.dims)
    if (x.size(d) > 1) unit = std::gcd(unit, x.strides()[d]);
  unit = std::max<int64_t>(unit, 1);
  c.offsets = allocateTensor("index", p.shape, DType::Int64, x.device());
  for (int64_t d : p.dims) {
    const int64_t size = x.size(d), step = size > 1 ? x.strides()[d] / unit : 0;
    span = size && span ? span + (size - 1) * step : 0;
    indexOffsetsSlot(x.device(), c.offsets, p.indices[d], d, size, step, d != p.dims.front());
  }
  Layout layout = x.layout();
  Dims sizes, strides;  // of the other dimensions
  for (int64_t d = 0; d < x.dim(); ++d)
    if (std::find(p.dims.begin(), p.dims.end(), d) == p.dims.end()) {
      sizes.push_back(x.size(d));
      strides.push_back(x.strides()[d]);
    }
  layout.sizes = spliced(sizes, c.place, {span});
  layout.strides = spliced(strides, c.place, {unit});
  c.lines = Tensor(std::move(layout));
  c.shape = spliced(sizes, c.place, p.shape);
  c.flat = spliced(sizes, c.place, {c.offsets.numel()});
  c.offsets = shaped(c.offsets, {c.offsets.numel()});
  return c;
}

/// All positions as one tensor [indexed dimensions, shape...], so that a tape can save them.
Tensor pack(const Positions& p) {
  NoGradGuard plain;
  std::vector<Tensor> each;
  for (int64_t d : p.dims) each.push_back(expand(p.indices[d], p.shape));
  return stack(each, 0);
}

std::vector<Tensor> unpack(T packed, const std::vector<int64_t>& dims) {
  std::vector<Tensor> indices(static_cast<size_t>(dims.back() + 1));
  for (size_t i = 0; i < dims.size(); ++i) indices[dims[i]] = select(packed, 0, static_cast<int64_t>(i));
  return indices;
}

/// Where one mask alone chooses what a number is written to: that mask, with ones for the dimensions after its own.
Tensor onlyMask(T x, const std::vector<Tensor>& indices) {
  int64_t at = 0;
  Tensor mask;
  for (T each : indices) {
    if (each.defined() && (mask.defined() || each.dtype() != DType::Bool || each.dim() == 0)) return {};
    if (each.defined()) mask = each;
    at += !mask.defined();
  }
  if (!mask.defined() || static_cast<int64_t>(indices.size()) - 1 + mask.dim() > x.dim()) return {};
  checkMask(x, mask, at);
  Layout layout = moved(mask, x.device()).layout();
  for (int64_t d = at + mask.dim(); d < x.dim(); ++d) {
    layout.sizes.push_back(1);
    layout.strides.push_back(0);
  }
  return Tensor(std::move(layout));
}

/// A tensor that can be read while `self` is written.
Tensor unshared(T x, T self) { return x.layout().storage == self.layout().storage ? cloneRaw("indexPut", x) : x; }

}  // namespace

Tensor indexSelect(const Tensor& x, int64_t dim, const Tensor& index) {
  checkIndex("indexSelect", index);
  if (index.dim() > 1) fail<ShapeError>("indexSelect: the index must be 1-d, got ", toString(index.sizes()));
  if (x.dim() == 0 && index.numel() != 1)
    fail<ShapeError>("indexSelect: a 0-d tensor takes one index, got ", toString(index.sizes()));
  int64_t d = wrapDim("indexSelect", dim, x.dim());
  Tensor i = castRaw(index, DType::Int64);
  if (i.dim() == 0) i = detach(reshape(i, {1}));
  Dims sizes = x.sizes();
  if (!sizes.empty()) sizes[d] = i.size(0);
  Tensor out = allocateTensor("indexSelect", sizes, x.dtype(), x.device());
  indexSelectSlot(x.device(), out, x, d, i);
  return record("IndexSelectBackward0", out, wrt(x, saves(i), [d, sizes = x.sizes()](T g, T index) {
                  return indexAddTo(zerosOf(sizes, g), d, index, g, Into::Self);
                }));
}

Tensor indexAdd(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return indexAddTo(x, dim, index, source, Into::Fresh);
}

Tensor gather(const Tensor& x, int64_t dim, const Tensor& index) {
  checkIndex("gather", index);
  int64_t d = wrapDim("gather", dim, x.dim());
  checkFits("gather", index, x, d, false);
  Tensor i = castRaw(index, DType::Int64);
  Tensor out = allocateTensor("gather", i.sizes(), x.dtype(), x.device());
  gatherSlot(x.device(), out, x, d, i);
  return record("GatherBackward0", out, wrt(x, saves(i), [d, sizes = x.sizes()](T g, T index) {
                  return scatterTo("scatterAdd", "ScatterAddBackward0", zerosOf(sizes, g), d, index, g, true,
                                   Into::Fresh);
                }));
}

Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return scatterTo("scatter", "ScatterBackward0", x, dim, index, source, false);
}

Tensor scatterAdd(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return scatterTo("scatterAdd", "ScatterAddBackward0", x, dim, index, source, true);
}

Tensor nonzero(const Tensor& x) {
  Tensor out;
  nonzeroSlot(x.device(), out, x);
  return out;
}

Tensor maskedSelect(const Tensor& x, const Tensor& mask) {
  if (mask.dtype() != DType::Bool)
    fail<DTypeError>("maskedSelect: the mask must be a bool tensor, got ", name(mask.dtype()));
  Dims sizes = broadcast("maskedSelect", x.sizes(), mask.sizes());
  return index(reshape(expand(x, sizes), {-1}), {detach(reshape(expand(mask, sizes), {-1}))});
}

Tensor index(const Tensor& x, const std::vector<Tensor>& indices) {
  Positions p = positionsOf(x, indices);
  if (p.dims.empty()) return alias(x);
  const Chosen c = choose(x, p);
  Tensor out = allocateTensor("index", c.shape, x.dtype(), x.device());
  named("index", [&] { indexSelectSlot(x.device(), shaped(out, c.flat), c.lines, c.place, c.offsets); });
  if (!shouldRecord(x)) return out;
  return record("IndexBackward0", out, wrt(x, saves(pack(p)), [dims = p.dims, sizes = x.sizes()](T g, T packed) {
                  return indexPut_(zerosOf(sizes, g), unpack(packed, dims), g, true);
                }));
}

Tensor indexPut_(const Tensor& self, const std::vector<Tensor>& indices, const Tensor& values, bool accumulate) {
  const bool records = shouldRecord(self, values);
  if (!records && !accumulate && values.numel() == 1 && values.dim() <= 1 && values.dtype() == self.dtype())
    if (const Tensor mask = onlyMask(self, indices); mask.defined()) {
      const Write write("indexPut", self);
      whereSlot(self.device(), self, unshared(mask, self), unshared(shaped(values, {}), self), self);
      return self;
    }
  const Positions p = positionsOf(self, indices);
  if (p.dims.empty()) return accumulate ? add(self, values, 1, Into::Self) : copy_(self, values);
  const Chosen c = named("indexPut_", [&] { return choose(self, p); });
  if (!isBroadcastableTo(values.sizes(), c.shape))
    fail<ShapeError>("indexPut_: values of shape ", toString(values.sizes()), " do not broadcast to ",
                     toString(c.shape));
  checkSameType("indexPut_", self, values);
  const Tensor packed = records ? pack(p) : Tensor();
  Write write("indexPut", self);
  {
    NoGradGuard plain;
    const Tensor source = unshared(values.dim() == 0 ? moved(values, self.device()) : values, self);
    const Tensor from = reshape(expand(source, c.shape), c.flat);
    named("indexPut_", [&] { indexPutSlot(self.device(), c.lines, c.place, c.offsets, from, accumulate); });
  }
  if (!records) return self;
  return record("IndexPutBackward0", self, std::move(write),
                wrt(self, saves(packed),
                    [dims = p.dims, accumulate](T g, T packed) {
                      return accumulate ? g : indexPut_(clone(g), unpack(packed, dims), zerosOf({}, g), false);
                    }),
                wrt(values, saves(packed), [dims = p.dims](T g, T packed) { return index(g, unpack(packed, dims)); }));
}

Tensor set_(const Tensor& self, const std::vector<Tensor>& indices, const Operand& value) {
  if (value.isNumber()) checkHolds("set", self.dtype(), value.number());
  return named("set", [&] {
    Tensor v = value.isNumber() ? full({}, value, self.dtype(), self.device()) : value.tensor();
    const int64_t* first = std::find_if(v.sizes().begin(), v.sizes().end(), [](int64_t n) { return n != 1; });
    if (first != v.sizes().begin()) v = reshape(v, Dims(first, v.sizes().end()));
    return indexPut_(self, indices, v, false);
  });
}

Tensor oneHot(const Tensor& x, int64_t classes) {
  checkIndex("oneHot", x);
  NoGradGuard plain;
  int64_t top = x.numel() ? itemLong(max(x)) : -1;
  int64_t bottom = x.numel() ? itemLong(min(x)) : 0;
  if (x.numel()) bottom = std::min(bottom, top);  // it may have been written meanwhile
  if (bottom < 0) fail<IndexError>("oneHot: class numbers may not be negative, got ", bottom);
  if (classes < 0 && x.numel() == 0)
    fail<ShapeError>("oneHot: an empty tensor does not tell the number of classes; state it");
  if (classes < 0) classes = top < INT64_MAX ? top + 1 : top;
  if (top >= classes) fail<IndexError>("oneHot: the class ", top, " is out of range for ", classes, " classes");
  return named("oneHot", [&] {
    return to(eq(unsqueeze(x, -1), arange(0, classes, 1, DType::Int64, x.device())), DType::Int64, x.device());
  });
}

}  // namespace retrograd
