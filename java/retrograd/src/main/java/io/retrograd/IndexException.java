package io.retrograd;

/** An index or dimension out of range. Thread-safe. */
public class IndexException extends RetrogradException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with a message.
   *
   * @param message what was got, what was wanted and the call that mends it
   */
  public IndexException(String message) {
    super(message);
  }
}
