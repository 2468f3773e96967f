#include "cuda_testing.h"

#include <atomic>

#include "engine/engine.h"
#include "kernel/slot.h"

namespace retrograd::parity {
namespace {

TEST(CudaAbsence, SaysWhy) {
  if (isThere()) GTEST_SKIP() << "there is a device";
  EXPECT_FALSE(deviceStatus(DeviceType::CUDA).empty());
  EXPECT_THROW(empty({2}, DType::Float32, kCuda), DeviceError);
  EXPECT_THROW(to(test::vec({1, 2}), DType::Float64, kCuda), DeviceError);
}

TEST(CudaAbsence, PinningAndStreamsSayWhy) {
  if (isThere()) GTEST_SKIP() << "there is a device";
  EXPECT_THROW(pinMemory(test::vec({1, 2})), DeviceError);
  EXPECT_THROW(synchronize(kCuda), DeviceError);
  synchronize(kCpu);
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

}  // namespace
}  // namespace retrograd::parity
