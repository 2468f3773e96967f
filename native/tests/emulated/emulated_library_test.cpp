// What the library does on a device whose launches, allocations and products can be counted or made to fail.

#include "emulated_testing.h"

#include <cstdlib>

#include "core/error.h"
#include "core/host.h"
#include "cuda/lib/cublas.h"
#include "engine/engine.h"
#include "math/philox.h"

namespace retrograd::cuda {

namespace {

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

// docs/gpu.md names these numbers.
TEST_F(Emulated, AConvolutionalNetworkTakesFewLaunches) {
  auto leaf = [](Dims sizes) { return requiresGrad_(mul(randn(sizes, DType::Float32, kCuda), 0.1), true); };
  const std::vector<Tensor> params{leaf({8, 3, 3, 3}),    leaf({8}), leaf({8}), leaf({8}),
                                   leaf({10, 8 * 6 * 6}), leaf({10})};
  const Tensor mean = zeros({8}, DType::Float32, kCuda), variance = full({8}, 1, DType::Float32, kCuda);
  const Tensor lr = full({}, 0.01, DType::Float64, kCuda);
  const Tensor x = randn({4, 3, 12, 12}, DType::Float32, kCuda), y = randint(0, 10, {4}, DType::Int64, kCuda);
  uint64_t forward = 0, back = 0, update = 0;
  auto step = [&] {
    const uint64_t start = emulated::counters().launches;
    Tensor h = conv2d(x, params[0], params[1], PerDim{1}, PerDim{1});
    h = maxPool2d(relu(batchNorm(h, mean, variance, params[2], params[3], true, 0.1, 1e-5)), {2});
    const Tensor logits = linear(flatten(h, 1, -1), params[4], params[5]);
    const Tensor loss = crossEntropy(logits, y, OptionalTensor(), -100, Reduction::Mean);
    const uint64_t recorded = emulated::counters().launches;
    backward({loss}, {}, false, false, {});
    const uint64_t derived = emulated::counters().launches;
    std::vector<Tensor> grads;
    for (const Tensor& p : params) grads.push_back(gradOf(p));
    sgdStep(params, grads, {}, false, lr, 0, 0, 0, false, false);
    for (const Tensor& p : params) setGrad(p, OptionalTensor());
    forward = recorded - start, back = derived - recorded, update = emulated::counters().launches - derived;
  };
  for (int i = 0; i < 3; ++i) step();
  EXPECT_LE(forward, 13u);
  EXPECT_LE(back, 17u);
  EXPECT_LE(update, 1u);
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
