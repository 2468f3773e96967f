#include "cuda_testing.h"

#include "kernel/optim.h"

namespace retrograd::parity {
namespace {

TEST(Cuda, OptimizerSteps) {
  NEED_DEVICE();
  auto states = [](Device device, uint64_t seed, bool positive) {
    std::vector<Tensor> list;
    for (int k = 0; k < 60; ++k) {
      Tensor t =
          sample({k % 7 == 0 ? 5000 : k}, k % 2 ? DType::Float32 : DType::Float64, seed + static_cast<uint64_t>(k));
      if (positive) t = abs(t);
      list.push_back(to(clone(t), t.dtype(), device));
    }
    return list;
  };
  const math::Adam adam{0.9, 0.99, 1e-8, 0.1, true, false};
  const math::Sgd sgd{0.01, true};
  const math::SgdMomentum momentum{sgd, 0.9, 0.1, true, false};
  std::vector<Tensor> p[2], m[2], v[2];
  for (int d = 0; d < 2; ++d) {
    const Device device = d ? kCuda : kCpu;
    p[d] = states(device, 1, false);
    m[d] = states(device, 100, false);
    v[d] = states(device, 200, true);
    const Tensor lr = full({}, 1e-2, DType::Float64, device);
    std::vector<Tensor> clocks;
    for (const Tensor& t : p[d])
      clocks.push_back(full({4}, static_cast<double>(t.numel() % 3), DType::Float64, device));
    stepSlot<math::Adam>(device, adam, {p[d], states(device, 300, false), {m[d], v[d]}, clocks}, lr);
    stepSlot<math::SgdMomentum>(device, momentum, {p[d], states(device, 400, false), {m[d]}, {}}, lr);
    stepSlot<math::Sgd>(device, sgd, {p[d], states(device, 500, false), {}, {}}, lr);
  }
  for (size_t k = 0; k < p[0].size(); ++k) {
    expectSame(p[0][k], p[1][k], 4, "parameter " + std::to_string(k));  // powers differ in the last place
    expectSame(m[0][k], m[1][k], 0, "state " + std::to_string(k));
    expectSame(v[0][k], v[1][k], 0, "state " + std::to_string(k));
  }
}

}  // namespace
}  // namespace retrograd::parity
