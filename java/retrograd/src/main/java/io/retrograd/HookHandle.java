package io.retrograd;

import io.retrograd.internal.Bridge;
import io.retrograd.internal.Engine;

/** What removes a hook again. Thread-safe. */
public final class HookHandle implements AutoCloseable {
  private final Tensor tensor;
  private final long id;

  HookHandle(Tensor tensor, long id) {
    this.tensor = tensor;
    this.id = id;
  }

  /** Removes the hook; a backward pass under way calls it no more. Doing so twice is fine. */
  public void remove() {
    try {
      Engine.removeHook(Bridge.handle(tensor), id);
    } catch (ClosedTensorException gone) {
      // The graph that holds the hook may live on, but nobody can name the tensor any more.
    }
  }

  /** The same as {@link #remove}. */
  @Override
  public void close() {
    remove();
  }
}
