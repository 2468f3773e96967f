#include "cpu/lines.h"

#include <algorithm>

#include "kernel_testing.h"

namespace retrograd::testing {
namespace {

/// Turns the lines of `x` along `dim` round, and counts in each what is above 0.
template <class T>
void checkLines(const Tensor& x, const Tensor& turned, const Tensor& counts, int64_t dim) {
  const cpu::Lines lines({&turned, &counts, &x}, dim);
  lines.forEachDense<T, int64_t, const T>(1, [&](T* to, int64_t* count, const T* from, T* scratch) {
    for (int64_t i = 0; i < lines.n; ++i) scratch[i] = from[lines.n - 1 - i];
    std::copy_n(scratch, lines.n, to);
    *count = std::count_if(from, from + lines.n, [](T v) { return v > 0; });
  });
  auto rows = [dim](const Tensor& t) { return dense(transpose(t, dim, t.dim() - 1)); };
  const Tensor in = rows(x), out = rows(turned), found = rows(counts);
  for (int64_t line = 0; line < found.numel(); ++line) {
    const T *from = in.data<T>() + line * lines.n, *to = out.data<T>() + line * lines.n;
    int64_t count = 0;
    for (int64_t i = 0; i < lines.n; ++i) {
      EXPECT_EQ(to[i], from[lines.n - 1 - i]);
      count += from[i] > 0;
    }
    EXPECT_EQ(found.data<int64_t>()[line], count);
  }
}

TEST(Lines, OfAnyLayoutTypeAndLength) {
  for (DType t : {DType::UInt8, DType::Float32, DType::Float64})
    dispatch(t, [&]<class T>(Type<T>) {
      const Tensor x = random({17, 37, 19}, t);
      for (int64_t dim = 0; dim < 3; ++dim) {
        Dims one = x.sizes();
        one[dim] = 1;
        checkLines<T>(x, empty(x.sizes(), t), empty(one, DType::Int64), dim);
        for (const Tensor& in : layoutsOf(x))
          for (const Tensor& out : layoutsOf(x)) checkLines<T>(in, out, empty(one, DType::Int64), dim);
      }
    });
}

}  // namespace
}  // namespace retrograd::testing
