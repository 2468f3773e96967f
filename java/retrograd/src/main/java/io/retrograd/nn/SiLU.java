package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x * sigmoid(x), element by element. Several threads may share it as they may any {@link Module}.
 */
public class SiLU extends Module {
  /** A layer. */
  public SiLU() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.silu(x);
  }
}
