// The tape: backward, accumulation, in-place writes and views, higher orders, hooks.

#include <cmath>
#include <functional>

#include "autograd/record.h"
#include "core/error.h"
#include "core/handle.h"
#include "support.h"

namespace retrograd::test {
namespace {

template <class E, class F>
std::string messageOf(F f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  }
  ADD_FAILURE() << "nothing of the expected type was thrown";
  return "";
}

TEST(Engine, AccumulatesOverAPolynomial) {
  Tensor x = leaf(number(2)), y = leaf(number(2));
  Tensor f = add(add(square(x), Operand(mul(x, Operand(y)))), Operand(square(add(x, Operand(y)))));
  backward(f, true);
  EXPECT_EQ(values(gradOf(x)), V{14});
  EXPECT_EQ(values(gradOf(y)), V{10});
  backward(f, true);
  EXPECT_EQ(values(gradOf(x)), V{28});
}

TEST(Engine, SecondBackwardNamesRetainGraph) {
  Tensor x = leaf(vec({1, 2}));
  Tensor y = sum(square(x), {}, false);
  backward(y);
  EXPECT_NE(messageOf<AutogradError>([&] { backward(y); }).find("retainGraph"), std::string::npos);
}

TEST(Engine, WhatSavedNothingRunsTwice) {
  Tensor x = leaf(vec({1, 2}));
  Tensor y = add(x, 2);
  Tensor ones = vec({1, 1});
  retrograd::backward({y}, {ones}, false, false, {});
  Tensor z = mean(mul(mul(y, Operand(y)), 2), {}, false);
  backward(z);
  EXPECT_EQ(values(gradOf(x)), (V{1 + 6, 1 + 8}));
}

TEST(Engine, UserGradientIsNeverWritten) {
  Tensor x = leaf(vec({1, 2}));
  Tensor y = add(x, Operand(x));
  Tensor g = vec({1, 1});
  retrograd::backward({y}, {g}, false, false, {});
  EXPECT_EQ(values(g), (V{1, 1}));
  EXPECT_FALSE(gradOf(x).is(g));
  retrograd::backward({x}, {g}, false, false, {});
  EXPECT_EQ(values(g), (V{1, 1}));
  EXPECT_EQ(values(gradOf(x)), (V{3, 3}));
}

TEST(Engine, UnbroadcastsAndCasts) {
  Tensor a = leaf(tensor({1, 2, 3}, {3, 1}, DType::Float32));
  Tensor b = leaf(tensor({1, 2}, {2}));
  backward(sum(mul(a, Operand(b)), {}, false));
  EXPECT_EQ(gradOf(a).dtype(), DType::Float32);
  EXPECT_EQ(gradOf(a).sizes(), (Dims{3, 1}));
  EXPECT_EQ(values(gradOf(a)), (V{3, 3, 3}));
  EXPECT_EQ(values(gradOf(b)), (V{6, 6}));
}

TEST(Engine, SecondAndThirdOrder) {
  Tensor x = leaf(number(3));
  Tensor y = pow(x, 4);
  Tensor g1 = grad({y}, {x}, {}, false, true, false)[0];
  Tensor g2 = grad({g1}, {x}, {}, false, true, false)[0];
  Tensor g3 = grad({g2}, {x}, {}, false, false, false)[0];
  EXPECT_EQ(values(g1), V{108});
  EXPECT_EQ(values(g2), V{108});
  EXPECT_EQ(values(g3), V{72});
  EXPECT_FALSE(gradOf(x).defined());
}

TEST(Engine, SquaresHaveAThirdDerivativeOfZero) {
  for (bool named : {false, true}) {
    Tensor x = leaf(vec({3, -2}));
    Tensor g = named ? square(x) : pow(x, 2);
    for (V expected : {V{6, -4}, V{2, 2}, V{0, 0}}) {
      g = grad({sum(g, {}, false)}, {x}, {}, false, true, false)[0];
      EXPECT_EQ(values(g), expected);
    }
    EXPECT_FALSE(requiresGrad(g));
  }
}

TEST(Engine, WhatDoesNotMatterHasZeroGradients) {
  const std::vector<std::function<Tensor(const Tensor&)>> constants = {
      [](const Tensor& x) { return pow(x, 0); },
      [](const Tensor& x) { return pow(clone(x), 0, Into::Self); },
      [](const Tensor& x) { return fill_(clone(x), 1); },
      [](const Tensor& x) { return fill_(clone(x), Operand(number(1))); },
      [](const Tensor& x) { return zero_(clone(x)); },
      [](const Tensor& x) {
        return copy_(clone(x), vec({1, 2}), false);
      },
      [](const Tensor& x) { return uniform_(clone(x), 0, 1); },
      [](const Tensor& x) { return normal_(clone(x), 0, 1); },
      [](const Tensor& x) { return bernoulli_(clone(x), 0.5); },
      [](const Tensor& x) { return bernoulli(x); },
  };
  for (size_t i = 0; i < constants.size(); ++i) {
    Tensor x = leaf(vec({0.25, 0.5}));
    backward(sum(mul(constants[i](x), Operand(vec({INFINITY, 1}))), {}, false));
    EXPECT_EQ(values(gradOf(x)), (V{0, 0})) << "constant " << i;
  }
}

TEST(Engine, AWriteOfAConstantThroughAViewZerosItsPartOfTheGradient) {
  Tensor x = leaf(vec({1, 2, 3}));
  Tensor base = clone(x);
  fill_(select(base, 0, 1), 7);
  backward(sum(mul(base, 2), {}, false));
  EXPECT_EQ(values(gradOf(x)), (V{2, 0, 2}));
}

TEST(Engine, GradOfNonLeafAndUnused) {
  Tensor x = leaf(vec({1, 2})), other = leaf(vec({1, 2}));
  Tensor h = mul(x, 3);
  Tensor y = sum(square(h), {}, false);
  EXPECT_EQ(values(grad({y}, {h}, {}, true, false, false)[0]), (V{6, 12}));
  EXPECT_FALSE(grad({y}, {other}, {}, true, false, true)[0].defined());
  EXPECT_NE(messageOf<AutogradError>([&] { grad({y}, {other}, {}, true, false, false); }).find("allowUnused"),
            std::string::npos);
}

TEST(Engine, InPlaceOnViewChangesTheBase) {
  Tensor x = leaf(vec({1, 2, 3}));
  Tensor base = clone(x);
  Tensor v = select(base, 0, 1);
  mul(v, 10, Into::Self);
  EXPECT_STREQ(gradFn(base)->name(), "CopySlices");
  EXPECT_EQ(values(base), (V{1, 20, 3}));
  backward(sum(mul(base, Operand(vec({1, 2, 3}))), {}, false));
  EXPECT_EQ(values(gradOf(x)), (V{1, 20, 3}));
}

TEST(Engine, InPlaceOnBaseRegeneratesItsViews) {
  Tensor x = leaf(vec({1, 2, 3}));
  Tensor base = clone(x);
  Tensor v = slice(base, 0, 1, 3, 1);
  mul(base, 10, Into::Self);
  EXPECT_STREQ(gradFn(v)->name(), "AsStridedBackward0");
  backward(sum(square(v), {}, false));
  EXPECT_EQ(values(gradOf(x)), (V{0, 400, 600}));
}

TEST(Engine, WritesThroughTwoViews) {
  Tensor x = leaf(vec({1, 2, 3, 4}));
  Tensor base = clone(x);
  Tensor m = view(base, {2, 2});
  Tensor row = select(m, 0, 0), column = select(m, 1, 0);
  mul(row, 2, Into::Self);
  mul(column, 3, Into::Self);
  EXPECT_EQ(values(m), (V{6, 4, 9, 4}));
  backward(sum(m, {}, false));
  EXPECT_EQ(values(gradOf(x)), (V{6, 2, 3, 1}));
}

TEST(Engine, AssignmentGivesTheGradientToTheValue) {
  Tensor x = leaf(vec({1, 2, 3})), value = leaf(number(7));
  Tensor y = clone(x);
  copy_(slice(y, 0, 1, 3, 1), value);
  backward(sum(square(y), {}, false));
  EXPECT_EQ(values(gradOf(x)), (V{2, 0, 0}));
  EXPECT_EQ(values(gradOf(value)), V{28});
}

TEST(Engine, MaskAssignment) {
  Tensor x = leaf(vec({-1, 2, -3}));
  Tensor y = mul(x, 2);
  indexPut_(y, {lt(x, 0)}, number(0), false);
  backward(sum(y, {}, false));
  EXPECT_EQ(values(y), (V{0, 4, 0}));
  EXPECT_EQ(values(gradOf(x)), (V{0, 2, 0}));
}

TEST(Engine, SavedValueWrittenInPlaceRaises) {
  Tensor x = leaf(vec({1, 2}));
  Tensor h = mul(x, 2);
  Tensor y = square(h);
  add(h, 1, 1, Into::Self);
  std::string text = messageOf<AutogradError>([&] { backward(sum(y, {}, false)); });
  EXPECT_NE(text.find("version 0"), std::string::npos) << text;
  EXPECT_NE(text.find("version 1"), std::string::npos) << text;
}

TEST(Engine, AnOperandInWrittenMemoryKeepsItsHistory) {
  Tensor x = leaf(vec({1, 2, 3, 4}));
  Tensor z = clone(x);
  add(z, Operand(z), 1, Into::Self);
  EXPECT_EQ(values(grad({sum(z, {}, false)}, {x}, {}, true, false, false)[0]), (V{2, 2, 2, 2}));
  Tensor m = view(clone(x), {2, 2});
  copy_(m, t(m));
  EXPECT_EQ(values(m), (V{1, 3, 2, 4}));
  Tensor weights = view(vec({1, 10, 100, 1000}), {2, 2});
  EXPECT_EQ(values(grad({sum(mul(m, Operand(weights)), {}, false)}, {x}, {}, true, false, false)[0]),
            (V{1, 100, 10, 1000}));
  Tensor y = clone(x);
  sub(slice(y, 0, 1, 4, 1), Operand(slice(y, 0, 0, 3, 1)), 1, Into::Self);
  EXPECT_EQ(values(y), (V{1, 1, 1, 1}));
  EXPECT_EQ(values(grad({sum(y, {}, false)}, {x}, {}, true, false, false)[0]), (V{0, 0, 0, 1}));
}

TEST(Engine, AViewThatWasAnOperandFollowsTheWriteToItsBase) {
  Tensor x = leaf(vec({1, 2}));
  Tensor y = clone(x), z = view(y, {2});
  sub(y, Operand(z), 1, Into::Self);
  EXPECT_EQ(values(grad({sum(z, {}, false)}, {x}, {}, true, false, false)[0]), (V{0, 0}));
  add(y, Operand(mul(x, 3)), 1, Into::Self);
  EXPECT_EQ(values(grad({sum(z, {}, false)}, {x}, {}, true, false, false)[0]), (V{3, 3}));
}

TEST(Engine, AnOverwrittenOperandThatWasSavedRaises) {
  Tensor x = leaf(vec({1, 2, 3, 4})), b = leaf(vec({5, 6, 7, 8}));
  const std::function<Tensor(const Tensor&)> sharing[] = {
      [](const Tensor& z) { return z; },
      [](const Tensor& z) { return view(z, {4}); },
      [](const Tensor& z) { return detach(z); },
  };
  const std::function<Tensor(const Tensor&, const Tensor&)> writes[] = {
      [](const Tensor& z, const Tensor& o) { return mul(z, Operand(o), Into::Self); },
      [](const Tensor& z, const Tensor& o) { return div(z, Operand(o), Into::Self); },
      [](const Tensor& z, const Tensor& o) { return pow(z, Operand(o), Into::Self); },
      [&](const Tensor& z, const Tensor& o) { return addcmul(z, o, b, 2, Into::Self); },
      [&](const Tensor& z, const Tensor& o) { return addcmul(z, b, o, 2, Into::Self); },
      [&](const Tensor& z, const Tensor& o) { return addcdiv(z, o, b, 2, Into::Self); },
      [&](const Tensor& z, const Tensor& o) { return addcdiv(z, b, o, 2, Into::Self); },
      [](const Tensor& z, const Tensor& o) { return clampMin(z, Operand(o), Into::Self); },
  };
  for (const auto& other : sharing)
    for (const auto& write : writes) {
      Tensor z = clone(x), y = clone(x);
      Tensor into = write(z, other(z)), plain = write(y, clone(x));
      EXPECT_EQ(values(into), values(plain));
      EXPECT_EQ(version(z), 1);
      EXPECT_NE(messageOf<AutogradError>([&] { backward(sum(into, {}, false)); }).find("written in place since"),
                std::string::npos);
    }
}

TEST(Engine, SecondDerivativeThroughAWriteToAView) {
  Tensor (*const functions[])(const Tensor&, Into) = {tanh, exp, sigmoid, sqrt, reciprocal, relu};
  for (const auto& function : functions) {
    Tensor x = leaf(vec({0.5, 0.2}));
    auto second = [&](const Tensor& s) {
      Tensor first = grad({sum(square(s), {}, false)}, {x}, {}, true, true, false)[0];
      return values(grad({sum(first, {}, false)}, {x}, {}, false, false, false)[0]);
    };
    Tensor s = clone(x);
    function(select(s, 0, 0), Into::Self);
    V expected = second(cat({view(function(select(x, 0, 0), Into::Fresh), {1}), slice(x, 0, 1, 2, 1)}, 0)),
      actual = second(s);
    ASSERT_EQ(actual.size(), 2u);
    EXPECT_DOUBLE_EQ(actual[0], expected[0]);
    EXPECT_DOUBLE_EQ(actual[1], 2);
  }
}

/// {a b, r = 1 / b}, with one formula for both inputs that reads its own second result: both orders, and whatever of
/// the results and inputs is asked for, are those of the composition.
TEST(Engine, JointFormulas) {
  int runs = 0, both = 0;
  auto joint = [&](const Tensor& a, const Tensor& b) {
    std::vector<Tensor> out;
    {
      NoGradGuard plain;
      out = {mul(a, Operand(b)), reciprocal(b)};
    }
    return record("JointBackward0", std::move(out),
                  jointly({a, b}, saves(a, b, result[1]), [&](const Grads& g, Saved s, Wanted w) {
                    ++runs;
                    both += w[0] && w[1];
                    std::array<Tensor, 2> d;
                    if (w[0]) d[0] = mul(g.orZeros(0), Operand(s[1]));
                    if (w[1])
                      d[1] = sub(mul(g.orZeros(0), Operand(s[0])),
                                 Operand(mul(g.orZeros(1), Operand(mul(s[2], Operand(s[2]))))));
                    return d;
                  }));
  };
  Tensor a = leaf(vec({1, 2, 3})), b = leaf(vec({0.5, -2, 4})), plain = vec({1, 2, 3});
  auto check = [&](const Tensor& first, std::vector<Tensor> inputs, int used) {
    auto loss = [&](const std::vector<Tensor>& y) {
      Tensor total = sum(square(y[used == 1]), {}, false);
      return used == 2 ? add(total, Operand(sum(square(y[1]), {}, false))) : total;
    };
    auto orders = [&](const std::vector<Tensor>& y) {
      V all;
      Tensor slopes;
      for (const Tensor& g : grad({loss(y)}, inputs, {}, true, true, true)) {
        if (!g.defined()) continue;
        for (double v : values(g)) all.push_back(v);
        Tensor s = sum(square(g), {}, false);
        slopes = slopes.defined() ? add(slopes, Operand(s)) : s;
      }
      if (slopes.defined())
        for (const Tensor& g : grad({slopes}, inputs, {}, false, false, true))
          if (g.defined())
            for (double v : values(g)) all.push_back(v);
      return all;
    };
    V actual = orders(joint(first, b)), expected = orders({mul(first, Operand(b)), reciprocal(b)});
    ASSERT_EQ(actual.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(actual[i], expected[i], 1e-12 * (1 + std::abs(expected[i])));
  };
  check(a, {a, b}, 0);
  check(a, {a, b}, 2);
  check(a, {b}, 2);
  check(plain, {b}, 0);
  check(plain, {b}, 1);
  EXPECT_GT(runs, both);
  EXPECT_GT(both, 0);
}

TEST(Engine, LeavesAndWrites) {
  Tensor w = leaf(vec({1, 2}));
  EXPECT_THROW(add(w, 1, 1, Into::Self), AutogradError);
  EXPECT_THROW(add(select(w, 0, 0), 1, 1, Into::Self), AutogradError);
  NoGradGuard plain;
  EXPECT_EQ(version(w), 0);
  add(w, 1, 1, Into::Self);
  EXPECT_EQ(version(w), 1);
  EXPECT_TRUE(isLeaf(w));
}

TEST(Engine, ALeafThatViewsOtherMemoryStaysALeaf) {
  Tensor memory = vec({1, 2, 3, 4});
  Tensor x = leaf(view(memory, {2, 2}));
  EXPECT_THROW(add(x, 1, 1, Into::Self), AutogradError);
  EXPECT_THROW(add(select(x, 0, 0), 1, 1, Into::Self), AutogradError);
  Tensor factor = leaf(number(2));
  mul(memory, Operand(factor), Into::Self);
  EXPECT_TRUE(isLeaf(x));
  backward(sum(square(x), {}, false));
  EXPECT_EQ(values(gradOf(x)), (V{4, 8, 12, 16}));
}

TEST(Engine, HistoryOfInPlaceWritesHoldsNoCycle) {
  int64_t before = allocated();
  {
    Tensor w = clone(leaf(vec({1, 2})));
    for (int i = 0; i < 100; ++i) {
      Tensor h = mul(w, Operand(w));
      sub(w, Operand(mul(h, 1e-3)), 1, Into::Self);
    }
  }
  EXPECT_EQ(allocated(), before);
}

TEST(Engine, BackwardReleasesWhatTheTapeSaved) {
  Tensor x = leaf(vec({1, 2, 3}));
  Tensor h = exp(x);
  Tensor y = sum(mul(h, Operand(h)), {}, false);
  EXPECT_GT(graphHeld(), 0);
  backward(y, true);
  EXPECT_GT(graphHeld(), 0);
  backward(y);
  EXPECT_EQ(graphHeld(), 0);
}

TEST(Engine, RetainGradFollowsTheNewestVersion) {
  Tensor x = leaf(vec({1, 2}));
  Tensor h = mul(x, 2);
  retainGrad(h);
  retainGrad(h);
  mul(h, 3, Into::Self);
  backward(sum(h, {}, false));
  EXPECT_EQ(values(gradOf(h)), (V{1, 1}));
  EXPECT_EQ(values(gradOf(x)), (V{6, 6}));
}

struct Doubler final : TensorHook {
  Tensor call(const Tensor& g) override { return mul(g, 2); }
};

TEST(Engine, HooksReplaceGradients) {
  Tensor x = leaf(vec({1, 2}));
  Tensor h = mul(x, 3);
  int64_t id = addHook(h, std::make_unique<Doubler>());
  addHook(x, std::make_unique<Doubler>());
  Tensor y = sum(h, {}, false);
  backward(y, true);
  EXPECT_EQ(values(gradOf(x)), (V{12, 12}));
  removeHook(h, id);
  removeHook(h, id);
  setGrad(x, {});
  backward(y);
  EXPECT_EQ(values(gradOf(x)), (V{6, 6}));
}

struct Counted final : TensorHook {
  explicit Counted(int& calls, int& gone) : calls(calls), gone(gone) {}
  ~Counted() override { ++gone; }
  Tensor call(const Tensor&) override {
    ++calls;
    return {};
  }
  int& calls;
  int& gone;
};

TEST(Engine, NodesThatCannotRunAgainDropTheirHooks) {
  Tensor x = leaf(vec({1, 2}));
  int calls = 0, gone = 0;
  Tensor y = mul(x, 3), sumOfY = sum(y, {}, false);
  addHook(y, std::make_unique<Counted>(calls, gone));
  backward(sumOfY, true);
  EXPECT_EQ(gone, 0);
  backward(sumOfY);
  EXPECT_EQ(gone, 1);
  EXPECT_NE(messageOf<AutogradError>([&] { grad({sumOfY}, {y}, {}, false, false, false); }).find("its hooks"),
            std::string::npos);
  EXPECT_EQ(calls, 2);

  Tensor base = clone(x);
  mul(select(base, 0, 1), 3, Into::Self);
  addHook(base, std::make_unique<Counted>(calls, gone));
  backward(sum(base, {}, false));
  EXPECT_EQ(gone, 2);
}

TEST(Engine, NodesThatRunTwiceKeepTheirHooks) {
  Tensor x = leaf(vec({1, 2}));
  int calls = 0, gone = 0;
  {
    Tensor y = add(x, 3), sumOfY = sum(y, {}, false);
    addHook(y, std::make_unique<Counted>(calls, gone));
    backward(sumOfY);
    backward(sumOfY);
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(gone, 0);
  }
  EXPECT_EQ(gone, 1);
}

struct Cube final : CustomBackward {
  std::vector<Tensor> backward(const std::vector<Tensor>& g, const std::vector<Tensor>& saved) override {
    return {mul(g[0], Operand(mul(square(saved[0]), 3)))};
  }
};

// A gradient with a graph leads back to its leaf. Java's last handle on the leaf ends that cycle, whether it goes
// before or after the gradient comes; a leaf that Java never had keeps its gradient.
TEST(Engine, ALeafWithoutHandlesLetsGoOfAGradientWithAGraph) {
  const int64_t before = allocated();
  for (bool closesFirst : {false, true}) {
    Tensor x = leaf(vec({1, 2, 3}));
    const int64_t one = handles::open(x.ref()), two = handles::open(x.ref());
    Tensor y = sum(mul(square(x), Operand(x)), {}, false);
    handles::close(one);
    if (closesFirst) handles::close(two);
    backward(y, true, true);
    EXPECT_EQ(gradOf(x).defined(), !closesFirst);
    if (!closesFirst) handles::close(two);
    EXPECT_FALSE(gradOf(x).defined());
    backward(y, true);
    EXPECT_TRUE(gradOf(x).defined()) << "this one has no graph";
  }
  EXPECT_EQ(allocated(), before);
  Tensor x = leaf(vec({1, 2, 3}));
  backward(sum(square(x), {}, false), true, true);
  EXPECT_TRUE(requiresGrad(gradOf(x)));
  setGrad(x, Tensor());
}

TEST(Engine, CustomFunctionOfBothOrders) {
  Tensor x = leaf(number(2));
  Tensor y;
  {
    NoGradGuard plain;
    y = pow(x, 3);
  }
  y = attachFunction("CubeBackward", {x}, {y}, {x}, std::make_unique<Cube>(), true, false)[0];
  Tensor g = grad({y}, {x}, {}, false, true, false)[0];
  EXPECT_EQ(values(g), V{12});
  EXPECT_EQ(values(grad({g}, {x}, {}, false, false, false)[0]), V{12});
  backward(y);
  EXPECT_THROW(backward(y), AutogradError);
}

TEST(Engine, ZeroElements) {
  Tensor a = leaf(empty({4, 0}, DType::Float64, kCpu)), b = leaf(tensor({1, 2, 3, 4}, {4, 1}));
  backward(sum(add(a, Operand(b)), {}, false));
  EXPECT_EQ(gradOf(a).sizes(), (Dims{4, 0}));
  EXPECT_EQ(values(gradOf(b)), (V{0, 0, 0, 0}));
}

// Chains that would overflow a small stack if anything recursed.

constexpr int kLong = 200'000;

TEST(DeepChains, AddAndMultiply) {
  onSmallStack([] {
    Tensor x = leaf(number(1));
    Tensor y = x, z = x;
    for (int i = 0; i < kLong; ++i) y = add(y, Operand(x));
    backward(y);
    EXPECT_EQ(values(gradOf(x)), V{kLong + 1});
    for (int i = 0; i < kLong; ++i) z = mul(z, Operand(x));
    backward(z, true);
    y = z = Tensor();
  });
}

TEST(DeepChains, ViewsOfViewsAndInPlace) {
  onSmallStack([] {
    Tensor x = leaf(vec({1, 2}));
    Tensor v = x;
    for (int i = 0; i < kLong; ++i) v = view(v, {2});
    backward(sum(v, {}, false));
    EXPECT_EQ(values(gradOf(x)), (V{1, 1}));
    Tensor w = clone(x);
    for (int i = 0; i < kLong; ++i) add(w, 1, 1, Into::Self);
    backward(sum(w, {}, false));
    Tensor base = clone(x), part = select(base, 0, 0);
    for (int i = 0; i < 20'000; ++i) add(part, 1, 1, Into::Self);
  });
}

TEST(DeepChains, CreateGraph) {
  onSmallStack([] {
    Tensor x = leaf(number(1.0000001));
    Tensor y = x;
    for (int i = 0; i < kLong / 4; ++i) y = mul(y, Operand(x));
    Tensor g = grad({y}, {x}, {}, false, true, false)[0];
    EXPECT_TRUE(requiresGrad(g));
  });
}

}  // namespace
}  // namespace retrograd::test
