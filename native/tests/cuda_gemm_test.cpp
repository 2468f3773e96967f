#include "cuda_testing.h"

#include "kernel/gemm.h"

namespace retrograd::parity {
namespace {

TEST(Cuda, Gemm) {
  NEED_DEVICE();
  for (DType dtype : {DType::Int32, DType::Int64, DType::UInt8, DType::Float32, DType::Float64})
    for (auto [m, k, n] :
         {std::array<int64_t, 3>{1, 1, 1}, {3, 0, 2}, {31, 33, 17}, {65, 40, 70}, {1, 200, 1}, {3, 1100, 2}})
      for (int turns = 0; turns < 4; ++turns)
        for (Dims start : {Dims(), Dims{n}, Dims{2, m, n}}) {
          auto operand = [&](int64_t rows, int64_t columns, bool turned, uint64_t seed) {
            return turned ? transpose(sample({2, columns, rows}, dtype, seed), 1, 2)
                          : sample({2, rows, columns}, dtype, seed);
          };
          auto move = [](const Tensor& t) {
            return t.isContiguous() ? toCuda(t) : transpose(toCuda(contiguous(transpose(t, 1, 2))), 1, 2);
          };
          Tensor a = operand(m, k, turns & 1, 1), b = operand(k, n, turns & 2, 2);
          Tensor bias = start.empty() ? Tensor() : sample(start, dtype, 3);
          Tensor expected = sample({2, m, n}, dtype, 4), out = toCuda(expected);
          gemmSlot(kCpu, expected, a, b, bias);
          gemmSlot(kCuda, out, move(a), move(b), bias.defined() ? toCuda(bias) : bias);
          if (!isFloating(dtype)) {
            expectSame(expected, out, 0, "gemm");
          } else if (expected.numel()) {
            EXPECT_LT(values(max(abs(sub(expected, toHost(out)))))[0], dtype == DType::Float32 ? 2e-3 : 1e-11)
                << m << " " << k << " " << n << " " << turns;
          }
        }
}

/// Each form of bias, with operands that start at an aligned address or `offset` elements later.
TEST(Cuda, ProductsWithABias) {
  NEED_DEVICE();
  for (DType dtype : {DType::Int64, DType::Float32, DType::Float64})
    for (auto [m, k, n] :
         {std::array<int64_t, 3>{1, 1, 1}, {3, 0, 2}, {31, 33, 17}, {64, 40, 72}, {1, 200, 5}, {9, 8, 1}})
      for (int turns = 0; turns < 4; ++turns)
        for (int64_t offset : {0, 1})
          for (int form = 0; form < 4; ++form) {
            auto make = [&](Device device, Dims sizes, bool turned, uint64_t seed) {
              if (turned) std::swap(sizes[0], sizes[1]);
              const int64_t count = numel("test", sizes);
              Tensor all = to(sample({count + offset}, dtype, seed), dtype, device);
              Tensor x = reshape(narrow(all, 0, offset, count), sizes);
              return turned ? t(x) : x;
            };
            auto product = [&](Device device) {
              Tensor bias = form == 0   ? make(device, {n}, false, 3)
                            : form == 1 ? select(make(device, {n, 2}, false, 4), 1, 1)
                            : form == 2 ? make(device, {m, 1}, false, 5)
                                        : make(device, {1}, false, 6);
              return addmm(bias, make(device, {m, k}, turns & 1, 1), make(device, {k, n}, turns & 2, 2));
            };
            Tensor expected = product(kCpu), out = toHost(product(kCuda));
            if (!isFloating(dtype))
              expectSame(expected, out, 0, "addmm");
            else
              EXPECT_LT(values(max(abs(sub(expected, out))))[0], dtype == DType::Float32 ? 2e-3 : 1e-11)
                  << m << " " << k << " " << n << " " << turns << " " << offset << " " << form;
          }
}

}  // namespace
}  // namespace retrograd::parity
