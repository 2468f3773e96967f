package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * 1 / (1 + exp(-x)), element by element. Several threads may share it as they may any {@link
 * Module}.
 */
public class Sigmoid extends Module {
  /** A layer. */
  public Sigmoid() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.sigmoid(x);
  }
}
