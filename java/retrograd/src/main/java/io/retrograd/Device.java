package io.retrograd;

import io.retrograd.internal.Arguments;
import io.retrograd.internal.Engine;
import io.retrograd.internal.Net;
import io.retrograd.internal.Threads;

/**
 * Where a tensor's elements live: the CPU or a numbered GPU. A value; that a device can be named does not mean that it
 * exists here. Immutable.
 *
 * @see #cudaCount
 */
public final class Device implements Options {
  /** The CPU. */
  public static final Device CPU = new Device("cpu", 0, 0);

  private static final int CUDA = 1;

  private final String type;
  private final int index;
  private final int code;

  private Device(String type, int index, int code) {
    this.type = type;
    this.index = index;
    this.code = code;
  }

  /**
   * The device of a name.
   *
   * @param name {@code cpu}, {@code cuda} (the first GPU) or {@code cuda:1}
   * @throws IllegalArgumentException for any other text
   */
  public static Device of(String name) {
    Arguments.given("name", name);
    if (name.equals("cpu") || name.equals("cpu:0")) return CPU;
    if (name.equals("cuda")) return cuda(0);
    if (name.matches("cuda:[0-9]{1,4}")) return cuda(Integer.parseInt(name.substring(5)));
    throw new IllegalArgumentException(
        "no such device: \"" + name + "\"; use \"cpu\", \"cuda\" or \"cuda:1\"");
  }

  /**
   * A GPU.
   *
   * @param index its number, from 0
   */
  public static Device cuda(int index) {
    if (index < 0 || index > Short.MAX_VALUE)
      throw new IllegalArgumentException("no GPU has the number " + index);
    return new Device("cuda", index, CUDA << 16 | index);
  }

  static Device ofCode(int code) {
    return code == 0 ? CPU : cuda(code & 0xffff);
  }

  /** Where the calling thread makes tensors: at first the one that the system property retrograd.device names. */
  static Device ofThread() {
    return ofCode(Threads.device(Device::starting));
  }

  private static int starting() {
    String name = System.getProperty("retrograd.device");
    try {
      return name == null ? 0 : of(name).code;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("-Dretrograd.device: " + e.getMessage(), e);
    }
  }

  /** The code by which native code knows the device. */
  int code() {
    return code;
  }

  /** As {@link #code}, for a device that memory is about to be taken from. */
  int codeForUse() {
    if (code != 0) Net.watch(code);
    return code;
  }

  /** Returns {@code cpu} or {@code cuda}. */
  public String type() {
    return type;
  }

  /** Returns the number among the devices of this type. */
  public int index() {
    return index;
  }

  /** Returns whether this is a GPU. */
  public boolean isCuda() {
    return code != 0;
  }

  /** Returns how many GPUs can be used here; 0 without a driver. Never throws. */
  public static int cudaCount() {
    return (int) Engine.cudaDeviceCount();
  }

  /** Returns why {@link #cudaCount} is what it is, such as {@code no CUDA driver}. */
  public static String cudaStatus() {
    return Engine.cudaStatus();
  }

  /**
   * Waits until all work queued on this device so far is done, on all its streams. A GPU works beside the program, which
   * learns of a kernel's failure only when it waits: here, or where a value reaches the host.
   *
   * @throws DeviceException for what an earlier kernel did wrong; run again with the environment variable {@code
   *     CUDA_LAUNCH_BLOCKING=1}, under which each call waits for its own kernels, to see which
   * @throws IndexException for an index out of range that an earlier kernel met
   */
  public void synchronize() {
    Engine.synchronizeDevice(code);
  }

  @Override
  public TensorOptions toOptions() {
    return new TensorOptions(null, this, false);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Device d && d.code == code;
  }

  @Override
  public int hashCode() {
    return code;
  }

  /** Returns {@code cpu} or {@code cuda:0}. */
  @Override
  public String toString() {
    return code == 0 ? type : type + ":" + index;
  }
}
