package io.retrograd.nn;

import io.retrograd.Tensor;

/** x times the normal distribution function of x, element by element. */
public class GELU extends Module {
  /** A layer. */
  public GELU() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.gelu(x);
  }
}
