package io.retrograd.nn;

import io.retrograd.Tensor;
import org.jspecify.annotations.Nullable;

/** What {@link Module#registerFullBackwardHook} takes. */
@FunctionalInterface
public interface BackwardHook {
  /**
   * Called in a backward pass, once the gradients of a call are known.
   *
   * @param module which was called
   * @param gradInput the gradient of its input; null where that requires none
   * @param gradOutput the gradient of its output
   * @return another gradient of the input, of the same shape and dtype, or null to leave it
   */
  @Nullable
  Tensor call(Module module, @Nullable Tensor gradInput, Tensor gradOutput);
}
