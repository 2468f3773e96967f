// Small named cases of single kernels: prints the best of several runs.
//   kernel_bench [--threads N] [name ...]     names are matched by their beginning

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <tuple>
#include <vector>

#include "cpu/threads.h"
#include "kernel/conv.h"
#include "kernel/copy.h"
#include "kernel/gemm.h"
#include "kernel/index.h"
#include "kernel/optim.h"
#include "kernel/pointwise.h"
#include "kernel/random.h"
#include "kernel/reduce.h"
#include "math/binary.h"
#include "math/reduce.h"
#include "math/unary.h"

using namespace retrograd;

namespace {

std::vector<std::string> wanted;

bool isWanted(const char* name) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& w) {
           return std::strncmp(name, w.c_str(), w.size()) == 0;
         });
}

/// Seconds of one call, the best of many.
template <class Fn>
double seconds(Fn&& fn) {
  using Clock = std::chrono::steady_clock;
  auto time = [&](int64_t calls) {
    auto start = Clock::now();
    for (int64_t i = 0; i < calls; ++i) fn();
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  int64_t calls = 1;
  while (time(calls) < 5e-3) calls *= 2;
  double best = 1e9;
  for (int i = 0; i < 15; ++i) best = std::min(best, time(calls) / static_cast<double>(calls));
  return best;
}

/// `perCall`: bytes or operations of one call, shown as `unit` (in thousands of millions a second); 0 for the time
/// alone.
template <class Fn>
void run(const char* name, double perCall, const char* unit, Fn&& fn) {
  if (!isWanted(name)) return;
  double s = seconds(fn);
  const char* time = s < 1e-6 ? "ns" : s < 1e-3 ? "us" : "ms";
  double shown = s < 1e-6 ? s * 1e9 : s < 1e-3 ? s * 1e6 : s * 1e3;
  if (perCall > 0)
    std::printf("%-28s %9.2f %s %9.1f %s\n", name, shown, time, perCall / s * 1e-9, unit);
  else
    std::printf("%-28s %9.2f %s\n", name, shown, time);
  std::fflush(stdout);
}

Tensor normal(const Dims& sizes, DType t = DType::Float32) {
  Tensor x = allocateTensor("bench", sizes, t, kCpu);
  normalSlot(kCpu, x, 0, 1, {1, 0});
  return x;
}
Tensor empty(const Dims& sizes, DType t = DType::Float32) { return allocateTensor("bench", sizes, t, kCpu); }
Tensor transposed(const Tensor& x) {
  Layout l = x.layout();
  std::swap(l.sizes[0], l.sizes[1]);
  std::swap(l.strides[0], l.strides[1]);
  return Tensor(std::move(l));
}

template <class F>
void unary(const char* name, int64_t n, F f = F(), DType t = DType::Float32) {
  if (!isWanted(name)) return;
  Tensor x = normal({n}, t), y = empty({n}, t);
  run(name, n < 1000 ? 0 : 2.0 * static_cast<double>(n * static_cast<int64_t>(itemSize(t))), "GB/s",
      [&] { unarySlot<F>(kCpu, f, y, x, t); });
}

void gemm(const char* name, int64_t m, int64_t k, int64_t n, bool ta = false, bool tb = false,
          DType t = DType::Float32) {
  if (!isWanted(name)) return;
  Tensor a = ta ? transposed(normal({k, m}, t)) : normal({m, k}, t),
         b = tb ? transposed(normal({n, k}, t)) : normal({k, n}, t);
  auto batch = [](const Tensor& x) {
    Layout l = x.layout();
    l.sizes.insert(0, 1);
    l.strides.insert(0, 0);
    return Tensor(std::move(l));
  };
  Tensor c = empty({1, m, n}, t), a3 = batch(a), b3 = batch(b);
  run(name, 2.0 * static_cast<double>(m * n * k), "GFLOP/s", [&] { gemmSlot(kCpu, c, a3, b3, Tensor()); });
}

template <class F>
void reduce(const char* name, const Dims& sizes, const Dims& outSizes, bool turned = false) {
  if (!isWanted(name)) return;
  Tensor x = turned ? transposed(normal({sizes[1], sizes[0]})) : normal(sizes), y = empty(outSizes);
  run(name, static_cast<double>(x.numel()) * 4, "GB/s", [&] { reduceSlot<F>(kCpu, F(), y, x); });
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--threads") && i + 1 < argc)
      cpu::setNumThreads(std::atoi(argv[++i]));
    else
      wanted.push_back(argv[i]);
  }
  constexpr int64_t k4M = 4 << 20, k16M = 16 << 20, k1M = 1 << 20;

  run("allocate 64 B", 0, "", [] {
    size_t charged;
    void* p = allocator(kCpu).allocate(64, charged);
    allocator(kCpu).free(p, charged);
  });
  run("allocate 16 MiB", 0, "", [] {
    size_t charged;
    void* p = allocator(kCpu).allocate(16 << 20, charged);
    allocator(kCpu).free(p, charged);
  });

  unary<math::Neg>("neg 1", 1);
  unary<math::Tanh>("tanh 1", 1);
  unary<math::Tanh>("tanh 64", 64);
  {
    Tensor a = normal({1}), b = normal({1}), c = empty({1}), row = normal({64}), rows = normal({64, 64}),
           result = empty({64, 64});
    run("add 1", 0, "", [&] { binarySlot<math::Add>(kCpu, {}, c, a, b, DType::Float32); });
    Tensor eleven = normal({11}), sums = empty({11}), matrix = normal({4, 3}), rowSums = empty({4, 1}),
           columnSums = empty({1, 3});
    Tensor number = normal({}), picked = empty({4, 3}), truth = empty({4, 3}, DType::Bool);
    fillSlot(kCpu, truth, Scalar(true));
    run("add 11 + number", 0, "", [&] { binarySlot<math::Add>(kCpu, {}, sums, eleven, number, DType::Float32); });
    run("add 4x3 + 3", 0, "", [&] { binarySlot<math::Add>(kCpu, {}, picked, matrix, columnSums, DType::Float32); });
    run("sum 4x3 inner", 0, "", [&] { reduceSlot<math::Sum>(kCpu, {}, rowSums, matrix); });
    run("sum 4x3 outer", 0, "", [&] { reduceSlot<math::Sum>(kCpu, {}, columnSums, matrix); });
    run("where 4x3", 0, "", [&] { whereSlot(kCpu, picked, truth, matrix, matrix); });
    run("fill 4x3", 0, "", [&] { fillSlot(kCpu, picked, Scalar(0)); });
    run("copy 4x3 transposed", 0, "", [&] { copySlot(kCpu, empty({3, 4}), transposed(matrix)); });
    run("add 64x64 + 64", 0, "", [&] { binarySlot<math::Add>(kCpu, {}, result, rows, row, DType::Float32); });
    run("add 64x64 + 1", 0, "", [&] { binarySlot<math::Add>(kCpu, {}, result, rows, a, DType::Float32); });
    run("add 64x64 + transposed", 0, "",
        [&] { binarySlot<math::Add>(kCpu, {}, result, rows, transposed(rows), DType::Float32); });
    run("sum 1", 0, "", [&] { reduceSlot<math::Sum>(kCpu, {}, c, a); });
    run("sum 64", 0, "", [&] { reduceSlot<math::Sum>(kCpu, {}, c, row); });
  }
  if (isWanted("add 4M")) {
    Tensor a = normal({k4M}), b = normal({k4M}), c = empty({k4M});
    run("add 4M", 12.0 * k4M, "GB/s", [&] { binarySlot<math::Add>(kCpu, {}, c, a, b, DType::Float32); });
  }
  unary<math::Exp>("exp 4M", k4M);
  unary<math::Tanh>("tanh 4M", k4M);
  unary<math::Tanh>("tanh f64 1M", k1M, {}, DType::Float64);
  unary<math::Sigmoid>("sigmoid 4M", k4M);
  unary<math::Gelu>("gelu 4M", k4M);
  unary<math::Softplus>("softplus 4M", k4M, {1, 20});
  unary<math::Elu>("elu 4M", k4M, {1});
  unary<math::Relu>("relu 4M", k4M);

  reduce<math::Sum>("sum 16M", {k16M}, {1});
  reduce<math::Sum>("sum 4096x4096 inner", {4096, 4096}, {4096, 1});
  reduce<math::Sum>("sum 4096x4096 outer", {4096, 4096}, {1, 4096});
  reduce<math::Sum>("sum 4096x4096 turned", {4096, 4096}, {1, 1}, true);
  reduce<math::Sum>("sum 256x256x256 middle", {256, 256, 256}, {256, 1, 256});
  reduce<math::Sum>("sum 64x32x28x28 channels", {64, 32, 28, 28}, {1, 32, 1, 1});
  reduce<math::Sum>("sum 1Mx4 inner", {k1M, 4}, {k1M, 1});
  reduce<math::Sum>("sum 1Mx3 outer", {k1M, 3}, {1, 3});
  reduce<math::Sum>("sum 128x512 outer", {128, 512}, {1, 512});
  reduce<math::Amax>("amax 16M", {k16M}, {1});

  if (isWanted("softmax")) {
    Tensor a = normal({4096, 1000}), b = empty({4096, 1000}), c = normal({128, 10}), d = empty({128, 10});
    run("softmax 4096x1000", 8.0 * 4096e3, "GB/s", [&] { softmaxSlot(kCpu, b, a, 1, false); });
    run("softmax 4096x1000 dim 0", 8.0 * 4096e3, "GB/s", [&] { softmaxSlot(kCpu, b, a, 0, false); });
    run("softmax 128x10", 0, "", [&] { softmaxSlot(kCpu, d, c, 1, true); });
  }
  if (isWanted("copy")) {
    Tensor a = normal({4096, 4096}), b = empty({4096, 4096}), t = transposed(a);
    run("copy 4096x4096", 8.0 * k16M, "GB/s", [&] { copySlot(kCpu, b, a); });
    run("copy 4096x4096 transposed", 8.0 * k16M, "GB/s", [&] { copySlot(kCpu, b, t); });
  }

  gemm("gemm 4", 4, 4, 4);
  gemm("gemm 8", 8, 8, 8);
  gemm("gemm 12", 12, 12, 12);
  gemm("gemm 16", 16, 16, 16);
  gemm("gemm 32", 32, 32, 32);
  gemm("gemm 64", 64, 64, 64);
  gemm("gemm 128x784x512", 128, 784, 512);
  gemm("gemm 128x784x512 nt", 128, 784, 512, false, true);
  gemm("gemm 784x128x512 tn", 784, 128, 512, true, false);
  gemm("gemm 128x512x10", 128, 512, 10);
  gemm("gemm 256", 256, 256, 256);
  gemm("gemm 256 f64", 256, 256, 256, false, false, DType::Float64);
  gemm("gemm 1024", 1024, 1024, 1024);
  gemm("gemm 1024 nt", 1024, 1024, 1024, false, true);
  gemm("gemm 1024 tn", 1024, 1024, 1024, true, false);
  gemm("gemm 1024 f64", 1024, 1024, 1024, false, false, DType::Float64);
  gemm("gemv 4096", 4096, 4096, 1);
  gemm("gemv 4096 turned", 4096, 4096, 1, true, false);

  if (isWanted("pool") && deviceCount(DeviceType::CUDA) > 0) {
    for (Device device : {kCpu, Device{DeviceType::CUDA, 0}}) {
      Allocator& pool = allocator(device);
      run(("pool hit " + toString(device)).c_str(), 0, "", [&] {
        size_t charged;
        void* block = pool.allocate(4096, charged);
        pool.free(block, charged);
      });
    }
  }
  struct Convolution {
    const char* name;
    Dims x, w;
    int64_t stride, padding, groups;
  };
  for (const Convolution& c : {
           Convolution{"conv 56", {32, 64, 1, 56, 56}, {64, 64, 1, 3, 3}, 1, 1, 1},
           Convolution{"conv few channels", {64, 16, 1, 28, 28}, {16, 16, 1, 3, 3}, 1, 1, 1},
           Convolution{"conv small images", {64, 128, 1, 4, 4}, {128, 128, 1, 3, 3}, 1, 1, 1},
           Convolution{"conv stride 2", {64, 32, 1, 32, 32}, {64, 32, 1, 4, 4}, 2, 1, 1},
           Convolution{"depthwise 56", {32, 64, 1, 56, 56}, {64, 1, 1, 3, 3}, 1, 1, 64},
           Convolution{"depthwise 14", {32, 256, 1, 14, 14}, {256, 1, 1, 3, 3}, 1, 1, 256},
           Convolution{"depthwise 7", {32, 512, 1, 7, 7}, {512, 1, 1, 3, 3}, 1, 1, 512},
       }) {
    if (!isWanted(c.name)) continue;
    const ConvSteps steps{{1, c.stride, c.stride}, {0, c.padding, c.padding}, {1, 1, 1}, c.groups};
    Dims sizes{c.x[0], c.w[0], 1};
    for (size_t d = 3; d < 5; ++d) sizes.push_back((c.x[d] + 2 * c.padding - c.w[d]) / c.stride + 1);
    const Tensor x = normal(c.x), w = normal(c.w), y = normal(sizes), ofX = empty(c.x), ofW = empty(c.w);
    const double work = 2.0 * static_cast<double>(y.numel() * (w.numel() / c.w[0]));
    run(c.name, work, "GFLOP/s", [&] { convSlot(kCpu, y, x, w, Tensor(), steps); });
    run((std::string(c.name) + ": input").c_str(), work, "GFLOP/s", [&] { convInputSlot(kCpu, ofX, y, w, steps); });
    run((std::string(c.name) + ": weight").c_str(), work, "GFLOP/s", [&] { convWeightSlot(kCpu, ofW, y, x, steps); });
  }
  if (isWanted("adam")) {
    std::vector<Tensor> p{normal({k1M})}, g{normal({k1M})}, m{normal({k1M})}, v{empty({k1M})};
    unarySlot<math::Square>(kCpu, {}, v[0], m[0], DType::Float32);
    std::vector<Tensor> clock{empty({4}, DType::Float64)};
    fillSlot(kCpu, clock[0], Scalar(0));
    Tensor lr = empty({}, DType::Float64);
    fillSlot(kCpu, lr, Scalar(1e-3));
    const StepLists<math::Adam> lists{p, g, {m, v}, clock};
    run("adam 1M", 28.0 * k1M, "GB/s", [&] {
      stepSlot<math::Adam>(kCpu, {0.9, 0.999, 1e-8, 0, false, false}, lists, lr);
    });
  }
  if (isWanted("normal")) {
    Tensor x = empty({k1M}), y = empty({k1M}, DType::Float64);
    run("normal 1M", 4.0 * k1M, "GB/s", [&] { normalSlot(kCpu, x, 0, 1, {1, 0}); });
    run("normal f64 1M", 8.0 * k1M, "GB/s", [&] { normalSlot(kCpu, y, 0, 1, {1, 0}); });
    run("normal: uniform 1M", 4.0 * k1M, "GB/s", [&] { uniformSlot(kCpu, x, 0, 1, {1, 0}); });
  }
}
