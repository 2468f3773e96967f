#include "cuda_testing.h"

#include "functors.h"
#include "kernel/copy.h"
#include "kernel/pointwise.h"
#include "math/binary.h"
#include "math/unary.h"

namespace retrograd::parity {
namespace {

bool accepts(math::Domain domain, DType dtype) {
  return dispatch(dtype, [&]<class T>(Type<T>) { return math::accepts<T>(domain); });
}

void checkUnary(const Tested& f) {
  for (DType dtype : kAll) {
    if (!accepts(f.domain, dtype)) continue;
    for (const Dims& shape : kShapes) {
      Tensor in = sample(shape, dtype), expected = allocateTensor("test", shape, f.result(dtype), kCpu);
      f.run(kCpu, expected, in, in);
      for (LayoutOf layout : kLayouts) {
        Tensor x = layout(toCuda(in)), out = allocateTensor("test", shape, f.result(dtype), kCuda);
        f.run(kCuda, out, x, x);
        expectSame(expected, out, f.ulps, std::string(f.name) + " " + name(dtype) + " " + toString(shape));
      }
      Tensor row = repeatedLayout(in), out = allocateTensor("test", shape, f.result(dtype), kCuda);
      f.run(kCpu, expected, row, row);
      row = repeatedLayout(toCuda(in));
      f.run(kCuda, out, row, row);
      expectSame(expected, out, f.ulps, std::string(f.name) + " of stride 0 " + name(dtype) + toString(shape));
    }
  }
}

void checkBinary(const Tested& f) {
  for (DType dtype : kAll) {
    if (!accepts(f.domain, dtype)) continue;
    auto check = [&](const Tensor& a, const Tensor& b, LayoutOf layout) {
      Dims sizes = broadcast("test", a.sizes(), b.sizes());
      Tensor expected = allocateTensor("test", sizes, f.result(dtype), kCpu);
      f.run(kCpu, expected, a, b);
      Tensor out = allocateTensor("test", sizes, f.result(dtype), kCuda);
      f.run(kCuda, out, layout(a), layout(b));
      expectSame(expected, out, f.ulps,
                 std::string(f.name) + " " + name(dtype) + " " + toString(a.sizes()) + toString(b.sizes()));
    };
    LayoutOf turned = [](const Tensor& t) { return transposedLayout(toCuda(t)); };
    LayoutOf zeroOnHost = [](const Tensor& t) { return t.dim() ? toCuda(t) : t; };
    for (const Dims& shape : kShapes) {
      check(sample(shape, dtype, 1), sample(shape, dtype, 2), &toCuda);
      check(sample(shape, dtype, 1), sample(shape, dtype, 2), turned);
      check(sample(shape, dtype, 1), sample({}, dtype, 2), zeroOnHost);
      check(sample({}, dtype, 1), sample(shape, dtype, 2), &toCuda);
    }
    check(sample({5, 33}, dtype, 1), sample({33}, dtype, 2), &toCuda);
    check(sample({5, 1}, dtype, 1), sample({5, 33}, dtype, 2), &toCuda);
  }
}

struct UnaryParity {
  template <class F>
  void operator()() const {
    checkUnary({F::kName, F::kDomain, math::isElementary<F>() ? 16.0 : 0.0,
                [](Device d, const Tensor& out, const Tensor& x, const Tensor&) {
                  unarySlot<F>(d, test::functorOf<F>(), out, x, computedType(x.dtype()));
                }});
  }
};
struct BinaryParity {
  template <class F>
  void operator()() const {
    checkBinary({F::kName, F::kDomain, math::isElementary<F>() ? 16.0 : 0.0,
                 [](Device d, const Tensor& out, const Tensor& a, const Tensor& b) {
                   binarySlot<F>(d, test::functorOf<F>(), out, a, b, computedType(a.dtype()));
                 }});
  }
};

TEST(Cuda, Unary) {
  NEED_DEVICE();
  math::UnaryFunctors::forEach(UnaryParity());
}
TEST(Cuda, Binary) {
  NEED_DEVICE();
  math::BinaryFunctors::forEach(BinaryParity());
}

TEST(Cuda, CopyConvertsBetweenAllTypesAndLayouts) {
  NEED_DEVICE();
  for (DType from : kAll)
    for (DType into : kAll)
      for (const Dims& shape : kShapes) {
        Tensor in = sample(shape, from), expected = allocateTensor("test", shape, into, kCpu);
        copySlot(kCpu, expected, in);
        for (LayoutOf layout : kLayouts) {
          Tensor out = allocateTensor("test", shape, into, kCuda);
          copySlot(kCuda, out, layout(toCuda(in)));
          expectSame(expected, out, 0, std::string("copy ") + name(from) + " to " + name(into) + toString(shape));
        }
        Tensor out = allocateTensor("test", shape, into, kCuda);
        copySlot(kCpu, expected, repeatedLayout(in));
        copySlot(kCuda, out, repeatedLayout(toCuda(in)));
        expectSame(expected, out, 0, std::string("copy of stride 0 ") + name(from) + " to " + name(into));
      }
  for (Dims shape : {Dims{100, 70}, Dims{3, 65, 33}, Dims{9, 8, 2, 40}}) {
    Tensor in = sample(shape, DType::Float32);
    expectSame(contiguous(transpose(in, 0, -1)), contiguous(transpose(toCuda(in), 0, -1)), 0, "transposed copy");
    expectSame(contiguous(transpose(in, -2, -1)), contiguous(transpose(toCuda(in), -2, -1)), 0, "transposed copy");
  }
}

/// Not a number, infinite, beyond the type, negative into bytes: as core/convert.h says, on both devices.
TEST(Cuda, CopyConvertsWhatTheTypeCannotHold) {
  NEED_DEVICE();
  const std::vector<double> edges = {NAN,     INFINITY, -INFINITY, -0.5,    -1.5,   255.5,   256,
                                     300,     -300,     0x1p31,    -0x1p31, 0x1p40, -0x1p32, 0x1p62,
                                     -0x1p63, 0x1p63,   -0x1p64,   1e300,   0,      -0.0};
  Tensor all = full({1000}, 0, DType::Float64, kCpu);
  for (int64_t i = 0; i < 1000; ++i) all.data<double>()[i] = edges[static_cast<size_t>(i) % edges.size()];
  for (DType from : kAll)
    for (DType into : kAll) {
      Tensor in = to(all, from, kCpu), expected = to(in, into, kCpu);
      for (LayoutOf layout : kLayouts)
        expectSame(expected, to(layout(toCuda(in)), into, kCuda), 0,
                   std::string("copy ") + name(from) + " to " + name(into));
    }
}

TEST(Cuda, FillRangeTriangle) {
  NEED_DEVICE();
  for (DType dtype : kAll) {
    expectSame(full({33, 7}, 3, dtype, kCpu), full({33, 7}, 3, dtype, kCuda), 0, "full");
    expectSame(eye(33, 31, dtype, kCpu), eye(33, 31, dtype, kCuda), 0, "eye");
    if (dtype != DType::Bool) expectSame(arange(3, 125, 2, dtype, kCpu), arange(3, 125, 2, dtype, kCuda), 0, "arange");
    for (int64_t diagonal : {-2, 0, 1, 40}) {
      Tensor in = sample({2, 5, 33}, dtype);
      expectSame(tril(in, diagonal), tril(toCuda(in), diagonal), 0, "tril");
      expectSame(triu(in, diagonal), triu(transposedLayout(toCuda(in)), diagonal), 0, "triu");
    }
  }
}

TEST(Cuda, Where) {
  NEED_DEVICE();
  for (DType dtype : kAll) {
    Tensor c = sample({33, 31}, DType::Bool), a = sample({33, 31}, dtype, 2), b = sample({31}, dtype, 3);
    expectSame(where(c, a, b), where(toCuda(c), toCuda(a), toCuda(b)), 0, "where");
    Tensor expected = allocateTensor("test", {33, 31}, dtype, kCpu),
           out = allocateTensor("test", {33, 31}, dtype, kCuda);
    Tensor zero = sample({}, dtype, 4);
    whereSlot(kCpu, expected, c, a, zero);
    whereSlot(kCuda, out, toCuda(c), toCuda(a), zero);
    expectSame(expected, out, 0, "where with a 0-d tensor");
    for (const Operand& number : {Operand(1), Operand(true)}) {
      whereSlot(kCpu, expected, c, number, b);
      whereSlot(kCuda, out, toCuda(c), number, toCuda(b));
      expectSame(expected, out, 0, "where with a number");
    }
  }
}

TEST(Cuda, Numbers) {
  NEED_DEVICE();
  for (DType dtype : kAll) {
    if (!isComputed(dtype)) continue;
    Tensor x = sample({33, 31}, dtype), expected = allocateTensor("test", {33, 31}, dtype, kCpu),
           out = allocateTensor("test", {33, 31}, dtype, kCuda);
    const Operand number = dtype == DType::Bool ? Operand(true) : Operand(3);
    for (const Tensor& layout : {toCuda(x), transpose(toCuda(transpose(x, 0, 1)), 0, 1)}) {
      binarySlot<math::Maximum>(kCpu, {}, expected, x, number, dtype);
      binarySlot<math::Maximum>(kCuda, {}, out, layout, number, dtype);
      expectSame(expected, out, 0, "a number second");
      binarySlot<math::Mul>(kCpu, {}, expected, number, x, dtype);
      binarySlot<math::Mul>(kCuda, {}, out, number, layout, dtype);
      expectSame(expected, out, 0, "a number first");
    }
  }
}

/// Operands of several dtypes, and results written into narrower ones, which kernels convert.
TEST(Cuda, MixedDtypes) {
  NEED_DEVICE();
  for (DType first : kAll)
    for (DType second : kAll)
      for (auto [shape, other] : {std::pair<Dims, Dims>{{33, 31}, {33, 31}}, {{31}, {33, 1}}, {{}, {33}}, {{33}, {}}}) {
        const std::string what = std::string(" of ") + name(first) + " and " + name(second) + toString(other);
        const Tensor a = sample(shape, first, 1), b = sample(other, second, 2), c = sample(shape, DType::Bool, 3);
        for (LayoutOf layout : kLayouts) {
          const Tensor x = layout(toCuda(a)), y = layout(toCuda(b));
          expectSame(add(a, b), add(x, y), 0, "add" + what);
          expectSame(div(a, b), div(x, y), 0, "div" + what);
          expectSame(lt(a, b), lt(x, y), 0, "lt" + what);
          expectSame(where(c, a, b), where(toCuda(c), x, y), 0, "where" + what);
          expectSame(add(a, b), add(a.dim() ? x : a, b.dim() || !a.dim() ? y : b), 0, "number on the host" + what);
          expectSame(exp(a), exp(x), 16, "exp" + what);
          if (category(resultType(a, b)) > category(first) || !isBroadcastableTo(other, shape)) continue;
          Tensor expected = clone(a), written = steppedLayout(toCuda(a));
          add(expected, b, 1, Into::Self);
          add(written, y, 1, Into::Self);
          expectSame(expected, written, 0, "add_" + what);
        }
      }
}

TEST(Cuda, OverlappingAddKeepsTheOrder) {
  NEED_DEVICE();
  for (DType dtype : kAll) {
    Tensor in = sample({20, 7}, dtype);
    Tensor target = full({26}, 0, dtype, kCpu), onDevice = toCuda(target);
    overlappingAddSlot(kCpu, asStrided(target, {20, 7}, {1, 1}, 0), in);
    overlappingAddSlot(kCuda, asStrided(onDevice, {20, 7}, {1, 1}, 0), toCuda(in));
    expectSame(target, onDevice, isFloating(dtype) ? 8 : 0, "overlappingAdd");
  }
}

/// Operands that repeat or lie apart, in several dimensions, up to the ends of blocks.
TEST(Cuda, BroadcastsOverSeveralBlocks) {
  NEED_DEVICE();
  for (int64_t n : {1, 31, 341, 342, 1023, 1025, 3001}) {
    Tensor x = sample({3, n}, DType::Float32), row = sample({n}, DType::Float32, 2),
           column = sample({3, 1}, DType::Float32, 3), deep = sample({2, 3, 4, n}, DType::Float32, 4),
           plane = sample({3, 1, n}, DType::Float32, 5);
    expectSame(add(x, row), add(toCuda(x), toCuda(row)), 0, "a row");
    expectSame(add(x, column), add(toCuda(x), toCuda(column)), 0, "a column");
    expectSame(add(column, row), add(toCuda(column), toCuda(row)), 0, "an outer sum");
    expectSame(mul(deep, plane), mul(transposedLayout(toCuda(deep)), toCuda(plane)), 0, "planes");
    expectSame(neg(deep), neg(shiftedLayout(toCuda(deep))), 0, "another alignment");
  }
}

/// Grids of more than 65,535 blocks, which is all that a second dimension of a grid could hold.
TEST(Cuda, LargeGrids) {
  NEED_DEVICE();
  Tensor wide = full({66'000, 1024, 2}, 0, DType::UInt8, kCuda), half = select(wide, -1, 1);
  fill_(half, Operand(int64_t{3}));
  expectSame(full({}, 3, DType::UInt8, kCpu), min(half), 0, "every second element");
  expectSame(full({}, 0, DType::UInt8, kCpu), max(select(wide, -1, 0)), 0, "the others");
  auto integers = [](uint64_t seed) { return floor(mul(sample({66'000, 2, 2}, DType::Float64, seed), 8)); };
  Tensor a = integers(1), b = integers(2);
  expectSame(matmul(a, b), matmul(toCuda(a), toCuda(b)), 0, "a batch of products, exact in any order");
}

}  // namespace
}  // namespace retrograd::parity
