#include "kernel/optim.h"

#include <cmath>

#include "core/error.h"
#include "kernel_testing.h"
#include "ops/ops.h"

namespace retrograd::testing {
namespace {

Tensor number(double value) {
  Tensor t = empty({}, DType::Float64);
  fillSlot(kCpu, t, Scalar(value));
  return t;
}

Tensor newClock() {
  Tensor t = empty({4}, DType::Float64);
  fillSlot(kCpu, t, Scalar(0));
  return t;
}

// The unfused formulas of PyTorch's single-tensor path: one rounding for each operation, scalars in the tensor's type.

template <class T>
void adamReference(std::vector<T>& p, std::vector<T> g, std::vector<T>& m, std::vector<T>& v, const math::Adam& s,
                   double lr, int step) {
  const double correction1 = 1 - std::pow(s.beta1, step), correction2 = 1 - std::pow(s.beta2, step);
  for (size_t i = 0; i < p.size(); ++i) {
    if (s.maximize) g[i] = -g[i];
    if (s.decoupled)
      p[i] = p[i] * static_cast<T>(1 - lr * s.weightDecay);
    else if (s.weightDecay != 0)
      g[i] = g[i] + static_cast<T>(s.weightDecay) * p[i];
    T difference = g[i] - m[i];
    m[i] = m[i] + static_cast<T>(1 - s.beta1) * difference;
    T kept = v[i] * static_cast<T>(s.beta2);
    T scaled = static_cast<T>(1 - s.beta2) * g[i];
    v[i] = kept + scaled * g[i];
    T root = std::sqrt(v[i]);
    T denominator = root / static_cast<T>(std::sqrt(correction2));
    denominator = denominator + static_cast<T>(s.epsilon);
    T numerator = static_cast<T>(-(lr / correction1)) * m[i];
    p[i] = p[i] + numerator / denominator;
  }
}

TEST(OptimKernel, AdamEqualsTheUnfusedFormulas) {
  for (bool decoupled : {false, true})
    for (double decay : {0.0, 0.02})
      for (bool maximize : {false, true}) {
        std::vector<Tensor> p{random({1000}, DType::Float32, 1), random({7, 3}, DType::Float32, 2)}, g, m, v;
        for (const Tensor& x : p) {
          m.push_back(empty(x.sizes()));
          v.push_back(empty(x.sizes()));
          fillSlot(kCpu, m.back(), Scalar(0));
          fillSlot(kCpu, v.back(), Scalar(0));
        }
        std::vector<std::vector<float>> rp, rm, rv;
        for (int k = 0; k < 2; ++k) {
          rp.push_back(values<float>(p[k]));
          rm.push_back(values<float>(m[k]));
          rv.push_back(values<float>(v[k]));
        }
        const std::vector<Tensor> clocks{newClock(), newClock()};
        const math::Adam rule{0.9, 0.999, 1e-8, decay, decoupled, maximize};
        for (int step = 1; step <= 5; ++step) {
          g = {random({1000}, DType::Float32, 10 + step), random({7, 3}, DType::Float32, 20 + step)};
          stepSlot<math::Adam>(kCpu, rule, {p, g, {m, v}, clocks}, number(1e-2));
          for (int k = 0; k < 2; ++k) {
            adamReference(rp[k], values<float>(g[k]), rm[k], rv[k], rule, 1e-2, step);
            EXPECT_EQ(values<float>(p[k]), rp[k]);
            EXPECT_EQ(values<float>(m[k]), rm[k]);
            EXPECT_EQ(values<float>(v[k]), rv[k]);
          }
        }
      }
}

TEST(OptimKernel, SgdEqualsTheUnfusedFormulas) {
  for (bool nesterov : {false, true})
    for (double momentum : {0.0, 0.9})
      for (double decay : {0.0, 0.1}) {
        std::vector<Tensor> p{random({1000}, DType::Float64)}, b;
        if (momentum != 0) b.push_back(empty({1000}, DType::Float64));
        auto x = values<double>(p[0]);
        std::vector<double> buffer(1000);
        for (int step = 0; step < 4; ++step) {
          std::vector<Tensor> g{random({1000}, DType::Float64, 5 + step)};
          const math::Sgd plain{decay, false};
          if (momentum != 0)
            stepSlot<math::SgdMomentum>(kCpu, {plain, momentum, 0.25, nesterov, step == 0}, {p, g, {b}, {}},
                                        number(0.1));
          else
            stepSlot<math::Sgd>(kCpu, plain, {p, g, {}, {}}, number(0.1));
          for (int i = 0; i < 1000; ++i) {
            double d = g[0].data<double>()[i];
            if (decay != 0) d = d + decay * x[i];
            if (momentum != 0) {
              double kept = buffer[i] * momentum, added = (1 - 0.25) * d;
              buffer[i] = step == 0 ? d : kept + added;
              d = nesterov ? d + momentum * buffer[i] : buffer[i];
            }
            x[i] = x[i] + -0.1 * d;
          }
          EXPECT_EQ(values<double>(p[0]), x);
        }
      }
}

TEST(OptimKernel, ThreadsDoNotChangeBits) {
  std::vector<Tensor> g{random({300001}, DType::Float32, 2)};
  expectSameOnThreads([&] {
    std::vector<Tensor> p{random({300001})}, m{random({300001}, DType::Float32, 3)}, v{empty({300001})};
    fillSlot(kCpu, v[0], Scalar(0.5));
    stepSlot<math::Adam>(kCpu, {0.9, 0.999, 1e-8, 0, false, false}, {p, g, {m, v}, {newClock()}}, number(1e-3));
    return p[0];
  });
}

TEST(OptimKernel, RefusesStateThatDoesNotFit) {
  auto sgd = [](const Tensor& gradient, const Tensor& lr) {
    sgdStep({random({4})}, {gradient}, {}, false, lr, 0, 0, 0, false, false);
  };
  sgd(random({4}), number(0.1));
  EXPECT_THROW(sgd(random({3}), number(0.1)), ShapeError);
  EXPECT_THROW(sgd(random({4}, DType::Float64), number(0.1)), DTypeError);
  EXPECT_THROW(sgd(random({4}), random({})), std::invalid_argument);
  auto adam = [](const std::vector<Tensor>& clocks) {
    adamStep({random({4})}, {random({4})}, {random({4})}, {random({4})}, clocks, number(0.1), 0.9, 0.999, 1e-8, 0,
             false, false);
  };
  adam({newClock()});
  EXPECT_THROW(adam({}), std::invalid_argument);
  EXPECT_THROW(adam({number(0)}), std::invalid_argument);
}

}  // namespace
}  // namespace retrograd::testing
