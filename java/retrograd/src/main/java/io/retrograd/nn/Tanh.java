package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The hyperbolic tangent, element by element. Several threads may share it as they may any {@link
 * Module}.
 */
public class Tanh extends Module {
  /** A layer. */
  public Tanh() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.tanh(x);
  }
}
