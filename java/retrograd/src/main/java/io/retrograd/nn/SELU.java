package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The scaled ELU, which keeps mean 0 and variance 1, element by element. Several threads may share it as they may any
 * {@link Module}.
 */
public class SELU extends Module {
  /** A layer. */
  public SELU() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.selu(x);
  }
}
