#include "core/error.h"

#include <gtest/gtest.h>

using namespace retrograd;

namespace {

template <class E>
std::string messageOf(const char* thrown) {
  try {
    named("outer", [&] { throw E(thrown); });
  } catch (const E& error) {
    return error.what();
  }
  return "";
}

// An operation made of others tells what went wrong inside, in its own name, whatever class the error has.
TEST(Error, NamedReplacesAnOperationOrStandsBeforeTheMessage) {
  EXPECT_EQ(messageOf<ShapeError>("inner: the sizes 2: 3 differ"), "outer: the sizes 2: 3 differ");
  EXPECT_EQ(messageOf<ShapeError>("no memory"), "outer: no memory");
  EXPECT_EQ(messageOf<DeviceError>("a stream: gone"), "outer: a stream: gone");
  EXPECT_EQ(messageOf<AutogradError>(""), "outer: ");
  EXPECT_EQ(messageOf<AutogradError>(": odd"), "outer: : odd");
  EXPECT_EQ(messageOf<std::invalid_argument>("inner: 300 does not fit"), "outer: 300 does not fit");
  EXPECT_EQ(messageOf<std::invalid_argument>("300 does not fit"), "outer: 300 does not fit");
}

TEST(Error, NamedLeavesWhatADeviceFoundEarlier) {
  try {
    named("outer", [] {
      IndexError late("gather: the index 7");
      late.isLate = true;
      prefixed("inner", [&] { throw late; });
    });
    FAIL();
  } catch (const IndexError& error) {
    EXPECT_EQ(error.message, "gather: the index 7");
  }
}

TEST(Error, NamedKeepsTheFiguresOfAnOutOfMemoryError) {
  try {
    named("outer", [] { throw OutOfMemoryError("inner: full", "cpu", 1, 2, 3, 4); });
    FAIL();
  } catch (const OutOfMemoryError& error) {
    EXPECT_EQ(error.message, "outer: full");
    EXPECT_EQ(error.limit, 4);
  }
}

}  // namespace
