package io.retrograd;

import io.retrograd.internal.Arguments;

/** What removes a hook again. Thread-safe. */
public final class HookHandle implements AutoCloseable {
  private final Runnable removal;

  /**
   * For classes that take hooks.
   *
   * @param removal removes the hook; doing so twice must be fine
   */
  public HookHandle(Runnable removal) {
    this.removal = Arguments.given("removal", removal);
  }

  /** Removes the hook; a backward pass under way calls it no more. Doing so twice is fine. */
  public void remove() {
    removal.run();
  }

  /** The same as {@link #remove}. */
  @Override
  public void close() {
    remove();
  }
}
