#include <limits>

#include "cuda_testing.h"
#include "kernel/ctc.h"
#include "kernel/distance.h"
#include "kernel/margin.h"

namespace retrograd::parity {
namespace {

constexpr DType kFloating[] = {DType::Float32, DType::Float64};

Tensor make(const Dims& sizes, DType dtype, Device device) { return allocateTensor("test", sizes, dtype, device); }

TEST(Cuda, Distances) {
  NEED_DEVICE();
  for (DType dtype : kFloating)
    for (double p : {0.0, 0.5, 1.0, 1.5, 2.0, 3.0, std::numeric_limits<double>::infinity()}) {
      const Tensor x = sample({2, 33, 5}, dtype), y = sample({2, 5, 41}, dtype, 2), g = sample({2, 33, 41}, dtype, 3);
      const Tensor rows = contiguous(transpose(y, 1, 2));
      const Tensor d = make(g.sizes(), dtype, kCpu), there = make(g.sizes(), dtype, kCuda);
      cdistSlot(kCpu, d, x, y, p);
      cdistSlot(kCuda, there, toCuda(x), toCuda(y), p);
      expectSame(d, there, 64, "distances");
      const Tensor ofX = make(x.sizes(), dtype, kCpu), ofXThere = make(x.sizes(), dtype, kCuda);
      cdistBackwardSlot(kCpu, ofX, g, x, rows, d, p);
      cdistBackwardSlot(kCuda, ofXThere, toCuda(g), toCuda(x), toCuda(rows), toCuda(d), p);
      expectSame(ofX, ofXThere, 4096, "gradient of distances");
    }
}

TEST(Cuda, MultilabelMargins) {
  NEED_DEVICE();
  const int64_t classes = 37;
  Tensor target = make({9, classes}, DType::Int64, kCpu);
  for (int64_t i = 0; i < target.numel(); ++i) target.data<int64_t>()[i] = i % 7 == 6 ? -1 : i * i % classes;
  for (DType dtype : kFloating)
    for (bool slopes : {false, true}) {
      const Tensor x = sample(target.sizes(), dtype), out = make(x.sizes(), dtype, kCpu),
                   there = make(x.sizes(), dtype, kCuda);
      multilabelMarginSlot(kCpu, out, x, target, slopes);
      multilabelMarginSlot(kCuda, there, toCuda(x), toCuda(target), slopes);
      expectSame(out, there, 0, "margins");
    }
}

/// More places than threads of a block, labels that repeat, inputs of all lengths, and a target that is too long.
TEST(Cuda, CtcLosses) {
  NEED_DEVICE();
  const int64_t times = 300, count = 4, classes = 7, longest = 140, blank = 2;
  Tensor labels = make({count, longest}, DType::Int64, kCpu), lengths = make({2, count}, DType::Int64, kCpu);
  for (int64_t i = 0; i < labels.numel(); ++i) labels.data<int64_t>()[i] = i * i % 5 == 4 ? 1 : 3 + i % 4;
  const int64_t given[] = {times, times - 1, 0, 50, longest, 3, 0, longest};
  std::copy(std::begin(given), std::end(given), lengths.data<int64_t>());
  for (DType dtype : kFloating) {
    const Tensor logProbs = logSoftmax(sample({times, count, classes}, dtype), 2), g = sample({count}, dtype, 2);
    const Dims sizes{count, times, 2 * longest + 1};
    const Tensor losses = make({count}, dtype, kCpu), alpha = make(sizes, dtype, kCpu),
                 lossesThere = make({count}, dtype, kCuda), alphaThere = make(sizes, dtype, kCuda);
    const Tensor x = toCuda(logProbs), y = toCuda(labels), n = toCuda(lengths);
    ctcLossSlot(kCpu, losses, alpha, logProbs, labels, lengths, blank);
    ctcLossSlot(kCuda, lossesThere, alphaThere, x, y, n, blank);
    expectSame(losses, lossesThere, 4096, "losses");
    for (bool zeroInfinity : {false, true}) {
      const Tensor out = make(logProbs.sizes(), dtype, kCpu), there = make(logProbs.sizes(), dtype, kCuda);
      ctcLossBackwardSlot(kCpu, out, g, losses, alpha, logProbs, labels, lengths, blank, zeroInfinity);
      ctcLossBackwardSlot(kCuda, there, toCuda(g), lossesThere, alphaThere, x, y, n, blank, zeroInfinity);
      expectSame(out, there, 65536, "gradient");
    }
  }
}

}  // namespace
}  // namespace retrograd::parity
