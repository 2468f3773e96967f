package io.retrograd.nn;

import io.retrograd.Tensor;

/** max(x, 0), element by element. Several threads may share it as they may any {@link Module}. */
public class ReLU extends Module {
  /** A layer. */
  public ReLU() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.relu(x);
  }
}
