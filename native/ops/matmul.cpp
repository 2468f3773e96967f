#include "kernel/gemm.h"
#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

void checkPair(const char* op, T a, T b) {
  if (a.dtype() != b.dtype())
    fail<DTypeError>(op, ": the operands are ", name(a.dtype()), " and ", name(b.dtype()),
                     "; convert one with to(dtype)");
  if (a.dtype() == DType::Bool)
    fail<DTypeError>(op, ": bool tensors cannot be multiplied; convert with to(INT64) first");
  if (a.device() != b.device())
    fail<DeviceError>(op, ": the operands are on ", toString(a.device()), " and ", toString(b.device()),
                      "; move one with to(device)");
}

void checkRanks(const char* op, T a, T b, int64_t rankA, int64_t rankB) {
  checkPair(op, a, b);
  if (a.dim() != rankA || b.dim() != rankB || a.sizes().back() != b.size(rankB > 1 ? rankB - 2 : 0) ||
      (rankA == 3 && a.size(0) != b.size(0)))
    fail<ShapeError>(op, ": shapes ", toString(a.sizes()), " and ", toString(b.sizes()), " do not fit: wants a ", rankA,
                     "-d and a ", rankB, "-d tensor whose inner sizes are equal");
}

/// The tensor's memory seen as [batch, rows, columns], outside the graph.
Tensor asMatrices(T x, Dims sizes, Dims strides) {
  Layout layout = x.layout();
  layout.sizes = std::move(sizes);
  layout.strides = std::move(strides);
  return Tensor(std::move(layout));
}
Tensor matrix(T x) { return asMatrices(x, {1, x.size(0), x.size(1)}, {0, x.strides()[0], x.strides()[1]}); }
Tensor row(T x) { return asMatrices(x, {1, 1, x.size(0)}, {0, 0, x.strides()[0]}); }
Tensor column(T x) { return asMatrices(x, {1, x.size(0), 1}, {0, x.strides()[0], 1}); }

/// The product of 3-d views, into a new tensor of `sizes`.
Tensor product(const char* op, Dims sizes, T a, T b) {
  const Dims cube{a.size(0), a.size(1), b.size(2)};
  return computedInto(op, sizes, a.dtype(), a.device(), [&](T out) {
    gemmSlot(a.device(), asMatrices(out, cube, contiguousStrides(cube)), computable(a), computable(b), Tensor());
  });
}

/// Whether a matrix is the transpose of a dense one, as `linear` hands its weight over.
bool isTransposed(T x) {
  return !x.isContiguous() && isContiguous({x.size(1), x.size(0)}, {x.strides()[1], x.strides()[0]});
}

/// a @ b as a gradient for a tensor that `isTransposed` or not: laid out like it, so that after the way back through
/// the transpose it is dense and needs no copy.
Tensor gradientProduct(T a, T b, bool transposed) { return transposed ? t(mm(t(b), t(a))) : mm(a, b); }

/// Records a @ b (+ something) in `out`.
template <class... W>
Tensor recordProduct(const char* node, T out, T a, T b, W... others) {
  return record(
      node, out, std::move(others)...,
      wrt(a, saves(b), [transposed = isTransposed(a)](T g, T b) { return gradientProduct(g, t(b), transposed); }),
      wrt(b, saves(a), [transposed = isTransposed(b)](T g, T a) { return gradientProduct(t(a), g, transposed); }));
}

}  // namespace

Tensor mm(const Tensor& a, const Tensor& b) {
  checkRanks("mm", a, b, 2, 2);
  return recordProduct("MmBackward0", product("mm", {a.size(0), b.size(1)}, matrix(a), matrix(b)), a, b);
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  checkRanks("bmm", a, b, 3, 3);
  return record("BmmBackward0", product("bmm", {a.size(0), a.size(1), b.size(2)}, a, b),
                wrt(a, saves(b), [](T g, T b) { return bmm(g, transpose(b, 1, 2)); }),
                wrt(b, saves(a), [](T g, T a) { return bmm(transpose(a, 1, 2), g); }));
}

Tensor mv(const Tensor& a, const Tensor& b) {
  checkRanks("mv", a, b, 2, 1);
  return record("MvBackward0", product("mv", {a.size(0)}, matrix(a), column(b)),
                wrt(a, saves(b), [](T g, T b) { return outer(g, b); }),
                wrt(b, saves(a), [](T g, T a) { return mv(t(a), g); }));
}

Tensor dot(const Tensor& a, const Tensor& b) {
  checkRanks("dot", a, b, 1, 1);
  return record("DotBackward0", product("dot", {}, row(a), column(b)), wrt(a, saves(b), [](T g, T b) { return g * b; }),
                wrt(b, saves(a), [](T g, T a) { return g * a; }));
}

Tensor outer(const Tensor& a, const Tensor& b) {
  if (a.dim() != 1 || b.dim() != 1)
    fail<ShapeError>("outer: wants two vectors, got ", toString(a.sizes()), " and ", toString(b.sizes()));
  return named("outer", [&] { return unsqueeze(a, 1) * b; });
}

Tensor addmm(const Tensor& bias, const Tensor& a, const Tensor& b) {
  checkRanks("addmm", a, b, 2, 2);
  checkPair("addmm", bias, a);
  Dims sizes{a.size(0), b.size(1)};
  if (!isBroadcastableTo(bias.sizes(), sizes))
    fail<ShapeError>("addmm: the bias ", toString(bias.sizes()), " does not broadcast to the product's shape ",
                     toString(sizes));
  Tensor out = computedInto("addmm", sizes, a.dtype(), a.device(), [&](T out) {
    gemmSlot(out.device(), matrix(out), computable(matrix(a)), computable(matrix(b)), computable(bias));
  });
  return recordProduct("AddmmBackward0", out, a, b, wrt(bias, [](T g) { return g; }));
}

Tensor matmul(const Tensor& a, const Tensor& b) {
  checkPair("matmul", a, b);
  int64_t ra = a.dim(), rb = b.dim();
  if (ra == 0 || rb == 0)
    fail<ShapeError>("matmul: 0-d tensors have no product of matrices, got ", toString(a.sizes()), " and ",
                     toString(b.sizes()), "; use mul");
  if (a.sizes().back() != b.size(rb > 1 ? rb - 2 : 0))
    fail<ShapeError>("matmul: the shapes ", toString(a.sizes()), " and ", toString(b.sizes()),
                     " do not fit: the last size of the first must be the ", rb > 1 ? "second-last" : "only",
                     " size of the second");
  if (ra == 1 && rb == 1) return dot(a, b);
  if (ra == 2 && rb == 1) return mv(a, b);
  if (ra == 2 && rb == 2) return mm(a, b);
  if (ra == 1) return squeeze(matmul(unsqueeze(a, 0), b), {-2});
  if (rb == 1) return squeeze(matmul(a, unsqueeze(b, 1)), {-1});
  if (rb == 2) {
    // Leading dimensions of the first operand are one long row dimension.
    Dims sizes = a.sizes();
    sizes.back() = b.size(1);
    return reshape(mm(reshape(a, {numel("matmul", Dims(sizes.begin(), sizes.end() - 1)), a.sizes().back()}), b), sizes);
  }
  Dims batch =
      broadcast("matmul", Dims(a.sizes().begin(), a.sizes().end() - 2), Dims(b.sizes().begin(), b.sizes().end() - 2));
  int64_t count = numel("matmul", batch), m = ra > 1 ? a.size(ra - 2) : 1, k = a.sizes().back(), n = b.size(rb - 1);
  auto cube = [&](T x, int64_t rows, int64_t columns) {
    Dims wide = batch;
    wide.push_back(rows), wide.push_back(columns);
    return reshape(expand(x, wide), {count, rows, columns});
  };
  Dims sizes = batch;
  sizes.push_back(m), sizes.push_back(n);
  return reshape(bmm(cube(a, m, k), cube(b, k, n)), sizes);
}

Tensor linear(const Tensor& x, const Tensor& weight, const OptionalTensor& bias) {
  if (x.dim() >= 1 && weight.dim() == 2 && x.sizes().back() != weight.size(1))
    fail<ShapeError>("linear: the weight ", toString(weight.sizes()), " needs ", weight.size(1), " features, got ",
                     x.sizes().back(), " in ", toString(x.sizes()));
  return named("linear", [&] {
    if (x.dim() == 2 && weight.dim() == 2 && bias.defined() && bias.dim() == 1) return addmm(bias, x, t(weight));
    Tensor y = matmul(x, t(weight));
    return bias.defined() ? y + bias : y;
  });
}

Tensor bilinear(const Tensor& a, const Tensor& b, const Tensor& weight, const OptionalTensor& bias) {
  auto matches = [&](T x, int64_t dim) { return x.dim() > 0 && x.sizes().back() == weight.size(dim); };
  bool fits = weight.dim() == 3 && matches(a, 1) && matches(b, 2) && a.dim() == b.dim();
  for (int64_t d = 0; fits && d < a.dim() - 1; ++d) fits = a.size(d) == b.size(d);
  if (!fits)
    fail<ShapeError>("bilinear: needs [..., in1], [..., in2] and a weight [out, in1, in2], got ", toString(a.sizes()),
                     ", ", toString(b.sizes()), " and ", toString(weight.sizes()));
  const int64_t outputs = weight.size(0);
  if (bias.defined() && bias.sizes() != Dims{outputs})
    fail<ShapeError>("bilinear: needs a bias [", outputs, "], got ", toString(bias.sizes()));
  return named("bilinear", [&] {
    const int64_t rows = numel("bilinear", Dims(a.sizes().begin(), a.sizes().end() - 1));
    const Tensor x = reshape(a, {rows, weight.size(1)}), y = reshape(b, {rows, weight.size(2), 1});
    // [rows, in1] times [in1, out * in2], then for each row [out, in2] times [in2].
    const Tensor wide = mm(x, reshape(permute(weight, {1, 0, 2}), {weight.size(1), outputs * weight.size(2)}));
    Dims sizes(a.sizes().begin(), a.sizes().end() - 1);
    sizes.push_back(outputs);
    const Tensor out = reshape(bmm(view(wide, {rows, outputs, weight.size(2)}), y), sizes);
    return bias.defined() ? out + bias : out;
  });
}

}  // namespace retrograd
