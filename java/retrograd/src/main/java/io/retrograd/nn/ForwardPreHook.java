package io.retrograd.nn;

import io.retrograd.Tensor;
import org.jspecify.annotations.Nullable;

/** What {@link Module#registerForwardPreHook} takes. */
@FunctionalInterface
public interface ForwardPreHook {
  /**
   * Called before {@code forward}.
   *
   * @param module which is called
   * @param input what it is called with
   * @return another input, or null to leave it
   */
  @Nullable
  Tensor call(Module module, Tensor input);
}
