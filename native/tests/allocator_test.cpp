#include "core/allocator.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "core/error.h"

namespace retrograd {
namespace {

Allocator& cpuMemory() { return allocator(kCpu); }

struct Block {
  size_t charged = 0;
  void* data;
  explicit Block(size_t bytes) : data(cpuMemory().allocate(bytes, charged)) {}
  Block(Block&& o) noexcept : charged(o.charged), data(std::exchange(o.data, nullptr)) {}
  Block& operator=(Block&& o) noexcept {
    std::swap(charged, o.charged);
    std::swap(data, o.data);
    return *this;
  }
  ~Block() { cpuMemory().free(data, charged); }
};

/// Puts the limit back.
struct Limit {
  int64_t before = cpuMemory().stats().limit;
  explicit Limit(int64_t bytes) { cpuMemory().setLimit(bytes); }
  ~Limit() { cpuMemory().setLimit(before); }
};

TEST(CpuAllocator, RoundsIntoClassesAndAligns) {
  size_t last = 0;
  for (size_t bytes = 1; bytes < (size_t{1} << 24); bytes += bytes / 7 + 1) {
    Block b(bytes);
    EXPECT_GE(b.charged, bytes);
    EXPECT_LE(b.charged, bytes <= 1024 ? bytes + 63 : bytes + bytes / 4);
    EXPECT_GE(b.charged, last);
    EXPECT_EQ(b.charged % 64, 0u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(b.data) % (b.charged >= (size_t{2} << 20) ? size_t{2} << 20 : 64), 0u);
    std::memset(b.data, 1, b.charged);
    last = b.charged;
  }
  EXPECT_EQ(Block(0).data, nullptr);
  EXPECT_EQ(Block(0).charged, 0u);
}

TEST(CpuAllocator, KeepsTheBooks) {
  cpuMemory().emptyCache();
  cpuMemory().resetPeak();
  MemoryStats before = cpuMemory().stats();
  {
    Block a(1 << 20), b(100);
    MemoryStats s = cpuMemory().stats();
    EXPECT_EQ(s.allocated - before.allocated, static_cast<int64_t>(a.charged + b.charged));
    EXPECT_GE(s.reserved, s.allocated);
    EXPECT_EQ(s.peak, s.allocated);
  }
  MemoryStats after = cpuMemory().stats();
  EXPECT_EQ(after.allocated, before.allocated);
  EXPECT_EQ(after.peak - before.allocated, (1 << 20) + 128);
  EXPECT_GE(after.reserved - before.reserved, (1 << 20) + 128);  // cached
  cpuMemory().emptyCache();
  EXPECT_EQ(cpuMemory().stats().reserved, cpuMemory().stats().allocated);
}

TEST(CpuAllocator, GivesCachedBlocksOutAgain) {
  for (size_t bytes : {size_t{64}, size_t{5000}, size_t{1} << 20, size_t{8} << 20}) {
    void* first = Block(bytes).data;
    EXPECT_EQ(Block(bytes).data, first) << bytes;
  }
}

TEST(CpuAllocator, EmptyingReachesOtherThreadsAndEndedOnes) {
  cpuMemory().emptyCache();
  int64_t before = cpuMemory().stats().reserved;
  std::vector<Block> made;
  for (int i = 0; i < 1000; ++i) made.emplace_back(256);
  std::thread([&] { made.clear(); }).join();
  EXPECT_GT(cpuMemory().stats().reserved, before);
  std::atomic<int> stage{0};
  std::thread other([&] {
    Block(4096);
    stage = 1;
    while (stage != 2) std::this_thread::yield();
  });
  while (stage != 1) std::this_thread::yield();
  cpuMemory().emptyCache();
  EXPECT_EQ(cpuMemory().stats().reserved, before);
  stage = 2;
  other.join();
}

TEST(CpuAllocator, TheCacheIsBounded) {
  cpuMemory().emptyCache();
  cpuMemory().resetPeak();
  MemoryStats start = cpuMemory().stats();
  for (int64_t mib = 1; mib <= 64; ++mib) Block(static_cast<size_t>(mib) << 20);  // each of another class
  EXPECT_LE(cpuMemory().stats().reserved - start.reserved, int64_t{320} << 20);
  cpuMemory().emptyCache();
}

TEST(CpuAllocator, FreesOnOtherThreadsDoNotPileUp) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "no thread counts as ended there, see hasEnded";
#endif
  cpuMemory().emptyCache();
  int64_t most = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<Block> made;
    for (int i = 0; i < 100; ++i) made.emplace_back(1000);
    std::thread([&] { made.clear(); }).join();
    most = std::max(most, cpuMemory().stats().reserved - cpuMemory().stats().allocated);
  }
  EXPECT_LE(most, 2 << 20);
}

TEST(CpuAllocator, TheLimitHoldsForLiveAndCachedBlocksTogether) {
  cpuMemory().emptyCache();
  Limit limit(cpuMemory().stats().allocated + (20 << 20));
  { Block a(16 << 20); }
  { Block b(12 << 20); }  // only fits once the cached 16 MiB have gone back
  EXPECT_LE(cpuMemory().stats().reserved, cpuMemory().stats().limit);
  Block c(16 << 20);
  EXPECT_THROW(Block(16 << 20), OutOfMemoryError);
  cpuMemory().emptyCache();
}

std::vector<Block>* garbage = nullptr;
int asked = 0;

TEST(CpuAllocator, AsksForHelpBeforeFailing) {
  Limit limit(cpuMemory().stats().allocated + (20 << 20));
  std::vector<Block> held;
  held.emplace_back(16 << 20);
  garbage = &held;
  asked = 0;
  Allocator::setPressureHook([](Device, bool failing) {
    ++asked;
    if (failing) garbage->clear();
    return failing;
  });
  { Block b(16 << 20); }
  EXPECT_EQ(asked, 1);
  Allocator::setPressureHook(nullptr);
  try {
    Block b(size_t{1} << 40);
    ADD_FAILURE() << "no error";
  } catch (const OutOfMemoryError& e) {
    EXPECT_EQ(e.device, "cpu");
    EXPECT_EQ(e.requested, int64_t{1} << 40);
    EXPECT_EQ(e.limit, cpuMemory().stats().limit);
  }
  EXPECT_THROW(Block(~size_t{0} >> 1), OutOfMemoryError);
}

TEST(CpuAllocator, HasALimitFromTheStart) {
  int64_t limit = cpuMemory().stats().limit;
  EXPECT_GT(limit, 64 << 20);
  EXPECT_LT(limit, int64_t{1} << 50);
}

TEST(CpuAllocator, ManyThreadsAtOnce) {
  int64_t before = cpuMemory().stats().allocated;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      uint64_t x = static_cast<uint64_t>(t) + 1;
      std::vector<Block> held;
      for (int i = 0; i < 20000; ++i) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        held.emplace_back((x >> 40) % 9000 + 1);
        std::memset(held.back().data, t, held.back().charged);
        if (held.size() > 50) held.erase(held.begin(), held.begin() + 25);
        if (i % 5000 == 0) cpuMemory().emptyCache();
      }
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(cpuMemory().stats().allocated, before);
}

}  // namespace
}  // namespace retrograd
