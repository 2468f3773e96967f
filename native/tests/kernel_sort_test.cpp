#include "kernel/sort.h"

#include <algorithm>
#include <numeric>

#include "kernel_testing.h"

namespace retrograd {
namespace {

using namespace testing;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN(), kInf = std::numeric_limits<double>::infinity();

struct Sorted {
  Tensor values, indices;
};
Sorted sorted(const Tensor& x, int64_t dim, bool descending = false) {
  Sorted s{empty(x.sizes(), x.dtype()), empty(x.sizes(), DType::Int64)};
  sortSlot(kCpu, s.values, s.indices, x, dim, descending);
  return s;
}

TEST(SortKernel, OrdersNanInfinitiesAndZeros) {
  const std::vector<double> v{2, kNan, -0.0, kInf, 0.0, -kInf, -1, kNan, -0.0};
  for (DType t : {DType::Float32, DType::Float64}) {
    Tensor x = empty({9}, t);
    copySlot(kCpu, x, tensor<double>({9}, v));
    EXPECT_EQ(values<int64_t>(sorted(x, 0).indices), (std::vector<int64_t>{5, 6, 2, 4, 8, 0, 3, 1, 7}));
    EXPECT_EQ(values<int64_t>(sorted(x, 0, true).indices), (std::vector<int64_t>{1, 7, 3, 0, 2, 4, 8, 6, 5}));
    Tensor first = slice(sorted(x, 0).values, 0, 2, 5), wide = empty({3}, DType::Float64);
    copySlot(kCpu, wide, first);
    EXPECT_TRUE(std::signbit(values<double>(wide)[0]) && !std::signbit(values<double>(wide)[1]));  // each its own
  }
}

TEST(SortKernel, IsStableForEveryTypeLengthAndLayout) {
  for (DType t : kAllTypes)
    for (int64_t n : {1, 2, 63, 64, 65, 1000, 70000})
      for (bool descending : {false, true}) {
        Tensor x = random({3, n}, t);
        Sorted s = sorted(x, 1, descending);
        dispatch(t, [&]<class T>(Type<T>) {
          for (int64_t r = 0; r < 3; ++r) {
            const T* from = x.data<T>() + r * n;
            std::vector<int64_t> expected(static_cast<size_t>(n));
            std::iota(expected.begin(), expected.end(), 0);
            std::stable_sort(expected.begin(), expected.end(),
                             [&](int64_t a, int64_t b) { return descending ? from[b] < from[a] : from[a] < from[b]; });
            const int64_t* got = s.indices.data<int64_t>() + r * n;
            ASSERT_TRUE(std::equal(expected.begin(), expected.end(), got)) << name(t) << " " << n;
            for (int64_t i = 0; i < n; ++i) ASSERT_EQ(s.values.data<T>()[r * n + i], from[got[i]]);
          }
        });
        for (const Tensor& other : layoutsOf(x)) {
          EXPECT_SAME_BITS(s.values, sorted(other, 1, descending).values);
          EXPECT_SAME_BITS(s.indices, sorted(other, 1, descending).indices);
        }
        Sorted down = sorted(transpose(x, 0, 1), 0, descending);
        EXPECT_SAME_BITS(s.indices, transpose(down.indices, 0, 1));
      }
}

TEST(SortKernel, EndsOfIntegersAndNothing) {
  const int64_t least = std::numeric_limits<int64_t>::min(), most = std::numeric_limits<int64_t>::max();
  Tensor x = tensor<int64_t>({5}, {0, most, -1, least, 1});
  EXPECT_EQ(values<int64_t>(sorted(x, 0).values), (std::vector<int64_t>{least, -1, 0, 1, most}));
  EXPECT_EQ(values<int64_t>(sorted(x, 0, true).values), (std::vector<int64_t>{most, 1, 0, -1, least}));
  EXPECT_EQ(values<int64_t>(sorted(tensor<float>({}, {3}), 0).indices), (std::vector<int64_t>{0}));
  EXPECT_EQ(sorted(empty({0, 3}), 0).values.numel(), 0);
  EXPECT_EQ(sorted(empty({3, 0}), 1).values.numel(), 0);
}

TEST(SortKernel, SameOnThreads) {
  Tensor x = random({64, 5000});
  expectSameOnThreads([&] { return sorted(x, 1).indices; });
}

}  // namespace
}  // namespace retrograd
