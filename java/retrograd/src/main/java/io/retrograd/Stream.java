package io.retrograd;

import static io.retrograd.internal.Arguments.given;

import io.retrograd.internal.Engine;
import io.retrograd.internal.Threads;

/**
 * A queue in which a GPU does its work in order. All threads start on the device's default stream; work on another one
 * runs beside it:
 *
 * <pre>{@code
 * Stream side = new Stream(Device.cuda(0));
 * side.waitStream(Stream.current(Device.cuda(0))); // what x needs has been queued there
 * try (var s = Retrograd.stream(side)) {
 *   y = x.matmul(w);
 * }
 * Stream.current(Device.cuda(0)).waitStream(side); // before y is used here
 * }</pre>
 *
 * <p>As in PyTorch, nothing waits by itself between streams, save that the gradients of {@code backward()} do: each
 * operation's backward runs on the stream of its forward, and when the call returns the calling thread's stream waits
 * for all of them. Copies to the host wait for the current stream alone. A tensor's memory belongs to the stream on
 * which it was made: where another one uses it, {@link Tensor#recordStream} keeps it from being given out too early.
 *
 * <p>A value without native memory of its own; a device has a few dozen, so that many {@code new Stream} share them. On
 * the CPU, whose work is done when a call returns, there is only the default one. Each method raises {@link
 * DeviceException} where the device does not exist.
 */
public final class Stream {
  private final Device device;
  private final long number;

  private Stream(Device device, long number) {
    this.device = device;
    this.number = number;
  }

  /**
   * A stream beside the default one.
   *
   * @param device whose
   */
  public Stream(Device device) {
    this(device, Engine.nextStream(given("device", device).code()));
  }

  /**
   * Returns the stream on which the calling thread's work is queued.
   *
   * @param device whose
   */
  public static Stream current(Device device) {
    return new Stream(device, Engine.currentStreamOf(given("device", device).code()));
  }

  /**
   * Returns the stream on which every thread starts.
   *
   * @param device whose
   */
  public static Stream defaultStream(Device device) {
    return new Stream(given("device", device), 0);
  }

  /** Returns whose stream this is. */
  public Device device() {
    return device;
  }

  /**
   * Makes all that is queued here from now on wait for all that is queued on another stream so far. The calling thread
   * does not wait.
   *
   * @param other of any device
   */
  public void waitStream(Stream other) {
    Engine.waitForStream(device.code(), number, given("other", other).device.code(), other.number);
  }

  /**
   * Waits until all that is queued here so far is done.
   *
   * @throws DeviceException for what an earlier kernel did wrong
   */
  public void synchronize() {
    Engine.synchronizeStream(device.code(), number);
  }

  /** Returns whether nothing is left to do here. */
  public boolean query() {
    return Engine.isStreamIdle(device.code(), number);
  }

  long number() {
    return number;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Stream s && s.device.equals(device) && s.number == number;
  }

  @Override
  public int hashCode() {
    return device.hashCode() * 31 + Long.hashCode(number);
  }

  /** Returns {@code Stream(cuda:0, 3)}. */
  @Override
  public String toString() {
    return "Stream(" + device + ", " + number + ")";
  }

  /** A change of the calling thread's stream, undone by {@link #close}; made by {@link Retrograd#stream}. */
  public static final class Guard implements AutoCloseable {
    private final Stream before;
    private final Threads.Change change;

    Guard(Stream stream) {
      before = current(stream.device);
      change = new Threads.Change("a stream of " + stream.device);
      Engine.setCurrentStreamOf(stream.device.code(), stream.number);
    }

    /**
     * Goes back to the stream before this guard, and so ends those of the same device opened since, too. Closing again
     * does nothing.
     *
     * @throws IllegalStateException on another thread than the one that opened it
     */
    @Override
    public void close() {
      if (change.end()) Engine.setCurrentStreamOf(before.device.code(), before.number);
    }
  }
}
