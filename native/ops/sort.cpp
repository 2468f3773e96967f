#include "kernel/sort.h"

#include "autograd/record.h"
#include "ops/pointwise.h"

namespace retrograd {

using T = const Tensor&;

std::vector<Tensor> sort(const Tensor& x, int64_t dim, bool descending, bool stable) {
  const int64_t d = wrapDim("sort", dim, x.dim());
  Tensor values = allocateTensor("sort", x.sizes(), x.dtype(), x.device());
  Tensor indices = allocateTensor("sort", x.sizes(), DType::Int64, x.device());
  sortSlot(x.device(), values, indices, x, d, descending);
  return record(stable ? "SortBackward1" : "SortBackward0", {values, indices},
                wrt(x, saves(result[1]), [d](T g, T indices) { return scatter(zerosLike(g), d, indices, g); }));
}

std::vector<Tensor> topk(const Tensor& x, int64_t k, int64_t dim, bool largest, bool) {
  const int64_t d = wrapDim("topk", dim, x.dim()), n = x.dim() ? x.size(d) : 1;
  if (k < 0 || k > n)
    fail<IndexError>("topk: there are ", n, " elements along dimension ", dim, " of ", toString(x.sizes()), ", not ",
                     k);
  if (x.dtype() == DType::Bool) fail<DTypeError>("topk: truth values have no order; convert with to(UINT8)");
  Tensor values, indices;
  {
    NoGradGuard plain;
    const std::vector<Tensor> all = sort(x, d, largest);
    auto first = [&](T t) { return x.dim() ? clone(narrow(t, d, 0, k)) : t; };
    values = first(all[0]), indices = first(all[1]);
  }
  return record("TopkBackward0", {values, indices}, wrt(x, saves(result[1]), [d, sizes = x.sizes()](T g, T indices) {
                  return scatter(zeros(sizes, g.dtype(), g.device()), d, indices, g);
                }));
}

}  // namespace retrograd
