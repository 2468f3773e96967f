#include "cuda_testing.h"

#include "kernel/random.h"

namespace retrograd::parity {
namespace {

TEST(Cuda, RandomNumbersAreTheCpus) {
  NEED_DEVICE();
  const math::PhiloxKey key{1234567890123u, 77};
  for (int64_t n : {1, 3, 4, 1025, 5000})
    for (DType dtype : kAll) {
      if (!isComputed(dtype)) continue;
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

TEST(Cuda, RandomNumbersAreTheSameAtAnyAlignment) {
  NEED_DEVICE();
  const math::PhiloxKey key{5, 6};
  for (DType dtype : kAll)
    for (int64_t n : {1, 2, 3, 5, 8, 1000})
      for (int64_t offset : {0, 1, 2}) {
        if (!isComputed(dtype)) continue;
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

}  // namespace
}  // namespace retrograd::parity
