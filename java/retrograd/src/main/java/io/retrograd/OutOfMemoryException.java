package io.retrograd;

/**
 * A device has no room for a tensor, even after a collection and with its cache emptied; or the system refuses what a
 * call needs besides. All sizes are in bytes. Where memory is missing even for this exception, one made in advance
 * comes, without a stack trace and with sizes of 0. Thread-safe.
 *
 * @see Memory
 */
public class OutOfMemoryException extends RetrogradException {
  private static final long serialVersionUID = 1L;

  /** Thrown by native code, whatever the thread, where there is no memory to make another one. */
  private static final OutOfMemoryException LAST_RESORT = new OutOfMemoryException();

  private final String device;
  private final long requested;
  private final long allocated;
  private final long reserved;
  private final long limit;

  /**
   * An exception with what the device's books say.
   *
   * @param message the sentence to show
   * @param device the device's name, such as {@code cuda:0}
   * @param requested size of the block that was asked for
   * @param allocated held by live tensors
   * @param reserved allocated, plus blocks kept in the cache
   * @param limit what {@code allocated} may not pass
   */
  public OutOfMemoryException(
      String message, String device, long requested, long allocated, long reserved, long limit) {
    super(message);
    this.device = device;
    this.requested = requested;
    this.allocated = allocated;
    this.reserved = reserved;
    this.limit = limit;
  }

  private OutOfMemoryException() {
    super(
        "out of memory: the system refuses memory, even for saying what was wanted; close tensors or open a Scope"
            + " around each step",
        true);
    device = "cpu";
    requested = 0;
    allocated = 0;
    reserved = 0;
    limit = 0;
  }

  /** Returns the device's name, such as {@code cpu} or {@code cuda:0}. */
  public String device() {
    return device;
  }

  /** Returns the size of the block that was asked for, in bytes. */
  public long requested() {
    return requested;
  }

  /** Returns what live tensors held, in bytes. */
  public long allocated() {
    return allocated;
  }

  /** Returns what live tensors and the cache held, in bytes. */
  public long reserved() {
    return reserved;
  }

  /** Returns what {@link #allocated} may not pass, in bytes. */
  public long limit() {
    return limit;
  }
}
