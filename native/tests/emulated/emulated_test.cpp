// The emulation's own tests: each class of bug that it is there to find, planted once.

#include "emulated_testing.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include "core/error.h"
#include "core/host.h"
#include "cuda/device.cuh"

namespace retrograd::cuda {

namespace {

/// The sum of a block's thread numbers by a tree; without the barrier a thread may read what is not yet there.
template <bool kBarrier>
void treeKernel(int* out) {
  SharedArea shared;
  int* values = shared.take<int>(64);
  const int t = threadNumber();
  values[t] = t;
  barrier();
  for (int h = 32; h; h /= 2) {
    if (t < h) values[t] += values[t + h];
    if (kBarrier) barrier();
  }
  if (t == 0) *out = values[0];
}

template <bool kBarrier>
int treeSum(Order order, uint64_t seed) {
  emulated::configure(inOrder(order, seed));
  Scratch out(kCuda, sizeof(int));
  cuda::launch(&treeKernel<kBarrier>, 1, 64, SharedArea::bytesFor<int>(64), use(kCuda), out.as<int>());
  int result = -1;
  check(cudaMemcpyAsync(&result, out.as<int>(), sizeof result, cudaMemcpyDeviceToHost, nullptr), "test");
  return result;
}

TEST_F(Emulated, AMissingBarrierShowsInSomeOrder) {
  int right = 0, wrong = 0;
  for (auto [order, seed] :
       {std::pair(Order::Ascending, 1), {Order::Descending, 1}, {Order::Random, 1}, {Order::Random, 2}}) {
    right += treeSum<true>(order, static_cast<uint64_t>(seed)) == 2016;
    wrong += treeSum<false>(order, static_cast<uint64_t>(seed)) != 2016;
  }
  EXPECT_EQ(right, 4);
  EXPECT_GT(wrong, 0);
}

/// Each thread hands its number to a neighbour; without the barrier one direction reads what is not yet written.
void neighbourKernel(int* out, int distance, bool waits) {
  SharedArea shared;
  int* values = shared.take<int>(32);
  const int t = threadNumber();
  values[t] = t;
  if (waits) barrier();
  out[t] = values[(t + distance + 32) % 32];
}

/// In some order of the threads a neighbour's number is wrong where the kernel does not wait, and in none where it
/// does.
void expectNeighboursNeedTheBarrier(void (*kernel)(int* out, int distance, bool waits)) {
  for (int distance : {1, -1}) {
    bool shown[2] = {false, false};
    for (Order order : {Order::Ascending, Order::Descending})
      for (bool waits : {true, false}) {
        emulated::configure(inOrder(order));
        Scratch out(kCuda, 32 * sizeof(int));
        cuda::launch(kernel, 1, 32, SharedArea::bytesFor<int>(32), use(kCuda), out.as<int>(), distance, waits);
        int host[32];
        check(cudaMemcpyAsync(host, out.as<int>(), sizeof host, cudaMemcpyDeviceToHost, nullptr), "test");
        for (int t = 0; t < 32; ++t) shown[waits] |= host[t] != (t + distance + 32) % 32;
      }
    EXPECT_FALSE(shown[true]);
    EXPECT_TRUE(shown[false]);
  }
}

TEST_F(Emulated, AMissingBarrierShowsInEitherDirection) { expectNeighboursNeedTheBarrier(&neighbourKernel); }

/// The same, twice in the same memory; without the second barrier a neighbour reads what the second round wrote.
void twiceKernel(int* out, int distance, bool waits) {
  SharedArea shared;
  int* values = shared.take<int>(32);
  const int t = threadNumber();
  values[t] = t;
  barrier();
  out[t] = values[(t + distance + 32) % 32];
  if (waits) barrier();
  values[t] = 100 + t;
}

TEST_F(Emulated, AMissingBarrierBeforeMemoryIsUsedAgainShows) { expectNeighboursNeedTheBarrier(&twiceKernel); }

void divergentKernel() {
  if (threadNumber() < 7) barrier();
}
TEST_F(Emulated, ADivergentBarrierIsReported) {
  cuda::launch(&divergentKernel, 1, 64, 0, use(kCuda));
  EXPECT_NE(launched().find("a barrier that not all threads"), std::string::npos);
}

void writeKernel(float* to, int64_t i) { to[i] = 1; }

/// Blocks end where they were asked to end: 3 floats have no fourth.
TEST_F(Emulated, AWritePastTheEndIsReported) {
  Scratch block(kCuda, 3 * sizeof(float));
  auto write = [&] {
    cuda::launch(&writeKernel, 1, 1, 0, use(kCuda), block.as<float>(), 3);
    return launched();
  };
#if defined(__SANITIZE_ADDRESS__)
  EXPECT_DEATH(write(), "use-after-poison");
#else
  EXPECT_NE(write().find("past the end of a block"), std::string::npos);
#endif
}

#if defined(__SANITIZE_ADDRESS__)  // alone sees reads
void readKernel(float* to, const float* from, int64_t i) { *to = from[i]; }

TEST_F(Emulated, AReadPastTheEndIsReported) {
  Scratch block(kCuda, 3 * sizeof(float)), out(kCuda, sizeof(float));
  auto read = [&] {
    cuda::launch(&readKernel, 1, 1, 0, use(kCuda), out.as<float>(), block.as<const float>(), 3);
    launched();
  };
  EXPECT_DEATH(read(), "use-after-poison");
}
#endif

void sharedKernel(int n) {
  SharedArea shared;
  shared.take<int>(n)[threadNumber()] = 1;
}
TEST_F(Emulated, AWritePastSharedMemoryIsReported) {
  cuda::launch(&sharedKernel, 1, 33, SharedArea::bytesFor<int>(32), use(kCuda), 33);
  EXPECT_NE(launched().find("past the end of shared memory"), std::string::npos);
}

TEST_F(Emulated, AHostAddressInAKernelIsReportedAndNotFollowed) {
  float host = 0;
  EXPECT_THROW(cuda::launch(&writeKernel, 1, 1, 0, use(kCuda), &host, 0), DeviceError);
  EXPECT_EQ(host, 0);
  EXPECT_NE(emulated::takeFindings().find("a host address"), std::string::npos);
}

TEST_F(Emulated, AnotherDevicesAddressInAKernelIsReported) {
  Scratch other({DeviceType::CUDA, 1}, 4);
  EXPECT_THROW(cuda::launch(&writeKernel, 1, 1, 0, use(kCuda), other.as<float>(), 0), DeviceError);
  EXPECT_NE(emulated::takeFindings().find("another device's address"), std::string::npos);
}

TEST_F(Emulated, AFreedAddressInAKernelIsReported) {
  void* block = nullptr;
  ASSERT_EQ(cudaMalloc(&block, 512), cudaSuccess);
  cudaFree(block);
  EXPECT_THROW(cuda::launch(&writeKernel, 1, 1, 0, use(kCuda), static_cast<float*>(block), 0), DeviceError);
}

TEST_F(Emulated, DeviceMemoryIsClosedToTheHost) {
  Scratch block(kCuda, 512);
  float* at = block.as<float>();
  EXPECT_DEATH(*static_cast<volatile float*>(at) = 1, "");
}

#if !defined(__SANITIZE_ADDRESS__)  // where host tensors lie in the sanitizer's memory
/// Hides its address from the look at a kernel's arguments.
struct Hidden {
  float* at;
};

void hiddenKernel(Hidden to) { *to.at = 1; }

TEST_F(Emulated, HostTensorsAreClosedToKernels) {
  const Tensor x = full({3}, 2, DType::Float32, kCpu), pinned = pinMemory(x);
  Scratch block(kCuda, sizeof(float));
  auto write = [](float* to) {
    emulated::takeFindings();
    cuda::launch(&hiddenKernel, 1, 1, 0, use(kCuda), Hidden{to});
    cudaStreamSynchronize(nullptr);
  };
  write(block.as<float>());
  EXPECT_DEATH(write(x.data<float>()), "");
  EXPECT_DEATH(write(pinned.data<float>()), "");
  EXPECT_EQ(item(select(x, 0, 0)), 2);
}
#endif

std::atomic<int> turn;

/// Runs until the host says so, or for 100 ms.
void longKernel() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  turn = 1;
  while (turn == 1 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

/// `access` on another thread while a kernel runs.
template <class F>
void duringAKernel(F access) {
  turn = 0;
  std::thread other([&] {
    while (turn == 0) std::this_thread::yield();
    access();
    turn = 2;
  });
  cuda::launch(&longKernel, 1, 1, 0, use(kCuda));
  cudaStreamSynchronize(nullptr);
  other.join();
}

const volatile float* readByHandler;
float readThere;

/// Signal handlers start without keys, as do threads older than the keys.
TEST_F(Emulated, HostTensorsAreOpenToOtherThreadsAndToSignalHandlers) {
  const Tensor x = full({3}, 2, DType::Float32, kCpu);
  readByHandler = x.data<float>();
  float read = 0;
  duringAKernel([&] { read = *readByHandler; });
  EXPECT_EQ(read, 2);
  auto before = std::signal(SIGUSR2, [](int) { readThere = *readByHandler; });
  duringAKernel([] { std::raise(SIGUSR2); });
  std::signal(SIGUSR2, before);
  EXPECT_EQ(readThere, 2);
}

/// By mprotect so much memory would stay open after one kernel, and be open to all threads while one runs.
TEST_F(Emulated, OneAccessByTheHostIsCaughtAtOnce) {
  if (!emulated::closesAtOnce())
    GTEST_SKIP() << "no protection keys here: mprotect closes device memory, and only now and then";
  Scratch block(kCuda, size_t{16} << 20);
  volatile float* at = block.as<float>();
  cuda::launch(&writeKernel, 1, 1, 0, use(kCuda), block.as<float>(), 0);
  cudaStreamSynchronize(nullptr);
  EXPECT_DEATH(at[0], "");
  EXPECT_DEATH(at[0] = 2, "");
  EXPECT_DEATH(duringAKernel([&] { at[0]; }), "");
}

TEST_F(Emulated, FreshMemoryIsPoisoned) {
  void* block = nullptr;
  ASSERT_EQ(cudaMalloc(&block, 512), cudaSuccess);
  float host = 0;
  check(cudaMemcpyAsync(&host, block, sizeof host, cudaMemcpyDeviceToHost, use(kCuda)), "test");
  EXPECT_NE(host, host);
  cudaFree(block);
}

/// A second stream reads what the first writes; `waits`: behind an event, as it must.
bool readsInTime(bool waits, uint64_t seed) {
  emulated::configure(inOrder(Order::Ascending, seed));
  Scratch block(kCuda, 512);
  cudaStream_t second;
  cudaEvent_t written;
  cudaMemsetAsync(block.as<float>(), 0, 512, use(kCuda));
  cudaStreamSynchronize(nullptr);
  cudaStreamCreate(&second);
  cudaEventCreateWithFlags(&written, cudaEventDisableTiming);
  cuda::launch(&writeKernel, 1, 1, 0, nullptr, block.as<float>(), 0);
  cudaEventRecord(written, nullptr);
  if (waits) cudaStreamWaitEvent(second, written, 0);
  float host = 0;
  cudaMemcpyAsync(&host, block.as<float>(), sizeof host, cudaMemcpyDeviceToHost, second);
  cudaStreamSynchronize(nullptr);
  cudaEventDestroy(written);
  cudaStreamDestroy(second);
  return host == 1;
}

TEST_F(Emulated, AMissingWaitBetweenStreamsShows) {
  bool missed = false;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    EXPECT_TRUE(readsInTime(true, seed));
    missed |= !readsInTime(false, seed);
  }
  EXPECT_TRUE(missed);
}

/// 1 + 1 on another stream, whose result this one reads; with `waits` behind it, with `records` before the operand's
/// memory goes to its next owner.
bool addsInTime(bool waits, bool records, uint64_t seed) {
  emulated::configure(inOrder(Order::Ascending, seed));
  const Stream here{kCuda, 0}, side{kCuda, 1};
  Tensor x = full({5000}, 1, DType::Float32, kCuda), result;
  wait(side, here);
  {
    StreamsGuard on(side);
    for (int i = 0; i < 20; ++i) result = add(x, Operand(x));
  }
  if (records) x.storage().recordUse(side);
  x = Tensor();
  Tensor next = full({5000}, 5, DType::Float32, kCuda);
  if (waits) wait(here, side);
  result.storage().recordUse(here);
  const bool right = equal(result, full({5000}, 2, DType::Float32, kCuda));
  synchronize(kCuda);
  return right;
}

TEST_F(Emulated, AMissingWaitOrRecordOfAStreamShows) {
  bool missedWait = false, missedRecord = false;
  for (uint64_t seed = 1; seed <= 16; ++seed) {
    EXPECT_TRUE(addsInTime(true, true, seed)) << seed;
    missedWait |= !addsInTime(false, true, seed);
    missedRecord |= !addsInTime(true, false, seed);
  }
  EXPECT_TRUE(missedWait);
  EXPECT_TRUE(missedRecord);
}

TEST_F(Emulated, ABufferWrittenBeforeItsCopyShows) {
  Tensor host = pinMemory(full({1000}, 1, DType::Float32, kCpu));
  Tensor there = to(host, DType::Float32, kCuda, true);
  fill_(host, 2.0);
  EXPECT_FALSE(equal(there, full({1000}, 1, DType::Float32, kCuda)));
}

TEST_F(Emulated, AnEarlierKernelsErrorIsRaisedByTheNextWait) {
  auto plant = [] { cuda::launch(&divergentKernel, 1, 64, 0, use(kCuda)); };
  plant();
  Tensor innocent = full({10}, 1, DType::Float32, kCuda);
  try {
    synchronize(kCuda);
    FAIL();
  } catch (const DeviceError& e) {
    EXPECT_NE(std::string(e.what()).find("CUDA_LAUNCH_BLOCKING=1"), std::string::npos) << e.what();
  }
  emulated::takeFindings();
  Settings blocking;
  blocking.blocking = true;
  emulated::configure(blocking);
  EXPECT_THROW(plant(), DeviceError);  // where it was launched
  emulated::takeFindings();
  synchronize(kCuda);
}

TEST_F(Emulated, TheChosenLaunchAndAllocationFail) {
  Settings settings;
  settings.failLaunch = 1;
  emulated::configure(settings);
  Scratch block(kCuda, 512);
  auto write = [&] { cuda::launch(&writeKernel, 1, 1, 0, use(kCuda), block.as<float>(), 0); };
  write();
  EXPECT_THROW(write(), DeviceError);
  write();
  settings.failLaunch = -1;
  settings.failAllocation = 0;
  emulated::configure(settings);
  void* at = nullptr;
  EXPECT_EQ(cudaMalloc(&at, 512), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaMalloc(&at, 512), cudaSuccess);
  cudaFree(at);
}

void exchangeKernel(int* out) {
  const int t = threadNumber();
  out[t] = static_cast<int>(emulated::exchange(static_cast<uint64_t>(t), t % 32 ^ 1));
}
TEST_F(Emulated, WarpsExchangeValues) {
  for (Order order : {Order::Ascending, Order::Descending, Order::Random}) {
    emulated::configure(inOrder(order));
    Scratch out(kCuda, 64 * sizeof(int));
    cuda::launch(&exchangeKernel, 1, 64, 0, use(kCuda), out.as<int>());
    int host[64];
    check(cudaMemcpyAsync(host, out.as<int>(), sizeof host, cudaMemcpyDeviceToHost, nullptr), "test");
    for (int t = 0; t < 64; ++t) EXPECT_EQ(host[t], t ^ 1);
  }
}

TEST_F(Emulated, ThreadsWithoutBarriersCostNoSwitches) {
  Scratch block(kCuda, 512);
  const uint64_t before = emulated::counters().switches;
  cuda::launch(&writeKernel, 100, 256, 0, use(kCuda), block.as<float>(), 0);
  cudaStreamSynchronize(nullptr);
  EXPECT_LE(emulated::counters().switches - before, 100u);
}

}  // namespace

}  // namespace retrograd::cuda
