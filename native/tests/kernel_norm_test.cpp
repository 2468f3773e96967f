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

TEST(NormKernel, ChannelsGiveSameBitsOnThreads) {
  using Of = ChannelSets::Of;
  for (DType t : {DType::Float32, DType::Float64})
    for (const Dims& sizes : {Dims{300, 150, 1}, Dims{40, 12, 343}, Dims{2, 6, 30000}, Dims{1000, 6, 15}})
      for (ChannelSets sets : {ChannelSets{Of::Groups, 3}, ChannelSets{Of::Batch, 1}, ChannelSets{Of::Given, 1}}) {
        SCOPED_TRACE(toString(sizes));
        const int64_t channels = sizes[1], count = sets.of == Of::Groups ? sizes[0] * 3 : channels;
        Tensor x = random(sizes, t), g = random(sizes, t, 2), w = random({channels}, t, 3),
               b = random({channels}, t, 4);
        Tensor mean = random({count}, t, 5), rstd = random({count}, t, 6);
        expectSameOnThreads([&] {
          Tensor y = empty(sizes, t);
          channelNormSlot(kCpu, y, mean, rstd, x, w, b, sets, 1e-5, {});
          return y;
        });
        auto back = [&](bool ofIn) {
          Tensor dx = empty(sizes, t), dw = empty({channels}, t), db = empty({channels}, t);
          channelNormBackwardSlot(kCpu, sets.of == Of::Given ? Tensor() : dx, dw, db, g, x, mean, rstd, w, sets);
          return ofIn ? dx : dw;
        };
        if (sets.of != Of::Given) expectSameOnThreads([&] { return back(true); });
        expectSameOnThreads([&] { return back(false); });
      }
}

/// Of many images, of long channels and of short ones, beside sums of twice the precision.
TEST(NormKernel, StatisticsOfManyElementsStayAccurate) {
  for (const Dims& sizes : {Dims{1 << 20, 2, 1}, Dims{1 << 16, 2, 15}, Dims{3, 2, 1 << 19}}) {
    SCOPED_TRACE(toString(sizes));
    Tensor x = empty(sizes), y = empty(sizes), mean = empty({2}), rstd = empty({2});
    double sum = 0, square = 0;
    int64_t k = 0;
    for (int64_t n = 0; n < sizes[0]; ++n)
      for (int64_t c = 0; c < 2; ++c)
        for (int64_t i = 0; i < sizes[2]; ++i, ++k) {
          const double v = x.data<float>()[k] = static_cast<float>(1000 + (k * 7919) % 1009 * 0.001);
          if (c == 0) sum += v, square += (v - 1000) * (v - 1000);
        }
    channelNormSlot(kCpu, y, mean, rstd, x, {}, {}, {ChannelSets::Of::Batch, 1}, 0, {});
    const double count = static_cast<double>(x.numel()) / 2, m = sum / count;
    const double variance = square / count - (m - 1000) * (m - 1000);
    EXPECT_NEAR(values<float>(mean)[0], m, 1e-4);
    EXPECT_NEAR(values<float>(rstd)[0] * std::sqrt(variance), 1, 1e-6);
  }
}

}  // namespace
}  // namespace retrograd
