// The emulation's own tests: each class of bug that it is there to find, planted once.

#include "emulated.h"

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "core/error.h"
#include "core/host.h"
#include "cuda/device.cuh"
#include "cuda/launch.h"
#include "cuda/lib/cublas.h"
#include "engine/engine.h"
#include "math/philox.h"
#include "ops/ops.h"

namespace retrograd::cuda {

namespace {

using emulated::Order;
using emulated::Settings;

Settings inOrder(Order order, uint64_t seed = 1) {
  Settings settings;
  settings.order = order;
  settings.seed = seed;
  return settings;
}

constexpr Device kCuda{DeviceType::CUDA, 0};

/// A device with so much memory beside what is in use for good.
Settings withRoom(size_t bytes) {
  allocator(kCuda).emptyCache();
  size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "test");
  Settings settings;
  settings.memory = total - free + bytes;
  return settings;
}

/// Runs with some settings, then goes back to the plain ones.
class Emulated : public testing::Test {
 protected:
  void SetUp() override { emulated::takeFindings(); }
  void TearDown() override {
    allocator(kCuda).emptyCache();
    emulated::takeFindings();
    cudaGetLastError();
    emulated::configure(Settings());
  }
  static std::string launched() {
    cudaStreamSynchronize(nullptr);
    return emulated::takeFindings();
  }
};

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

/// What cuBLAS answers when a matrix of 4 rows and 3 columns is multiplied by a vector: `leading` should be 4.
int productWith(int leading) {
  const cublas::Functions& f = *cublas::functions();
  static void* const handle = [&] {  // never destroyed, as the library's own
    void* made = nullptr;
    EXPECT_EQ(f.create(&made), 0);
    return made;
  }();
  EXPECT_EQ(f.setStream(handle, use(kCuda)), 0);
  void *a = nullptr, *x = nullptr, *y = nullptr;
  for (void** block : {&a, &x, &y}) EXPECT_EQ(cudaMalloc(block, (block == &a ? 12 : 4) * sizeof(float)), cudaSuccess);
  const float one = 1, zero = 0;
  auto floats = [](void* p) { return static_cast<float*>(p); };
  const int status = f.sgemmStridedBatched(handle, cublas::kNoTranspose, cublas::kNoTranspose, 4, 1, 3, &one, floats(a),
                                           leading, 0, floats(x), 3, 0, &zero, floats(y), 4, 0, 1);
  for (void* block : {a, x, y}) cudaFree(block);
  return status;
}

TEST_F(Emulated, AWrongLeadingDimensionIsReported) {
  EXPECT_EQ(productWith(4), 0);
  EXPECT_EQ(emulated::takeFindings(), "");
  EXPECT_NE(productWith(3), 0);
  EXPECT_NE(productWith(5), 0);
  EXPECT_NE(emulated::takeFindings().find("a matrix that reaches past the end"), std::string::npos);
}

/// What cuBLASLt answers, first when asked for an algorithm, then when a matrix of 4 rows and 3 columns is multiplied
/// by a vector and a bias is added: `leading` should be 4, `biasElements` too.
std::pair<int, int> biasedProductWith(int64_t leading, int64_t biasElements, bool sameLayout = true) {
  using namespace cublas;
  const LightFunctions& f = *lightFunctions();
  const Tensor a = full({12}, 1, DType::Float32, kCuda), x = full({3}, 2, DType::Float32, kCuda),
               y = full({4}, 0, DType::Float32, kCuda);
  const Scratch bias(kCuda, static_cast<size_t>(biasElements) * sizeof(float)), workspace(kCuda, 512);
  void *operation, *layoutA, *layoutX, *layoutY, *other, *preference;
  f.createOperation(&operation, kCompute32, kFloat32);
  f.createLayout(&layoutA, kFloat32, 4, 3, leading);
  f.createLayout(&layoutX, kFloat32, 3, 1, 3);
  f.createLayout(&layoutY, kFloat32, 4, 1, 4);
  f.createLayout(&other, kFloat32, 4, 3, 7);
  f.createPreference(&preference);
  const float* row = bias.as<float>();
  EXPECT_EQ(f.setOperation(operation, kEpilogue, &kEpilogueBias, sizeof kEpilogueBias), 0);
  EXPECT_EQ(f.setOperation(operation, kBias, &row, sizeof row), 0);
  Heuristic choice{};
  int found = 0;
  const int asked =
      f.getHeuristic(nullptr, operation, layoutA, layoutX, layoutY, layoutY, preference, 1, &choice, &found);
  const float one = 1, zero = 0;
  const int answer =
      asked ? asked
            : f.matmul(nullptr, operation, &one, a.data(), sameLayout ? layoutA : other, x.data(), layoutX, &zero,
                       y.data(), layoutY, y.data(), layoutY, &choice.algorithm, workspace.as<void>(), 512, use(kCuda));
  f.destroyOperation(operation);
  for (void* layout : {layoutA, layoutX, layoutY, other}) f.destroyLayout(layout);
  f.destroyPreference(preference);
  return {asked, answer};
}

TEST_F(Emulated, AWrongDescriptionOfABiasedProductIsReported) {
  EXPECT_EQ(biasedProductWith(4, 4), std::pair(0, 0));
  EXPECT_EQ(launched(), "");
  EXPECT_NE(biasedProductWith(3, 4).first, 0);
  EXPECT_NE(biasedProductWith(4, 4, false).second, 0);
  EXPECT_EQ(launched(), "");
  for (auto [leading, biasElements] : {std::pair<int64_t, int64_t>(5, 4), {4, 3}}) {
    EXPECT_NE(biasedProductWith(leading, biasElements).second, 0);
    EXPECT_NE(launched().find("a matrix that reaches past the end"), std::string::npos);
  }
}

/// Launches that a product of `rows` by 3 and 3 by 4 with a bias takes, once cuBLASLt has been asked.
uint64_t launchesOf(const Tensor& bias, int64_t rows = 5) {
  const Tensor a = full({rows, 3}, 2, DType::Float32, kCuda), b = full({3, 4}, 3, DType::Float32, kCuda);
  addmm(bias, a, b);
  const uint64_t before = emulated::counters().launches;
  Tensor out = addmm(bias, a, b);
  const uint64_t launches = emulated::counters().launches - before;
  EXPECT_TRUE(equal(out, full({rows, 4}, 19, DType::Float32, kCuda)));
  return launches;
}

TEST_F(Emulated, ABiasThatIsARowJoinsTheProduct) {
  auto ones = [](Dims sizes) { return full(sizes, 1, DType::Float32, kCuda); };
  EXPECT_EQ(launchesOf(ones({4})), 1u);
  EXPECT_EQ(launchesOf(narrow(ones({5}), 0, 1, 4)), 1u);  // another alignment
  EXPECT_EQ(launchesOf(select(ones({4, 2}), 1, 0)), 2u);
  for (Dims sizes : {Dims{1}, {1, 4}, {5, 1}}) EXPECT_EQ(launchesOf(ones(sizes)), 2u);
  setenv("RETROGRAD_EMULATED_CUBLAS", "unfused", 1);
  EXPECT_EQ(launchesOf(ones({4}), 6), 2u);
  setenv("RETROGRAD_EMULATED_CUBLAS", "none", 1);
  EXPECT_EQ(launchesOf(ones({4})), 2u);
  unsetenv("RETROGRAD_EMULATED_CUBLAS");
}

TEST_F(Emulated, MoreShapesThanAStreamKeepsPlansFor) {
  auto ones = [](Dims sizes) { return full(sizes, 1, DType::Float64, kCuda); };
  auto last = [&](int64_t n) {
    Tensor out = addmm(ones({n}), ones({1, 1}), ones({1, n}));
    return item(select(select(out, 0, 0), 0, n - 1));
  };
  for (int64_t n = 1; n <= 260; ++n) EXPECT_EQ(last(n), 2) << n;
  for (int64_t n = 1; n <= 3; ++n) EXPECT_EQ(last(n), 2) << n;
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

TEST_F(Emulated, ProductsRoundToTf32OnlyWhereAllowed) {
  const double fine = 1 + 0x1p-12;  // needs 12 bits of fraction
  Tensor a = full({2, 2}, fine, DType::Float32, kCuda), b = eye(2, 2, DType::Float32, kCuda);
  auto product = [&] {
    const double plain = item(select(select(mm(a, b), 0, 0), 0, 0));
    EXPECT_EQ(item(select(select(addmm(full({2}, 0, DType::Float32, kCuda), a, b), 0, 0), 0, 0)), plain);
    return plain;
  };
  EXPECT_EQ(float32MatmulPrecision(), "highest");
  EXPECT_EQ(product(), fine);
  for (const char* precision : {"high", "medium"}) {
    setFloat32MatmulPrecision(precision);
    EXPECT_EQ(product(), 1);
    Tensor wide = to(a, DType::Float64, kCuda);
    EXPECT_EQ(item(select(select(mm(wide, to(b, DType::Float64, kCuda)), 0, 0), 0, 0)), fine);
  }
  EXPECT_THROW(setFloat32MatmulPrecision("low"), std::invalid_argument);
  setFloat32MatmulPrecision("highest");
  EXPECT_EQ(product(), fine);
}

TEST_F(Emulated, TheFirstLargerProductWithoutCublasWarns) {
  static std::string warnings;
  const Host before = host;
  host.warn = [](const std::string& text) { warnings += text; };
  setenv("RETROGRAD_EMULATED_CUBLAS", "none", 1);
  auto multiply = [](int64_t n, DType dtype) {
    warnings.clear();
    Tensor x = full({n, n}, 1, dtype, kCuda);
    mm(x, x);
    return warnings;
  };
  EXPECT_EQ(multiply(32, DType::Float32), "");
  EXPECT_EQ(multiply(128, DType::Int64), "");
  const std::string said = multiply(128, DType::Float64);
  for (const char* part : {"cuda:0", "libcublas.so.emulated: ", "retrograd.cublas.path", "RETROGRAD_CUBLAS_PATH"})
    EXPECT_NE(said.find(part), std::string::npos) << part << " is missing in " << said;
  EXPECT_EQ(multiply(128, DType::Float64), "");
  unsetenv("RETROGRAD_EMULATED_CUBLAS");
  host = before;
}

TEST_F(Emulated, LossesOfClassesTakeFewLaunches) {
  const Tensor x = requiresGrad_(randn({20, 7}, DType::Float32, kCuda), true);
  const Tensor y = randint(0, 7, {20}, DType::Int64, kCuda);
  const uint64_t before = emulated::counters().launches;
  const Tensor loss = nllLoss(x, y, OptionalTensor(), -100, Reduction::Mean);
  const uint64_t between = emulated::counters().launches;
  EXPECT_EQ(between - before, 3u);
  backward({loss}, {}, false, false, {});
  EXPECT_EQ(emulated::counters().launches - between, 3u);  // the first is the gradient that backward begins with
}

// What a later capture into a graph of launches needs.
TEST_F(Emulated, ASteadyTrainingStepNeitherAllocatesNorReadsBack) {
  auto leaf = [](Dims sizes) { return requiresGrad_(mul(randn(sizes, DType::Float32, kCuda), 0.1), true); };
  const std::vector<Tensor> params{leaf({16, 8}), leaf({16}), leaf({3, 16}), leaf({3})};
  std::vector<Tensor> means, squares, clocks;
  for (const Tensor& p : params) {
    for (auto* state : {&means, &squares}) state->push_back(zeros(p.sizes(), DType::Float32, kCuda));
    clocks.push_back(zeros({4}, DType::Float64, kCuda));
  }
  const Tensor lr = full({}, 0.01, DType::Float64, kCuda);
  const Tensor x = randn({20, 8}, DType::Float32, kCuda), y = randint(0, 3, {20}, DType::Int64, kCuda);
  Tensor loss;
  auto step = [&] {
    Tensor hidden = dropout(relu(linear(x, params[0], params[1])), 0.5, true);
    loss = crossEntropy(linear(hidden, params[2], params[3]), y, OptionalTensor(), -100, Reduction::Mean);
    backward({loss}, {}, false, false, {});
    std::vector<Tensor> grads;
    for (const Tensor& p : params) grads.push_back(gradOf(p));
    adamStep(params, grads, means, squares, clocks, lr, 0.9, 0.999, 1e-8, 0, false, false);
    for (const Tensor& p : params) setGrad(p, OptionalTensor());
  };
  for (int64_t i = 1; i <= 3; ++i) step();
  const double before = item(loss);
  const emulated::Counters warm = emulated::counters();
  for (int64_t i = 4; i <= 40; ++i) step();
  EXPECT_EQ(emulated::counters().allocations, warm.allocations);
  EXPECT_EQ(emulated::counters().readBacks, warm.readBacks);
  EXPECT_GT(emulated::counters().launches, warm.launches);
  EXPECT_LT(item(loss), before);
  EXPECT_EQ(item(select(clocks[0], 0, 0)), 40);
}

TEST_F(Emulated, AScatterOfOneLineIsSharedByThreads) {
  const int64_t n = 5000;
  const Tensor x = zeros({n}, DType::Float32, kCuda), ones = full({n}, 1, DType::Float32, kCuda);
  const Tensor index = arange(0, n, 1, DType::Int64, kCuda);
  indexAdd(x, 0, index, ones);
  synchronize(kCuda);
  const emulated::Counters before = emulated::counters();
  const Tensor y = indexAdd(x, 0, index, ones);
  EXPECT_EQ(emulated::counters().readBacks, before.readBacks);
  synchronize(kCuda);
  EXPECT_GE(emulated::counters().threads - before.threads, static_cast<uint64_t>(2 * n));
  EXPECT_TRUE(equal(y, ones));
}

TEST_F(Emulated, RandomOffsetsMoveInTheDevicesMemory) {
  auto write = [](uint64_t value) {
    check(cudaMemcpyAsync(cuda::randomBase(kCuda), &value, sizeof value, cudaMemcpyHostToDevice, nullptr), "test");
    check(cudaStreamSynchronize(nullptr), "test");
  };
  auto first = [] {
    manualSeed(1);
    return rand({100}, DType::Float32, kCuda);
  };
  const Tensor a = first(), b = rand({100}, DType::Float32, kCuda);
  write(math::advance(100));
  EXPECT_TRUE(equal(first(), b));
  write(0);
  EXPECT_TRUE(equal(first(), a));
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

TEST_F(Emulated, ABrokenDeviceIsNotTakenForAFullOne) {
  Settings settings;
  settings.failAllocation = 0;
  settings.allocationError = cudaErrorIllegalAddress;
  Allocator& memory = allocator(kCuda);
  memory.emptyCache();
  const int64_t before = memory.stats().allocated;
  emulated::configure(settings);
  EXPECT_THROW(full({100}, 1, DType::Float32, kCuda), DeviceError);
  EXPECT_EQ(memory.stats().allocated, before);
  EXPECT_NO_THROW(full({100}, 1, DType::Float32, kCuda));
}

TEST(EmulatedDeathTest, ADeviceThatNobodyChoseIsNotStarted) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";  // in a process that has started none
  auto start = [] {
    const Device second{DeviceType::CUDA, 1};
    StreamsGuard other({second, 1});
    const double four = item(sum(full({4}, 1, DType::Float32, second), {}, false));
    std::exit(four == 4 && emulated::isStarted(1) && !emulated::isStarted(0) ? 0 : 1);
  };
  EXPECT_EXIT(start(), testing::ExitedWithCode(0), "");
}

TEST(EmulatedDeathTest, ADeviceWithoutMemoryForItsStartRaises) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";  // in a process that has not started the device
  auto start = [] {
    Settings settings;
    settings.startFails = true;
    emulated::configure(settings);
    try {
      full({4}, 1, DType::Float32, kCuda);
    } catch (const OutOfMemoryError&) {
      emulated::configure(Settings());
      std::exit(item(sum(full({4}, 1, DType::Float32, kCuda), {}, false)) == 4 ? 0 : 2);
    }
    std::exit(1);
  };
  EXPECT_EXIT(start(), testing::ExitedWithCode(0), "");
}

TEST_F(Emulated, CachedBlocksMakeRoomForTheWorkspaceOfAProduct) {
  emulated::configure(withRoom(size_t{48} << 20));  // the workspace takes 32 MiB
  full({40 << 18}, 1, DType::Float32, kCuda);       // 40 MiB, then cached
  StreamsGuard unused({kCuda, kStreams - 1});
  Tensor a = eye(2, 2, DType::Float32, kCuda);
  EXPECT_TRUE(equal(mm(a, a), a));
}

TEST_F(Emulated, ALoopThatRunsOutOfMemoryGoesOnWithASmallerBatch) {
  emulated::configure(withRoom(size_t{64} << 20));
  int64_t batch = int64_t{1} << 26;
  int failures = 0;
  for (;;) {
    try {
      Tensor x = full({batch}, 2, DType::Float32, kCuda);
      Tensor y = mul(x, Operand(x));
      break;
    } catch (const OutOfMemoryError& e) {
      EXPECT_EQ(e.device, "cuda:0");
      ++failures;
      batch /= 2;
    }
  }
  EXPECT_GE(failures, 3);
  EXPECT_GE(batch, int64_t{1} << 20);
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

/// What blocks leave of a sequence is combined by one launch, however long the sequence.
TEST_F(Emulated, AReductionTakesTwoLaunchesAtMost) {
  auto launchesFor = [](const Tensor& x, const Dims& dims) {
    const uint64_t before = emulated::counters().launches;
    sum(x, dims, false);
    return emulated::counters().launches - before;
  };
  const Tensor x = full({1 << 22}, 1, DType::Float32, kCuda);
  EXPECT_EQ(launchesFor(x, {}), 2u);  // 256 partial results
  EXPECT_EQ(launchesFor(expand(x, {8, 1 << 22}), {}), 2u);
  EXPECT_EQ(launchesFor(reshape(x, {8192, 512}), {0}), 2u);
  EXPECT_EQ(launchesFor(reshape(x, {8192, 512}), {1}), 1u);
}

}  // namespace

}  // namespace retrograd::cuda
