package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x times the normal distribution function of x, element by element. Several threads may share it as they may any
 * {@link Module}.
 */
public class GELU extends Module {
  /** A layer. */
  public GELU() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.gelu(x);
  }
}
