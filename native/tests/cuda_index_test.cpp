#include "cuda_testing.h"

#include <atomic>
#include <thread>

#include "kernel/index.h"

namespace retrograd::parity {
namespace {

TEST(Cuda, Indexing) {
  NEED_DEVICE();
  Tensor index = test::tensor({2, 30, 0, 2, 30, 2}, {6}, DType::Int64);
  for (DType dtype : kAll) {
    Tensor x = sample({31, 5}, dtype), source = sample({6, 5}, dtype, 3);
    expectSame(indexSelect(x, 0, index), indexSelect(transposedLayout(toCuda(x)), 0, toCuda(index)), 0, "indexSelect");
    expectSame(indexAdd(x, 0, index, source), indexAdd(toCuda(x), 0, toCuda(index), toCuda(source)), 0, "indexAdd");
    for (bool add : {false, true}) {
      Tensor out = clone(x), cudaOut = toCuda(x);
      indexPutSlot(kCpu, out, 0, index, source, add);
      indexPutSlot(kCuda, cudaOut, 0, toCuda(index), toCuda(source), add);
      expectSame(out, cudaOut, 0, "indexPut");
    }
    Tensor positions = to(remainder(abs(sample({4, 5}, DType::Int64, 7)), Operand(int64_t{5})), DType::Int64, kCpu);
    expectSame(gather(x, 0, positions), gather(toCuda(x), 0, toCuda(positions)), 0, "gather");
    expectSame(gather(x, 1, positions), gather(toCuda(x), 1, toCuda(positions)), 0, "gather");
    expectSame(scatter(x, 1, positions, source), scatter(toCuda(x), 1, toCuda(positions), toCuda(source)), 0,
               "scatter");
    expectSame(scatterAdd(x, 0, positions, source), scatterAdd(toCuda(x), 0, toCuda(positions), toCuda(source)), 0,
               "scatterAdd");
    for (Dims shape : {Dims{}, Dims{0}, Dims{33, 31}, Dims{5000}, Dims{3, 0}})
      expectSame(nonzero(sample(shape, dtype)), nonzero(toCuda(sample(shape, dtype))), 0, "nonzero " + toString(shape));
  }
}

TEST(Cuda, AnIndexOutOfRangeIsRaisedWhenTheHostWaits) {
  NEED_DEVICE();
  Tensor x = toCuda(sample({5, 3}, DType::Float32));
  Tensor bad = indexSelect(x, 0, toCuda(test::tensor({1, 5}, {2}, DType::Int64)));
  try {
    toHost(bad);
    FAIL();
  } catch (const IndexError& e) {
    EXPECT_NE(std::string(e.what()).find("indexSelect: the index 5 is out of range"), std::string::npos) << e.what();
  }
  expectSame(sample({5, 3}, DType::Float32), x, 0, "the device goes on");
}

TEST(Cuda, WhatAnIndexOutOfRangeShouldHaveFilledIsZero) {
  NEED_DEVICE();
  for (DType dtype : kAll) {
    const Tensor x = full({5, 3}, 1, dtype, kCuda);
    const Tensor index = toCuda(test::tensor({1, 5, -6, 4}, {4}, DType::Int64));
    const std::vector<Tensor> results{indexSelect(x, 0, index), gather(x, 0, expand(unsqueeze(index, 1), {4, 3})),
                                      retrograd::index(x, {index})};
    EXPECT_THROW(synchronize(kCuda), IndexError);
    for (const Tensor& result : results)
      EXPECT_EQ(values(toHost(result)), (test::V{1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1})) << name(dtype);
  }
}

TEST(Cuda, ThreadsOnOneStreamEachHearOfTheirOwnIndex) {
  NEED_DEVICE();
  const Tensor x = toCuda(sample({5, 3}, DType::Float32));
  constexpr int kRounds = 100;
  std::atomic<int> turn{0};
  std::atomic<int> heard[2] = {};
  auto run = [&](int me, bool inTurns) {
    const Tensor bad = toCuda(test::tensor({5.0 + me}, {1}, DType::Int64));
    for (int round = 0; round < kRounds; ++round) {
      // In turns: both launch, then both wait.
      auto await = [&](int step) {
        while (inTurns && turn.load() != 4 * round + step) std::this_thread::yield();
      };
      await(me);
      indexSelect(x, 0, bad);
      if (inTurns) ++turn;
      await(2 + me);
      try {
        synchronize(currentStream(kCuda));
      } catch (const IndexError& e) {
        heard[me] += std::string(e.what()).find("the index " + std::to_string(5 + me) + " is") != std::string::npos;
      }
      if (inTurns) ++turn;
    }
  };
  for (bool inTurns : {true, false}) {
    turn = heard[0] = heard[1] = 0;
    std::thread other(run, 1, inTurns);
    run(0, inTurns);
    other.join();
    EXPECT_EQ(heard[0], kRounds) << inTurns;
    EXPECT_EQ(heard[1], kRounds) << inTurns;
  }
  synchronize(kCuda);
}

TEST(Cuda, AnotherThreadsIndexIsRaisedForWhoeverWaits) {
  NEED_DEVICE();
  const Tensor x = toCuda(sample({5, 3}, DType::Float32));
  std::thread([&] { indexSelect(x, 0, toCuda(test::tensor({5}, {1}, DType::Int64))); }).join();
  EXPECT_THROW(synchronize(kCuda), IndexError);
  synchronize(kCuda);
}

TEST(Cuda, AClassOutOfRangeIsRaisedWhenTheHostWaits) {
  NEED_DEVICE();
  Tensor x = toCuda(sample({4, 3}, DType::Float32));
  for (double wrong : {3.0, -1.0}) {
    Tensor loss = crossEntropy(x, toCuda(test::tensor({0, 1, 2, wrong}, {4}, DType::Int64)), OptionalTensor(), -100,
                               Reduction::Mean);
    EXPECT_THROW(item(loss), IndexError);
  }
  expectSame(sample({4, 3}, DType::Float32), x, 0, "the device goes on");
}

/// Index numbers: all different, some that meet, or all the same.
Tensor positions(int64_t n, int64_t different) {
  Tensor t = allocateTensor("test", {n}, DType::Int64, kCpu);
  for (int64_t i = 0; i < n; ++i) t.data<int64_t>()[i] = i * 7919 % different;
  return t;
}

/// Calls indexPut or scatter on both devices.
template <class S>
void expectSamePut(const S& slot, const Tensor& target, int64_t dim, const Tensor& index, const Tensor& source,
                   LayoutOf layout, const std::string& what) {
  for (bool add : {false, true}) {
    Tensor expected = clone(target), out = layout(toCuda(target));
    slot(kCpu, expected, dim, index, source, add);
    slot(kCuda, out, dim, layout(toCuda(index)), layout(toCuda(source)), add);
    expectSame(expected, out, 0, what + (add ? " added" : " put"));
  }
}

TEST(CudaIndex, ElementsMeetInTheOrderOfTheIndex) {
  NEED_DEVICE();
  constexpr int64_t kSize = 70001;  // a prime
  for (int64_t n : {0, 1, 31, 33, 64, 257, 1025, 70000})
    for (int64_t different : {kSize, int64_t{11}, int64_t{1}})
      for (DType dtype : kAll) {
        if (n == 70000 && dtype != DType::Bool && dtype != DType::Float32) continue;
        const std::string what = std::string(name(dtype)) + " " + std::to_string(n) + " " + std::to_string(different);
        const int64_t size = different == kSize ? kSize : different + 2;
        const Tensor target = sample({size}, dtype, 1), source = sample({n}, dtype, 2);
        const Tensor index = positions(n, different);
        expectSamePut(indexPutSlot, target, 0, index, source, &identity, what);
        if (n == 70000) continue;
        expectSamePut(indexPutSlot, target, 0, index, source, &steppedLayout, what + " stepped");
        expectSamePut(indexPutSlot, target, 0, index, sample({1}, dtype, 3), &identity, what + " repeated");
      }
}

/// Few lines, which threads share, and many; an index for all of them, and one for each.
TEST(CudaIndex, LinesOfEveryDimension) {
  NEED_DEVICE();
  for (DType dtype : kAll)
    for (Dims shape : {Dims{7, 5, 3}, Dims{9, 2, 11}})
      for (int64_t dim = 0; dim < 3; ++dim)
        for (int64_t n : {20, 90}) {
          const std::string what = std::string(name(dtype)) + toString(shape) + std::to_string(dim);
          Dims sizes = shape, one = shape, smaller = shape;
          sizes[dim] = n;
          one[dim] = 1;
          for (int64_t d = 0; d < 3; ++d) smaller[d] = d == dim ? n - 1 : shape[d] - 1;
          const Tensor target = sample(shape, dtype, 1), source = sample(sizes, dtype, 2);
          const Tensor line = positions(n, shape[dim]);
          Tensor index = reshape(positions(numel("test", smaller), shape[dim]), smaller);
          Dims along{1, 1, 1};
          along[dim] = n;
          for (LayoutOf layout : kLayouts) {
            expectSamePut(indexPutSlot, target, dim, line, source, layout, what);
            expectSamePut(scatterSlot, target, dim, index, source, layout, what + " scattered");
          }
          expectSamePut(indexPutSlot, target, dim, line, sample(one, dtype, 3), &identity, what + " repeated");
          expectSamePut(scatterSlot, target, dim, expand(reshape(line, along), sizes), source, &identity,
                        what + " expanded");
        }
}

/// Many additions to an element, in lines that threads share and in lines that each take alone.
TEST(CudaIndex, ManyAdditionsToAnElement) {
  NEED_DEVICE();
  for (DType dtype : {DType::Float32, DType::Float64, DType::Int32})
    for (int64_t lines : {3, 9000})
      for (int64_t dim : {0, 1}) {
        auto sizes = [&](int64_t n) { return dim ? Dims{lines, n} : Dims{n, lines}; };
        const std::string what = std::string(name(dtype)) + " " + std::to_string(lines) + " " + std::to_string(dim);
        const Tensor index = positions(260, 12);
        const Tensor target = sample(sizes(13), dtype, 1), source = sample(sizes(260), dtype, 2);
        expectSamePut(indexPutSlot, target, dim, index, source, &identity, what);
        const Tensor places = contiguous(expand(reshape(index, dim ? Dims{1, 260} : Dims{260, 1}), sizes(260)));
        expectSamePut(scatterSlot, target, dim, places, source, &identity, what + " scattered");
      }
}

TEST(CudaIndex, OnlyIndicesOutOfRangeAreLeftOut) {
  NEED_DEVICE();
  for (int64_t n : {33, 1025})
    for (int64_t wrong : {50, -1, -51})
      for (bool add : {false, true}) {
        const Tensor all = positions(n, 50), source = sample({n}, DType::Float32, 2);
        for (int64_t i = 5; i < n; i += 7) all.data<int64_t>()[i] = wrong;
        const Tensor right = ne(all, wrong);
        Tensor expected = sample({50}, DType::Float32), out = toCuda(expected);
        indexPutSlot(kCpu, expected, 0, maskedSelect(all, right), maskedSelect(source, right), add);
        indexPutSlot(kCuda, out, 0, toCuda(all), toCuda(source), add);
        try {
          synchronize(kCuda);
          ADD_FAILURE() << n;
        } catch (const IndexError& e) {
          const std::string text = "indexPut: the index " + std::to_string(wrong) + " is out of range";
          EXPECT_NE(std::string(e.what()).find(text), std::string::npos) << e.what();
        }
        expectSame(expected, out, 0, "the rest");
      }
}

TEST(CudaIndex, LateErrorsNameTheOperationThatWasCalled) {
  NEED_DEVICE();
  const Tensor x = toCuda(sample({5}, DType::Float32)), mask = gt(x, 0);
  const Tensor far = toCuda(full({5}, 7, DType::Int64, kCpu));
  auto messageOf = [&](auto run) -> std::string {
    try {
      run();
      synchronize(kCuda);
      return "nothing";
    } catch (const IndexError& e) {
      return e.what();
    }
  };
  auto begins = [](const std::string& text, const std::string& with) { return text.substr(0, with.size()) == with; };
  for (auto [name, run] : std::initializer_list<std::pair<const char*, std::function<void()>>>{
           {"gather", [&] { gather(x, 0, far); }},
           {"scatterAdd", [&] { scatterAdd(x, 0, far, x); }},
           {"indexAdd", [&] { indexAdd(x, 0, far, x); }},
           {"set", [&] { set_(clone(x), {far}, Operand(1.0)); }},
           {"crossEntropy", [&] {
              crossEntropy(toCuda(sample({5, 3}, DType::Float32)), far, {}, -100, Reduction::Mean);
            }}}) {
    const std::string text = messageOf(run);
    EXPECT_TRUE(begins(text, std::string(name) + ": the ")) << text;
  }
  // The operation that waits is not the one to blame.
  const std::string text = messageOf([&] {
    gather(x, 0, far);
    set_(x, {mask}, Operand(1.0));
  });
  EXPECT_TRUE(begins(text, "gather: the index 7")) << text;
}

TEST(CudaIndex, OperationsAndTheirGradientsHaveTheCpusBits) {
  NEED_DEVICE();
  const Tensor x = sample({3000}, DType::Float32, 1), rows = sample({60, 30}, DType::Float32, 2);
  const Tensor index = positions(3000, 60), columns = reshape(positions(3000, 30), {100, 30});
  const Tensor mask = gt(sample({3000}, DType::Float32, 3), 0.5);
  auto results = [&](Device device) {
    auto here = [&](const Tensor& t) { return to(clone(t), t.dtype(), device); };
    auto gradient = [&](const Tensor& of, auto f) {
      Tensor leaf = requiresGrad_(here(of), true), y = f(leaf);
      test::backward(sum(mul(y, Operand(here(sample(y.sizes(), DType::Float32, 4)))), {}, false));
      return gradOf(leaf);
    };
    const Tensor i = here(index), c = here(columns), m = here(mask), ones = full({3000, 30}, 1, DType::Float32, device);
    return std::vector<Tensor>{
        set_(here(x), {m}, Operand(2.5)),
        set_(here(x), {m}, Operand(maskedSelect(neg(here(x)), m))),
        indexPut_(here(rows), {i, remainder(i, Operand(int64_t{30}))}, here(x), true),
        indexAdd(here(rows), 0, i, mul(ones, unsqueeze(here(x), 1))),
        scatterAdd(here(rows), 1, narrow(c, 0, 0, 60), here(sample({60, 30}, DType::Float32, 5))),
        scatterAdd(here(x), 0, i, here(neg(x))),
        gradient(x, [&](const Tensor& t) { return maskedSelect(t, m); }),
        gradient(rows, [&](const Tensor& t) { return retrograd::index(t, {i}); }),
        gradient(rows, [&](const Tensor& t) { return indexSelect(t, 0, i); }),
        gradient(reshape(x, {100, 30}), [&](const Tensor& t) { return gather(t, 0, c); }),
        gradient(select(rows, 0, 0), [&](const Tensor& t) { return gather(t, 0, reshape(c, {-1})); }),
    };
  };
  const std::vector<Tensor> expected = results(kCpu), got = results(kCuda);
  for (size_t k = 0; k < expected.size(); ++k) expectSame(expected[k], got[k], 0, "result " + std::to_string(k));
}

/// Elements around the ends of threads' and blocks' stretches, and more blocks than one takes the counts of at once.
TEST(Cuda, NonzeroOfAnyLength) {
  NEED_DEVICE();
  for (DType dtype : {DType::Bool, DType::Float32, DType::Int64})
    for (Dims shape : {Dims{1}, {255}, {257}, {1023}, {1025}, {2048}, {3, 5, 700}, {4096, 3}}) {
      Tensor some = sample(shape, dtype), all = full(shape, 1, dtype, kCpu), none = full(shape, 0, dtype, kCpu);
      for (const Tensor& x : {some, all, none})
        for (LayoutOf layout : kLayouts)
          expectSame(nonzero(x), nonzero(layout(toCuda(x))), 0, "nonzero " + toString(shape));
    }
  Tensor sparse = full({5'000'000}, 0, DType::UInt8, kCpu);
  for (int64_t i : {int64_t{0}, int64_t{1'048'575}, int64_t{4'194'303}, int64_t{4'194'304}, int64_t{4'999'999}})
    copySlot(kCpu, select(sparse, 0, i), full({}, 1, DType::UInt8, kCpu));
  expectSame(nonzero(sparse), nonzero(toCuda(sparse)), 0, "nonzero of a few of many");
}

}  // namespace
}  // namespace retrograd::parity
