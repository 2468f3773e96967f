package io.retrograd.nn;

import io.retrograd.Tensor;

/** x - tanh(x), element by element. Several threads may share it as they may any {@link Module}. */
public class Tanhshrink extends Module {
  /** A layer. */
  public Tanhshrink() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.tanhshrink(x);
  }
}
