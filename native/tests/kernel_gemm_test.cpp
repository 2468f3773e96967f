#include "kernel/gemm.h"

#include "cpu/gemm_block.h"
#include "kernel_testing.h"

namespace retrograd::testing {
namespace {

Tensor gemm(const Tensor& a, const Tensor& b, const Tensor& start = {}) {
  Tensor c = empty({std::max(a.size(0), b.size(0)), a.size(1), b.size(2)}, a.dtype());
  gemmSlot(kCpu, c, a, b, start);
  return c;
}

void expectProduct(const Tensor& c, const Tensor& a, const Tensor& b, const Tensor& start) {
  auto wide = [](const Tensor& x) {
    Tensor y = empty(x.sizes(), DType::Float64);
    copySlot(kCpu, y, x);
    return y;
  };
  Tensor x = wide(a), y = wide(b), z = wide(c), s = start ? wide(start) : Tensor();
  const int64_t m = a.size(1), n = b.size(2), k = a.size(2);
  const double unit = c.dtype() == DType::Float32 ? 6e-8 : isFloating(c.dtype()) ? 1.2e-16 : 0;
  for (int64_t i = 0; i < c.size(0); ++i)
    for (int64_t r = 0; r < m; ++r)
      for (int64_t q = 0; q < n; ++q) {
        double sum = s ? s.data<double>()[(i * m + r) * n + q] : 0, size = std::abs(sum);
        for (int64_t p = 0; p < k; ++p) {
          double t = x.data<double>()[((a.size(0) == 1 ? 0 : i) * m + r) * k + p] *
                     y.data<double>()[((b.size(0) == 1 ? 0 : i) * k + p) * n + q];
          sum += t;
          size += std::abs(t);
        }
        if (c.dtype() == DType::UInt8) sum = static_cast<uint8_t>(static_cast<int64_t>(sum));
        if (c.dtype() == DType::Bool) sum = sum != 0;
        ASSERT_NEAR(z.data<double>()[(i * m + r) * n + q], sum, unit * size * (2 + 0.2 * static_cast<double>(k)))
            << r << ", " << q;
      }
}

TEST(GemmKernel, IsRightForEveryTypeShapeAndLayout) {
  for (DType t : kAllTypes)
    for (auto [m, k, n] : {std::array<int64_t, 3>{1, 1, 1},
                           {3, 4, 5},
                           {16, 16, 16},
                           {7, 300, 1},
                           {1, 2000, 9},
                           {33, 1, 65},
                           {50, 70, 90},
                           {9, 600, 40},
                           {130, 33, 17},
                           {70, 40, 1100}}) {
      if (!isComputed(t)) continue;
      SCOPED_TRACE(std::string(name(t)) + " " + std::to_string(m) + "x" + std::to_string(k) + "x" + std::to_string(n));
      Tensor a = random({1, m, k}, t, 1), b = random({1, k, n}, t, 2), c = gemm(a, b);
      expectProduct(c, a, b, {});
      for (const Tensor& x : layoutsOf(a))
        for (const Tensor& y : layoutsOf(b)) EXPECT_SAME_BITS(c, gemm(x, y));
      Tensor start = random({1, m, n}, t, 3);
      expectProduct(gemm(a, b, start), a, b, start);
    }
}

TEST(GemmKernel, Batches) {
  Tensor a = random({6, 20, 30}), b = random({1, 30, 25}), c = gemm(a, b);
  expectProduct(c, a, b, {});
  Tensor expanded = view(b, {6, 30, 25}, {0, 25, 1});
  EXPECT_SAME_BITS(c, gemm(a, expanded));
  EXPECT_SAME_BITS(slice(c, 0, 2, 4), gemm(slice(a, 0, 2, 4), b));
  expectSameOnThreads([&] { return gemm(a, b); });
  Tensor small = random({500, 2, 3}), other = random({500, 3, 4}, DType::Float32, 5);
  expectProduct(gemm(small, other), small, other, {});
  expectSameOnThreads([&] { return gemm(small, other); });
}

TEST(GemmKernel, EmptySizes) {
  EXPECT_EQ(gemm(empty({1, 0, 3}), empty({1, 3, 4})).numel(), 0);
  EXPECT_EQ(values<float>(gemm(empty({1, 2, 0}), empty({1, 0, 2}))), std::vector<float>(4, 0));
  Tensor start = tensor<float>({1, 2, 1}, {3, 4});
  EXPECT_SAME_BITS(start, gemm(empty({1, 2, 0}), empty({1, 0, 1}), start));
  EXPECT_EQ(gemm(empty({0, 2, 3}), empty({0, 3, 2})).numel(), 0);
}

TEST(GemmKernel, SlicesAndThreadsDoNotChangeBits) {
  for (DType t : {DType::Float32, DType::Float64}) {
    Tensor a = random({1, 150, 700}, t, 1), b = random({1, 700, 210}, t, 2), c = gemm(a, b);
    expectSameOnThreads([&] { return gemm(a, b); });
    EXPECT_SAME_BITS(slice(c, 1, 13, 60), gemm(slice(a, 1, 13, 60), b));
    EXPECT_SAME_BITS(slice(c, 2, 7, 90), gemm(a, slice(b, 2, 7, 90)));
    EXPECT_SAME_BITS(slice(slice(c, 1, 3, 5), 2, 20, 23), gemm(slice(a, 1, 3, 5), slice(b, 2, 20, 23)));
    Tensor x = random({1, 700, 1}, t, 3), y = gemm(a, x);
    expectSameOnThreads([&] { return gemm(a, x); });
    EXPECT_SAME_BITS(slice(y, 1, 20, 40), gemm(slice(a, 1, 20, 40), x));
    for (const Tensor& other : layoutsOf(a)) EXPECT_SAME_BITS(y, gemm(other, x));
    // A vector from the left sees the same sums.
    EXPECT_SAME_BITS(transpose(y, 1, 2), gemm(transpose(x, 1, 2), transpose(a, 1, 2)));
  }
}

Tensor constant(const Dims& sizes, double value, DType t = DType::Float32) {
  Tensor x = empty(sizes, t);
  fillSlot(kCpu, x, Scalar(value));
  return x;
}

TEST(GemmKernel, ErrorsDoNotGrowWithTheLength) {
  for (auto [m, k, n] : {std::array<int64_t, 3>{1, 4096, 1},
                         {2, 2000, 1},
                         {2, 680, 3},
                         {2, 3000000, 3},
                         {1, 3000000, 3},
                         {2, 3000000, 1},
                         {970, 50000, 1},
                         {970, 50000, 2},
                         {2, 50000, 520}})
    for (bool turned : {false, true}) {
      Tensor a = turned ? transpose(constant({1, k, m}, 0.1), 1, 2) : constant({1, m, k}, 0.1);
      Tensor b = constant({1, k, n}, 1), start = constant({1, m, n}, 7);
      const double right = static_cast<double>(k) * static_cast<double>(0.1f);
      for (float x : values<float>(gemm(a, b))) ASSERT_NEAR(x, right, 2e-6 * right) << m << " " << k << " " << n;
      for (float x : values<float>(gemm(a, b, start))) ASSERT_NEAR(x, right + 7, 2e-6 * right) << m << " " << n;
    }
  Tensor a = random({1, 30, 9000}), b = random({1, 9000, 40}, DType::Float32, 2), c = gemm(a, b);
  expectProduct(c, a, b, {});
  expectSameOnThreads([&] { return gemm(a, b); });
  EXPECT_SAME_BITS(slice(c, 1, 3, 6), gemm(slice(a, 1, 3, 6), b));
  for (const Tensor& x : layoutsOf(a)) EXPECT_SAME_BITS(c, gemm(x, b));
  a.data<float>()[8000] = std::numeric_limits<float>::infinity();
  b.data<float>()[8000 * 40] = 2;
  EXPECT_EQ(values<float>(gemm(a, b))[0], std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace retrograd::testing
