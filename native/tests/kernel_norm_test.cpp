#include "kernel/norm.h"

#include <cmath>

#include "kernel_testing.h"

namespace retrograd {
namespace {

using namespace testing;

Tensor normalized(const Tensor& x, const Tensor& weight = {}, const Tensor& bias = {}) {
  Tensor y = empty(x.sizes(), x.dtype()), mean = empty({x.size(0), 1}, x.dtype()),
         rstd = empty(mean.sizes(), x.dtype());
  layerNormSlot(kCpu, y, mean, rstd, x, weight, bias, 1e-5);
  return y;
}

struct Statistics {
  Tensor mean, rstd;
};
Statistics statistics(const Tensor& x) {
  Tensor y = empty(x.sizes(), x.dtype());
  Statistics s{empty({x.size(0), 1}, x.dtype()), empty({x.size(0), 1}, x.dtype())};
  layerNormSlot(kCpu, y, s.mean, s.rstd, x, {}, {}, 1e-5);
  return s;
}

/// Both gradients of parameters, one after the other.
Tensor parameters(const Tensor& g, const Tensor& x, const Statistics& s) {
  Tensor both = empty({2, x.size(1)}, x.dtype());
  auto row = [&](int64_t i) { return view(both, {x.size(1)}, {1}, i * x.size(1)); };
  layerNormParametersSlot(kCpu, row(0), row(1), g, x, s.mean, s.rstd);
  return both;
}

TEST(NormKernel, LosesNothingToALargeMean) {
  const std::vector<float> deviations{0.25f, -1, 0.5f, 3, -0.75f, 0, -2.5f};
  for (float shift : {0.0f, 1000.0f, 65536.0f}) {
    std::vector<float> v;
    long double mean = 0, square = 0;
    for (float d : deviations) v.push_back(shift + d);
    for (float x : v) mean += x / 7.0L;
    for (float x : v) square += (x - mean) * (x - mean) / 7;
    auto got = values<float>(normalized(tensor<float>({1, 7}, v)));
    for (size_t i = 0; i < 7; ++i)
      EXPECT_NEAR(got[i], static_cast<double>((v[i] - mean) / sqrtl(square + 1e-5L)), 4e-7) << shift;
  }
}

TEST(NormKernel, SameBitsForLayoutsAndThreads) {
  for (DType t : {DType::Float32, DType::Float64})
    for (const Dims& sizes : {Dims{700, 33}, Dims{3, 5000}, Dims{1, 7}, Dims{5000, 1}}) {
      SCOPED_TRACE(toString(sizes));
      Tensor x = random(sizes, t), g = random(sizes, t, 2), w = random({sizes[1]}, t, 3), b = random({sizes[1]}, t, 4);
      const Statistics s = statistics(x);
      auto back = [&](const Tensor& g, const Tensor& x) {
        Tensor out = empty(sizes, t);
        layerNormBackwardSlot(kCpu, out, g, x, s.mean, s.rstd, w);
        return out;
      };
      expectSameOnThreads([&] { return normalized(x, w, b); });
      expectSameOnThreads([&] { return back(g, x); });
      expectSameOnThreads([&] { return parameters(g, x, s); });
      for (const Tensor& other : layoutsOf(x)) {
        EXPECT_SAME_BITS(normalized(x, w, b), normalized(other, w, b));
        EXPECT_SAME_BITS(back(g, x), back(g, other));
        EXPECT_SAME_BITS(back(g, x), back(layoutsOf(g)[0], other));
        EXPECT_SAME_BITS(parameters(g, x, s), parameters(g, other, s));
        EXPECT_SAME_BITS(parameters(g, x, s), parameters(layoutsOf(g)[1], other, s));
      }
    }
}

TEST(NormKernel, SumsOverMillionsOfRowsStayAccurate) {
  const int64_t rows = 1 << 21;
  Tensor g = empty({rows, 2});
  fillSlot(kCpu, g, Scalar(0.1));
  Tensor x = empty({rows, 2});
  for (int64_t i = 0; i < rows; ++i) x.data<float>()[2 * i] = 1, x.data<float>()[2 * i + 1] = -1;
  auto sums = values<float>(parameters(g, x, statistics(x)));
  const double tenths = static_cast<double>(0.1f) * rows;
  EXPECT_NEAR(sums[2] / tenths, 1, 3e-7);
  EXPECT_NEAR(sums[0] / (tenths / std::sqrt(1 + 1e-5)), 1, 3e-7);
}

TEST(NormKernel, NoRowsGiveZeros) {
  Tensor none = empty({0, 3});
  EXPECT_EQ(values<float>(parameters(none, none, statistics(none))), std::vector<float>(6, 0));
  EXPECT_EQ(normalized(empty({3, 0})).numel(), 0);
}

}  // namespace
}  // namespace retrograd
