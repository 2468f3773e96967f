#include "core/per_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

namespace retrograd {
namespace {

struct Numbered {
  int number = 0;
};

TEST(PerThread, ThreadsThatLiveAtOnceHaveOneEach) {
  static constinit PerThread<Numbered> all;
  constexpr int kThreads = 40;
  std::atomic<int> claimed{0};
  std::vector<Numbered*> mine(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&, i] {
      mine[static_cast<size_t>(i)] = all.claim();
      ++claimed;
      while (claimed < kThreads) std::this_thread::yield();
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(std::set<Numbered*>(mine.begin(), mine.end()).size(), size_t{kThreads});
  all.clear();
}

#ifndef __SANITIZE_THREAD__  // under which none is handed on
TEST(PerThread, WhatEndedThreadsHadIsHandedOn) {
  static constinit PerThread<Numbered> all;
  Numbered* own = all.claim();
  own->number = -1;
  int most = 0;
  for (int i = 0; i < 1000; ++i) std::thread([&] { most = std::max(most, ++all.claim()->number); }).join();
  int count = 0, sum = 0;
  all.forEach([&](Numbered& n) {
    ++count;
    if (&n != own) sum += n.number;
  });
  EXPECT_EQ(sum, 1000);
  EXPECT_EQ(own->number, -1);
  EXPECT_LE(count, 20);  // a thread that was joined may take a moment to end
  int seen = 0;
  for (int i = 0; i < 100; ++i) all.visitEnded([&](Numbered& n) { seen += &n != own ? 1 : 1000; });
  EXPECT_GT(seen, 0);
  EXPECT_LE(seen, 100);
  all.clear();
  all.forEach([](Numbered&) { ADD_FAILURE() << "none is left"; });
}
#endif

}  // namespace
}  // namespace retrograd
