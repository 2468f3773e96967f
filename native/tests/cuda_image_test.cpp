#include "cuda_testing.h"
#include "engine/engine.h"
#include "kernel/grid.h"

namespace retrograd::parity {
namespace {

using Op = std::function<Tensor(const Tensor&)>;

/// Result and gradient on both devices.
void expectSameGradients(const Op& op, const Tensor& x, const std::string& what) {
  auto run = [&](const Tensor& in) {
    const Tensor leaf = detach(in);
    requiresGrad_(leaf, true);
    const Tensor y = op(leaf);
    return std::array{detach(y), grad({y}, {leaf}, {detach(y)}, false, false, false)[0]};
  };
  const auto here = run(x), there = run(toCuda(x));
  expectSame(here[0], there[0], 64, what);
  expectSame(here[1], there[1], 256, what + ": gradient");
}

TEST(Cuda, PaddingAndInterpolation) {
  NEED_DEVICE();
  for (DType dtype : {DType::Float32, DType::Float64}) {
    const Tensor image = sample({2, 3, 9, 11}, dtype);
    for (const char* mode : {"reflect", "replicate", "circular", "constant"})
      expectSameGradients([&](const Tensor& x) { return pad(x, {3, 2, -1, 4}, mode); }, image, mode);
    for (const char* mode : {"nearest", "nearest-exact", "bilinear", "bicubic"})
      for (const Dims& size : {Dims{17, 23}, Dims{4, 5}})
        expectSameGradients([&](const Tensor& x) { return interpolate(x, size, {}, mode, false, false, false); }, image,
                            mode);
    expectSameGradients(
        [&](const Tensor& x) {
          return interpolate(x, {4, 5}, {}, "bicubic", false, false, true);
        },
        image, "antialiased");
    expectSameGradients(
        [&](const Tensor& x) {
          return interpolate(x, {}, {2, 1.5, 0.7}, "trilinear", true, false, false);
        },
        sample({1, 2, 5, 6, 7}, dtype), "trilinear");
  }
}

TEST(Cuda, SamplesOfGrids) {
  NEED_DEVICE();
  using namespace math;
  for (DType dtype : {DType::Float32, DType::Float64})
    for (int64_t dims : {2, 3})
      for (GridMode mode : {GridMode::Linear, GridMode::Nearest, GridMode::Cubic})
        for (GridPadding padding : {GridPadding::Zeros, GridPadding::Border, GridPadding::Reflection}) {
          if (dims == 3 && mode == GridMode::Cubic) continue;
          const GridRule rule{mode, padding, padding == GridPadding::Border};
          const Tensor in = sample(dims == 2 ? Dims{2, 3, 7, 5} : Dims{2, 3, 3, 4, 5}, dtype);
          const Tensor grid = sample({2, 70, dims}, dtype, 2), g = sample({2, 3, 70}, dtype, 3);
          auto zeros = [&](const Tensor& like, Device device) { return full(like.sizes(), 0, dtype, device); };
          Tensor y = zeros(g, kCpu), yThere = zeros(g, kCuda);
          gridSampleSlot(kCpu, y, in, grid, rule);
          gridSampleSlot(kCuda, yThere, toCuda(in), toCuda(grid), rule);
          expectSame(y, yThere, 64, "sample");
          Tensor x = zeros(in, kCpu), xThere = zeros(in, kCuda);
          gridSampleInputSlot(kCpu, x, g, grid, rule);
          gridSampleInputSlot(kCuda, xThere, toCuda(g), toCuda(grid), rule);
          expectSame(x, xThere, 256, "gradient of the image");
          Tensor c = zeros(grid, kCpu), cThere = zeros(grid, kCuda);
          gridSampleGridSlot(kCpu, c, g, in, grid, rule);
          gridSampleGridSlot(kCuda, cThere, toCuda(g), toCuda(in), toCuda(grid), rule);
          expectSame(c, cThere, 256, "gradient of the grid");
        }
}

}  // namespace
}  // namespace retrograd::parity
