// Several threads on one engine; run under the thread sanitizer too.

#include <cmath>
#include <thread>

#include "core/error.h"
#include "support.h"

namespace retrograd::test {
namespace {

template <class F>
void onThreads(int n, F f) {
  std::vector<std::thread> threads;
  for (int i = 0; i < n; ++i) threads.emplace_back([&f, i] { f(i); });
  for (auto& t : threads) t.join();
}

TEST(Concurrency, IndependentGraphs) {
  onThreads(4, [](int i) {
    for (int k = 0; k < 50; ++k) {
      Tensor x = leaf(vec({1.0 + i, 2}));
      backward(sum(mul(square(x), Operand(x)), {}, false));
      EXPECT_EQ(values(gradOf(x))[0], 3 * (1.0 + i) * (1.0 + i));
    }
  });
}

TEST(Concurrency, ASharedLeafGetsEveryContribution) {
  Tensor w = leaf(vec({1, 2, 3}));
  constexpr int kThreads = 4, kRounds = 100;
  onThreads(kThreads, [&](int) {
    for (int k = 0; k < kRounds; ++k) backward(sum(mul(w, 2), {}, false));
  });
  EXPECT_EQ(values(gradOf(w)), V(3, 2.0 * kThreads * kRounds));
}

TEST(Concurrency, OneGraphRetained) {
  Tensor w = leaf(vec({1, 2}));
  Tensor shared = exp(w);
  onThreads(4, [&](int) {
    for (int k = 0; k < 50; ++k) backward(sum(square(shared), {}, false), true);
  });
  EXPECT_NEAR(values(gradOf(w))[0], 200 * 2 * std::exp(2.0), 1e-6);
}

TEST(Concurrency, OneGraphReleasedServesSomeAndTellsTheOthers) {
  for (int round = 0; round < 50; ++round) {
    Tensor w = leaf(vec({1, 2}));
    Tensor shared = exp(mul(w, 2));
    std::atomic<int> served{0}, told{0};
    onThreads(4, [&](int) {
      try {
        backward(sum(shared, {}, false));
        ++served;
      } catch (const AutogradError&) {
        ++told;
      }
    });
    EXPECT_GE(served, 1);
    EXPECT_EQ(served + told, 4);
  }
}

TEST(Concurrency, RequiresGradComesWhileAnOperationIsRecorded) {
  for (int round = 0; round < 500; ++round) {
    Tensor x = vec({1, 2}), w = leaf(vec({3, 4}));
    onThreads(2, [&](int i) {
      if (i == 0)
        requiresGrad_(x, true);
      else
        backward(sum(mul(x, Operand(w)), {}, false));
    });
    EXPECT_EQ(values(gradOf(w)), (V{1, 2}));
    Tensor g = gradOf(x);
    EXPECT_TRUE(!g.defined() || values(g) == (V{3, 4}));
  }
}

TEST(Concurrency, BlocksMoveBetweenThreads) {
  int64_t before = allocated();
  std::vector<Tensor> made(400);
  onThreads(4, [&](int i) {
    for (int k = 0; k < 100; ++k) made[i * 100 + k] = full({1 + k * 13}, i, DType::Float32, kCpu);
  });
  onThreads(4, [&](int i) {
    for (int k = 0; k < 100; ++k) {
      Tensor& t = made[((i + 1) % 4) * 100 + k];
      EXPECT_EQ(values(t).front(), (i + 1) % 4);
      t = Tensor();
    }
  });
  EXPECT_EQ(allocated(), before);
}

}  // namespace
}  // namespace retrograd::test
