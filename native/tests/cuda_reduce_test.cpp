#include "cuda_testing.h"

#include <limits>

#include "kernel/gemm.h"
#include "kernel/reduce.h"
#include "math/reduce.h"

namespace retrograd::parity {
namespace {

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

TEST(Cuda, Reduce) {
  NEED_DEVICE();
  math::ReduceFunctors::forEach(ReduceParity());
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
      if (!isComputed(dtype)) continue;
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

}  // namespace
}  // namespace retrograd::parity
