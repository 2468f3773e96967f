#include "kernel/conv.h"

#include "cuda_testing.h"

namespace retrograd::parity {
namespace {

struct Case {
  Dims x, w;
  ConvSteps steps;
};

/// One and several groups, small groups, strides, padding, dilation; more images than are unfolded at a time.
const Case kCases[] = {
    {{3, 4, 3, 5, 6}, {5, 4, 2, 3, 2}, {{1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 1}},
    {{2, 3, 4, 7, 6}, {4, 3, 2, 3, 3}, {{2, 3, 2}, {1, 2, 1}, {2, 1, 2}, 1}},
    {{2, 6, 1, 7, 6}, {9, 2, 1, 3, 3}, {{1, 2, 1}, {0, 1, 2}, {1, 1, 1}, 3}},
    {{2, 4, 1, 9, 8}, {8, 1, 1, 3, 3}, {{1, 2, 1}, {0, 1, 1}, {1, 1, 2}, 4}},
    {{3, 2, 1, 1024, 1024}, {3, 2, 1, 1, 1}, {{1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 1}},
};

Dims resultOf(const Case& c) {
  Dims sizes{c.x[0], c.w[0]};
  for (size_t d = 0; d < 3; ++d)
    sizes.push_back(
        (c.x[d + 2] + 2 * c.steps.padding[d] - c.steps.dilation[d] * (c.w[d + 2] - 1) - 1) / c.steps.stride[d] + 1);
  return sizes;
}

TEST(Cuda, Convolutions) {
  NEED_DEVICE();
  for (const Case& c : kCases)
    for (DType dtype : {DType::Float32, DType::Float64}) {
      if (numel("test", c.x) > 1 << 20 && dtype == DType::Float64) continue;
      const Tensor x = sample(c.x, dtype), w = sample(c.w, dtype, 2), y = sample(resultOf(c), dtype, 3);
      const Tensor bias = sample({c.w[0]}, dtype, 4);
      auto make = [&](const Tensor& like, Device device) {
        return allocateTensor("test", like.sizes(), dtype, device);
      };
      for (const Tensor& b : {bias, Tensor()}) {
        Tensor expected = make(y, kCpu), out = make(y, kCuda);
        convSlot(kCpu, expected, x, w, b, c.steps);
        convSlot(kCuda, out, toCuda(x), toCuda(w), b.defined() ? toCuda(b) : b, c.steps);
        expectSame(expected, out, 64, "convolution");
      }
      Tensor ofX = make(x, kCpu), ofXThere = make(x, kCuda), ofW = make(w, kCpu), ofWThere = make(w, kCuda);
      convInputSlot(kCpu, ofX, y, w, c.steps);
      convInputSlot(kCuda, ofXThere, toCuda(y), toCuda(w), c.steps);
      expectSame(ofX, ofXThere, 64, "gradient of the image");
      convWeightSlot(kCpu, ofW, y, x, c.steps);
      convWeightSlot(kCuda, ofWThere, toCuda(y), toCuda(x), c.steps);
      expectSame(ofW, ofWThere, 4096, "gradient of the weight");
    }
}

}  // namespace
}  // namespace retrograd::parity
