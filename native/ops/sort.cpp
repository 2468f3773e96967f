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

}  // namespace retrograd
