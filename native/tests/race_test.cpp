// One thread writes the mask, the index or the target that another one's operation reads. The values may be anything;
// memory outside the tensors, and the process, must not suffer. On the CPU and, where there is one, a device.

#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "core/error.h"
#include "kernel/index.h"
#include "kernel/loss.h"
#include "support.h"

namespace retrograd::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kTime = std::chrono::milliseconds(30);
constexpr int64_t kLarge = int64_t{1} << 40;

/// Writes `values` in turn into a tensor until it is destroyed: all elements, or, in host memory, each by itself.
class Writer {
 public:
  Writer(Tensor to, std::vector<int64_t> values, bool elementwise)
      : thread_([this, to = std::move(to), values = std::move(values), elementwise] {
          for (size_t k = 0; !stops_.load(std::memory_order_relaxed); ++k) {
            const int64_t value = values[k % values.size()];
            const bool behind = elementwise && to.device().isCpu();
            const bool rests = k % (32 * values.size()) == 0;  // so that some runs come to their end: values[0] fits
            if (!behind) fill_(to, Operand(value));
            for (size_t first = k; behind && first < k + (rests ? kApart : 1); ++first) store(to, value, first);
            if (rests) std::this_thread::sleep_for(std::chrono::microseconds(500));
          }
        }) {}
  ~Writer() {
    stops_.store(true);
    thread_.join();
  }

 private:
  static constexpr size_t kApart = 7;

  static void store(const Tensor& to, int64_t value, size_t first) {
    dispatch(to.dtype(), [&](auto type) {
      using T = typename decltype(type)::type;
      for (int64_t i = static_cast<int64_t>(first % kApart); i < to.numel(); i += kApart)
        static_cast<volatile T*>(to.data<T>())[i] = static_cast<T>(value);
    });
  }
  std::atomic<bool> stops_{false};
  std::thread thread_;
};

std::vector<Device> devices() {
  std::vector<Device> all{kCpu};
  if (deviceCount(DeviceType::CUDA)) all.push_back({DeviceType::CUDA, 0});
  return all;
}

/// Repeats `run` while `operand` is written. What it throws must be one of our errors.
template <class Run>
void race(const char* what, const Tensor& operand, const std::vector<int64_t>& values, Run run) {
  SCOPED_TRACE(std::string(what) + " on " + toString(operand.device()));
  for (bool elementwise : {false, true}) {
    if (elementwise && !operand.device().isCpu()) break;
    Writer writer(operand, values, elementwise);
    for (const auto end = Clock::now() + kTime; Clock::now() < end;) {
      try {
        run();
        synchronize(operand.device());
      } catch (const Error&) {
      } catch (const std::invalid_argument&) {
      }
    }
  }
  try {
    synchronize(operand.device());
  } catch (const IndexError&) {
  }
  // What was raced is no call that is refused anyway.
  fill_(operand, Operand(values[0]));
  EXPECT_NO_THROW({
    run();
    synchronize(operand.device());
  });
}

/// Whether each element of an index lies in [0, size).
bool isWithin(const Tensor& index, int64_t size) {
  return index.numel() == 0 || itemLong(all(logicalAnd(ge(index, 0), lt(index, size)), {}, false));
}

Tensor filled(const Dims& sizes, int64_t value, DType dtype, Device device) {
  return full(sizes, Operand(value), dtype, device);
}

TEST(Races, Masks) {
  for (Device device : devices()) {
    const int64_t n = device.isCpu() ? 1 << 18 : 1 << 11;
    const Tensor mask = filled({n}, 0, DType::Bool, device), rows = view(mask, {n / 64, 64});
    const Tensor x = filled({n}, 1, DType::Float32, device), grid = view(x, {n / 64, 64});
    const std::vector<int64_t> truth{1, 0};
    auto found = [&](const Tensor& t) {
      const Tensor at = nonzero(t);
      for (int64_t d = 0; d < t.dim(); ++d) EXPECT_TRUE(isWithin(select(at, 1, d), t.size(d)));
    };
    race("nonzero", mask, truth, [&] { found(mask); });
    race("nonzero of rows", mask, truth, [&] { found(rows); });
    race("nonzero of a transposed view", mask, truth, [&] { found(transpose(rows, 0, 1)); });
    race("maskedSelect", mask, truth, [&] { maskedSelect(x, mask); });
    race("index", mask, truth, [&] { index(grid, {rows}); });
    race("index with a mask of rows", mask, truth, [&] { index(grid, {select(rows, 1, 0)}); });
    race("set a number", mask, truth, [&] { set_(x, {mask}, Operand(2.0)); });
    race("set a tensor", mask, truth, [&] { set_(grid, {rows}, Operand(filled({1}, 3, DType::Float32, device))); });
    race("set rows", mask, truth,
         [&] { set_(grid, {select(rows, 1, 0)}, Operand(filled({64}, 3, DType::Float32, device))); });
    race("set as many", mask, truth, [&] { set_(x, {mask}, Operand(maskedSelect(x, mask))); });
    race("indexPut accumulating", mask, truth,
         [&] { indexPut_(x, {mask}, filled({1}, 1, DType::Float32, device), true); });
    race("maskedFill", mask, truth, [&] { maskedFill(x, mask, Operand(1.0), Into::Self); });
    race("where", mask, truth, [&] { where(mask, Operand(x), Operand(0.0)); });
    race("gradient of maskedSelect", mask, truth, [&] {
      const Tensor leaf = test::leaf(clone(x));
      backward(sum(maskedSelect(leaf, mask), {}, false));
    });
    for (DType dtype : {DType::UInt8, DType::Int32, DType::Int64, DType::Float32, DType::Float64}) {
      const Tensor counted = filled({n}, 0, dtype, device);
      race("nonzero of numbers", counted, {0, 3}, [&] { found(counted); });
    }
  }
}

/// Both are read between two looks at the index: one in range, one far outside.
const std::vector<int64_t> kIndices{2, kLarge, 0, -kLarge, 1, -1};

TEST(Races, Indices) {
  for (Device device : devices()) {
    const int64_t n = device.isCpu() ? 1 << 14 : 1 << 8;
    const Tensor index = filled({n}, 0, DType::Int64, device), matrix = view(index, {n / 16, 16});
    const Tensor x = filled({n}, 1, DType::Float32, device), grid = view(x, {n / 16, 16});
    const Tensor wide = filled({n, 16}, 1, DType::Float32, device);
    race("indexSelect", index, kIndices, [&] { indexSelect(grid, 0, index); });
    race("indexSelect of one dimension", index, kIndices, [&] { indexSelect(x, 0, index); });
    race("indexAdd", index, kIndices, [&] { indexAdd(grid, 0, index, wide); });
    race("gather", index, kIndices, [&] { gather(grid, 0, matrix); });
    race("gather along columns", index, kIndices, [&] { gather(grid, 1, matrix); });
    race("scatter", index, kIndices, [&] { scatter(grid, 0, matrix, grid); });
    race("scatter of one dimension", index, kIndices, [&] { scatter(x, 0, index, x); });
    race("scatterAdd", index, kIndices, [&] { scatterAdd(grid, 1, matrix, grid); });
    race("scatterAdd of bools", index, kIndices, [&] {
      const Tensor truths = filled({n}, 1, DType::Bool, device);
      scatterAdd(truths, 0, index, truths);
    });
    race("index", index, kIndices, [&] { retrograd::index(grid, {index}); });
    race("index with two", index, kIndices, [&] { retrograd::index(grid, {index, index}); });
    race("index of distant dimensions", index, kIndices, [&] {
      retrograd::index(view(x, {n / 16, 4, 4}), {index, Tensor(), index});
    });
    race("indexPut", index, kIndices, [&] { indexPut_(grid, {index}, wide, false); });
    race("indexPut accumulating", index, kIndices, [&] { indexPut_(x, {index}, x, true); });
    race("indexPut with two", index, kIndices, [&] { indexPut_(grid, {index, index}, x, false); });
    race("oneHot", index, {1, 0, 2}, [&] { oneHot(index, -1); });
    const auto gradients = [&](const char* what, auto f) {
      race(what, index, kIndices, [&] {
        const Tensor leaf = test::leaf(clone(grid)), y = f(leaf);
        backward(sum(y, {}, false));
      });
    };
    gradients("gradient of gather", [&](const Tensor& t) { return gather(t, 0, matrix); });
    gradients("gradient of scatter", [&](const Tensor& t) { return scatter(t, 1, matrix, t); });
    gradients("gradient of scatterAdd", [&](const Tensor& t) { return scatterAdd(t, 0, matrix, t); });
    gradients("gradient of indexSelect", [&](const Tensor& t) { return indexSelect(t, 0, index); });
    gradients("gradient of index", [&](const Tensor& t) { return retrograd::index(t, {index}); });
    // As above, with an index that only changes between forward and backward, behind the version's back.
    const Tensor where = filled({n / 16, 16}, 0, DType::Int64, device);
    race("gradient of gather by a checked index", where, {1, kLarge}, [&] {
      Tensor out = filled({n / 16, 16}, 0, DType::Float32, device);
      scatterSlot(device, out, 0, where, grid, true);
      scatterSlot(device, out, 1, where, grid, false);
      gatherSlot(device, out, grid, 0, where);
    });
  }
}

TEST(Races, Targets) {
  for (Device device : devices()) {
    const int64_t n = device.isCpu() ? 1 << 14 : 1 << 8;
    const std::vector<int64_t> classes{0, kLarge, 4, -kLarge, -100};
    const Tensor target = filled({n}, 0, DType::Int64, device), x = filled({n, 5}, 1, DType::Float32, device);
    const Tensor weight = filled({5}, 2, DType::Float32, device);
    for (const OptionalTensor& w : {OptionalTensor(), OptionalTensor(weight)}) {
      race("crossEntropy", target, classes, [&] { crossEntropy(x, target, w, -100, Reduction::Mean); });
      race("gradient of crossEntropy", target, classes, [&] {
        const Tensor leaf = test::leaf(clone(x));
        backward(crossEntropy(leaf, target, w, -100, Reduction::Sum));
      });
      race("gradient of nllLoss", target, classes, [&] {
        const Tensor out = filled({n, 5}, 0, DType::Float32, device), g = filled({n}, 1, DType::Float32, device);
        nllLossBackwardSlot(device, out, g, 1, target, w, -100);
      });
    }
  }
}

/// Only what the indices choose is written: the others' rows keep what the others wrote.
TEST(Races, ThreadsThatWriteRowsOfTheirOwn) {
  const Tensor x = filled({1000, 16}, 0, DType::Int64, kCpu);
  std::atomic<int> lost{0};
  auto work = [&](int64_t mine) {
    const Tensor at = filled({1}, mine, DType::Int64, kCpu), row = select(x, 0, mine);
    for (int64_t k = 1; k <= 300; ++k) {
      indexPut_(x, {at}, filled({16}, k, DType::Int64, kCpu), false);
      lost += itemLong(all(eq(row, k), {}, false)) == 0;
    }
  };
  std::thread other(work, 1);
  work(998);
  other.join();
  EXPECT_EQ(lost, 0);
}

/// Divisors are checked in one pass, too.
TEST(Races, Divisors) {
  for (Device device : devices()) {
    for (DType dtype : {DType::Int32, DType::Int64, DType::UInt8}) {
      const int64_t lowest = dtype == DType::Int32 ? std::numeric_limits<int32_t>::min() : INT64_MIN;
      const Tensor x = filled({4096}, dtype == DType::UInt8 ? 200 : lowest, dtype, device);
      const Tensor divisor = filled({4096}, 1, dtype, device);
      const std::vector<int64_t> numbers =
          dtype == DType::UInt8 ? std::vector<int64_t>{1, 0} : std::vector<int64_t>{1, 0, -1};
      race("floorDivide", divisor, numbers, [&] { floorDivide(x, Operand(divisor)); });
      race("remainder", divisor, numbers, [&] { remainder(x, Operand(divisor)); });
      race("fmod", divisor, numbers, [&] { fmod(x, Operand(divisor)); });
    }
    const Tensor p = filled({4096}, 1, DType::Float32, device);
    race("bernoulli", p, {1, 0, 7}, [&] { bernoulli(p); });
  }
}

}  // namespace
}  // namespace retrograd::test
