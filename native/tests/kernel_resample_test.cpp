#include "kernel/resample.h"

#include "kernel/grid.h"
#include "kernel_testing.h"

namespace retrograd::testing {
namespace {

/// The tables of taps in memory, for numbers of type V.
template <class V>
Taps tapsOf(const std::vector<std::vector<std::pair<int32_t, double>>> (&dims)[3], bool moves) {
  Taps taps;
  taps.moves = moves;
  std::vector<char> bytes;
  auto put = [&](const auto& values) {
    const int64_t at = static_cast<int64_t>(bytes.size());
    const char* from = reinterpret_cast<const char*>(values.data());
    bytes.insert(bytes.end(), from, from + values.size() * sizeof(values[0]));
    bytes.resize((bytes.size() + 7) / 8 * 8);
    return at;
  };
  for (int d = 0; d < 3; ++d) {
    std::vector<int32_t> begins{0}, places;
    std::vector<V> weights;
    for (const auto& place : dims[d]) {
      for (const auto& [from, weight] : place) places.push_back(from), weights.push_back(static_cast<V>(weight));
      begins.push_back(static_cast<int32_t>(places.size()));
    }
    taps.begins[d] = put(begins);
    taps.places[d] = put(places);
    taps.weights[d] = put(weights);
  }
  taps.memory = empty({static_cast<int64_t>(bytes.size())}, DType::UInt8);
  std::memcpy(taps.memory.data(), bytes.data(), bytes.size());
  return taps;
}

using Places = std::vector<std::vector<std::pair<int32_t, double>>>;

/// `out` places with up to `most` taps each, some with none.
Places randomTaps(int out, int in, int most, uint64_t seed) {
  std::mt19937_64 bits(seed);
  Places places(static_cast<size_t>(out));
  for (auto& place : places)
    for (int k = most == 1 ? 1 : static_cast<int>(bits() % static_cast<uint64_t>(most + 1)); k > 0; --k)
      place.push_back({static_cast<int32_t>(bits() % static_cast<uint64_t>(in)),
                       most == 1 ? 1 : static_cast<double>(bits() % 64) / 32 - 1});
  return places;
}

TEST(ResampleKernel, AppliesTheTapsOfAllDimensions) {
  for (DType dtype : {DType::Float32, DType::Float64})
    for (int most : {1, 4})
      for (bool moves : {true, false}) {
        if (moves && most > 1) continue;
        const Places taps[3] = {randomTaps(3, 2, most, 1), randomTaps(40, 21, most, 2), randomTaps(33, 50, most, 3)};
        const Tensor in = random({5, 2, 21, 50}, dtype);
        dispatchFloating(dtype, [&]<class V>(Type<V>) {
          const Taps tables = tapsOf<V>(taps, moves);
          auto run = [&] {
            Tensor out = empty({5, 3, 40, 33}, dtype);
            resampleSlot(kCpu, out, in, tables);
            return out;
          };
          const Tensor out = run();
          const std::vector<V> x = values<V>(in), y = values<V>(out);
          size_t i = 0;
          for (size_t p = 0; p < 5; ++p)
            for (const auto& d : taps[0])
              for (const auto& h : taps[1])
                for (const auto& w : taps[2]) {
                  double sum = 0;
                  for (const auto& [a, wa] : d)
                    for (const auto& [b, wb] : h)
                      for (const auto& [c, wc] : w)
                        sum += wa * wb * wc *
                               static_cast<double>(
                                   x[((p * 2 + static_cast<size_t>(a)) * 21 + static_cast<size_t>(b)) * 50 +
                                     static_cast<size_t>(c)]);
                  ASSERT_NEAR(static_cast<double>(y[i++]), sum, dtype == DType::Float32 ? 2e-4 : 1e-12);
                }
          expectSameOnThreads(run);
        });
      }
}

TEST(ResampleKernel, MovesElementsOfAnySize) {
  const Places taps[3] = {{{{0, 1}}}, {{{1, 1}}, {{0, 1}}}, {{{2, 1}}, {{0, 1}}, {{1, 1}}, {{2, 1}}, {{0, 1}}}};
  for (DType dtype : kAllTypes) {
    const Tensor in = random({2, 1, 2, 3}, dtype);
    Tensor out = empty({2, 1, 2, 5}, dtype);
    resampleSlot(kCpu, out, in, tapsOf<float>(taps, true));
    for (int64_t p = 0; p < 2; ++p)
      for (int64_t h = 0; h < 2; ++h) {
        Tensor row = slice(slice(out, 0, p, p + 1), 2, h, h + 1), from = slice(slice(in, 0, p, p + 1), 2, 1 - h, 2 - h);
        EXPECT_SAME_BITS(slice(row, 3, 1, 4), from);
        EXPECT_SAME_BITS(slice(row, 3, 0, 1), slice(from, 3, 2, 3));
        EXPECT_SAME_BITS(slice(row, 3, 4, 5), slice(from, 3, 0, 1));
      }
  }
}

TEST(GridKernel, GivesTheSameBitsOnThreads) {
  using namespace math;
  const Tensor in = random({3, 19, 20, 21}), out = random({3, 19, 500}, DType::Float32, 2);
  Tensor grid = random({3, 500, 2}, DType::Float32, 3);
  for (GridMode mode : {GridMode::Linear, GridMode::Nearest, GridMode::Cubic}) {
    const GridRule rule{mode, GridPadding::Reflection, false};
    expectSameOnThreads([&] {
      Tensor y = empty(out.sizes());
      gridSampleSlot(kCpu, y, in, grid, rule);
      return y;
    });
    expectSameOnThreads([&] {
      Tensor x = empty(in.sizes());
      std::fill_n(x.data<float>(), x.numel(), 0.0f);
      gridSampleInputSlot(kCpu, x, out, grid, rule);
      return x;
    });
    expectSameOnThreads([&] {
      Tensor g = empty(grid.sizes());
      gridSampleGridSlot(kCpu, g, out, in, grid, rule);
      return g;
    });
  }
}

}  // namespace
}  // namespace retrograd::testing
