#include "kernel/reduce.h"

#include <cmath>

#include "kernel_testing.h"
#include "math/reduce.h"

namespace retrograd::testing {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// `dims`: a bit for each dimension to reduce.
template <class F>
Tensor reduce(const Tensor& x, unsigned dims) {
  Dims sizes = x.sizes();
  for (int64_t d = 0; d < x.dim(); ++d)
    if (dims >> d & 1) sizes[d] = 1;
  Tensor y = empty(sizes, reducedType<F>(x.dtype()));
  reduceSlot<F>(kCpu, F(), y, x);
  return y;
}

/// Element by element in long double or int64.
template <class F>
std::vector<long double> reference(const Tensor& x, unsigned dims) {
  Tensor wide = empty(x.sizes(), DType::Float64);
  copySlot(kCpu, wide, x);
  Dims sizes = x.sizes();
  for (int64_t d = 0; d < x.dim(); ++d)
    if (dims >> d & 1) sizes[d] = 1;
  std::vector<long double> out(static_cast<size_t>(numel("test", sizes)), F::template identity<double>());
  Dims strides = contiguousStrides(sizes);
  for (int64_t i = 0; i < wide.numel(); ++i) {
    int64_t rest = i, at = 0;
    for (int64_t d = x.dim() - 1; d >= 0; --d) {
      int64_t index = rest % x.size(d);
      rest /= x.size(d);
      if (!(dims >> d & 1)) at += index * strides[d];
    }
    out[at] = F::combine(out[at], static_cast<long double>(wide.data<double>()[i]));
  }
  return out;
}

TEST(ReduceKernel, IsRightForEveryDimensionSetAndLayout) {
  math::ReduceFunctors::forEach([]<class F>() {
    for (DType t : kAllTypes) {
      for (const Dims& sizes : {Dims{5, 7, 3}, Dims{2, 700, 3}, Dims{1500, 4, 1}, Dims{3, 1, 1300}, Dims{1, 1, 1}}) {
        Tensor x = random(sizes, t);
        if (std::is_same_v<F, math::Prod>) fillSlot(kCpu, x, Scalar(1));
        for (unsigned dims = 0; dims < 8; ++dims) {
          SCOPED_TRACE(std::string(F::kName) + " of " + name(t) + " " + toString(sizes) + " over " +
                       std::to_string(dims));
          Tensor y = reduce<F>(x, dims);
          Tensor wide = empty(y.sizes(), DType::Float64);
          copySlot(kCpu, wide, y);
          if constexpr (!std::is_same_v<F, math::All> && !std::is_same_v<F, math::Any>) {
            auto expected = reference<F>(x, dims);
            for (size_t i = 0; i < expected.size(); ++i)
              EXPECT_NEAR(wide.data<double>()[i], static_cast<double>(expected[i]), t == DType::Float32 ? 2e-4 : 1e-9);
          }
          for (const Tensor& other : layoutsOf(x)) EXPECT_SAME_BITS(y, reduce<F>(other, dims));
        }
      }
    }
  });
}

template <class F>
void expectAsOfACopy(const Tensor& x) {
  Tensor copy = empty(x.sizes(), reducedType<F>(x.dtype()));
  copySlot(kCpu, copy, x);
  for (unsigned dims = 0; dims < 1u << x.dim(); ++dims) {
    SCOPED_TRACE(std::string(F::kName) + " of " + name(x.dtype()) + " " + toString(x.sizes()) + " over " +
                 std::to_string(dims));
    EXPECT_SAME_BITS(reduce<F>(copy, dims), reduce<F>(x, dims));
  }
}

/// Elements that are converted as they are read: the same as of a converted copy.
TEST(ReduceKernel, ConvertsWhileItReads) {
  math::ReduceFunctors::forEach([]<class F>() {
    for (DType t : kAllTypes)
      for (const Dims& sizes : {Dims{0}, Dims{1}, Dims{300}, Dims{40000}, Dims{3, 700}, Dims{700, 3}, Dims{2, 0},
                                Dims{9, 300, 5}, Dims{1, 17, 2, 3}}) {
        Tensor x = random(sizes, t);
        expectAsOfACopy<F>(x);
        if (x.numel())
          for (const Tensor& other : layoutsOf(x)) expectAsOfACopy<F>(other);
        Dims still(sizes.size(), 0);
        if (x.numel()) expectAsOfACopy<F>(view(x, sizes, still, 0));
        if (sizes.size() == 2 && x.numel()) expectAsOfACopy<F>(view(x, {sizes[0], 9, sizes[1]}, {sizes[1], 0, 1}));
      }
  });
}

TEST(ReduceKernel, TruthOfAnyType) {
  constexpr float kTiny = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(values<bool>(reduce<math::Any>(tensor<float>({4, 1}, {0, -0.0f, kTiny, NAN}), 2)),
            (std::vector<bool>{false, false, true, true}));
  EXPECT_EQ(values<bool>(reduce<math::All>(tensor<double>({2, 2}, {1, -0.0, kNan, -INFINITY}), 2)),
            (std::vector<bool>{false, true}));
  EXPECT_EQ(values<bool>(reduce<math::Any>(tensor<int64_t>({2, 1}, {0, INT64_MIN}), 2)),
            (std::vector<bool>{false, true}));
  EXPECT_EQ(values<bool>(reduce<math::All>(tensor<int32_t>({2, 1}, {INT32_MIN, 256}), 2)),
            (std::vector<bool>{true, true}));
}

TEST(ReduceKernel, TruthValues) {
  Tensor x = tensor<bool>({2, 3}, {true, false, true, true, true, true});
  EXPECT_EQ(values<bool>(reduce<math::All>(x, 2)), (std::vector<bool>{false, true}));
  EXPECT_EQ(values<bool>(reduce<math::Any>(x, 1)), (std::vector<bool>{true, true, true}));
}

TEST(ReduceKernel, EmptyGivesTheIdentity) {
  EXPECT_EQ(values<float>(reduce<math::Sum>(empty({0}), 1)), (std::vector<float>{0}));
  EXPECT_EQ(values<float>(reduce<math::Prod>(empty({2, 0}), 2)), (std::vector<float>{1, 1}));
  EXPECT_EQ(reduce<math::Sum>(empty({0, 3}), 2).numel(), 0);
  Tensor x = tensor<float>({}, {3});
  EXPECT_EQ(values<float>(reduce<math::Sum>(x, 0)), (std::vector<float>{3}));
}

TEST(ReduceKernel, NanWins) {
  for (int at : {0, 1, 17, 99}) {
    std::vector<double> v(100, 1.0);
    v[at] = kNan;
    Tensor x = tensor<double>({100}, v), rows = view(x, {100, 1}, {1, 1});
    EXPECT_TRUE(std::isnan(values<double>(reduce<math::Amax>(x, 1))[0]));
    EXPECT_TRUE(std::isnan(values<double>(reduce<math::Amin>(rows, 1))[0]));
  }
}

TEST(ReduceKernel, SumIsTheSameForSlicesLayoutsAndThreads) {
  Tensor x = random({70, 9, 1100});
  for (unsigned dims : {1u, 2u, 4u, 3u, 6u, 5u, 7u}) {
    SCOPED_TRACE(dims);
    expectSameOnThreads([&] { return reduce<math::Sum>(x, dims); });
    for (const Tensor& other : layoutsOf(x)) {
      EXPECT_SAME_BITS(reduce<math::Sum>(x, dims), reduce<math::Sum>(other, dims));
      expectSameOnThreads([&] { return reduce<math::Sum>(other, dims); });
    }
  }
  Tensor rows = reduce<math::Sum>(x, 4), columns = reduce<math::Sum>(x, 1);
  EXPECT_SAME_BITS(slice(rows, 0, 7, 20), reduce<math::Sum>(slice(x, 0, 7, 20), 4));
  EXPECT_SAME_BITS(slice(columns, 2, 3, 400), reduce<math::Sum>(slice(x, 2, 3, 400), 1));
  // One sequence, as a row, as a column among others, and strided.
  Tensor line = random({200000}), table = empty({200000, 3});
  copySlot(kCpu, table, view(line, {200000, 3}, {1, 0}));
  auto row = values<float>(reduce<math::Sum>(line, 1)), three = values<float>(reduce<math::Sum>(table, 1));
  EXPECT_EQ(three, std::vector<float>(3, row[0]));
  EXPECT_EQ(values<float>(reduce<math::Sum>(slice(table, 1, 1, 2), 1)), row);
}

TEST(ReduceKernel, SumsOfMillionsStayAccurate) {
  Tensor x = empty({1 << 22});
  fillSlot(kCpu, x, Scalar(0.1));
  double sum = values<float>(reduce<math::Sum>(x, 1))[0];
  EXPECT_NEAR(sum / (static_cast<double>(0.1f) * (1 << 22)), 1, 3e-7);
}

TEST(ExtremumKernel, FindsTheFirstAndPrefersNan) {
  Tensor x = tensor<double>({2, 4}, {1, 5, 5, 2, 3, kNan, 9, kNan}), v = empty({2, 1}, DType::Float64),
         i = empty({2, 1}, DType::Int64);
  extremumSlot(kCpu, v, i, x, 1, true);
  EXPECT_EQ(values<int64_t>(i), (std::vector<int64_t>{1, 1}));
  EXPECT_EQ(values<double>(v)[0], 5);
  EXPECT_TRUE(std::isnan(values<double>(v)[1]));
  extremumSlot(kCpu, v, i, x, 1, false);
  EXPECT_EQ(values<int64_t>(i), (std::vector<int64_t>{0, 1}));
  Tensor big = random({40, 300, 50}), values0 = empty({40, 1, 50}), index0 = empty({40, 1, 50}, DType::Int64);
  extremumSlot(kCpu, values0, index0, big, 1, true);
  EXPECT_SAME_BITS(values0, reduce<math::Amax>(big, 2));
  for (const Tensor& other : layoutsOf(big)) {
    Tensor v1 = empty({40, 1, 50}), i1 = empty({40, 1, 50}, DType::Int64);
    extremumSlot(kCpu, v1, i1, other, 1, true);
    EXPECT_SAME_BITS(values0, v1);
    EXPECT_SAME_BITS(index0, i1);
  }
}

TEST(CumsumKernel, AddsInOrder) {
  Tensor x = tensor<int64_t>({2, 3}, {1, 2, 3, 4, 5, 6}), y = empty({2, 3}, DType::Int64);
  cumsumSlot(kCpu, y, x, 1);
  EXPECT_EQ(values<int64_t>(y), (std::vector<int64_t>{1, 3, 6, 4, 9, 15}));
  cumsumSlot(kCpu, y, x, 0);
  EXPECT_EQ(values<int64_t>(y), (std::vector<int64_t>{1, 2, 3, 5, 7, 9}));
  Tensor a = random({60, 90}), b = empty({60, 90});
  cumsumSlot(kCpu, b, a, 0);
  for (const Tensor& other : layoutsOf(a)) {
    Tensor c = empty({60, 90});
    cumsumSlot(kCpu, c, other, 0);
    EXPECT_SAME_BITS(b, c);
  }
}

/// The largest distance of running sums of one number from its multiples, in units in the last place.
template <class T>
double worstOfCumsum(const Dims& sizes, int64_t dim, T number) {
  Tensor x = empty(sizes, DTypeOf<T>::value), y = empty(sizes, x.dtype());
  fillSlot(kCpu, x, Scalar(static_cast<double>(number)));
  cumsumSlot(kCpu, y, x, dim);
  double worst = 0;
  for (int64_t i = 0; i < y.numel(); ++i) {
    const long double want = (i / y.strides()[dim] % y.size(dim) + 1) * static_cast<long double>(number);
    const T near = static_cast<T>(want);
    const long double unit = std::nextafter(near, std::numeric_limits<T>::infinity()) - static_cast<long double>(near);
    worst = std::max(worst, static_cast<double>(fabsl(y.data<T>()[i] - want) / unit));
  }
  return worst;
}

TEST(CumsumKernel, SumsOfMillionsStayAccurate) {
  for (const Dims& sizes : {Dims{1 << 20}, Dims{1 << 18, 5}, Dims{3, 1 << 18}})
    for (int64_t dim = 0; dim < static_cast<int64_t>(sizes.size()); ++dim) {
      SCOPED_TRACE(toString(sizes) + " along " + std::to_string(dim));
      EXPECT_LE(worstOfCumsum(sizes, dim, 0.1f), 0.51);
      EXPECT_LE(worstOfCumsum(sizes, dim, 0.1), 0.51);
    }
}

TEST(CumsumKernel, InfinitiesAndZeros) {
  const double inf = std::numeric_limits<double>::infinity();
  auto sums = [](std::vector<double> v, DType t) {
    Tensor x = empty({static_cast<int64_t>(v.size())}, t), y = empty(x.sizes(), t);
    copySlot(kCpu, x, tensor<double>(x.sizes(), v));
    cumsumSlot(kCpu, y, x, 0);
    Tensor wide = empty(y.sizes(), DType::Float64);
    copySlot(kCpu, wide, y);
    return values<double>(wide);
  };
  for (DType t : {DType::Float32, DType::Float64}) {
    auto s = sums({1, inf, 2, -inf, 3}, t);
    EXPECT_EQ(s[1], inf);
    EXPECT_EQ(s[2], inf);
    EXPECT_TRUE(std::isnan(s[3]) && std::isnan(s[4]));
    s = sums({-0.0, -0.0, 0.5, -0.5}, t);
    EXPECT_TRUE(s[0] == 0 && std::signbit(s[0]) && s[1] == 0 && std::signbit(s[1]) && !std::signbit(s[3]));
    const double most = t == DType::Float32 ? 3.4028234663852886e38 : 1.7976931348623157e308;
    EXPECT_EQ(sums({most, most}, t)[1], inf);
  }
}

Tensor softmax(const Tensor& x, int64_t dim, bool log) {
  Tensor y = empty(x.sizes(), x.dtype());
  softmaxSlot(kCpu, y, x, dim, log);
  return y;
}
Tensor softmaxBackward(const Tensor& g, const Tensor& y, int64_t dim, bool log) {
  Tensor x = empty(y.sizes(), y.dtype());
  softmaxBackwardSlot(kCpu, x, g, y, dim, log);
  return x;
}

TEST(SoftmaxKernel, IsRight) {
  for (bool log : {false, true}) {
    Tensor x = random({7, 33}, DType::Float64), y = softmax(x, 1, log), g = random({7, 33}, DType::Float64, 2);
    Tensor dx = softmaxBackward(g, y, 1, log);
    auto v = values<double>(x), w = values<double>(y), gv = values<double>(g), d = values<double>(dx);
    for (int r = 0; r < 7; ++r) {
      long double total = 0, dot = 0, sum = 0;
      for (int c = 0; c < 33; ++c) total += expl(v[r * 33 + c]);
      auto p = [&](int c) { return expl(v[r * 33 + c]) / total; };
      for (int c = 0; c < 33; ++c) {
        dot += gv[r * 33 + c] * p(c);
        sum += gv[r * 33 + c];
      }
      for (int c = 0; c < 33; ++c) {
        EXPECT_NEAR(w[r * 33 + c], static_cast<double>(log ? logl(p(c)) : p(c)), 1e-13);
        EXPECT_NEAR(d[r * 33 + c],
                    static_cast<double>(log ? gv[r * 33 + c] - p(c) * sum : p(c) * (gv[r * 33 + c] - dot)), 1e-12);
      }
    }
  }
  EXPECT_EQ(values<float>(softmax(tensor<float>({}, {4}), 0, false)), (std::vector<float>{1}));
  EXPECT_EQ(softmax(empty({0, 4}), 1, false).numel(), 0);
  EXPECT_EQ(softmax(empty({4, 0}), 1, false).numel(), 0);
  auto extremes = values<float>(softmax(tensor<float>({3}, {3e38f, 1, -3e38f}), 0, false));
  EXPECT_EQ(extremes, (std::vector<float>{1, 0, 0}));
}

TEST(SoftmaxKernel, LayoutsSlicesAndThreadsDoNotChangeBits) {
  Tensor x = random({60, 70, 21}), g = random({60, 70, 21}, DType::Float32, 2);
  for (bool log : {false, true})
    for (int64_t dim : {0, 1, 2}) {
      Tensor y = softmax(x, dim, log), d = softmaxBackward(g, y, dim, log);
      expectSameOnThreads([&] { return softmax(x, dim, log); });
      for (const Tensor& other : layoutsOf(x)) EXPECT_SAME_BITS(y, softmax(other, dim, log));
      for (const Tensor& other : layoutsOf(y)) EXPECT_SAME_BITS(d, softmaxBackward(g, other, dim, log));
      int64_t across = (dim + 1) % 3;
      EXPECT_SAME_BITS(slice(y, across, 3, 8), softmax(slice(x, across, 3, 8), dim, log));
    }
}

}  // namespace
}  // namespace retrograd::testing
