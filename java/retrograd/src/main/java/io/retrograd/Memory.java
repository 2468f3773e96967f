package io.retrograd;

import io.retrograd.internal.Arguments;
import io.retrograd.internal.Engine;

/**
 * What tensors occupy, per device, in bytes of rounded blocks. Methods without a device mean the calling thread's
 * default one ({@link Retrograd#getDefaultDevice}). Thread-safe. Raises {@link DeviceException} for a device that does
 * not exist here.
 */
public final class Memory {
  private Memory() {}

  /**
   * A device's books at one moment.
   *
   * @param allocated held by live tensors
   * @param reserved allocated, plus freed blocks that the cache keeps
   * @param peak highest {@code allocated} since the last {@link #resetPeak}
   * @param graphHeld the part that graphs have saved for a backward pass
   * @param handleHeld the part that open {@link Tensor} objects reach
   * @param limit what {@code allocated} may not pass
   * @param openTensors open {@link Tensor} objects, on all devices
   * @param headers what {@link #headers()} returns, for all devices
   */
  public record Snapshot(
      long allocated,
      long reserved,
      long peak,
      long graphHeld,
      long handleHeld,
      long limit,
      long openTensors,
      long headers) {}

  /** Returns what live tensors hold on the default device. */
  public static long allocated() {
    return allocated(Retrograd.getDefaultDevice());
  }

  /**
   * Returns what live tensors hold.
   *
   * @param device where
   */
  public static long allocated(Device device) {
    return stats(device)[0];
  }

  /** Returns what live tensors and the cache hold on the default device. */
  public static long reserved() {
    return reserved(Retrograd.getDefaultDevice());
  }

  /**
   * Returns what live tensors and the cache hold.
   *
   * @param device where
   */
  public static long reserved(Device device) {
    return stats(device)[1];
  }

  /**
   * Returns the host memory that tensors of all devices take beside their elements: their objects, native and Java,
   * and the graph's nodes with what those save. For small tensors it is most of what they cost. In no other figure here;
   * each thread may be up to 16 KiB behind.
   */
  public static long headers() {
    return Math.max(Engine.headerBytes(), 0);
  }

  /** Returns the highest {@link #allocated()} since the last {@link #resetPeak()}. */
  public static long peak() {
    return peak(Retrograd.getDefaultDevice());
  }

  /**
   * Returns the highest {@link #allocated(Device)} since the last {@link #resetPeak(Device)}.
   *
   * @param device where
   */
  public static long peak(Device device) {
    return stats(device)[2];
  }

  /** Starts {@link #peak()} anew. */
  public static void resetPeak() {
    resetPeak(Retrograd.getDefaultDevice());
  }

  /**
   * Starts {@link #peak(Device)} anew.
   *
   * @param device where
   */
  public static void resetPeak(Device device) {
    Engine.resetPeak(Arguments.given("device", device).codeForUse());
  }

  /**
   * Returns what {@link #allocated()} may not pass: at first 0.8 of the RAM, of the cgroup's limit or of the address
   * space left to the process, and all of a GPU's memory.
   */
  public static long limit() {
    return limit(Retrograd.getDefaultDevice());
  }

  /**
   * Returns what {@link #allocated(Device)} may not pass.
   *
   * @param device where
   */
  public static long limit(Device device) {
    return stats(device)[4];
  }

  /**
   * Sets what {@link #allocated()} may not pass; an allocation beyond raises {@link OutOfMemoryException}.
   *
   * @param bytes the limit
   */
  public static void setLimit(long bytes) {
    setLimit(Retrograd.getDefaultDevice(), bytes);
  }

  /**
   * Sets what {@link #allocated(Device)} may not pass; an allocation beyond raises {@link OutOfMemoryException}.
   *
   * @param device where
   * @param bytes the limit
   */
  public static void setLimit(Device device, long bytes) {
    if (bytes < 0)
      throw new IllegalArgumentException("Memory.setLimit: a limit cannot be negative: " + bytes);
    Engine.setMemoryLimit(Arguments.given("device", device).codeForUse(), bytes);
  }

  /** Gives the default device's cached blocks back to the system. */
  public static void emptyCache() {
    emptyCache(Retrograd.getDefaultDevice());
  }

  /**
   * Gives cached blocks back to the system.
   *
   * @param device where
   */
  public static void emptyCache(Device device) {
    Engine.emptyCache(Arguments.given("device", device).codeForUse());
  }

  /** Returns the default device's books. */
  public static Snapshot snapshot() {
    return snapshot(Retrograd.getDefaultDevice());
  }

  /**
   * Returns a device's books. Visits every open tensor: not for inner loops.
   *
   * @param device where
   */
  public static Snapshot snapshot(Device device) {
    long[] s = stats(device);
    long held = Engine.handleHeldBytes(device.code());
    return new Snapshot(s[0], s[1], s[2], s[3], held, s[4], Engine.openHandles(), headers());
  }

  private static long[] stats(Device device) {
    return Engine.memoryStats(Arguments.given("device", device).codeForUse());
  }
}
