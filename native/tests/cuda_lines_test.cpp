#include "cuda_testing.h"

#include <cmath>

#include "kernel/norm.h"
#include "kernel/sort.h"

namespace retrograd::parity {
namespace {

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

TEST(Cuda, ChannelNormAndItsBackward) {
  NEED_DEVICE();
  using Of = ChannelSets::Of;
  for (DType dtype : {DType::Float32, DType::Float64})
    for (Dims shape : {Dims{2, 6, 1}, {5, 6, 7}, {300, 6, 1}, {3, 300, 4}, {2, 6, 1500}, {0, 6, 3}})
      for (ChannelSets sets :
           {ChannelSets{Of::Groups, 1}, {Of::Groups, 3}, {Of::Groups, 6}, {Of::Batch, 1}, {Of::Given, 1}})
        for (bool affine : {false, true}) {
          const int64_t channels = shape[1], count = sets.of == Of::Groups ? shape[0] * sets.groups : channels;
          auto vector = [&](uint64_t seed) { return affine ? sample({channels}, dtype, seed) : Tensor(); };
          Tensor x = sample(shape, dtype), g = sample(shape, dtype, 2), w = vector(3), b = vector(4);
          Tensor m = sample({count}, dtype, 5), r = sample({count}, dtype, 6);
          auto run = [&](Device d) {
            auto make = [&](const Dims& sizes) { return allocateTensor("test", sizes, dtype, d); };
            auto there = [&](const Tensor& t) { return t.defined() ? add(to(t, dtype, d), 0) : t; };
            Tensor y = make(shape), mean = there(m), rstd = there(r), dx = make(shape), dw = make({channels}),
                   db = make({channels}), all = make(shape);
            const bool runs = sets.of == Of::Batch;
            RunningStatistics running{runs ? there(sample({channels}, dtype, 7)) : Tensor(),
                                      runs ? there(sample({channels}, dtype, 8)) : Tensor(), 0.3};
            channelNormSlot(d, y, mean, rstd, there(x), there(w), there(b), sets, 1e-5, running);
            channelNormBackwardSlot(d, sets.of == Of::Given ? Tensor() : dx, dw, db, there(g), there(x), mean, rstd,
                                    there(w), sets);
            std::vector results{y, mean, rstd, dw, db};
            if (sets.of == Of::Given) return results;
            channelNormBackwardSlot(d, all, {}, {}, there(g), there(x), mean, rstd, there(w), sets);
            results.insert(results.end(), {dx, all});
            if (runs) results.insert(results.end(), {running.mean, running.variance});
            return results;
          };
          const std::vector<Tensor> expected = run(kCpu), got = run(kCuda);
          for (size_t k = 0; k < expected.size(); ++k)
            expectSame(expected[k], got[k], 256, "channelNorm " + toString(shape) + " result " + std::to_string(k));
        }
}

}  // namespace
}  // namespace retrograd::parity
