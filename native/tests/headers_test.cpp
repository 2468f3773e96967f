// The books on what tensors cost beside their elements.

#include "core/headers.h"

#include <malloc.h>

#include <thread>

#include "autograd/hook.h"
#include "core/handle.h"
#include "support.h"

namespace retrograd::test {
namespace {

/// What malloc has given out, or 0 where something else stands in for it.
int64_t mallocated() { return static_cast<int64_t>(mallinfo2().uordblks); }

int64_t settled() {
  headers::settle();
  return headers::bytes();
}

/// Makes many of something, and compares what the books say that they cost with what malloc says.
template <class F>
void costsWhatMallocSays(const char* what, F make) {
  constexpr int kMany = 4000;
  using Made = decltype(make());
  std::vector<Made> made;
  made.reserve(kMany);
  make();  // whatever is made once
  const int64_t booked = settled(), real = mallocated();
  for (int i = 0; i < kMany; ++i) made.push_back(make());
  const auto bookedMore = static_cast<double>(settled() - booked), more = static_cast<double>(mallocated() - real);
  if (more > 0) {
    EXPECT_NEAR(bookedMore / more, 1, 0.05) << what;
  } else {
    EXPECT_GT(bookedMore, kMany * 100.0) << what;
  }
  made.clear();
  EXPECT_EQ(settled(), booked) << what;
}

TEST(Headers, ChargeWhatMallocGaveOut) {
  NoGradGuard guard;
  Tensor x = vec({1, 2, 3, 4});
  Tensor empty = zeros({0}, DType::Float32, kCpu);
  costsWhatMallocSays("views", [&] { return view(x, {2, 2}); });
  costsWhatMallocSays("views of many dimensions", [&] { return view(x, {2, 2, 1, 1, 1, 1, 1, 1}); });
  costsWhatMallocSays("tensors without elements", [&] { return clone(empty); });
}

TEST(Headers, ChargeWhatTheGraphHolds) {
  Tensor x = leaf(vec({1, 2, 3, 4})), scale = leaf(vec({1, 1, 1, 1}));
  costsWhatMallocSays("recorded views", [&] { return view(x, {2, 2}); });
  costsWhatMallocSays("a chain of nodes", [&] {
    Tensor y = view(x, {2, 2});
    for (int i = 0; i < 5; ++i) y = view(view(y, {4}), {2, 2});
    return y;  // holds ten nodes whose tensors are gone
  });
  Tensor nothing = leaf(zeros({0}, DType::Float32, kCpu));
  costsWhatMallocSays("nodes that save two values each", [&] {
    Tensor y = nothing;
    for (int i = 0; i < 5; ++i) y = mul(y, Operand(nothing));
    return y;
  });
  costsWhatMallocSays("a node of many edges", [&] { return cat(std::vector<Tensor>(20, nothing), 0); });
}

TEST(Headers, ChargeLeavesAndTheirGradients) {
  costsWhatMallocSays("leaves", [] {
    Tensor x = leaf(zeros({0}, DType::Float32, kCpu));
    setGrad(x, zeros({0}, DType::Float32, kCpu));
    return x;
  });
}

TEST(Headers, ChargeHandles) {
  Tensor x = vec({1});
  const int64_t before = settled();
  std::vector<int64_t> open;
  for (int i = 0; i < 1024; ++i) open.push_back(handles::open(x.ref()));
  EXPECT_GE(settled() - before, 1024 * 100);
  for (int64_t handle : open) handles::close(handle);
  EXPECT_NEAR(static_cast<double>(settled()), static_cast<double>(before), headers::kBatch);
}

/// A thread keeps back less than a batch, which the next one takes over where it has ended.
TEST(Headers, ThreadsReportWhatTheyCharge) {
  Tensor x = vec({1, 2, 3, 4});
  const int64_t before = settled();
  std::vector<Tensor> views;
  int64_t during = 0, of = 0;
  std::thread([&] {
    handles::close(handles::open(x.ref()));
    for (int i = 0; i < 1000; ++i) views.push_back(view(x, {2, 2}));
    during = headers::bytes();
    of = settled();
  }).join();
  EXPECT_NEAR(static_cast<double>(during), static_cast<double>(of), 16 << 10);
  std::thread([&, views = std::move(views)]() mutable {
    handles::close(handles::open(x.ref()));
    views.clear();
  }).join();
  EXPECT_NEAR(static_cast<double>(settled()), static_cast<double>(before), 2.0 * headers::kBatch);
}

}  // namespace
}  // namespace retrograd::test
