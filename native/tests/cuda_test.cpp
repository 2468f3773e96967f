// CUDA kernels against the CPU's, on whatever device there is: a GPU, or the emulated device (tests/emulated). Without
// one, what must work without one.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <limits>
#include <thread>

#include "engine/engine.h"
#include "kernel/copy.h"
#include "kernel/gemm.h"
#include "kernel/index.h"
#include "kernel/norm.h"
#include "kernel/optim.h"
#include "kernel/pointwise.h"
#include "kernel/random.h"
#include "kernel/reduce.h"
#include "kernel/slot.h"
#include "kernel/sort.h"
#include "math/binary.h"
#include "math/reduce.h"
#include "math/unary.h"
#include "ops/ops.h"
#include "support.h"

namespace retrograd {

namespace {

using test::values;

constexpr Device kCuda{DeviceType::CUDA, 0};

bool isThere() { return deviceCount(DeviceType::CUDA) > 0; }

/// Skips the calling test where there is no device.
#define NEED_DEVICE() \
  if (!isThere()) GTEST_SKIP() << deviceStatus(DeviceType::CUDA)

Tensor toCuda(const Tensor& t) { return to(t, t.dtype(), kCuda); }
Tensor toHost(const Tensor& t) { return to(t, t.dtype(), kCpu); }

constexpr DType kAll[] = {DType::Bool, DType::UInt8, DType::Int32, DType::Int64, DType::Float32, DType::Float64};

/// Numbers in the domain of nearly every function, with zeros, ones and signs; the same for the same arguments.
Tensor sample(Dims sizes, DType dtype, uint64_t seed = 1) {
  Tensor t = allocateTensor("sample", sizes, DType::Float64, kCpu);
  uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
  for (int64_t i = 0; i < t.numel(); ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    double v = static_cast<double>(static_cast<int64_t>(state >> 40) % 2001 - 1000) / 250;
    if (state >> 60 == 3) v = 0;
    if (dtype == DType::UInt8) v = v < 0 ? -v : v;
    t.data<double>()[i] = isFloating(dtype) ? v : static_cast<double>(static_cast<int64_t>(v * 3));
  }
  return to(t, dtype, kCpu);
}

/// The same elements in another layout, on the device of `t`.
Tensor transposedLayout(const Tensor& t) { return t.dim() < 2 ? t : transpose(contiguous(transpose(t, 0, -1)), 0, -1); }
Tensor steppedLayout(const Tensor& t) {
  if (t.dim() == 0) return t;
  Dims sizes = t.sizes();
  sizes.push_back(2);
  Tensor wide = full(sizes, 0, t.dtype(), t.device());
  Tensor view = select(wide, -1, 1);
  copySlot(t.device(), view, t);
  return view;
}

/// The first row again and again, with stride 0. (Other elements: both devices need it.)
Tensor repeatedLayout(const Tensor& t) { return t.dim() && t.size(0) > 1 ? expand(narrow(t, 0, 0, 1), t.sizes()) : t; }

/// Bit for bit where `ulps` is 0 (all NaNs are alike), else within so many steps of the floating type.
void expectSame(const Tensor& expected, const Tensor& got, double ulps, const std::string& what) {
  Tensor host = contiguous(toHost(got)), wanted = contiguous(expected);
  ASSERT_EQ(wanted.sizes(), host.sizes()) << what;
  ASSERT_EQ(wanted.dtype(), host.dtype()) << what;
  std::vector<double> e = values(wanted), g = values(host);
  const double step = wanted.dtype() == DType::Float32 ? 0x1p-23 : 0x1p-52;
  int shown = 0;
  for (size_t i = 0; i < e.size() && shown < 3; ++i) {
    if (e[i] == g[i] || (e[i] != e[i] && g[i] != g[i])) continue;
    if (ulps > 0 && std::abs(e[i] - g[i]) <= ulps * step * std::max(std::abs(e[i]), 1.0)) continue;
    ADD_FAILURE() << what << ": element " << i << " is " << g[i] << ", on the CPU " << e[i];
    ++shown;
  }
}

const std::vector<Dims> kShapes = {{}, {0}, {1}, {31}, {33}, {1025}, {3, 5}, {33, 31}, {2, 3, 4}, {0, 3}, {1, 7, 1, 3}};

Tensor identity(const Tensor& t) { return t; }
using LayoutOf = Tensor (*)(const Tensor&);
constexpr LayoutOf kLayouts[] = {&identity, &transposedLayout, &steppedLayout};

bool accepts(math::Domain domain, DType dtype) {
  return dispatch(dtype, [&]<class T>(Type<T>) { return math::accepts<T>(domain); });
}

/// What the parity tests know of a functor; their bodies are compiled once.
struct Tested {
  const char* name;
  math::Domain domain;
  double ulps;
  std::function<void(Device, const Tensor& out, const Tensor& a, const Tensor& b)> run;

  DType result(DType dtype) const { return math::givesBool(domain) ? DType::Bool : dtype; }
};

template <class F>
F make() {
  if constexpr (requires(F f) { f.low; })
    return F{-1.5, 2};
  else if constexpr (requires(F f) { f.slope; })
    return F{0.1};
  else if constexpr (requires(F f) { f.beta; })
    return F{1.5, 20};
  else if constexpr (requires(F f) { f.alpha; })
    return F{1.25};
  else
    return F{};
}

void checkUnary(const Tested& f) {
  for (DType dtype : kAll) {
    if (!accepts(f.domain, dtype)) continue;
    for (const Dims& shape : kShapes) {
      Tensor in = sample(shape, dtype), expected = allocateTensor("test", shape, f.result(dtype), kCpu);
      f.run(kCpu, expected, in, in);
      for (LayoutOf layout : kLayouts) {
        Tensor x = layout(toCuda(in)), out = allocateTensor("test", shape, f.result(dtype), kCuda);
        f.run(kCuda, out, x, x);
        expectSame(expected, out, f.ulps, std::string(f.name) + " " + name(dtype) + " " + toString(shape));
      }
      Tensor row = repeatedLayout(in), out = allocateTensor("test", shape, f.result(dtype), kCuda);
      f.run(kCpu, expected, row, row);
      row = repeatedLayout(toCuda(in));
      f.run(kCuda, out, row, row);
      expectSame(expected, out, f.ulps, std::string(f.name) + " of stride 0 " + name(dtype) + toString(shape));
    }
  }
}

void checkBinary(const Tested& f) {
  for (DType dtype : kAll) {
    if (!accepts(f.domain, dtype)) continue;
    auto check = [&](const Tensor& a, const Tensor& b, LayoutOf layout) {
      Dims sizes = broadcast("test", a.sizes(), b.sizes());
      Tensor expected = allocateTensor("test", sizes, f.result(dtype), kCpu);
      f.run(kCpu, expected, a, b);
      Tensor out = allocateTensor("test", sizes, f.result(dtype), kCuda);
      f.run(kCuda, out, layout(a), layout(b));
      expectSame(expected, out, f.ulps,
                 std::string(f.name) + " " + name(dtype) + " " + toString(a.sizes()) + toString(b.sizes()));
    };
    LayoutOf turned = [](const Tensor& t) { return transposedLayout(toCuda(t)); };
    LayoutOf zeroOnHost = [](const Tensor& t) { return t.dim() ? toCuda(t) : t; };
    for (const Dims& shape : kShapes) {
      check(sample(shape, dtype, 1), sample(shape, dtype, 2), &toCuda);
      check(sample(shape, dtype, 1), sample(shape, dtype, 2), turned);
      check(sample(shape, dtype, 1), sample({}, dtype, 2), zeroOnHost);
      check(sample({}, dtype, 1), sample(shape, dtype, 2), &toCuda);
    }
    check(sample({5, 33}, dtype, 1), sample({33}, dtype, 2), &toCuda);
    check(sample({5, 1}, dtype, 1), sample({5, 33}, dtype, 2), &toCuda);
  }
}

struct UnaryParity {
  template <class F>
  void operator()() const {
    checkUnary(
        {F::kName, F::kDomain, math::isElementary<F>() ? 16.0 : 0.0,
         [](Device d, const Tensor& out, const Tensor& x, const Tensor&) { unarySlot<F>(d, make<F>(), out, x); }});
  }
};
struct BinaryParity {
  template <class F>
  void operator()() const {
    checkBinary({F::kName, F::kDomain, math::isElementary<F>() ? 16.0 : 0.0,
                 [](Device d, const Tensor& out, const Tensor& a, const Tensor& b) {
                   binarySlot<F>(d, make<F>(), out, a, b);
                 }});
  }
};

void checkReduce(const Tested& f, DType (*reduced)(DType)) {
  struct Case {
    Dims in, out;
  };
  const std::vector<Case> cases = {{{}, {}},
                                   {{1}, {1}},
                                   {{7}, {1}},
                                   {{1025}, {1}},
                                   {{40000}, {1}},
                                   {{0}, {1}},
                                   {{3, 0}, {3, 1}},
                                   {{33, 31}, {33, 1}},
                                   {{33, 31}, {1, 31}},
                                   {{33, 31}, {1, 1}},
                                   {{3000, 5}, {1, 5}},
                                   {{5, 3000}, {5, 1}},
                                   {{4, 40, 50}, {4, 1, 50}},
                                   {{40, 4, 50}, {1, 4, 1}},
                                   {{2, 9, 3}, {2, 9, 3}}};
  for (DType dtype : kAll) {
    for (const Case& c : cases) {
      Tensor in = sample(c.in, dtype), expected = allocateTensor("test", c.out, reduced(dtype), kCpu);
      f.run(kCpu, expected, in, in);
      for (LayoutOf layout : kLayouts) {
        Tensor out = allocateTensor("test", c.out, reduced(dtype), kCuda);
        Tensor x = layout(toCuda(in));
        f.run(kCuda, out, x, x);
        expectSame(expected, out, 0, std::string(f.name) + " " + name(dtype) + " " + toString(c.in) + toString(c.out));
      }
      Tensor row = repeatedLayout(in), out = allocateTensor("test", c.out, reduced(dtype), kCuda);
      f.run(kCpu, expected, row, row);
      row = repeatedLayout(toCuda(in));
      f.run(kCuda, out, row, row);
      expectSame(expected, out, 0, std::string(f.name) + " of stride 0 " + name(dtype) + toString(c.in));
    }
  }
}

struct ReduceParity {
  template <class F>
  void operator()() const {
    checkReduce({F::kName, F::kDomain, 0,
                 [](Device d, const Tensor& out, const Tensor& x, const Tensor&) { reduceSlot<F>(d, F(), out, x); }},
                &reducedType<F>);
  }
};

TEST(CudaAbsence, SaysWhy) {
  if (isThere()) GTEST_SKIP() << "there is a device";
  EXPECT_FALSE(deviceStatus(DeviceType::CUDA).empty());
  EXPECT_THROW(empty({2}, DType::Float32, kCuda), DeviceError);
  EXPECT_THROW(to(test::vec({1, 2}), DType::Float64, kCuda), DeviceError);
}

TEST(Cuda, WrongIndexSaysHowManyThereAre) {
  NEED_DEVICE();
  const int count = deviceCount(DeviceType::CUDA);
  try {
    empty({2}, DType::Float32, {DeviceType::CUDA, static_cast<int16_t>(count)});
    FAIL();
  } catch (const DeviceError& e) {
    EXPECT_NE(std::string(e.what()).find(std::to_string(count) + " device"), std::string::npos) << e.what();
  }
}

TEST(Cuda, EverySlotOfTheCpuIsFilled) {
  NEED_DEVICE();
  SlotBase::list([](const SlotInfo& info, void*) { EXPECT_TRUE(info.filled[1]) << info.name; }, nullptr);
}

TEST(Cuda, Unary) {
  NEED_DEVICE();
  math::UnaryFunctors::forEach(UnaryParity());
}
TEST(Cuda, Binary) {
  NEED_DEVICE();
  math::BinaryFunctors::forEach(BinaryParity());
}
TEST(Cuda, Reduce) {
  NEED_DEVICE();
  math::ReduceFunctors::forEach(ReduceParity());
}

TEST(Cuda, CopyConvertsBetweenAllTypesAndLayouts) {
  NEED_DEVICE();
  for (DType from : kAll)
    for (DType into : kAll)
      for (const Dims& shape : kShapes) {
        Tensor in = sample(shape, from), expected = allocateTensor("test", shape, into, kCpu);
        copySlot(kCpu, expected, in);
        for (LayoutOf layout : kLayouts) {
          Tensor out = allocateTensor("test", shape, into, kCuda);
          copySlot(kCuda, out, layout(toCuda(in)));
          expectSame(expected, out, 0, std::string("copy ") + name(from) + " to " + name(into) + toString(shape));
        }
        Tensor out = allocateTensor("test", shape, into, kCuda);
        copySlot(kCpu, expected, repeatedLayout(in));
        copySlot(kCuda, out, repeatedLayout(toCuda(in)));
        expectSame(expected, out, 0, std::string("copy of stride 0 ") + name(from) + " to " + name(into));
      }
  for (Dims shape : {Dims{100, 70}, Dims{3, 65, 33}, Dims{9, 8, 2, 40}}) {
    Tensor in = sample(shape, DType::Float32);
    expectSame(contiguous(transpose(in, 0, -1)), contiguous(transpose(toCuda(in), 0, -1)), 0, "transposed copy");
    expectSame(contiguous(transpose(in, -2, -1)), contiguous(transpose(toCuda(in), -2, -1)), 0, "transposed copy");
  }
}

/// Not a number, infinite, beyond the type, negative into bytes: as core/convert.h says, on both devices.
TEST(Cuda, CopyConvertsWhatTheTypeCannotHold) {
  NEED_DEVICE();
  const std::vector<double> edges = {NAN,     INFINITY, -INFINITY, -0.5,    -1.5,   255.5,   256,
                                     300,     -300,     0x1p31,    -0x1p31, 0x1p40, -0x1p32, 0x1p62,
                                     -0x1p63, 0x1p63,   -0x1p64,   1e300,   0,      -0.0};
  Tensor all = full({1000}, 0, DType::Float64, kCpu);
  for (int64_t i = 0; i < 1000; ++i) all.data<double>()[i] = edges[static_cast<size_t>(i) % edges.size()];
  for (DType from : kAll)
    for (DType into : kAll) {
      Tensor in = to(all, from, kCpu), expected = to(in, into, kCpu);
      for (LayoutOf layout : kLayouts)
        expectSame(expected, to(layout(toCuda(in)), into, kCuda), 0,
                   std::string("copy ") + name(from) + " to " + name(into));
    }
}

TEST(Cuda, FillRangeTriangle) {
  NEED_DEVICE();
  for (DType dtype : kAll) {
    expectSame(full({33, 7}, 3, dtype, kCpu), full({33, 7}, 3, dtype, kCuda), 0, "full");
    expectSame(eye(33, 31, dtype, kCpu), eye(33, 31, dtype, kCuda), 0, "eye");
    if (dtype != DType::Bool) expectSame(arange(3, 250, 2, dtype, kCpu), arange(3, 250, 2, dtype, kCuda), 0, "arange");
    for (int64_t diagonal : {-2, 0, 1, 40}) {
      Tensor in = sample({2, 5, 33}, dtype);
      expectSame(tril(in, diagonal), tril(toCuda(in), diagonal), 0, "tril");
      expectSame(triu(in, diagonal), triu(transposedLayout(toCuda(in)), diagonal), 0, "triu");
    }
  }
}

TEST(Cuda, Where) {
  NEED_DEVICE();
  for (DType dtype : kAll) {
    Tensor c = sample({33, 31}, DType::Bool), a = sample({33, 31}, dtype, 2), b = sample({31}, dtype, 3);
    expectSame(where(c, a, b), where(toCuda(c), toCuda(a), toCuda(b)), 0, "where");
    Tensor expected = allocateTensor("test", {33, 31}, dtype, kCpu),
           out = allocateTensor("test", {33, 31}, dtype, kCuda);
    Tensor zero = sample({}, dtype, 4);
    whereSlot(kCpu, expected, c, a, zero);
    whereSlot(kCuda, out, toCuda(c), toCuda(a), zero);
    expectSame(expected, out, 0, "where with a number");
  }
}

TEST(Cuda, OverlappingAddKeepsTheOrder) {
  NEED_DEVICE();
  for (DType dtype : kAll) {
    Tensor in = sample({20, 7}, dtype);
    Tensor target = full({26}, 0, dtype, kCpu), onDevice = toCuda(target);
    overlappingAddSlot(kCpu, asStrided(target, {20, 7}, {1, 1}, 0), in);
    overlappingAddSlot(kCuda, asStrided(onDevice, {20, 7}, {1, 1}, 0), toCuda(in));
    expectSame(target, onDevice, isFloating(dtype) ? 8 : 0, "overlappingAdd");
  }
}

TEST(Cuda, SoftmaxAndItsBackward) {
  NEED_DEVICE();
  for (DType dtype : {DType::Float32, DType::Float64})
    for (auto [shape, dim] :
         std::vector<std::pair<Dims, int64_t>>{{{7}, 0}, {{33, 31}, 1}, {{33, 31}, 0}, {{2, 1025, 3}, 1}, {{3000}, 0}})
      for (bool log : {false, true}) {
        Tensor in = sample(shape, dtype), g = sample(shape, dtype, 5);
        auto run = [&](Device d, const Tensor& x, const Tensor& g) {
          Tensor y = allocateTensor("test", shape, dtype, d), dx = allocateTensor("test", shape, dtype, d);
          softmaxSlot(d, y, x, dim, log);
          softmaxBackwardSlot(d, dx, g, y, dim, log);
          return std::pair(y, dx);
        };
        auto [y, dx] = run(kCpu, in, g);
        for (LayoutOf layout : kLayouts) {
          auto [cy, cdx] = run(kCuda, layout(toCuda(in)), layout(toCuda(g)));
          expectSame(y, cy, 64, "softmax " + toString(shape));
          Tensor difference = abs(sub(to(dx, DType::Float64, kCpu), to(toHost(cdx), DType::Float64, kCpu)));
          EXPECT_LT(values(max(difference))[0], dtype == DType::Float32 ? 1e-4 : 1e-12);
        }
      }
}

TEST(Cuda, RunningSumsOfManyStayAccurate) {
  NEED_DEVICE();
  for (DType dtype : {DType::Float32, DType::Float64})
    for (auto [shape, dim] : std::vector<std::pair<Dims, int64_t>>{{{300001}, 0}, {{100001, 3}, 0}}) {
      Tensor in = full(shape, 0.1, dtype, kCpu), expected = allocateTensor("test", shape, dtype, kCpu);
      cumsumSlot(kCpu, expected, in, dim);
      Tensor out = allocateTensor("test", shape, dtype, kCuda);
      cumsumSlot(kCuda, out, toCuda(in), dim);
      expectSame(expected, out, dtype == DType::Float32 ? 1 : 8, "cumsum " + toString(shape));
    }
}

TEST(Cuda, ScansAndExtrema) {
  NEED_DEVICE();
  for (DType dtype : kAll)
    for (auto [shape, dim] : std::vector<std::pair<Dims, int64_t>>{
             {{7}, 0}, {{33, 31}, 1}, {{33, 31}, 0}, {{2, 1025, 3}, 1}, {{3000}, 0}}) {
      Tensor in = sample(shape, dtype);
      if (dtype != DType::Bool) {
        Tensor expected = allocateTensor("test", shape, dtype, kCpu);
        cumsumSlot(kCpu, expected, in, dim);
        for (LayoutOf layout : kLayouts) {
          Tensor out = allocateTensor("test", shape, dtype, kCuda);
          cumsumSlot(kCuda, out, layout(toCuda(in)), dim);
          if (!isFloating(dtype))
            expectSame(expected, out, 0, "cumsum " + toString(shape));
          else
            expectSame(expected, out, dtype == DType::Float32 ? 1 : 256, "cumsum " + toString(shape));
        }
      }
      Dims kept = shape;
      kept[dim] = 1;
      if (isFloating(dtype))
        copySlot(kCpu, select(in, dim, 3), full({}, std::numeric_limits<double>::quiet_NaN(), dtype, kCpu));
      for (bool nan : {true, false})
        for (bool largest : {true, false}) {
          Tensor x = nan ? in : sample(shape, dtype, 9);
          Tensor v = allocateTensor("test", kept, dtype, kCpu), i = allocateTensor("test", kept, DType::Int64, kCpu);
          extremumSlot(kCpu, v, i, x, dim, largest);
          Tensor cv = allocateTensor("test", kept, dtype, kCuda),
                 ci = allocateTensor("test", kept, DType::Int64, kCuda);
          extremumSlot(kCuda, cv, ci, transposedLayout(toCuda(x)), dim, largest);
          expectSame(v, cv, 0, "extremum");
          expectSame(i, ci, 0, "extremum's index");
        }
    }
}

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

TEST(Cuda, RandomNumbersAreTheCpus) {
  NEED_DEVICE();
  const math::PhiloxKey key{1234567890123u, 77};
  for (int64_t n : {1, 3, 4, 1025, 5000})
    for (DType dtype : kAll) {
      auto both = [&](auto fill, const char* what) {
        Tensor expected = allocateTensor("test", {n}, dtype, kCpu), out = allocateTensor("test", {n}, dtype, kCuda);
        fill(expected);
        fill(out);
        expectSame(expected, out, 0, what);
      };
      both([&](const Tensor& t) { integersSlot(t.device(), t, 0, 100, key); }, "integers");
      Tensor p = abs(remainder(sample({n}, DType::Float32), Operand(1.0)));
      both([&](const Tensor& t) { bernoulliSlot(t.device(), t, to(p, DType::Float32, t.device()), key); }, "bernoulli");
      const Tensor one = full({}, 0.3, DType::Float32, kCpu);
      both([&](const Tensor& t) { bernoulliSlot(t.device(), t, one, key); }, "one probability");
      both([&](const Tensor& t) { bernoulliSlot(t.device(), t, to(one, DType::Float64, t.device()), key); }, "its own");
      if (!isFloating(dtype)) continue;
      both([&](const Tensor& t) { uniformSlot(t.device(), t, -2, 3, key); }, "uniform");
      both([&](const Tensor& t) { normalSlot(t.device(), t, 1, 2, key); }, "normal");
    }
}

TEST(Cuda, Gemm) {
  NEED_DEVICE();
  for (DType dtype : {DType::Int32, DType::Int64, DType::UInt8, DType::Float32, DType::Float64})
    for (auto [m, k, n] :
         {std::array<int64_t, 3>{1, 1, 1}, {3, 0, 2}, {31, 33, 17}, {65, 40, 70}, {1, 200, 1}, {3, 1100, 2}})
      for (int turns = 0; turns < 4; ++turns)
        for (Dims start : {Dims(), Dims{n}, Dims{2, m, n}}) {
          auto operand = [&](int64_t rows, int64_t columns, bool turned, uint64_t seed) {
            return turned ? transpose(sample({2, columns, rows}, dtype, seed), 1, 2)
                          : sample({2, rows, columns}, dtype, seed);
          };
          auto move = [](const Tensor& t) {
            return t.isContiguous() ? toCuda(t) : transpose(toCuda(contiguous(transpose(t, 1, 2))), 1, 2);
          };
          Tensor a = operand(m, k, turns & 1, 1), b = operand(k, n, turns & 2, 2);
          Tensor bias = start.empty() ? Tensor() : sample(start, dtype, 3);
          Tensor expected = sample({2, m, n}, dtype, 4), out = toCuda(expected);
          gemmSlot(kCpu, expected, a, b, bias);
          gemmSlot(kCuda, out, move(a), move(b), bias.defined() ? toCuda(bias) : bias);
          if (!isFloating(dtype)) {
            expectSame(expected, out, 0, "gemm");
          } else if (expected.numel()) {
            EXPECT_LT(values(max(abs(sub(expected, toHost(out)))))[0], dtype == DType::Float32 ? 2e-3 : 1e-11)
                << m << " " << k << " " << n << " " << turns;
          }
        }
}

/// Each form of bias, with operands that start at an aligned address or `offset` elements later.
TEST(Cuda, ProductsWithABias) {
  NEED_DEVICE();
  for (DType dtype : {DType::Int64, DType::Float32, DType::Float64})
    for (auto [m, k, n] :
         {std::array<int64_t, 3>{1, 1, 1}, {3, 0, 2}, {31, 33, 17}, {64, 40, 72}, {1, 200, 5}, {9, 8, 1}})
      for (int turns = 0; turns < 4; ++turns)
        for (int64_t offset : {0, 1})
          for (int form = 0; form < 4; ++form) {
            auto make = [&](Device device, Dims sizes, bool turned, uint64_t seed) {
              if (turned) std::swap(sizes[0], sizes[1]);
              const int64_t count = numel("test", sizes);
              Tensor all = to(sample({count + offset}, dtype, seed), dtype, device);
              Tensor x = reshape(narrow(all, 0, offset, count), sizes);
              return turned ? t(x) : x;
            };
            auto product = [&](Device device) {
              Tensor bias = form == 0   ? make(device, {n}, false, 3)
                            : form == 1 ? select(make(device, {n, 2}, false, 4), 1, 1)
                            : form == 2 ? make(device, {m, 1}, false, 5)
                                        : make(device, {1}, false, 6);
              return addmm(bias, make(device, {m, k}, turns & 1, 1), make(device, {k, n}, turns & 2, 2));
            };
            Tensor expected = product(kCpu), out = toHost(product(kCuda));
            if (!isFloating(dtype))
              expectSame(expected, out, 0, "addmm");
            else
              EXPECT_LT(values(max(abs(sub(expected, out))))[0], dtype == DType::Float32 ? 2e-3 : 1e-11)
                  << m << " " << k << " " << n << " " << turns << " " << offset << " " << form;
          }
}

/// Grids of more than 65,535 blocks, which is all that a second dimension of a grid could hold.
TEST(Cuda, LargeGrids) {
  NEED_DEVICE();
  Tensor wide = full({66'000, 1024, 2}, 0, DType::UInt8, kCuda), half = select(wide, -1, 1);
  fill_(half, Operand(int64_t{3}));
  expectSame(full({}, 3, DType::UInt8, kCpu), min(half), 0, "every second element");
  expectSame(full({}, 0, DType::UInt8, kCpu), max(select(wide, -1, 0)), 0, "the others");
  auto integers = [](uint64_t seed) { return floor(mul(sample({66'000, 2, 2}, DType::Float64, seed), 8)); };
  Tensor a = integers(1), b = integers(2);
  expectSame(matmul(a, b), matmul(toCuda(a), toCuda(b)), 0, "a batch of products, exact in any order");
}

TEST(Cuda, OptimizerSteps) {
  NEED_DEVICE();
  auto states = [](Device device, uint64_t seed, bool positive) {
    std::vector<Tensor> list;
    for (int k = 0; k < 60; ++k) {
      Tensor t =
          sample({k % 7 == 0 ? 5000 : k}, k % 2 ? DType::Float32 : DType::Float64, seed + static_cast<uint64_t>(k));
      if (positive) t = abs(t);
      list.push_back(to(clone(t), t.dtype(), device));
    }
    return list;
  };
  const math::Adam adam{0.9, 0.99, 1e-8, 0.1, true, false};
  const math::Sgd sgd{0.01, true};
  const math::SgdMomentum momentum{sgd, 0.9, 0.1, true, false};
  std::vector<Tensor> p[2], m[2], v[2];
  for (int d = 0; d < 2; ++d) {
    const Device device = d ? kCuda : kCpu;
    p[d] = states(device, 1, false);
    m[d] = states(device, 100, false);
    v[d] = states(device, 200, true);
    const Tensor lr = full({}, 1e-2, DType::Float64, device);
    std::vector<Tensor> clocks;
    for (const Tensor& t : p[d])
      clocks.push_back(full({4}, static_cast<double>(t.numel() % 3), DType::Float64, device));
    stepSlot<math::Adam>(device, adam, {p[d], states(device, 300, false), {m[d], v[d]}, clocks}, lr);
    stepSlot<math::SgdMomentum>(device, momentum, {p[d], states(device, 400, false), {m[d]}, {}}, lr);
    stepSlot<math::Sgd>(device, sgd, {p[d], states(device, 500, false), {}, {}}, lr);
  }
  for (size_t k = 0; k < p[0].size(); ++k) {
    expectSame(p[0][k], p[1][k], 4, "parameter " + std::to_string(k));  // powers differ in the last place
    expectSame(m[0][k], m[1][k], 0, "state " + std::to_string(k));
    expectSame(v[0][k], v[1][k], 0, "state " + std::to_string(k));
  }
}

TEST(Cuda, CopiesBetweenDevices) {
  if (deviceCount(DeviceType::CUDA) < 2) GTEST_SKIP() << "there is no second device";
  const Device second{DeviceType::CUDA, 1};
  for (int round = 0; round < 20; ++round) {
    Tensor x = sample({1025}, DType::Float64, static_cast<uint64_t>(round));
    Tensor there = to(neg(toCuda(x)), DType::Float64, second);
    Tensor reuse = full({1025}, 5, DType::Float64, kCuda);  // may take the block of what was just copied
    expectSame(neg(x), there, 0, "copy to the second device");
    expectSame(neg(x), to(there, DType::Float64, kCuda), 0, "copy back");
  }
  EXPECT_THROW(add(toCuda(test::vec({1})), to(test::vec({1}), DType::Float64, second)), DeviceError);
}

/// Kernels follow addresses: one of the host's would end the process here, and every later call on a GPU.
TEST(Cuda, OperandsElsewhereAreRefused) {
  NEED_DEVICE();
  const Tensor host = test::vec({1, 2}), x = toCuda(host), i = zeros({2}, DType::Int64, kCpu), mask = eq(host, 1);
  auto refused = [](const char* op, auto call) {
    try {
      call();
      ADD_FAILURE() << op;
    } catch (const DeviceError& e) {
      EXPECT_EQ(std::string(e.what()).find(op), 0u) << e.what();
    }
  };
  for (auto [here, there] : {std::pair(x, host), {host, x}}) {
    const Tensor index = to(i, DType::Int64, there.device()), condition = to(mask, DType::Bool, there.device());
    refused("indexSelect", [&, x = here] { indexSelect(x, 0, index); });
    refused("indexAdd", [&, x = here, s = there] { indexAdd(x, 0, to(i, DType::Int64, x.device()), s); });
    refused("gather", [&, x = here] { gather(x, 0, index); });
    refused("scatter", [&, x = here] { scatter(x, 0, index, x); });
    refused("scatterAdd", [&, x = here, s = there] { scatterAdd(x, 0, to(i, DType::Int64, x.device()), s); });
    refused("indexPut_",
            [&, x = clone(here), s = there] { indexPut_(x, {to(i, DType::Int64, x.device())}, s, false); });
    refused("where", [&, x = here, y = there] { where(eq(x, 1), Operand(x), Operand(y)); });
    refused("where", [&, x = here, y = there] { where(eq(select(x, 0, 0), 1), Operand(y), Operand(x)); });
    refused("maskedFill", [&, x = here] { maskedFill(x, condition, 0.0); });
    refused("maskedFill", [&, x = clone(here)] { maskedFill(x, condition, 0.0, Into::Self); });
  }
  refused("index", [&] { index(host, {toCuda(i)}); });
  // As in PyTorch, a GPU's tensor takes the CPU's indices, and numbers come from anywhere.
  expectSame(index(host, {mask}), index(x, {mask}), 0, "a mask");
  expectSame(maskedSelect(host, mask), maskedSelect(x, mask), 0, "maskedSelect");
  const Tensor number = test::vec({7}), one = select(number, 0, 0);
  expectSame(indexPut_(clone(host), {i}, one, false), indexPut_(clone(x), {i}, one, false), 0, "a number");
  expectSame(host, where(gt(one, 0), Operand(x), Operand(one)), 0, "a condition");
}

/// The host's share of the work begins only where the device has room for the result.
TEST(Cuda, APermutationBeyondTheDevicesMemoryTakesNoneOfTheHosts) {
  NEED_DEVICE();
  allocator(kCpu).emptyCache();
  const int64_t before = allocator(kCpu).stats().limit, room = allocator(kCuda).stats().limit;
  allocator(kCpu).setLimit(1 << 20);
  try {
    randperm(room / 8 + 1, DType::Int64, kCuda);
    ADD_FAILURE();
  } catch (const OutOfMemoryError& e) {
    EXPECT_EQ(e.device, "cuda:0");
  }
  allocator(kCpu).setLimit(before);
}

TEST(Cuda, GradientsFlowOnTheDevice) {
  NEED_DEVICE();
  auto run = [](Device device) {
    Tensor w = requiresGrad_(to(sample({5, 3}, DType::Float64, 1), DType::Float64, device), true);
    Tensor x = to(sample({4, 5}, DType::Float64, 2), DType::Float64, device);
    Tensor y = logSoftmax(tanh(matmul(x, w)), 1);
    Tensor loss = mean(mul(y, Operand(y)), {}, false);
    test::backward(loss);
    return gradOf(w);
  };
  Tensor expected = run(kCpu);
  EXPECT_LT(values(max(abs(sub(expected, toHost(run(kCuda))))))[0], 1e-12);
}

TEST(Cuda, FreedBlocksAreUsedAgain) {
  NEED_DEVICE();
  Allocator& memory = allocator(kCuda);
  { Tensor t = empty({1000}, DType::Float32, kCuda); }
  const MemoryStats before = memory.stats();
  for (int i = 0; i < 100; ++i) Tensor t = empty({1000}, DType::Float32, kCuda);
  EXPECT_EQ(memory.stats().reserved, before.reserved);
  EXPECT_EQ(memory.stats().allocated, before.allocated);
  memory.emptyCache();
  EXPECT_EQ(memory.stats().reserved, memory.stats().allocated);
  EXPECT_THROW(empty({int64_t{1} << 50}, DType::Float32, kCuda), OutOfMemoryError);
  expectSame(full({3}, 1, DType::Float32, kCpu), full({3}, 1, DType::Float32, kCuda), 0, "the device goes on");
}

constexpr Stream kDefault{kCuda, 0}, kSide{kCuda, 1}, kOther{kCuda, 2};
constexpr int kRounds = 12;  // the emulated device runs streams in another order each time

/// Notes on which stream it was called.
class NotesStream final : public TensorHook {
 public:
  explicit NotesStream(int& number) : number_(number) {}
  Tensor call(const Tensor&) override {
    number_ = currentStream(kCuda).number;
    return {};
  }

 private:
  int& number_;
};

// Two branches on streams of their own, joined on the default one, which alone the caller then uses.
TEST(CudaStreams, BackwardRunsOnTheStreamsOfTheForward) {
  NEED_DEVICE();
  Tensor w = sample({33, 31}, DType::Float32, 1), x = sample({40, 33}, DType::Float32, 2);
  auto run = [&](Device device, int& sideOfLeft, int& sideOfRight) {
    Tensor leaf = requiresGrad_(to(clone(w), DType::Float32, device), true), in = to(x, DType::Float32, device);
    Tensor left, right;
    auto branch = [&](Stream on, Tensor& result, int& seen, auto f) {
      if (device.isCpu()) on.device = kCpu, on.number = 0;
      wait(on, currentStream(device));
      StreamsGuard guard(on);
      leaf.storage().recordUse(on);
      in.storage().recordUse(on);
      Tensor product = matmul(in, leaf);
      addHook(product, std::make_unique<NotesStream>(seen));
      result = f(product);
    };
    branch(kSide, left, sideOfLeft, [](const Tensor& t) { return tanh(t); });
    branch(kOther, right, sideOfRight, [](const Tensor& t) { return mul(t, Operand(t)); });
    for (Tensor* t : {&left, &right}) {
      if (device.isCpu()) break;
      wait(kDefault, t == &left ? kSide : kOther);
      t->storage().recordUse(kDefault);
    }
    Tensor loss = mean(add(left, Operand(right)), {}, false);
    left = right = Tensor();
    test::backward(loss);
    Tensor again = sum(mul(leaf, Operand(leaf)), {}, false);  // adds to `.grad` on the default stream
    test::backward(again);
    return toHost(gradOf(leaf));
  };
  int left = -1, right = -1;
  Tensor expected = run(kCpu, left, right);
  for (int round = 0; round < kRounds; ++round) {
    left = right = -1;
    Tensor got = run(kCuda, left, right);
    EXPECT_LT(values(max(abs(sub(expected, got))))[0], 1e-4) << "round " << round;
    EXPECT_EQ(left, 1);
    EXPECT_EQ(right, 2);
    EXPECT_EQ(currentStream(kCuda), kDefault);
  }
}

TEST(CudaStreams, ABlockWaitsForTheStreamsThatUseIt) {
  NEED_DEVICE();
  for (int round = 0; round < kRounds; ++round) {
    Tensor x = full({5000}, 3, DType::Float32, kCuda), sum;
    wait(kSide, kDefault);
    {
      StreamsGuard on(kSide);
      sum = x;
      for (int i = 0; i < 5; ++i) sum = add(sum, Operand(x));
    }
    x.storage().recordUse(kSide);
    x = Tensor();
    for (int i = 0; i < 3; ++i) full({5000}, -1, DType::Float32, kCuda);
    synchronize(kSide);
    expectSame(full({5000}, 18, DType::Float32, kCpu), sum, 0, "what the side stream read");
  }
}

TEST(CudaStreams, BlocksComeBackOnceTheirUsersAreDone) {
  NEED_DEVICE();
  Allocator& memory = allocator(kCuda);
  synchronize(kCuda);
  memory.emptyCache();
  for (int i = 0; i < 100; ++i) {
    Tensor x = full({100000}, 1, DType::Float32, kCuda);
    x.storage().recordUse(kSide);
    if (i % 10 == 9) synchronize(kCuda);
  }
  EXPECT_LE(memory.stats().reserved - memory.stats().allocated, 12 * 409600);
  memory.emptyCache();
  EXPECT_EQ(memory.stats().reserved, memory.stats().allocated);
}

TEST(CudaStreams, StreamsAreIdleOnceTheyAreWaitedFor) {
  NEED_DEVICE();
  StreamsGuard on(kOther);
  Tensor x = full({1000}, 1, DType::Float32, kCuda);
  synchronize(kOther);
  EXPECT_TRUE(isIdle(kOther));
  EXPECT_TRUE(isIdle(Stream{kCpu, 0}));
  const Device missing{DeviceType::CUDA, static_cast<int16_t>(deviceCount(DeviceType::CUDA))};
  EXPECT_THROW(synchronize(missing), DeviceError);
  EXPECT_THROW(wait(kOther, Stream{missing, 0}), DeviceError);
}

TEST(CudaStreams, AnIndexOutOfRangeOnAnotherStreamIsRaisedForTheDevice) {
  NEED_DEVICE();
  Tensor x = toCuda(sample({5, 3}, DType::Float32)), index = toCuda(test::tensor({7}, {1}, DType::Int64));
  wait(kSide, kDefault);
  {
    StreamsGuard on(kSide);
    indexSelect(x, 0, index);
  }
  synchronize(kDefault);  // which has nothing to do with it
  EXPECT_THROW(synchronize(kCuda), IndexError);
  synchronize(kCuda);
}

TEST(CudaPinned, CopiesInAreNotOvertakenByTheNextOwner) {
  NEED_DEVICE();
  for (int round = 0; round < kRounds; ++round) {
    Tensor there[4];
    for (int i = 0; i < 4; ++i) {  // each time the same block, were it given out at once
      Tensor host = pinMemory(full({1000}, round + i, DType::Float32, kCpu));
      EXPECT_TRUE(host.storage().isPinned());
      there[i] = to(host, DType::Float32, kCuda, true);
    }
    for (int i = 0; i < 4; ++i) expectSame(full({1000}, round + i, DType::Float32, kCpu), there[i], 0, "pinned copy");
  }
}

TEST(CudaPinned, CopiesOutAreReadAfterTheWait) {
  NEED_DEVICE();
  for (int round = 0; round < kRounds; ++round) {
    Tensor x = toCuda(sample({33, 31}, DType::Float32, 5));
    Tensor host = to(neg(x), DType::Float32, kCpu, true);
    EXPECT_TRUE(host.storage().isPinned());
    Tensor target = pinMemory(full({33, 31}, 0, DType::Float32, kCpu));
    copy_(target, abs(x), true);
    copy_(x, target, true);
    synchronize(kCuda);
    expectSame(neg(sample({33, 31}, DType::Float32, 5)), host, 0, "to the host");
    expectSame(abs(sample({33, 31}, DType::Float32, 5)), target, 0, "into pinned memory");
    expectSame(target, x, 0, "back from pinned memory");
  }
}

TEST(CudaPinned, CopiesThatConvertOrBroadcastNeedNoWait) {
  NEED_DEVICE();
  Tensor pinned = pinMemory(sample({31}, DType::Float64, 5));
  EXPECT_TRUE(pinMemory(pinned).is(pinned));
  Tensor x = full({3, 31}, 0, DType::Float32, kCuda);
  copy_(x, pinned, true);
  expectSame(expand(to(pinned, DType::Float32, kCpu), {3, 31}), x, 0, "converted and broadcast");
  Tensor back = full({3, 31}, 0, DType::Float64, kCpu);
  copy_(back, x, true);  // pageable: waits
  expectSame(toHost(to(x, DType::Float64, kCuda)), back, 0, "into pageable memory");
  EXPECT_THROW(pinMemory(x), DeviceError);
}

TEST(CudaPinned, BlocksAreCached) {
  NEED_DEVICE();
  Allocator& memory = pinnedAllocator();
  { Tensor t = pinMemory(sample({1000}, DType::Float32)); }
  const int64_t reserved = memory.stats().reserved;
  for (int i = 0; i < 10; ++i) pinMemory(sample({1000}, DType::Float32));
  EXPECT_EQ(memory.stats().reserved, reserved);
  memory.emptyCache();
  EXPECT_EQ(memory.stats().reserved, memory.stats().allocated);
}

/// Counts how often memory was handed back.
class CountsReturns final : public MemoryOwner {
 public:
  explicit CountsReturns(int& count) : count_(count) {}
  ~CountsReturns() override { ++count_; }

 private:
  int& count_;
};

TEST(CudaInterop, TensorsOverMemoryOfOthersHandItBackOnce) {
  NEED_DEVICE();
  Tensor x = toCuda(sample({40, 5}, DType::Float32));
  const int64_t before = allocator(kCuda).stats().allocated;
  int returned = 0;
  {
    Tensor row;
    {
      Tensor same = fromDevicePointer(devicePointer(x), {40, 5}, DType::Float32, kCuda,
                                      std::make_unique<CountsReturns>(returned));
      EXPECT_EQ(allocator(kCuda).stats().allocated, before);
      expectSame(sample({40, 5}, DType::Float32), same, 0, "memory of others");
      row = select(same, 0, 7);
      mul(same, Operand(2.0), Into::Self);
    }
    EXPECT_EQ(returned, 0);
    EXPECT_EQ(devicePointer(row), devicePointer(x) + 7 * 5 * 4);
    expectSame(select(toHost(x), 0, 7), row, 0, "a row of it");
  }
  EXPECT_EQ(returned, 1);
  expectSame(mul(sample({40, 5}, DType::Float32), Operand(2.0)), x, 0, "written through the other");
}

TEST(CudaInterop, BadAddressesAreRefused) {
  NEED_DEVICE();
  Tensor x = toCuda(sample({40}, DType::Float64)), host = sample({40}, DType::Float64);
  auto over = [](int64_t address, Device device) {
    return fromDevicePointer(address, {2}, DType::Float64, device, nullptr);
  };
  EXPECT_THROW(over(0, kCuda), std::invalid_argument);
  EXPECT_THROW(over(devicePointer(x) + 4, kCuda), std::invalid_argument);
  EXPECT_THROW(over(static_cast<int64_t>(reinterpret_cast<uintptr_t>(host.data())), kCuda), DeviceError);
  EXPECT_THROW(over(devicePointer(x), kCpu), DeviceError);
  EXPECT_THROW(fromDevicePointer(devicePointer(x), {-2}, DType::Float64, kCuda, nullptr), Error);
  EXPECT_THROW(devicePointer(host), DeviceError);
  if (deviceCount(DeviceType::CUDA) > 1) {
    EXPECT_THROW(over(devicePointer(x), {DeviceType::CUDA, 1}), DeviceError);
  }
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

TEST(Cuda, ErrorsDoNotGrowWithTheLength) {
  NEED_DEVICE();
  constexpr int64_t kCount = 300000;
  const double right = kCount * static_cast<double>(0.1f);
  const Tensor tenths = full({kCount}, 0.1, DType::Float32, kCuda), zero = full({1}, 0, DType::Float32, kCuda);
  const Tensor places = full({kCount}, 0, DType::Int64, kCuda);
  EXPECT_NEAR(values(toHost(indexAdd(zero, 0, places, tenths)))[0], right, 1e-6 * right);
  const Tensor overlapping = full({1}, 0, DType::Float32, kCuda);
  overlappingAddSlot(kCuda, asStrided(overlapping, {3000}, {0}, 0), narrow(tenths, 0, 0, 3000));
  EXPECT_NEAR(values(toHost(overlapping))[0], right / 100, 1e-8 * right);
  const Tensor product = full({1, 2, 3}, 0, DType::Float32, kCuda);
  gemmSlot(kCuda, product, expand(reshape(tenths, {1, 1, kCount}), {1, 2, kCount}),
           expand(full({1, 1, 1}, 1, DType::Float32, kCuda), {1, kCount, 3}), {});
  for (double x : values(toHost(product))) EXPECT_NEAR(x, right, 2e-6 * right);
  EXPECT_NEAR(values(toHost(softmax(tenths, 0)))[0] * kCount, 1, 1e-6);
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

TEST(CudaAbsence, PinningAndStreamsSayWhy) {
  if (isThere()) GTEST_SKIP() << "there is a device";
  EXPECT_THROW(pinMemory(test::vec({1, 2})), DeviceError);
  EXPECT_THROW(synchronize(kCuda), DeviceError);
  synchronize(kCpu);
}

/// The same elements from one element after an aligned address on, on the device of `t`.
Tensor shiftedLayout(const Tensor& t) {
  Tensor view = narrow(full({t.numel() + 1}, 0, t.dtype(), t.device()), 0, 1, t.numel());
  view = reshape(view, t.sizes());
  copySlot(t.device(), view, t);
  return view;
}

template <class F>
void expectSameReduction(const Tensor& in, const Dims& sizes, std::initializer_list<LayoutOf> layouts) {
  const DType reduced = reducedType<F>(in.dtype());
  Tensor expected = allocateTensor("test", sizes, reduced, kCpu);
  reduceSlot<F>(kCpu, F(), expected, in);
  for (LayoutOf layout : layouts) {
    Tensor out = allocateTensor("test", sizes, reduced, kCuda);
    reduceSlot<F>(kCuda, F(), out, layout(toCuda(in)));
    out = toHost(out);
    const std::string what = std::string(F::kName) + " " + name(in.dtype()) + toString(in.sizes()) + toString(sizes);
    expectSame(expected, out, 0, what);
    if (isFloating(in.dtype())) expectSame(reciprocal(expected), reciprocal(out), 0, what + " in the sign of a zero");
  }
}

/// Lengths around what a thread, a leaf and a block take.
TEST(Cuda, ReductionsOfAnyLengthAtAnyAlignment) {
  NEED_DEVICE();
  const auto layouts = {&identity, &transposedLayout, &steppedLayout, &shiftedLayout};
  for (DType dtype : {DType::UInt8, DType::Int32, DType::Float32, DType::Float64}) {
    for (int64_t n : {1,   2,   7,   8,   9,   15,  16,  17,   31,   33,   63,   64,  65,
                      255, 256, 257, 511, 512, 513, 999, 1000, 1025, 2047, 2049, 4097}) {
      expectSameReduction<math::Sum>(sample({3, n}, dtype), {3, 1}, layouts);
      expectSameReduction<math::Sum>(sample({n, 3}, dtype), {1, 3}, layouts);
      expectSameReduction<math::Sum>(sample({3, n, 2}, dtype), {1, n, 1}, layouts);
      expectSameReduction<math::Amax>(sample({2, n, 3}, dtype), {2, 1, 3}, layouts);
      expectSameReduction<math::Amin>(sample({2, 3, n}, dtype), {1, 3, 1}, layouts);
    }
    expectSameReduction<math::Sum>(full({3, 100}, -0.0, dtype, kCpu), {3, 1}, layouts);
    expectSameReduction<math::Sum>(sample({8192, 3}, dtype), {1, 3}, layouts);
    expectSameReduction<math::Sum>(sample({3, 8192}, dtype), {3, 1}, layouts);
    expectSameReduction<math::Sum>(sample({128, 512}, dtype), {1, 512}, layouts);
    expectSameReduction<math::Sum>(sample({600, 5}, dtype), {600, 1}, layouts);
  }
}

/// Lengths of which blocks leave many partial results, up to more than one launch combines.
TEST(Cuda, ReductionsOfManyPartialResults) {
  NEED_DEVICE();
  constexpr int64_t kOfBlock = math::kLeaf<double> * 32;
  const auto plain = {&identity};
  for (int64_t blocks : {2, 3, 15, 16, 17, 255, 257, 600}) {
    const int64_t n = (blocks - 1) * kOfBlock + 1;
    expectSameReduction<math::Sum>(sample({n}, DType::Float64), {1}, plain);
    if (blocks < 20) expectSameReduction<math::Sum>(sample({n, 20}, DType::Float64), {1, 20}, plain);
    if (blocks < 20) expectSameReduction<math::Sum>(sample({3, n}, DType::Float64), {3, 1}, plain);
  }
  Tensor row = sample({kOfBlock}, DType::Float64);
  Tensor expected = allocateTensor("test", {1, 1}, DType::Float64, kCpu),
         out = allocateTensor("test", {1, 1}, DType::Float64, kCuda);
  reduceSlot<math::Sum>(kCpu, math::Sum(), expected, expand(row, {4100, kOfBlock}));
  reduceSlot<math::Sum>(kCuda, math::Sum(), out, expand(toCuda(row), {4100, kOfBlock}));
  expectSame(expected, out, 0, "a sum in three launches");
}

TEST(Cuda, RandomNumbersAreTheSameAtAnyAlignment) {
  NEED_DEVICE();
  const math::PhiloxKey key{5, 6};
  for (DType dtype : kAll)
    for (int64_t n : {1, 2, 3, 5, 8, 1000})
      for (int64_t offset : {0, 1, 2}) {
        auto both = [&](auto fill) {
          Tensor all[2];
          for (Device device : {kCpu, kCuda}) {
            Tensor& t = all[device == kCuda] = full({n + 4}, 1, dtype, device);
            fill(narrow(t, 0, offset, n));
          }
          expectSame(all[0], all[1], 0, "random numbers and what is around them");
        };
        both([&](const Tensor& t) { integersSlot(t.device(), t, 0, 100, key); });
        for (DType of : {DType::Float32, DType::Float64})
          both([&](const Tensor& t) {
            Tensor p = abs(remainder(sample({n + offset}, of), Operand(1.0)));
            bernoulliSlot(t.device(), t, narrow(to(p, of, t.device()), 0, offset, n), key);
          });
        if (isFloating(dtype)) both([&](const Tensor& t) { uniformSlot(t.device(), t, -2, 3, key); });
      }
}

/// Lines of any length, of which threads hold their elements in registers or not; in some nothing or all is infinite.
TEST(Cuda, SoftmaxOfLinesOfAnyLength) {
  NEED_DEVICE();
  const double infinity = std::numeric_limits<double>::infinity();
  for (DType dtype : {DType::Float32, DType::Float64})
    for (int64_t n : {1, 2, 3, 4, 5, 8, 9, 100, 1023, 1024, 1025, 2049})
      for (bool log : {false, true}) {
        Tensor in = sample({5, n}, dtype), g = sample({5, n}, dtype, 5);
        copySlot(kCpu, select(in, 0, 1), full({n}, -infinity, dtype, kCpu));
        copySlot(kCpu, select(select(in, 0, 2), 0, n / 2), full({}, -infinity, dtype, kCpu));
        copySlot(kCpu, select(select(in, 0, 3), 0, n - 1), full({}, infinity, dtype, kCpu));
        for (LayoutOf layout : kLayouts) {
          Tensor y = allocateTensor("test", {5, n}, dtype, kCpu), cy = allocateTensor("test", {5, n}, dtype, kCuda);
          softmaxSlot(kCpu, y, in, 1, log);
          softmaxSlot(kCuda, cy, layout(toCuda(in)), 1, log);
          expectSame(y, cy, 64, "softmax of " + std::to_string(n));
          Tensor from = narrow(y, 0, 4, 1), dx = allocateTensor("test", {1, n}, dtype, kCpu),
                 cdx = allocateTensor("test", {1, n}, dtype, kCuda);
          softmaxBackwardSlot(kCpu, dx, narrow(g, 0, 4, 1), from, 1, log);
          softmaxBackwardSlot(kCuda, cdx, layout(toCuda(narrow(g, 0, 4, 1))), layout(toCuda(from)), 1, log);
          Tensor difference = abs(sub(to(dx, DType::Float64, kCpu), to(toHost(cdx), DType::Float64, kCpu)));
          EXPECT_LT(values(max(difference))[0], dtype == DType::Float32 ? 1e-4 : 1e-12) << n;
        }
      }
}

/// Several lines to a tile, one, and several tiles to a line; equals everywhere.
TEST(Cuda, SortOfLinesOfAnyLength) {
  NEED_DEVICE();
  for (DType dtype : kAll)
    for (int64_t n : {1, 2, 3, 31, 33, 512, 513, 1023, 1024, 1025, 2048, 3073, 9001})
      for (bool descending : {false, true}) {
        Tensor in = sample({5, n}, dtype), v = allocateTensor("test", {5, n}, dtype, kCpu),
               i = allocateTensor("test", {5, n}, DType::Int64, kCpu);
        if (isFloating(dtype)) copySlot(kCpu, select(select(in, 0, 2), 0, n / 2), full({}, std::nan(""), dtype, kCpu));
        sortSlot(kCpu, v, i, in, 1, descending);
        for (LayoutOf layout : kLayouts) {
          Tensor cv = allocateTensor("test", {5, n}, dtype, kCuda),
                 ci = allocateTensor("test", {5, n}, DType::Int64, kCuda);
          sortSlot(kCuda, cv, ci, layout(toCuda(in)), 1, descending);
          expectSame(v, cv, 0, "sort of " + std::to_string(n));
          expectSame(i, ci, 0, "where they were, of " + std::to_string(n));
        }
      }
  Tensor number = full({}, 3, DType::Int32, kCuda);
  expectSame(full({}, 0, DType::Int64, kCpu), sort(number)[1], 0, "sort of a number");
}

TEST(Cuda, LayerNormAndItsBackward) {
  NEED_DEVICE();
  for (DType dtype : {DType::Float32, DType::Float64})
    for (Dims shape : {Dims{1, 1}, {5, 7}, {300, 33}, {3, 1024}, {2, 2049}, {70000, 2}, {0, 3}})
      for (bool affine : {false, true}) {
        const int64_t rows = shape[0], n = shape[1];
        auto vector = [&](uint64_t seed) { return affine ? sample({n}, dtype, seed) : Tensor(); };
        Tensor x = sample(shape, dtype), g = sample(shape, dtype, 2), w = vector(3), b = vector(4);
        auto run = [&](Device d, const Tensor& x, const Tensor& g) {
          auto make = [&](const Dims& sizes) { return allocateTensor("test", sizes, dtype, d); };
          auto there = [&](const Tensor& t) { return t.defined() ? to(t, dtype, d) : t; };
          Tensor y = make(shape), mean = make({rows, 1}), rstd = make({rows, 1}), dx = make(shape), dw = make({n}),
                 db = make({n});
          layerNormSlot(d, y, mean, rstd, x, there(w), there(b), 1e-5);
          layerNormBackwardSlot(d, dx, g, x, mean, rstd, there(w));
          layerNormParametersSlot(d, dw, db, g, x, mean, rstd);
          return std::vector{y, mean, rstd, dx, dw, db};
        };
        const std::vector<Tensor> expected = run(kCpu, x, g);
        for (LayoutOf layout : kLayouts) {
          const std::vector<Tensor> got = run(kCuda, layout(toCuda(x)), layout(toCuda(g)));
          for (size_t k = 0; k < expected.size(); ++k)
            expectSame(expected[k], got[k], 256, "layerNorm " + toString(shape) + " result " + std::to_string(k));
        }
      }
}

/// Operands that repeat or lie apart, in several dimensions, up to the ends of blocks.
TEST(Cuda, BroadcastsOverSeveralBlocks) {
  NEED_DEVICE();
  for (int64_t n : {1, 31, 341, 342, 1023, 1025, 3001}) {
    Tensor x = sample({3, n}, DType::Float32), row = sample({n}, DType::Float32, 2),
           column = sample({3, 1}, DType::Float32, 3), deep = sample({2, 3, 4, n}, DType::Float32, 4),
           plane = sample({3, 1, n}, DType::Float32, 5);
    expectSame(add(x, row), add(toCuda(x), toCuda(row)), 0, "a row");
    expectSame(add(x, column), add(toCuda(x), toCuda(column)), 0, "a column");
    expectSame(add(column, row), add(toCuda(column), toCuda(row)), 0, "an outer sum");
    expectSame(mul(deep, plane), mul(transposedLayout(toCuda(deep)), toCuda(plane)), 0, "planes");
    expectSame(neg(deep), neg(shiftedLayout(toCuda(deep))), 0, "another alignment");
  }
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

}  // namespace retrograd
