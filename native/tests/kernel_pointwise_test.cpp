#include "kernel/pointwise.h"

#include <cmath>

#include "core/error.h"
#include "functors.h"
#include "kernel/plan.h"
#include "kernel_testing.h"
#include "math/binary.h"
#include "math/unary.h"

namespace retrograd::testing {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <class F>
bool takes(DType t) {
  return dispatch(t, []<class T>(Type<T>) { return math::accepts<T>(F::kDomain); });
}
template <class F>
DType resultOf(DType t) {
  return math::givesBool(F::kDomain) ? DType::Bool : t;
}

template <class F>
Tensor apply(const Tensor& x) {
  Tensor y = empty(x.sizes(), resultOf<F>(x.dtype()));
  unarySlot<F>(kCpu, test::functorOf<F>(), y, x, computedType(x.dtype()));
  return y;
}
template <class F>
Tensor apply(const Tensor& a, const Tensor& b) {
  Tensor y = empty(broadcast("test", a.sizes(), b.sizes()), resultOf<F>(a.dtype()));
  binarySlot<F>(kCpu, test::functorOf<F>(), y, a, b, computedType(a.dtype()));
  return y;
}

TEST(Plans, AStepThatIsNotTakenMakesNoneWide) {
  Plan plan;
  plan.operands = 1;
  plan.itemSize[0] = 4;
  plan.data[0] = nullptr;
  plan.addDimension(2, {int64_t{3} << 30});
  EXPECT_TRUE(plan.isWide());
  for (int64_t i : {0, 1}) {
    const Plan one = plan.slice(i, 1);
    EXPECT_EQ(one.total, 1);
    EXPECT_FALSE(one.isWide());
  }
}

TEST(UnaryKernel, AValueDependsOnItsOperandOnly) {
  math::UnaryFunctors::forEach([]<class F>() {
    for (DType t : kAllTypes) {
      if (!takes<F>(t)) continue;
      SCOPED_TRACE(std::string(F::kName) + " of " + name(t));
      Tensor x = random({37, 29}, t), y = apply<F>(x);
      for (const Tensor& other : layoutsOf(x)) EXPECT_SAME_BITS(y, apply<F>(other));
      EXPECT_SAME_BITS(slice(y, 0, 3, 20), apply<F>(slice(x, 0, 3, 20)));
      EXPECT_SAME_BITS(slice(y, 1, 5, 6), apply<F>(slice(x, 1, 5, 6)));
      Tensor flat = view(x, {37 * 29}, {1}), result = view(y, {37 * 29}, {1});
      for (int64_t from : {0, 1, 3, 16, 1000})
        for (int64_t n : {1, 2, 15, 17, 40})
          EXPECT_SAME_BITS(slice(result, 0, from, from + n), apply<F>(slice(flat, 0, from, from + n)));
      Tensor one = view(x, {}, {}, 5);
      EXPECT_SAME_BITS(view(y, {}, {}, 5), apply<F>(one));
      EXPECT_EQ(apply<F>(empty({0, 3}, t)).numel(), 0);
      if (resultOf<F>(t) == t) {  // in place, dense and strided
        Tensor copy = dense(x);
        unarySlot<F>(kCpu, test::functorOf<F>(), copy, copy, computedType(t));
        EXPECT_SAME_BITS(y, copy);
        Tensor spread = layoutsOf(x)[1];
        unarySlot<F>(kCpu, test::functorOf<F>(), spread, spread, computedType(t));
        EXPECT_SAME_BITS(y, spread);
      }
    }
  });
}

TEST(UnaryKernel, ThreadsDoNotChangeBits) {
  math::UnaryFunctors::forEach([]<class F>() {
    DType t = takes<F>(DType::Float32) ? DType::Float32 : DType::Int32;
    SCOPED_TRACE(F::kName);
    Tensor x = random({300003}, t);
    expectSameOnThreads([&] { return apply<F>(x); });
  });
}

TEST(UnaryKernel, RefusesTypesOutsideItsDomain) {
  Tensor x = random({3}, DType::Int64);
  EXPECT_THROW(unarySlot<math::Exp>(kCpu, {}, x, x, x.dtype()), DTypeError);
}

TEST(BinaryKernel, AValueDependsOnItsOperandsOnly) {
  math::BinaryFunctors::forEach([]<class F>() {
    for (DType t : kAllTypes) {
      if (!takes<F>(t)) continue;
      SCOPED_TRACE(std::string(F::kName) + " of " + name(t));
      Tensor a = random({23, 67}, t, 1), b = random({23, 67}, t, 2), y = apply<F>(a, b);
      auto as = layoutsOf(a), bs = layoutsOf(b);
      for (const Tensor& other : as) EXPECT_SAME_BITS(y, apply<F>(other, b));
      for (const Tensor& other : bs) EXPECT_SAME_BITS(y, apply<F>(a, other));
      EXPECT_SAME_BITS(y, apply<F>(as[0], bs[1]));
      EXPECT_SAME_BITS(slice(y, 1, 7, 24), apply<F>(slice(a, 1, 7, 24), slice(b, 1, 7, 24)));
      Tensor row = slice(b, 0, 4, 5), column = slice(b, 1, 9, 10), one = view(b, {}, {}, 70);
      for (const Tensor& small : {row, column, one}) {
        Tensor full = empty(a.sizes(), t);
        copySlot(kCpu, full, small);
        EXPECT_SAME_BITS(apply<F>(a, full), apply<F>(a, small));
        EXPECT_SAME_BITS(apply<F>(full, a), apply<F>(small, a));
      }
      EXPECT_SAME_BITS(apply<F>(dense(row), dense(column)), apply<F>(row, column));
      if (resultOf<F>(t) == t) {
        Tensor copy = dense(a);
        binarySlot<F>(kCpu, test::functorOf<F>(), copy, copy, b, computedType(t));
        EXPECT_SAME_BITS(y, copy);
        copy = dense(b);
        binarySlot<F>(kCpu, test::functorOf<F>(), copy, a, copy, computedType(t));
        EXPECT_SAME_BITS(y, copy);
      }
    }
  });
}

Tensor cast(const Tensor& x, DType type) {
  Tensor y = empty(x.sizes(), type);
  copySlot(kCpu, y, x);
  return y;
}

/// Operands of other dtypes, and results, give what they give when they are cast before and after.
TEST(BinaryKernel, ConvertsWhileItLoadsAndStores) {
  for (DType type : kAllTypes)
    for (DType from : kAllTypes) {
      if (!isComputed(type) || promote(from, type) != type) continue;
      Tensor a = random({23, 67}, from, 1), b = random({23, 67}, type, 2), y = apply<math::Add>(cast(a, type), b);
      auto add = [&](const Tensor& x, const Tensor& other) {
        Tensor out = empty(broadcast("test", x.sizes(), other.sizes()), type);
        binarySlot<math::Add>(kCpu, {}, out, x, other, type);
        return out;
      };
      SCOPED_TRACE(std::string(name(from)) + " with " + name(type));
      EXPECT_SAME_BITS(y, add(a, b));
      EXPECT_SAME_BITS(apply<math::Add>(b, cast(a, type)), add(b, a));
      for (const Tensor& x : layoutsOf(a))
        for (const Tensor& other : layoutsOf(b)) EXPECT_SAME_BITS(y, add(x, other));
      for (const Tensor& small : {slice(a, 0, 4, 5), slice(a, 1, 9, 10), view(a, {}, {}, 70)})
        EXPECT_SAME_BITS(apply<math::Add>(cast(small, type), b), add(small, b));
      EXPECT_EQ(add(empty({0, 3}, from), empty({3}, type)).numel(), 0);
      Tensor smaller = empty(a.sizes(), DType::Bool);
      binarySlot<math::Lt>(kCpu, {}, smaller, a, b, type);
      EXPECT_SAME_BITS(apply<math::Lt>(cast(a, type), b), smaller);
      if (category(from) != category(type)) continue;
      Tensor narrow = cast(a, from), spread = layoutsOf(a)[1], expected = cast(y, from);
      for (const Tensor& x : {narrow, spread}) {
        binarySlot<math::Add>(kCpu, {}, x, x, b, type);
        EXPECT_SAME_BITS(expected, x);
      }
    }
}

/// A number gives what a tensor full of it gives, on either side, whatever the layout of the other operand.
TEST(BinaryKernel, TakesNumbers) {
  math::BinaryFunctors::forEach([]<class F>() {
    for (DType t : kAllTypes) {
      if (!isComputed(t) || !takes<F>(t)) continue;
      SCOPED_TRACE(std::string(F::kName) + " of " + name(t));
      const Scalar number = t == DType::Bool ? Scalar(true) : Scalar(3);
      Tensor x = random({23, 67}, t), full = empty({23, 67}, t);
      fillSlot(kCpu, full, number);
      auto run = [&](const Operand& a, const Operand& b) {
        Tensor out = empty({23, 67}, resultOf<F>(t));
        binarySlot<F>(kCpu, test::functorOf<F>(), out, a, b, t);
        return out;
      };
      const Tensor right = apply<F>(x, full), left = apply<F>(full, x);
      for (const Tensor& other : layoutsOf(x)) {
        EXPECT_SAME_BITS(right, run(other, number));
        EXPECT_SAME_BITS(left, run(number, other));
      }
    }
  });
}

TEST(UnaryKernel, ConvertsWhileItLoads) {
  for (DType type : {DType::Float32, DType::Float64})
    for (DType from : kAllTypes) {
      if (promote(from, type) != type) continue;
      SCOPED_TRACE(std::string(name(from)) + " to " + name(type));
      Tensor x = random({9, 1100}, from), y = apply<math::Exp>(cast(x, type));
      for (const Tensor& in : {x, layoutsOf(x)[0], layoutsOf(x)[1]}) {
        Tensor out = empty(x.sizes(), type);
        unarySlot<math::Exp>(kCpu, {}, out, in, type);
        EXPECT_SAME_BITS(y, out);
      }
      expectSameOnThreads([&] {
        Tensor out = empty(x.sizes(), type);
        unarySlot<math::Exp>(kCpu, {}, out, x, type);
        return out;
      });
    }
}

TEST(BinaryKernel, ThreadsDoNotChangeBits) {
  Tensor a = random({717, 401}), b = random({401}), c = random({401, 717});
  expectSameOnThreads([&] { return apply<math::Pow>(a, b); });
  expectSameOnThreads([&] { return apply<math::Add>(a, transpose(c, 0, 1)); });
}

TEST(BinaryKernel, IntegersWrapAndNeverTrap) {
  constexpr int32_t kMin = std::numeric_limits<int32_t>::min(), kMax = std::numeric_limits<int32_t>::max();
  Tensor a = tensor<int32_t>({6}, {kMin, kMin, 7, -7, kMax, -7}), b = tensor<int32_t>({6}, {-1, 0, 0, 2, 2, -2});
  EXPECT_EQ(values<int32_t>(apply<math::FloorDivide>(a, b)), (std::vector<int32_t>{kMin, 0, 0, -4, kMax / 2, 3}));
  EXPECT_EQ(values<int32_t>(apply<math::TruncDivide>(a, b)), (std::vector<int32_t>{kMin, 0, 0, -3, kMax / 2, 3}));
  EXPECT_EQ(values<int32_t>(apply<math::Remainder>(a, b)), (std::vector<int32_t>{0, 0, 0, 1, 1, -1}));
  EXPECT_EQ(values<int32_t>(apply<math::Fmod>(a, b)), (std::vector<int32_t>{0, 0, 0, -1, 1, -1}));
  EXPECT_EQ(values<int32_t>(apply<math::Add>(a, b)), (std::vector<int32_t>{kMax, kMin, 7, -5, kMin + 1, -9}));
}

TEST(BinaryKernel, IntegerPowersAreExact) {
  Tensor a = tensor<int64_t>({8}, {3, -2, 1, -1, -1, 5, 0, 0}),
         b = tensor<int64_t>({8}, {39, 63, -5, -3, -4, -1, 0, -1});
  EXPECT_EQ(values<int64_t>(apply<math::Pow>(a, b)),
            (std::vector<int64_t>{4052555153018976267, std::numeric_limits<int64_t>::min(), 1, -1, 1, 0, 1, 0}));
}

TEST(BinaryKernel, FloatingDivisionsFollowPyTorch) {
  Tensor a = tensor<double>({7}, {7, -7, 7, -7, -0.5, 1, kInfinity}), b = tensor<double>({7}, {2, 2, -2, -2, 2, 0, 2});
  auto floors = values<double>(apply<math::FloorDivide>(a, b));
  EXPECT_EQ((std::vector<double>(floors.begin(), floors.begin() + 6)),
            (std::vector<double>{3, -4, -4, 3, -1, kInfinity}));
  EXPECT_TRUE(std::isnan(floors[6]));
  auto remainders = values<double>(apply<math::Remainder>(a, b));
  EXPECT_EQ((std::vector<double>(remainders.begin(), remainders.begin() + 5)),
            (std::vector<double>{1, 1, -1, -1, 1.5}));
}

TEST(BinaryKernel, NanWinsInMaximumAndMinimum) {
  Tensor a = tensor<double>({4}, {kNan, 1, kNan, 2}), b = tensor<double>({4}, {1, kNan, kNan, 3});
  auto high = values<double>(apply<math::Maximum>(a, b)), low = values<double>(apply<math::Minimum>(a, b));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(high[i]) && std::isnan(low[i]));
  EXPECT_EQ(high[3], 3);
  EXPECT_EQ(low[3], 2);
}

TEST(UnaryKernel, ClampPassesNanAndBindsIntegersInRangeOnly) {
  Tensor x = tensor<double>({4}, {kNan, -5, 1, 5}), y = empty({4}, DType::Float64);
  unarySlot<math::Clamp>(kCpu, {-1, 2}, y, x, x.dtype());
  auto v = values<double>(y);
  EXPECT_TRUE(std::isnan(v[0]));
  EXPECT_EQ((std::vector<double>(v.begin() + 1, v.end())), (std::vector<double>{-1, 1, 2}));
  Tensor i = tensor<int64_t>({3}, {-5, 0, int64_t{1} << 60}), j = empty({3}, DType::Int64);
  unarySlot<math::Clamp>(kCpu, {-kInfinity, kInfinity}, j, i, i.dtype());
  EXPECT_SAME_BITS(i, j);
}

TEST(WhereKernel, ChoosesByElementAndBroadcasts) {
  for (DType t : kAllTypes) {
    Tensor a = random({5, 70}, t, 1), b = random({5, 70}, t, 2), condition = random({5, 70}, DType::Bool, 3);
    Tensor y = empty({5, 70}, t);
    whereSlot(kCpu, y, condition, a, b);
    const size_t size = itemSize(t);
    auto va = bytes(a), vb = bytes(b), vy = bytes(y);
    for (size_t i = 0; i < 350; ++i)
      EXPECT_EQ(0, std::memcmp(&vy[i * size], condition.data<bool>()[i] ? &va[i * size] : &vb[i * size], size));
    Tensor turned = empty({5, 70}, t);
    whereSlot(kCpu, turned, layoutsOf(condition)[0], layoutsOf(a)[1], b);
    EXPECT_SAME_BITS(y, turned);
    Tensor one = view(b, {}, {}, 3), full = empty({5, 70}, t), expected = empty({5, 70}, t), got = empty({5, 70}, t);
    copySlot(kCpu, full, one);
    whereSlot(kCpu, expected, condition, a, full);
    whereSlot(kCpu, got, condition, a, one);
    EXPECT_SAME_BITS(expected, got);
    fillSlot(kCpu, full, true);
    whereSlot(kCpu, expected, condition, full, b);
    whereSlot(kCpu, got, condition, true, b);
    EXPECT_SAME_BITS(expected, got);
  }
}

TEST(CopyKernel, ConvertsEveryPairOfTypes) {
  for (DType from : kAllTypes)
    for (DType to : kAllTypes) {
      Tensor x = random({3, 50}, from), y = empty({3, 50}, to), z = empty({3, 50}, to);
      copySlot(kCpu, y, x);
      copySlot(kCpu, z, layoutsOf(x)[0]);
      EXPECT_SAME_BITS(y, z);
      Tensor back = empty({3, 50}, DType::Float64), original = empty({3, 50}, DType::Float64);
      copySlot(kCpu, back, y);
      copySlot(kCpu, original, x);
      auto got = values<double>(back), source = values<double>(original);
      for (int i = 0; i < 150; ++i) {
        double want = source[i];
        if (to == DType::Bool)
          want = want != 0;
        else if (to == DType::UInt8)
          want = static_cast<uint8_t>(static_cast<int64_t>(want));
        else if (!isFloating(to))
          want = std::trunc(want);
        else if (to == DType::Float32)
          want = static_cast<float>(want);
        EXPECT_EQ(got[i], want) << name(from) << " to " << name(to);
      }
    }
}

TEST(CopyKernel, TransposesLargeAndOddShapes) {
  for (DType t : {DType::UInt8, DType::Int16, DType::Float32, DType::Float64})
    for (auto [rows, columns] :
         {std::pair<int64_t, int64_t>{300, 257}, {16, 16}, {5, 1000}, {33, 3}, {2, 1000}, {7, 300}}) {
      Tensor x = random({2, rows, columns}, t), y = dense(transpose(x, 1, 2));
      const size_t size = itemSize(t);
      auto from = bytes(x), to = bytes(y);
      bool same = true;
      for (int64_t b = 0; b < 2; ++b)
        for (int64_t r = 0; r < rows; ++r)
          for (int64_t c = 0; c < columns; ++c)
            same &= !std::memcmp(&to[((b * columns + c) * rows + r) * size],
                                 &from[((b * rows + r) * columns + c) * size], size);
      EXPECT_TRUE(same) << name(t) << " " << rows << " x " << columns;
    }
}

TEST(CopyKernel, FillsRangesAndTriangles) {
  Tensor x = empty({2, 3}, DType::Int64);
  fillSlot(kCpu, x, Scalar((int64_t{1} << 60) + 1));
  EXPECT_EQ(values<int64_t>(x), std::vector<int64_t>(6, (int64_t{1} << 60) + 1));
  Tensor r = empty({4}, DType::Float32);
  rangeSlot(kCpu, r, Scalar(1.0), Scalar(0.5));
  EXPECT_EQ(values<float>(r), (std::vector<float>{1, 1.5, 2, 2.5}));
  Tensor m = tensor<float>({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}), t = empty({2, 2, 2});
  triangleSlot(kCpu, t, m, 0, true);
  EXPECT_EQ(values<float>(t), (std::vector<float>{1, 0, 3, 4, 5, 0, 7, 8}));
  triangleSlot(kCpu, t, m, 1, false);
  EXPECT_EQ(values<float>(t), (std::vector<float>{0, 2, 0, 0, 0, 6, 0, 0}));
  Tensor sum = tensor<float>({2}, {0, 0}), expanded = view(sum, {3, 2}, {0, 1}),
         ones = tensor<float>({3, 2}, {1, 2, 3, 4, 5, 6});
  overlappingAddSlot(kCpu, expanded, ones);
  EXPECT_EQ(values<float>(sum), (std::vector<float>{9, 12}));
}

TEST(CopyKernel, ErrorsDoNotGrowWithTheNumberOfOverlappingAdditions) {
  constexpr int64_t kCount = 1000000;
  Tensor sum = tensor<float>({3}, {0, 5, 0}), tenth = tensor<float>({1}, {0.1f});
  overlappingAddSlot(kCpu, view(sum, {kCount, 2}, {0, 2}), view(tenth, {kCount, 2}, {0, 0}));
  const double right = kCount * static_cast<double>(0.1f);
  for (int i : {0, 2}) EXPECT_NEAR(values<float>(sum)[i], right, 1e-7 * right);
  EXPECT_EQ(values<float>(sum)[1], 5);
}

}  // namespace
}  // namespace retrograd::testing
