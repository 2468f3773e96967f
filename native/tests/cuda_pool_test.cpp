#include "kernel/pool.h"

#include "cuda_testing.h"

namespace retrograd::parity {
namespace {

using Kind = math::Windows::Kind;

struct Case {
  Kind kind;
  int64_t images, size[3], results[3], kernel[3], stride[3], padding[3], dilation[3];

  Pooling pooling() const {
    Pooling p;
    for (int d = 0; d < 3; ++d) p.along[d] = {kind, size[d], results[d], kernel[d], stride[d], padding[d], dilation[d]};
    return p;
  }
  bool isAverage() const { return kind != Kind::Random && dilation[1] == 1; }
};

/// Windows that overlap, lie apart, are dilated, reach past the end; more results than a block has threads.
const Case kCases[] = {
    {Kind::Strided, 3, {3, 9, 70}, {2, 5, 35}, {2, 3, 3}, {1, 2, 2}, {0, 1, 1}, {1, 1, 1}},
    {Kind::Strided, 2, {1, 8, 11}, {1, 3, 3}, {1, 2, 3}, {1, 3, 4}, {0, 0, 0}, {1, 1, 1}},
    {Kind::Strided, 2, {4, 9, 9}, {3, 5, 4}, {2, 3, 3}, {1, 1, 2}, {0, 0, 1}, {1, 2, 2}},
    {Kind::Even, 3, {5, 7, 30}, {2, 3, 7}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}},
    {Kind::Even, 2, {2, 3, 4}, {3, 5, 4}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}},
    {Kind::Random, 5, {4, 9, 30}, {2, 4, 12}, {2, 3, 2}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}},
};

TEST(Cuda, Pooling) {
  NEED_DEVICE();
  for (const Case& c : kCases)
    for (DType dtype : {DType::Float32, DType::Float64}) {
      const Pooling p = c.pooling();
      const Tensor x = sample({c.images, c.size[0], c.size[1], c.size[2]}, dtype);
      const Tensor g = sample({c.images, c.results[0], c.results[1], c.results[2]}, dtype, 2);
      const Tensor samples = c.kind == Kind::Random ? sample({c.images, 3}, dtype, 3) : Tensor();
      const Tensor there = samples.defined() ? toCuda(samples) : samples;
      auto make = [](const Tensor& like, DType type, Device device) {
        return allocateTensor("test", like.sizes(), type, device);
      };
      Tensor largest = make(g, dtype, kCpu), at = make(g, DType::Int64, kCpu);
      Tensor out = make(g, dtype, kCuda), atOut = make(g, DType::Int64, kCuda), alone = make(g, dtype, kCuda);
      maxPoolSlot(kCpu, largest, at, x, samples, p);
      maxPoolSlot(kCuda, out, atOut, toCuda(x), there, p);
      maxPoolSlot(kCuda, alone, {}, toCuda(x), there, p);
      expectSame(largest, out, 0, "largest elements");
      expectSame(largest, alone, 0, "largest elements without their places");
      expectSame(at, atOut, 0, "places");
      Tensor ofX = make(x, dtype, kCpu), ofXThere = make(x, dtype, kCuda);
      maxPoolBackwardSlot(kCpu, ofX, g, at, samples, p);
      maxPoolBackwardSlot(kCuda, ofXThere, toCuda(g), atOut, there, p);
      expectSame(ofX, ofXThere, 0, "gradient of the largest");
      for (const Average& average : {Average{true, 0}, Average{false, 0}, Average{false, 5}}) {
        if (!c.isAverage()) continue;
        avgPoolSlot(kCpu, largest, x, p, average);
        avgPoolSlot(kCuda, out, toCuda(x), p, average);
        expectSame(largest, out, 32, "averages");
        avgPoolBackwardSlot(kCpu, ofX, g, p, average);
        avgPoolBackwardSlot(kCuda, ofXThere, toCuda(g), p, average);
        expectSame(ofX, ofXThere, 32, "gradient of averages");
      }
    }
}

}  // namespace
}  // namespace retrograd::parity
