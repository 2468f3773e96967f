#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "core/modes.h"
#include "engine/engine.h"
#include "ops/ops.h"

namespace retrograd::test {

inline Tensor tensor(std::vector<double> values, Dims shape, DType dtype = DType::Float64) {
  Tensor t = empty({static_cast<int64_t>(values.size())}, DType::Float64, kCpu);
  std::copy(values.begin(), values.end(), t.data<double>());
  return to(reshape(t, shape), dtype, kCpu);
}
inline Tensor vec(std::vector<double> values) {
  int64_t n = static_cast<int64_t>(values.size());
  return tensor(std::move(values), {n});
}
inline Tensor number(double v) { return tensor({v}, {}); }
inline Tensor leaf(Tensor t) { return requiresGrad_(t, true); }

inline std::vector<double> values(const Tensor& t) {
  Tensor d = contiguous(to(detach(t), DType::Float64, kCpu));
  return {d.data<double>(), d.data<double>() + d.numel()};
}
using V = std::vector<double>;

inline void backward(const Tensor& root, bool retainGraph = false, bool createGraph = false) {
  retrograd::backward({root}, {}, retainGraph, createGraph, {});
}
inline int64_t allocated() { return memoryStats(kCpu)[0]; }
inline int64_t graphHeld() { return memoryStats(kCpu)[3]; }

/// Runs `f` on a thread with a stack of 512 KiB.
template <class F>
void onSmallStack(F f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 512 * 1024);
  pthread_t thread;
  auto run = [](void* argument) -> void* {
    (*static_cast<F*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &f), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace retrograd::test
