package io.retrograd;

/**
 * A gradient that cannot be computed: a graph already freed, a saved value overwritten, a leaf written in place.
 * Thread-safe.
 */
public class AutogradException extends RetrogradException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with a message.
   *
   * @param message what was got, what was wanted and the call that mends it
   */
  public AutogradException(String message) {
    super(message);
  }
}
