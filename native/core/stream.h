#pragma once

#include <array>
#include <cstdint>

#include "core/device.h"

namespace retrograd {

/// A queue in which a device does its work in order. Number 0 is the device's default stream, on which every thread
/// starts; the others run beside it, are made at first use and live for ever. The CPU has no other. A plain value.
struct Stream {
  Device device;
  uint8_t number = 0;

  friend constexpr bool operator==(Stream, Stream) = default;
};

inline constexpr int kMaxDevices = 64;  ///< of a type
inline constexpr int kStreams = 32;     ///< of a device

/// The number of the calling thread's stream of each device; stays 0 on the CPU, which shares entry 0 with nobody.
inline thread_local constinit std::array<uint8_t, kMaxDevices> currentStreams{};

/// On what the calling thread's work for a device is queued.
inline Stream currentStream(Device device) noexcept {
  return {device, device.isCpu() ? uint8_t{0} : currentStreams[static_cast<size_t>(device.index)]};
}
inline void setCurrentStream(Stream stream) noexcept {
  if (!stream.device.isCpu()) currentStreams[static_cast<size_t>(stream.device.index)] = stream.number;
}

/// Puts the calling thread's streams back at its end.
class StreamsGuard {
 public:
  StreamsGuard() noexcept : before_(currentStreams) {}
  explicit StreamsGuard(Stream stream) noexcept : StreamsGuard() { setCurrentStream(stream); }
  StreamsGuard(const StreamsGuard&) = delete;
  StreamsGuard& operator=(const StreamsGuard&) = delete;
  ~StreamsGuard() { currentStreams = before_; }

 private:
  std::array<uint8_t, kMaxDevices> before_;
};

// Each throws DeviceError for a device that does not exist here, and what an earlier kernel did wrong where the host
// learns of it. On the CPU, whose work is done when a call returns, they do nothing.

/// Waits until a stream, or all streams of a device, have done what was queued so far.
RETROGRAD_API void synchronize(Stream stream);
RETROGRAD_API void synchronize(Device device);
/// Whether a stream has nothing left to do.
RETROGRAD_API bool isIdle(Stream stream);
/// What is queued on `stream` from now on waits for all that is queued on `other` so far. The host does not wait. Does
/// nothing where they are the same, or one is the CPU's.
RETROGRAD_API void wait(Stream stream, Stream other);

/// Registers how a device type does the above: a static object in that device's folder.
struct StreamBackend {
  StreamBackend(DeviceType type, void (*synchronizeStream)(Stream), void (*synchronizeDevice)(Device),
                bool (*isIdle)(Stream), void (*wait)(Stream stream, Stream other));

  void (*synchronizeStream)(Stream);
  void (*synchronizeDevice)(Device);
  bool (*isIdle)(Stream);
  void (*wait)(Stream stream, Stream other);
};

}  // namespace retrograd
