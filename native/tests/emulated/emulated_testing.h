#pragma once

#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <string>

#include "cuda/launch.h"
#include "emulated.h"
#include "ops/ops.h"

namespace retrograd::cuda {

using emulated::Order;
using emulated::Settings;

inline Settings inOrder(Order order, uint64_t seed = 1) {
  Settings settings;
  settings.order = order;
  settings.seed = seed;
  return settings;
}

inline constexpr Device kCuda{DeviceType::CUDA, 0};

/// A device with so much memory beside what is in use for good.
inline Settings withRoom(size_t bytes) {
  allocator(kCuda).emptyCache();
  size_t free = 0, total = 0;
  check(cudaMemGetInfo(&free, &total), "test");
  Settings settings;
  settings.memory = total - free + bytes;
  return settings;
}

/// Runs with some settings, then goes back to the plain ones.
class Emulated : public testing::Test {
 protected:
  void SetUp() override { emulated::takeFindings(); }
  void TearDown() override {
    allocator(kCuda).emptyCache();
    emulated::takeFindings();
    cudaGetLastError();
    emulated::configure(Settings());
  }
  static std::string launched() {
    cudaStreamSynchronize(nullptr);
    return emulated::takeFindings();
  }
};

}  // namespace retrograd::cuda
