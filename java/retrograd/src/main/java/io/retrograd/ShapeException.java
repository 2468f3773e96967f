package io.retrograd;

/** Shapes or numbers of dimensions that do not fit the operation. Thread-safe. */
public class ShapeException extends RetrogradException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with a message.
   *
   * @param message what was got, what was wanted and the call that mends it
   */
  public ShapeException(String message) {
    super(message);
  }
}
