#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>

#include "cpu/threads.h"
#include "kernel/slot.h"
#include "math/binary.h"
#include "math/optim.h"
#include "math/reduce.h"
#include "math/unary.h"

namespace retrograd {
namespace {

using Names = std::multiset<std::string>;

template <class List>
Names namesOf() {
  Names names;
  List::forEach([&]<class F>() { names.insert(F::kName); });
  return names;
}

/// The names of the slots that a template declares: one for each functor of its list.
Names functorsOf(const std::string& slot) {
  if (slot == "unarySlot") return namesOf<math::UnaryFunctors>();
  if (slot == "binarySlot") return namesOf<math::BinaryFunctors>();
  if (slot == "reduceSlot") return namesOf<math::ReduceFunctors>();
  if (slot == "stepSlot") return namesOf<math::StepRules>();
  ADD_FAILURE() << "of which functors is " << slot << "?";
  return {};
}

/// A slot by name, and whether the CPU must fill it: not where it is keyed by the device that is no CPU.
using Declared = std::map<std::string, bool>;

/// All slots, read from their declarations: no code is there for one that nobody fills.
Declared declaredSlots() {
  const std::regex slot(R"re(Slot<void\([^;]*?\)>\s+(\w+)\{\s*("(\w+)"|\w+::kName)([^}]*)\};)re");
  Declared slots;
  for (const auto& header : std::filesystem::directory_iterator(RETROGRAD_SOURCE_DIR "/kernel")) {
    std::ifstream in(header.path());
    const std::string text(std::istreambuf_iterator<char>(in), {});
    size_t unread = 0;
    for (size_t at = 0; (at = text.find("constinit Slot<", at)) != std::string::npos; ++at) ++unread;
    for (std::sregex_iterator it(text.begin(), text.end(), slot), end; it != end; ++it, --unread) {
      const std::smatch& match = *it;
      const bool onCpu = match[4].str().find("Operands::Anywhere") == std::string::npos;
      const Names names = match[3].matched ? Names{match[3]} : functorsOf(match[1]);
      for (const std::string& name : names) EXPECT_TRUE(slots.emplace(name, onCpu).second) << name << " twice";
    }
    EXPECT_EQ(unread, 0u) << header.path() << " declares slots that this test cannot read";
  }
  return slots;
}

/// Calls `visit` for each slot that some device fills.
template <class Visit>
void forEachSlot(Visit visit) {
  SlotBase::list([](const SlotInfo& info, void* f) { (*static_cast<Visit*>(f))(info); }, &visit);
}

TEST(Slots, EverySlotHasACpuKernel) {
  Names filled;
  forEachSlot([&](const SlotInfo& info) {
    if (info.filled[static_cast<int>(DeviceType::CPU)]) filled.insert(info.name);
  });
  for (const auto& [name, onCpu] : declaredSlots())
    EXPECT_TRUE(!onCpu || filled.contains(name)) << name << " has no CPU kernel";
}

TEST(Slots, TheListNamesEachOnce) {
  const Declared declared = declaredSlots();
  Names names;
  forEachSlot([&](const SlotInfo& info) { names.insert(info.name); });
  EXPECT_FALSE(names.empty());
  for (const std::string& name : names) {
    EXPECT_EQ(names.count(name), 1u) << name;
    EXPECT_TRUE(declared.contains(name)) << name;
  }
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
