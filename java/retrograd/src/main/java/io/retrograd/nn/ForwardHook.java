package io.retrograd.nn;

import io.retrograd.Tensor;
import org.jspecify.annotations.Nullable;

/** What {@link Module#registerForwardHook} takes. */
@FunctionalInterface
public interface ForwardHook {
  /**
   * Called after {@code forward}.
   *
   * @param module which was called
   * @param input what its forward got
   * @param output what it returned
   * @return another output, or null to leave it
   */
  @Nullable
  Tensor call(Module module, Tensor input, Tensor output);
}
