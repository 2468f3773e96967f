package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * What makes one tensor of another: every {@link Module}, and a function such as {@code F::tanh}, which has no
 * parameters. Only modules are searched for parameters: those that a lambda uses must be known to a module otherwise.
 */
@FunctionalInterface
public interface Layer {
  /**
   * Computes the result.
   *
   * @param input of a shape that the layer expects
   */
  Tensor call(Tensor input);
}
