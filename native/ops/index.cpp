#include "kernel/index.h"

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

Tensor zerosLike(const Dims& sizes, T g) { return full(sizes, 0, g.dtype(), g.device()); }

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

Tensor scatterTo(const char* op, const char* node, T x, int64_t dim, T index, T source, bool add) {
  checkIndex(op, index);
  checkSameType(op, x, source);
  int64_t d = wrapDim(op, dim, x.dim());
  checkFits(op, index, x, d, false);
  checkFits(op, index, source, d, true);
  Tensor where = castRaw(index, DType::Int64);
  Tensor out = cloneRaw(op, x);
  named(op, [&] { scatterSlot(x.device(), out, d, where, source, add); });
  auto ofSource = [d, sizes = source.sizes()](T g, T index) {
    Tensor picked = gather(g, d, index);
    if (picked.sizes() == sizes) return picked;
    Tensor whole = zerosLike(sizes, g);  // the index may leave the end of the source unused
    Dims strides = contiguousStrides(sizes);
    Tensor part = asStrided(whole, picked.sizes(), strides, 0);
    copy_(part, picked);
    return whole;
  };
  if (add) return record(node, out, wrt(x, [](T g) { return g; }), wrt(source, ofSource, where));
  return record(node, out,
                wrt(
                    x, [d](T g, T index) { return scatter(g, d, index, zerosLike(index.sizes(), g)); }, where),
                wrt(source, ofSource, where));
}

/// Masks as lists of indices, all indices broadcast against each other.
struct Positions {
  std::vector<Tensor> indices;  // one per dimension of the tensor, undefined for a full slice
  Dims shape;                   // of the indexed part
  std::vector<int64_t> dims;    // the indexed dimensions
};

Positions positionsOf(T x, const std::vector<Tensor>& given) {
  Positions p;
  for (T each : given) {
    if (!each.defined()) {
      p.indices.emplace_back();
      continue;
    }
    Tensor i = each.device().isCpu() ? to(each, each.dtype(), x.device()) : each;  // as in PyTorch
    if (i.dtype() != DType::Bool && i.dtype() != DType::UInt8) {
      checkIndex("index", i);
      p.indices.push_back(castRaw(i, DType::Int64));
      continue;
    }
    int64_t at = static_cast<int64_t>(p.indices.size());
    for (int64_t d = 0; d < i.dim(); ++d)
      if (at + d >= x.dim() || i.size(d) != x.size(at + d))
        fail<IndexError>("index: the mask ", toString(i.sizes()), " does not match the shape ", toString(x.sizes()),
                         " at dimension ", at + d);
    NoGradGuard plain;
    for (const Tensor& column : unbind(nonzero(i), 1)) p.indices.push_back(clone(column));
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

/// `x` with the indexed dimensions first and one long index into their product.
struct Flattened {
  Dims order, inverse;  // of the dimensions
  Dims front;           // sizes of the indexed dimensions
  Dims rest;            // sizes of the others
  Tensor index;         // 1-d
  int64_t place;        // where the indexed part stands in the result
};

Flattened flattenIndices(T x, const Positions& p) {
  NoGradGuard plain;
  Flattened f;
  bool adjacent = true;
  for (size_t i = 1; i < p.dims.size(); ++i) adjacent &= p.dims[i] == p.dims[i - 1] + 1;
  f.place = adjacent && !p.dims.empty() ? p.dims[0] : 0;
  f.order = Dims(p.dims.begin(), p.dims.end());
  for (int64_t d : p.dims) f.front.push_back(x.size(d));
  for (int64_t d = 0; d < x.dim(); ++d)
    if (std::find(p.dims.begin(), p.dims.end(), d) == p.dims.end()) {
      f.order.push_back(d);
      f.rest.push_back(x.size(d));
    }
  f.inverse = Dims(f.order.size());
  for (size_t i = 0; i < f.order.size(); ++i) f.inverse[f.order[i]] = static_cast<int64_t>(i);
  Tensor flat;
  for (int64_t d : p.dims) {
    Tensor i = p.indices[d];
    int64_t n = x.size(d);
    Tensor bad = logicalOr(lt(i, -n), ge(i, n));
    if (itemLong(any(bad, {}, false)))
      fail<IndexError>("index: the index ", itemLong(select(maskedSelect(i, bad), 0, 0)),
                       " is out of range for dimension ", d, " of size ", n);
    i = where(lt(i, 0), add(i, n), i);
    flat = flat.defined() ? add(mul(flat, n), i) : i;
  }
  f.index = reshape(expand(flat, p.shape), {-1});
  return f;
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

Dims joined(const Dims& a, const Dims& b) {
  Dims out = a;
  out.append(b.begin(), b.end());
  return out;
}

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
  return record("IndexSelectBackward0", out,
                wrt(
                    x, [d, sizes = x.sizes()](T g, T index) { return indexAdd(zerosLike(sizes, g), d, index, g); }, i));
}

Tensor indexAdd(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
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
  Tensor out = cloneRaw("indexAdd", x);
  named("indexAdd", [&] { indexPutSlot(x.device(), out, d, i, source, true); });
  return record("IndexAddBackward0", out, wrt(x, [](T g) { return g; }),
                wrt(
                    source, [d](T g, T index) { return indexSelect(g, d, index); }, i));
}

Tensor gather(const Tensor& x, int64_t dim, const Tensor& index) {
  checkIndex("gather", index);
  int64_t d = wrapDim("gather", dim, x.dim());
  checkFits("gather", index, x, d, false);
  Tensor i = castRaw(index, DType::Int64);
  Tensor out = allocateTensor("gather", i.sizes(), x.dtype(), x.device());
  gatherSlot(x.device(), out, x, d, i);
  return record("GatherBackward0", out,
                wrt(
                    x, [d, sizes = x.sizes()](T g, T index) { return scatterAdd(zerosLike(sizes, g), d, index, g); },
                    i));
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
  Flattened f = flattenIndices(x, p);
  const Dims flatSizes = joined({numel("index", f.front)}, f.rest);
  Tensor out;
  {
    NoGradGuard plain;
    Tensor picked = named("index", [&] { return indexSelect(reshape(permute(x, f.order), flatSizes), 0, f.index); });
    picked = reshape(picked, joined(p.shape, f.rest));
    if (f.place > 0) {
      // The indexed part goes back to where the first index stood.
      Dims order;
      int64_t k = static_cast<int64_t>(p.shape.size()), rank = picked.dim();
      for (int64_t d = 0; d < f.place; ++d) order.push_back(k + d);
      for (int64_t d = 0; d < k; ++d) order.push_back(d);
      for (int64_t d = k + f.place; d < rank; ++d) order.push_back(d);
      picked = contiguous(permute(picked, order));
    }
    out = detach(picked);
  }
  if (!shouldRecord(x)) return out;
  return record("IndexBackward0", out,
                wrt(
                    x,
                    [dims = p.dims, sizes = x.sizes()](T g, T packed) {
                      return indexPut_(zerosLike(sizes, g), unpack(packed, dims), g, true);
                    },
                    pack(p)));
}

Tensor indexPut_(const Tensor& self, const std::vector<Tensor>& indices, const Tensor& values, bool accumulate) {
  Positions p = positionsOf(self, indices);
  if (p.dims.empty()) return accumulate ? add_(self, values) : copy_(self, values);
  Flattened f = flattenIndices(self, p);
  Dims shape;  // of self[indices]
  for (int64_t d = 0; d < f.place; ++d) shape.push_back(f.rest[d]);
  shape.append(p.shape.begin(), p.shape.end());
  shape.append(f.rest.begin() + f.place, f.rest.end());
  if (!isBroadcastableTo(values.sizes(), shape))
    fail<ShapeError>("indexPut_: values of shape ", toString(values.sizes()), " do not broadcast to ", toString(shape));
  checkSameType("indexPut_", self, values);
  Write write("indexPut", self);
  {
    NoGradGuard plain;
    Tensor source = expand(values.dim() == 0 ? to(values, values.dtype(), self.device()) : values, shape);
    if (f.place > 0) {
      Dims order;
      int64_t k = static_cast<int64_t>(p.shape.size()), rank = source.dim();
      for (int64_t d = 0; d < k; ++d) order.push_back(f.place + d);
      for (int64_t d = 0; d < f.place; ++d) order.push_back(d);
      for (int64_t d = f.place + k; d < rank; ++d) order.push_back(d);
      source = permute(source, order);
    }
    Dims flatSizes = joined({numel("index", f.front)}, f.rest);
    Tensor dense = clone(reshape(permute(self, f.order), flatSizes));
    source = reshape(source, joined({f.index.size(0)}, f.rest));
    named("indexPut_", [&] { indexPutSlot(self.device(), dense, 0, f.index, source, accumulate); });
    Tensor back = permute(reshape(dense, joined(f.front, f.rest)), f.inverse);
    copySlot(self.device(), self, back);
  }
  if (!shouldRecord(self, values)) return self;
  Tensor packed = pack(p);
  return record("IndexPutBackward0", self, std::move(write),
                wrt(
                    self,
                    [dims = p.dims, accumulate](T g, T packed) {
                      return accumulate ? g : indexPut_(clone(g), unpack(packed, dims), zerosLike({}, g), false);
                    },
                    packed),
                wrt(
                    values, [dims = p.dims](T g, T packed) { return index(g, unpack(packed, dims)); }, packed));
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
  if (bottom < 0) fail<IndexError>("oneHot: class numbers may not be negative, got ", bottom);
  if (classes < 0 && x.numel() == 0)
    fail<ShapeError>("oneHot: an empty tensor does not tell the number of classes; state it");
  if (classes < 0) classes = top + 1;
  if (top >= classes) fail<IndexError>("oneHot: the class ", top, " is out of range for ", classes, " classes");
  return named("oneHot", [&] {
    return to(eq(unsqueeze(x, -1), arange(0, classes, 1, DType::Int64, x.device())), DType::Int64, x.device());
  });
}

}  // namespace retrograd
