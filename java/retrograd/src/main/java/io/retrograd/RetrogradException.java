package io.retrograd;

/**
 * Root of the library's own exceptions, all unchecked. Plainly wrong arguments and states raise Java's own {@link
 * IllegalArgumentException}, {@link IllegalStateException} and {@link NullPointerException} instead. Thread-safe.
 */
public class RetrogradException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with a message.
   *
   * @param message what was got, what was wanted and the call that mends it
   */
  public RetrogradException(String message) {
    super(message);
  }

  /** One that is shared: it has no stack trace, and nothing can be added to it. */
  RetrogradException(String message, boolean shared) {
    super(message, null, !shared, !shared);
  }
}
