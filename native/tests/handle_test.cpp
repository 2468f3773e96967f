#include "core/handle.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "core/error.h"
#include "core/tensor.h"

namespace retrograd {
namespace {

Ref<RefCounted> object() { return allocateTensor("test", {4}, DType::Float32, kCpu).ref(); }

TEST(Handles, StaleNumbersAreRefused) {
  int64_t before = handles::count();
  int64_t h = handles::open(object());
  EXPECT_NE(h, 0);
  EXPECT_TRUE(handles::isOpen(h));
  EXPECT_TRUE(handles::close(h));
  EXPECT_FALSE(handles::close(h));
  EXPECT_FALSE(handles::isOpen(h));
  EXPECT_THROW(handles::pin(h), ClosedError);
  EXPECT_EQ(handles::count(), before);
  for (int64_t made : {int64_t{0}, int64_t{-1}, int64_t{12345}, INT64_MAX, INT64_MIN, h + 1}) {
    EXPECT_THROW(handles::pin(made), ClosedError) << made;
    EXPECT_FALSE(handles::close(made)) << made;
  }
}

TEST(Handles, ReusedSlotsGetNewNumbers) {
  int64_t first = handles::open(object());
  handles::close(first);
  for (int i = 0; i < 1000; ++i) {
    int64_t h = handles::open(object());
    EXPECT_NE(h, first);
    handles::close(h);
  }
  EXPECT_THROW(handles::pin(first), ClosedError);
}

TEST(Handles, APinKeepsTheObjectThroughAClose) {
  int64_t h = handles::open(object());
  auto* pinned = static_cast<TensorImpl*>(handles::pin(h));
  EXPECT_TRUE(handles::close(h));
  EXPECT_THROW(handles::pin(h), ClosedError);
  EXPECT_EQ(pinned->numel(), 4);
  handles::unpin(h);
}

TEST(Handles, CloseRacesWithUse) {
  for (int round = 0; round < 200; ++round) {
    int64_t h = handles::open(object());
    std::atomic<int> closed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, i] {
        for (int k = 0; k < 200; ++k) {
          try {
            Pin<TensorImpl> pin(h);
            EXPECT_EQ(pin.get()->numel(), 4);
          } catch (const ClosedError&) {
            break;
          }
          if (k == 50 + i) closed += handles::close(h);
        }
      });
    for (auto& t : threads) t.join();
    EXPECT_EQ(closed, 1);
  }
}

TEST(Handles, KindIsChecked) {
  struct Other final : RefCounted {};
  int64_t h = handles::open(makeRef<Other>());
  EXPECT_THROW(Pin<TensorImpl>{h}, std::invalid_argument);
  EXPECT_TRUE(handles::close(h));
}

}  // namespace
}  // namespace retrograd
