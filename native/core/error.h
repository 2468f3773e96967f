#pragma once

#include <algorithm>
#include <cstdint>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/macros.h"

namespace retrograd {

/// Root of the library's errors. Each class below becomes the Java exception of the same meaning (jni/exceptions.h).
/// Messages say the operation, followed by a colon, what it got, what it wanted and, where there is one, the call that
/// mends it.
struct RETROGRAD_API Error : std::exception {
  explicit Error(std::string message) : message(std::move(message)) {}
  const char* what() const noexcept override { return message.c_str(); }
  std::string message;
  bool isLate = false;  ///< found by a device in an earlier operation than the one that runs
};
struct RETROGRAD_API ShapeError : Error {
  using Error::Error;
};
struct RETROGRAD_API IndexError : Error {
  using Error::Error;
};
struct RETROGRAD_API DTypeError : Error {
  using Error::Error;
};
struct RETROGRAD_API DeviceError : Error {
  using Error::Error;
};
struct RETROGRAD_API AutogradError : Error {
  using Error::Error;
};
/// A handle that was closed, or never was one.
struct RETROGRAD_API ClosedError : Error {
  using Error::Error;
};
struct RETROGRAD_API OutOfMemoryError : Error {
  OutOfMemoryError(const std::string& message, std::string device, int64_t requested, int64_t allocated,
                   int64_t reserved, int64_t limit)
      : Error(message),
        device(std::move(device)),
        requested(requested),
        allocated(allocated),
        reserved(reserved),
        limit(limit) {}
  std::string device;
  int64_t requested, allocated, reserved, limit;  // bytes
};

/// Throws `E` with the arguments streamed one after the other as its message.
template <class E, class... A>
[[noreturn, gnu::cold, gnu::noinline]] void fail(const A&... parts) {
  std::ostringstream text;
  text.exceptions(std::ios::badbit);  // a stream keeps std::bad_alloc to itself and leaves the text cut short
  (text << ... << parts);
  throw E(text.str());
}

/// Runs what knows no operation, such as an allocation, so that its errors begin with the one that needed it.
template <class F>
auto prefixed(const char* op, const F& body) {
  try {
    return body();
  } catch (Error& error) {
    if (!error.isLate) error.message.insert(0, std::string(op) + ": ");
    throw;
  }
}

/// The message with `op` in place of the operation that it begins with, or before it where it begins with none.
inline std::string renamed(const char* op, const std::string& message) {
  size_t end = message.find_first_of(": ");
  bool hasName = end != std::string::npos && end > 0 && message[end] == ':';
  return op + (hasName ? message.substr(end) : ": " + message);
}

/// The message with an underscore after the operation that it begins with, unless there is one.
inline std::string underscored(const std::string& message) {
  const size_t end = message.find_first_of(": ");
  const bool lacksOne = end != std::string::npos && end > 0 && message[end] == ':' && message[end - 1] != '_';
  return lacksOne ? message.substr(0, end) + '_' + message.substr(end) : message;
}

/// The operation that the calling thread runs by `named`, of several the outermost; null where there is none. Static.
inline thread_local constinit const char* calledOperation = nullptr;

/// Runs the body of an operation made of others, so that their errors name the one that the user called, those too that
/// a device finds later. `op` is static.
template <class F>
auto named(const char* op, const F& body) {
  struct Called {
    bool outermost;
    explicit Called(const char* op) : outermost(!calledOperation) {
      if (outermost) calledOperation = op;
    }
    ~Called() {
      if (outermost) calledOperation = nullptr;
    }
  };
  const Called called(op);
  try {
    return body();
  } catch (Error& error) {
    if (!error.isLate) error.message = renamed(op, error.message);
    throw;
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(renamed(op, error.what()));
  }
}

}  // namespace retrograd
