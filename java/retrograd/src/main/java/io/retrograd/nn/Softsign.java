package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x / (1 + |x|), element by element. Several threads may share it as they may any {@link Module}.
 */
public class Softsign extends Module {
  /** A layer. */
  public Softsign() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.softsign(x);
  }
}
