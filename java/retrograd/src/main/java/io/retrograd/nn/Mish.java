package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x * tanh(softplus(x)), element by element. Several threads may share it as they may any {@link
 * Module}.
 */
public class Mish extends Module {
  /** A layer. */
  public Mish() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.mish(x);
  }
}
