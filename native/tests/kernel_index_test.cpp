#include "kernel/index.h"

#include "core/error.h"
#include "kernel_testing.h"

namespace retrograd::testing {
namespace {

Tensor indices(const std::vector<int64_t>& v) { return tensor<int64_t>({static_cast<int64_t>(v.size())}, v); }

Tensor select(const Tensor& x, int64_t dim, const Tensor& index) {
  Dims sizes = x.sizes();
  sizes[dim] = index.numel();
  Tensor y = empty(sizes, x.dtype());
  indexSelectSlot(kCpu, y, x, dim, index);
  return y;
}

template <class Fn>
std::string indexErrorOf(Fn&& fn) {
  try {
    fn();
  } catch (const IndexError& e) {
    return e.what();
  }
  return "no IndexError";
}

/// Indices from 0 to 18.
Tensor places(const Dims& sizes) {
  Tensor x = random(sizes, DType::Int64, 3);
  for (int64_t i = 0; i < x.numel(); ++i) x.data<int64_t>()[i] += 9;
  return x;
}

TEST(IndexKernel, SelectsAlongEveryDimension) {
  for (DType t : {DType::Bool, DType::Float32, DType::Int64}) {
    Tensor x = random({5, 6, 70}, t);
    for (int64_t dim : {0, 1, 2}) {
      Tensor index = indices({3, x.size(dim) - 1, 0, 3}), y = select(x, dim, index);
      EXPECT_SAME_BITS(slice(y, dim, 0, 1), slice(x, dim, 3, 4));
      EXPECT_SAME_BITS(slice(y, dim, 1, 2), slice(x, dim, x.size(dim) - 1, x.size(dim)));
      EXPECT_SAME_BITS(slice(y, dim, 3, 4), slice(x, dim, 3, 4));
      for (const Tensor& other : layoutsOf(x)) EXPECT_SAME_BITS(y, select(other, dim, index));
      EXPECT_SAME_BITS(y, select(x, dim, layoutsOf(index)[1]));
      expectSameOnThreads([&] { return select(x, dim, index); });
    }
    EXPECT_EQ(select(x, 1, indices({})).numel(), 0);
  }
}

TEST(IndexKernel, PutsAndAddsInOrder) {
  Tensor x = tensor<float>({3, 2}, {1, 2, 3, 4, 5, 6}), source = tensor<float>({3, 2}, {10, 20, 30, 40, 50, 60});
  indexPutSlot(kCpu, x, 0, indices({0, 2, 0}), source, true);
  EXPECT_EQ(values<float>(x), (std::vector<float>{61, 82, 3, 4, 35, 46}));
  indexPutSlot(kCpu, x, 0, indices({1, 1, 2}), source, false);
  EXPECT_EQ(values<float>(x), (std::vector<float>{61, 82, 30, 40, 50, 60}));
  Tensor table = random({50, 64}), rows = random({5000, 64}, DType::Float32, 2), at = places({5000});
  expectSameOnThreads([&] {
    Tensor y = dense(table);
    indexPutSlot(kCpu, y, 0, at, rows, true);
    return y;
  });
}

TEST(IndexKernel, GathersAndScatters) {
  Tensor x = tensor<float>({2, 3}, {1, 2, 3, 4, 5, 6}), index = tensor<int64_t>({2, 2}, {2, 0, 2, 1}),
         y = empty({2, 2});
  gatherSlot(kCpu, y, x, 1, index);
  EXPECT_EQ(values<float>(y), (std::vector<float>{3, 1, 6, 5}));
  Tensor zeros = tensor<float>({2, 3}, {0, 0, 0, 0, 0, 0});
  scatterSlot(kCpu, zeros, 1, index, y, false);
  EXPECT_EQ(values<float>(zeros), (std::vector<float>{1, 0, 3, 0, 5, 6}));
  Tensor twice = tensor<int64_t>({2, 2}, {1, 1, 0, 0});
  scatterSlot(kCpu, zeros, 1, twice, y, true);
  EXPECT_EQ(values<float>(zeros), (std::vector<float>{1, 4, 3, 11, 5, 6}));
  Tensor big = random({30, 40, 50}), at = places({30, 25, 50}), got = empty({30, 25, 50});
  gatherSlot(kCpu, got, big, 1, at);
  for (const Tensor& other : layoutsOf(big)) {
    Tensor again = empty({30, 25, 50});
    gatherSlot(kCpu, again, other, 1, layoutsOf(at)[0]);
    EXPECT_SAME_BITS(got, again);
  }
  Tensor scalar = tensor<float>({}, {7}), zero = tensor<int64_t>({}, {0}), one = empty({});
  gatherSlot(kCpu, one, scalar, 0, zero);
  EXPECT_EQ(values<float>(one), (std::vector<float>{7}));
}

TEST(IndexKernel, SaysWhichIndexIsOutOfRange) {
  Tensor x = random({4, 5}), y = empty({1, 5}), z = empty({4, 1});
  std::string text = indexErrorOf([&] { indexSelectSlot(kCpu, y, x, 0, indices({4})); });
  EXPECT_NE(text.find("indexSelect"), std::string::npos);
  EXPECT_NE(text.find("index 4"), std::string::npos);
  EXPECT_NE(text.find("size 4"), std::string::npos);
  Tensor column = tensor<int64_t>({4, 1}, {0, 1, -6, 2});
  text = indexErrorOf([&] { gatherSlot(kCpu, z, x, 1, column); });
  EXPECT_NE(text.find("gather: the index -6"), std::string::npos);
  Tensor before = dense(x);
  text = indexErrorOf([&] { scatterSlot(kCpu, x, 1, column, z, true); });
  EXPECT_NE(text.find("scatter: the index -6"), std::string::npos);
  EXPECT_SAME_BITS(before, x);
  EXPECT_NE(indexErrorOf([&] { indexPutSlot(kCpu, x, 1, indices({9}), z, true); }).find("indexPut: the index 9"),
            std::string::npos);
  // None counts from the end.
  Tensor last = tensor<int64_t>({4, 1}, {0, 1, -1, 2});
  EXPECT_NE(indexErrorOf([&] { gatherSlot(kCpu, z, x, 1, last); }).find("gather: the index -1"), std::string::npos);
  EXPECT_NE(indexErrorOf([&] { scatterSlot(kCpu, x, 1, last, z, false); }).find("index -1"), std::string::npos);
  EXPECT_NE(indexErrorOf([&] { indexSelectSlot(kCpu, y, x, 0, indices({-1})); }).find("index -1"), std::string::npos);
  EXPECT_NE(indexErrorOf([&] { indexPutSlot(kCpu, x, 1, indices({-5}), z, true); }).find("index -5"),
            std::string::npos);
  EXPECT_SAME_BITS(before, x);
  // Also from a thread that is not the caller's.
  Tensor many = empty({200000}, DType::Int64), out = empty({200000}), line = random({10});
  fillSlot(kCpu, many, Scalar(0));
  many.data<int64_t>()[199999] = 10;
  EXPECT_NE(indexErrorOf([&] { gatherSlot(kCpu, out, line, 0, many); }).find("index 10"), std::string::npos);
}

/// Additions of 0.1 to a few elements of many, other elements getting fewer: all are right, on any number of threads.
TEST(IndexKernel, ErrorsDoNotGrowWithTheNumberOfAdditions) {
  constexpr int64_t kSize = 5000, kCount = 1000000;
  Tensor at = empty({kCount}, DType::Int64);
  std::vector<int64_t> counts(kSize);
  for (int64_t i = 0; i < kCount; ++i) {
    const int64_t place = i % 3 ? 17 : i % 7 ? i % 5 * 1000 : i % kSize;
    at.data<int64_t>()[i] = place;
    ++counts[place];
  }
  auto filled = [](const Dims& sizes, double value) {
    Tensor x = empty(sizes);
    fillSlot(kCpu, x, Scalar(value));
    return x;
  };
  auto check = [&](const Tensor& y, int64_t width) {
    const std::vector<float> got = values<float>(y);
    for (int64_t i = 0; i < kSize * width; ++i) {
      const double right = 1 + static_cast<double>(counts[i / width]) * static_cast<double>(0.1f);
      ASSERT_NEAR(got[i], right, 1e-6 * right) << i;
    }
  };
  for (int64_t width : {1, 3, 20}) {
    Tensor source = view(filled({1}, 0.1), {kCount, width}, {0, 0});
    for (bool turned : {false, true}) {
      auto put = [&] {
        Tensor y = turned ? transpose(filled({width, kSize}, 1), 0, 1) : filled({kSize, width}, 1);
        indexPutSlot(kCpu, y, 0, at, source, true);
        return y;
      };
      check(put(), width);
      expectSameOnThreads(put);
      auto scatter = [&] {
        Tensor y = turned ? transpose(filled({width, kSize}, 1), 0, 1) : filled({kSize, width}, 1);
        scatterSlot(kCpu, y, 0, view(at, {kCount, width}, {1, 0}), source, true);
        return y;
      };
      check(scatter(), width);
      expectSameOnThreads(scatter);
    }
  }
}

TEST(IndexKernel, ListsWhatIsNotZero) {
  Tensor x = tensor<float>({2, 3}, {0, 1, 0, -2, 0, 3}), found;
  nonzeroSlot(kCpu, found, x);
  EXPECT_EQ(found.sizes(), (Dims{3, 2}));
  EXPECT_EQ(values<int64_t>(found), (std::vector<int64_t>{0, 1, 1, 0, 1, 2}));
  nonzeroSlot(kCpu, found, transpose(x, 0, 1));
  EXPECT_EQ(values<int64_t>(found), (std::vector<int64_t>{0, 1, 1, 0, 2, 1}));
  nonzeroSlot(kCpu, found, empty({0, 4}));
  EXPECT_EQ(found.sizes(), (Dims{0, 2}));
  nonzeroSlot(kCpu, found, tensor<float>({}, {5}));
  EXPECT_EQ(found.sizes(), (Dims{1, 0}));
}

}  // namespace
}  // namespace retrograd::testing
