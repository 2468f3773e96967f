#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>

#include "cpu/threads.h"
#include "kernel/copy.h"
#include "kernel/gemm.h"
#include "kernel/index.h"
#include "kernel/loss.h"
#include "kernel/optim.h"
#include "kernel/pointwise.h"
#include "kernel/random.h"
#include "kernel/reduce.h"
#include "math/binary.h"
#include "math/reduce.h"
#include "math/unary.h"

namespace retrograd {
namespace {

void expectFilled(const SlotBase& slot) { EXPECT_TRUE(slot.filled(DeviceType::CPU)) << slot.slotName(); }

TEST(Slots, EverySlotHasACpuKernel) {
  math::UnaryFunctors::forEach([]<class F>() { expectFilled(unarySlot<F>); });
  math::BinaryFunctors::forEach([]<class F>() { expectFilled(binarySlot<F>); });
  math::ReduceFunctors::forEach([]<class F>() { expectFilled(reduceSlot<F>); });
  auto all = [](const auto&... slots) { (expectFilled(slots), ...); };
  all(whereSlot, copySlot, fillSlot, rangeSlot, triangleSlot, overlappingAddSlot, gemmSlot, indexSelectSlot,
      indexPutSlot, gatherSlot, scatterSlot, indexOffsetsSlot, nonzeroSlot, adamSlot, sgdSlot, uniformSlot, normalSlot,
      integersSlot, bernoulliSlot, extremumSlot, cumsumSlot, softmaxSlot, softmaxBackwardSlot, nllLossSlot,
      nllLossBackwardSlot);
}

TEST(Slots, TheListNamesEachOnce) {
  std::multiset<std::string> names;
  SlotBase::list(
      [](const SlotInfo& info, void* to) { static_cast<std::multiset<std::string>*>(to)->insert(info.name); }, &names);
  EXPECT_GE(names.size(), math::UnaryFunctors::kSize + math::BinaryFunctors::kSize + math::ReduceFunctors::kSize + 25);
  for (const std::string& name : names) EXPECT_EQ(names.count(name), 1u) << name;
}

TEST(Threads, WhatAPartThrowsReachesTheCaller) {
  EXPECT_THROW(cpu::parallelFor(1000, 1,
                                [](int64_t begin, int64_t end) {
                                  if (begin <= 999 && 999 < end) throw std::out_of_range("last");
                                }),
               std::out_of_range);
  EXPECT_THROW(cpu::setNumThreads(0), std::invalid_argument);
}

TEST(Threads, PartsCoverTheRangeOnce) {
  const int before = cpu::numThreads();
  for (int threads : {1, 2, 5}) {
    cpu::setNumThreads(threads);
    for (int64_t n : {0, 1, 7, 63, 64, 65, 1000, 4097}) {
      std::vector<int> seen(static_cast<size_t>(n));
      cpu::parallelFor(n, 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) ++seen[i];
      });
      EXPECT_EQ(seen, std::vector<int>(static_cast<size_t>(n), 1));
    }
  }
  cpu::setNumThreads(before);
}

}  // namespace
}  // namespace retrograd
