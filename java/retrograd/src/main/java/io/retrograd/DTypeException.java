package io.retrograd;

/** An element type that the operation does not take. Thread-safe. */
public class DTypeException extends RetrogradException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with a message.
   *
   * @param message what was got, what was wanted and the call that mends it
   */
  public DTypeException(String message) {
    super(message);
  }
}
