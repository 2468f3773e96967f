#include "kernel/random.h"

#include <cmath>

#include "kernel_testing.h"

namespace retrograd::testing {
namespace {

TEST(Philox, KnownAnswers) {
  // From the authors' Random123 distribution.
  auto expect = [](math::PhiloxWords r, std::array<uint32_t, 4> want) {
    for (int i = 0; i < 4; ++i) EXPECT_EQ(r.w[i], want[i]);
  };
  expect(math::philox(0, 0, 0, 0, 0, 0), {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  expect(math::philox(~0u, ~0u, ~0u, ~0u, ~0u, ~0u), {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  expect(math::philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0),
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

template <class Make>
void expectPrefixAndThreads(Make&& make) {
  expectSameOnThreads([&] { return make(100001); });
  Tensor all = make(100001);
  for (int64_t n : {1, 2, 3, 63, 64, 65, 1000}) EXPECT_SAME_BITS(slice(all, 0, 0, n), make(n));
}

TEST(RandomKernel, ElementsDependOnSeedOffsetAndPositionAlone) {
  for (DType t : {DType::Float32, DType::Float64}) {
    expectPrefixAndThreads([&](int64_t n) {
      Tensor x = empty({n}, t);
      uniformSlot(kCpu, x, -1, 3, {7, 11});
      return x;
    });
    expectPrefixAndThreads([&](int64_t n) {
      Tensor x = empty({n}, t);
      normalSlot(kCpu, x, 1, 2, {7, 11});
      return x;
    });
  }
  for (DType t : kAllTypes) {
    if (!isComputed(t)) continue;
    expectPrefixAndThreads([&](int64_t n) {
      Tensor x = empty({n}, t);
      integersSlot(kCpu, x, 0, 2, {7, 11});
      return x;
    });
    expectPrefixAndThreads([&](int64_t n) {
      Tensor x = empty({n}, t), p = empty({n});
      fillSlot(kCpu, p, Scalar(0.25));
      bernoulliSlot(kCpu, x, p, {7, 11});
      return x;
    });
  }
}

TEST(RandomKernel, OneProbabilityServesAll) {
  Tensor each = empty({100}), one = empty({}), expected = empty({100}), x = empty({100});
  for (const Tensor& p : {each, one}) fillSlot(kCpu, p, Scalar(0.3));
  bernoulliSlot(kCpu, expected, each, {7, 11});
  bernoulliSlot(kCpu, x, one, {7, 11});
  EXPECT_SAME_BITS(x, expected);
}

TEST(RandomKernel, WordsMeanWhatTheHeaderSays) {
  Tensor u = empty({8}), d = empty({4}, DType::Float64), z = empty({8});
  math::PhiloxKey key{5, 1};
  uniformSlot(kCpu, u, 0, 1, key);
  uniformSlot(kCpu, d, 0, 1, key);
  normalSlot(kCpu, z, 0, 1, key);
  for (uint64_t i = 0; i < 8; ++i) {
    math::PhiloxWords r = math::philox(key, i / 4);
    EXPECT_EQ(u.data<float>()[i], math::uniformFrom(r.w[i % 4]));
    auto pair = math::normalsFrom(r.w[i % 4 / 2 * 2], r.w[i % 4 / 2 * 2 + 1]);
    EXPECT_EQ(z.data<float>()[i], i % 2 ? pair.second : pair.first);
  }
  for (uint64_t i = 0; i < 4; ++i) {
    math::PhiloxWords r = math::philox(key, i / 2);
    EXPECT_EQ(d.data<double>()[i], math::uniformFrom(math::word64(r, static_cast<int>(i % 2))));
  }
  EXPECT_EQ(math::advance(0), 0u);
  EXPECT_EQ(math::advance(1), 1u);
  EXPECT_EQ(math::advance(5), 3u);
}

template <class T>
void expectMoments(const Tensor& x, double mean, double variance, double fourth) {
  long double s1 = 0, s2 = 0, s4 = 0;
  const double n = static_cast<double>(x.numel());
  for (int64_t i = 0; i < x.numel(); ++i) {
    double d = static_cast<double>(x.data<T>()[i]) - mean;
    s1 += d;
    s2 += d * d;
    s4 += d * d * d * d;
  }
  EXPECT_NEAR(static_cast<double>(s1) / n, 0, 6 * std::sqrt(variance / n));
  EXPECT_NEAR(static_cast<double>(s2) / n, variance, 8 * std::sqrt(fourth / n));
  EXPECT_NEAR(static_cast<double>(s4) / n / fourth, 1, 0.05);
}

TEST(RandomKernel, Distributions) {
  Tensor u = empty({1 << 20}), ud = empty({1 << 20}, DType::Float64), z = empty({1 << 20}),
         zd = empty({1 << 20}, DType::Float64);
  uniformSlot(kCpu, u, 0, 1, {1, 0});
  uniformSlot(kCpu, ud, 0, 1, {1, 0});
  normalSlot(kCpu, z, 0, 1, {1, 0});
  normalSlot(kCpu, zd, 0, 1, {1, 0});
  expectMoments<float>(u, 0.5, 1.0 / 12, 1.0 / 80);
  expectMoments<double>(ud, 0.5, 1.0 / 12, 1.0 / 80);
  expectMoments<float>(z, 0, 1, 3);
  expectMoments<double>(zd, 0, 1, 3);
  Tensor low = empty({1 << 16});
  uniformSlot(kCpu, low, 3, 3.0000005, {1, 0});  // rounding must not reach the open end
  for (float v : values<float>(low)) EXPECT_LT(v, 3.0000005f);
  Tensor dice = empty({60000}, DType::Int64);
  integersSlot(kCpu, dice, -2, 4, {1, 0});
  int counts[6] = {};
  for (int64_t v : values<int64_t>(dice)) {
    ASSERT_TRUE(v >= -2 && v < 4);
    ++counts[v + 2];
  }
  for (int c : counts) EXPECT_NEAR(c, 10000, 500);
  Tensor p = empty({100000}), coin = empty({100000}, DType::Bool);
  fillSlot(kCpu, p, Scalar(0.3));
  bernoulliSlot(kCpu, coin, p, {1, 0});
  int heads = 0;
  for (bool b : values<bool>(coin)) heads += b;
  EXPECT_NEAR(heads, 30000, 900);
}

}  // namespace
}  // namespace retrograd::testing
