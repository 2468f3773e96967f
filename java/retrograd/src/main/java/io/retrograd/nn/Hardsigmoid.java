package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x / 6 + 1 / 2, limited to the range from 0 to 1, element by element. Several threads may share it as they may any
 * {@link Module}.
 */
public class Hardsigmoid extends Module {
  /** A layer. */
  public Hardsigmoid() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.hardsigmoid(x);
  }
}
