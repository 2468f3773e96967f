package io.retrograd;

import org.jspecify.annotations.Nullable;

/**
 * Use of a tensor after {@link Tensor#close} or after the end of its {@link Scope}. The message tells the operation and
 * which of the two it was. With {@code -Dretrograd.track=true} it tells the tensor's shape and dtype as well, and the
 * cause is where it was closed. Thread-safe.
 */
public class ClosedTensorException extends RetrogradException {
  private static final long serialVersionUID = 1L;

  /**
   * An exception with a message.
   *
   * @param message which tensor
   */
  public ClosedTensorException(String message) {
    this(message, null);
  }

  /**
   * An exception that knows where the tensor was closed.
   *
   * @param message which tensor
   * @param closing made where it was closed
   */
  public ClosedTensorException(String message, @Nullable Throwable closing) {
    super(message);
    if (closing != null) initCause(closing);
  }
}
