// Reading and writing by lists of indices, against loops over elements, in every layout.

#include <functional>

#include "core/error.h"
#include "support.h"

namespace retrograd::test {
namespace {

const Dims kSizes{3, 4, 5};

Tensor counted(const Dims& sizes) {
  return view(to(arange(0, numel("test", sizes), 1, DType::Int64, kCpu), DType::Float64, kCpu), sizes);
}

/// The elements 0, 1, 2, ... of kSizes: dense, turned, and as a part of something larger.
std::vector<Tensor> layouts() {
  Tensor dense = counted(kSizes);
  Tensor turned = permute(contiguous(permute(dense, {2, 0, 1})), {1, 2, 0});
  Tensor part = slice(slice(full({3, 9, 11}, -1, DType::Float64, kCpu), 1, 1, 9, 2), 2, 0, 10, 2);
  copy_(part, dense);
  return {dense, turned, part};
}

using Places = std::vector<int64_t>;

/// Calls `visit(chosen, place)` for each element of x[indices]: its indices in the result and in `x`.
void forEachChosen(const std::vector<Tensor>& indices, const Dims& shape,
                   const std::function<void(const Places&, const Places&)>& visit) {
  std::vector<int64_t> dims, others;
  for (int64_t d = 0; d < 3; ++d)
    (d < static_cast<int64_t>(indices.size()) && indices[d].defined() ? dims : others).push_back(d);
  const bool adjacent = dims.back() - dims.front() + 1 == static_cast<int64_t>(dims.size());
  const size_t place = adjacent ? static_cast<size_t>(dims.front()) : 0, rank = shape.size();
  Dims out;
  for (size_t i = 0; i < place; ++i) out.push_back(kSizes[others[i]]);
  out.append(shape.begin(), shape.end());
  for (size_t i = place; i < others.size(); ++i) out.push_back(kSizes[others[i]]);
  Places at(out.size(), 0);
  for (int64_t n = numel("test", out); n > 0; --n) {
    Places in(3);
    for (int64_t d : dims) {
      Tensor i = expand(indices[d], shape);
      for (size_t k = 0; k < rank; ++k) i = select(i, 0, at[place + k]);
      const int64_t v = itemLong(i);
      in[d] = v < 0 ? v + kSizes[d] : v;
    }
    for (size_t k = 0; k < others.size(); ++k) in[others[k]] = at[k < place ? k : k + rank];
    visit(at, in);
    for (size_t k = out.size(); k-- > 0 && ++at[k] == out[k];) at[k] = 0;
  }
}

size_t flat(const Places& at) { return static_cast<size_t>((at[0] * kSizes[1] + at[1]) * kSizes[2] + at[2]); }

std::vector<std::vector<Tensor>> choices() {
  const Tensor none;
  auto i = [](std::vector<double> v, Dims shape) { return tensor(std::move(v), shape, DType::Int64); };
  return {
      {i({2, 0, -1}, {3})},
      {i({2, 2}, {2})},
      {none, i({3, 0, -4, 1}, {2, 2})},
      {none, none, i({4}, {1})},
      {i({1, 2}, {2}), i({0, -1}, {2})},
      {none, i({1, 2, 1}, {3}), i({0, -1, 0}, {3})},
      {i({1, 2, 1}, {3}), none, i({4, 0, 4}, {3})},
      {i({0, 1}, {2, 1}), none, i({1, 2, 3}, {3})},
      {i({0, 1}, {2, 1}), i({2}, {1}), i({1, 2, 3}, {3})},
      {i({}, {0})},
  };
}

Dims shapeOf(const std::vector<Tensor>& indices) {
  Dims shape;
  bool first = true;
  for (const Tensor& each : indices) {
    if (!each.defined()) continue;
    shape = first ? each.sizes() : broadcast("test", shape, each.sizes());
    first = false;
  }
  return shape;
}

TEST(Index, ReadsWhatLoopsRead) {
  for (const auto& indices : choices())
    for (const Tensor& x : layouts()) {
      V expected;
      const V elements = values(x);
      forEachChosen(indices, shapeOf(indices),
                    [&](const Places&, const Places& in) { expected.push_back(elements[flat(in)]); });
      EXPECT_EQ(values(index(x, indices)), expected);
    }
  const Tensor x = expand(counted({5}), kSizes), i = choices()[0][0];  // strides 0
  EXPECT_EQ(values(index(x, {i, Tensor(), i})), values(index(contiguous(x), {i, Tensor(), i})));
}

TEST(Index, WritesWhatLoopsWriteAndNothingElse) {
  for (bool accumulate : {false, true})
    for (const auto& indices : choices())
      for (const Tensor& x : layouts()) {
        const Tensor shape = index(x, indices), source = add(neg(counted(shape.sizes())), -1000);
        V expected = values(x), from = values(source);
        size_t next = 0;
        forEachChosen(indices, shapeOf(indices), [&](const Places&, const Places& in) {
          double& to = expected[flat(in)];
          to = accumulate ? to + from[next++] : from[next++];
        });
        indexPut_(x, indices, source, accumulate);
        EXPECT_EQ(values(x), expected) << accumulate;
      }
  // Between the elements of a part, nothing is written.
  Tensor whole = full({3, 8}, 7, DType::Float64, kCpu), part = slice(whole, 1, 0, 8, 2);
  indexPut_(part, {tensor({1}, {1}, DType::Int64)}, number(1), false);
  EXPECT_EQ(values(whole), (V{7, 7, 7, 7, 7, 7, 7, 7, 1, 7, 1, 7, 1, 7, 1, 7, 7, 7, 7, 7, 7, 7, 7, 7}));
}

TEST(Index, OperandsMayShareMemoryWithWhatIsWritten) {
  const Tensor order = tensor({1, 2, 0}, {3}, DType::Int64);
  Tensor x = counted({3, 2});
  indexPut_(x, {order}, x, false);
  EXPECT_EQ(values(x), (V{4, 5, 0, 1, 2, 3}));
  x = counted({3, 2});
  indexPut_(x, {order}, select(x, 0, 2), true);
  EXPECT_EQ(values(x), (V{4, 6, 6, 8, 8, 10}));
  Tensor i = to(counted({4}), DType::Int64, kCpu);
  indexPut_(i, {flip(i, {0})}, i, false);
  EXPECT_EQ(values(i), (V{3, 2, 1, 0}));
  indexPut_(i, {i}, select(i, 0, 0), false);
  EXPECT_EQ(values(i), (V{3, 3, 3, 3}));
  // A mask that is a view of what it masks, and the number that is written an element of it.
  Tensor m = to(tensor({1, 1, 0, 0}, {2, 2}), DType::Bool, kCpu);
  set_(m, {transpose(m, 0, 1)}, Operand(select(select(m, 0, 1), 0, 0)));
  EXPECT_EQ(values(m), (V{0, 1, 0, 0}));
  x = counted({4});
  set_(x, {gt(x, 1)}, Operand(select(x, 0, 3)));
  EXPECT_EQ(values(x), (V{0, 1, 3, 3}));
}

TEST(Index, AMaskForANumberStandsAnywhere) {
  const Tensor rows = to(tensor({1, 0, 1}, {3}), DType::Bool, kCpu);
  const Tensor columns = to(tensor({0, 1}, {2}), DType::Bool, kCpu);
  for (bool records : {false, true}) {
    auto fresh = [&] { return records ? mul(leaf(counted({3, 2})), 1) : counted({3, 2}); };
    EXPECT_EQ(values(set_(fresh(), {rows}, Operand(-1.0))), (V{-1, -1, 2, 3, -1, -1}));
    EXPECT_EQ(values(set_(fresh(), {Tensor(), columns}, Operand(-1.0))), (V{0, -1, 2, -1, 4, -1}));
    EXPECT_EQ(values(set_(fresh(), {rows, Tensor()}, Operand(-1.0))), (V{-1, -1, 2, 3, -1, -1}));
    EXPECT_THROW(set_(fresh(), {columns}, Operand(-1.0)), IndexError);
    EXPECT_THROW(set_(fresh(), {Tensor(), Tensor(), rows}, Operand(-1.0)), IndexError);
    EXPECT_THROW(set_(fresh(), {rows}, Operand(tensor({1, 2, 3}, {3}))), ShapeError);
  }
}

}  // namespace
}  // namespace retrograd::test
