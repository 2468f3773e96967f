#include "kernel/ctc.h"
#include "kernel/distance.h"
#include "kernel/margin.h"
#include "kernel_testing.h"

namespace retrograd {
namespace {

using namespace testing;

Tensor classNumbers(const Dims& sizes, int64_t classes) {
  Tensor t = empty(sizes, DType::Int64);
  for (int64_t i = 0; i < t.numel(); ++i) t.data<int64_t>()[i] = 1 + i * i % (classes - 1);
  return t;
}

TEST(LossKernel, SameBitsForThreads) {
  for (DType t : {DType::Float32, DType::Float64}) {
    const Tensor x = random({2, 300, 9}, t), y = random({2, 9, 70}, t, 2), rows = random({2, 70, 9}, t, 3);
    for (double p : {1.0, 2.0, 2.5}) {
      const Tensor d = empty({2, 300, 70}, t);
      expectSameOnThreads([&] {
        cdistSlot(kCpu, d, x, y, p);
        return d;
      });
      expectSameOnThreads([&] {
        const Tensor out = empty(x.sizes(), t);
        cdistBackwardSlot(kCpu, out, d, x, rows, d, p);
        return out;
      });
    }
    const Tensor scores = random({400, 30}, t), target = classNumbers({400, 30}, 30);
    expectSameOnThreads([&] {
      const Tensor out = empty(scores.sizes(), t);
      multilabelMarginSlot(kCpu, out, scores, target, true);
      return out;
    });
    const Tensor logProbs = random({40, 64, 8}, t), labels = classNumbers({64, 12}, 8);
    Tensor lengths = empty({2, 64}, DType::Int64);
    for (int64_t n = 0; n < 64; ++n) lengths.data<int64_t>()[n] = 40, lengths.data<int64_t>()[64 + n] = 12 - n % 4;
    const Tensor losses = empty({64}, t), alpha = empty({64, 40, 25}, t);
    expectSameOnThreads([&] {
      ctcLossSlot(kCpu, losses, alpha, logProbs, labels, lengths, 0);
      return losses;
    });
    expectSameOnThreads([&] {
      const Tensor out = empty(logProbs.sizes(), t);
      ctcLossBackwardSlot(kCpu, out, losses, losses, alpha, logProbs, labels, lengths, 0, false);
      return out;
    });
  }
}

}  // namespace
}  // namespace retrograd
