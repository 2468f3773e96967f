package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x limited to the range from 0 to 6, element by element. Several threads may share it as they may any {@link Module}.
 */
public class ReLU6 extends Module {
  /** A layer. */
  public ReLU6() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.relu6(x);
  }
}
