package io.retrograd;

/** A device that does not exist here, or tensors on different devices. Thread-safe. */
public class DeviceException extends RetrogradException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with a message.
   *
   * @param message what was got, what was wanted and the call that mends it
   */
  public DeviceException(String message) {
    super(message);
  }
}
