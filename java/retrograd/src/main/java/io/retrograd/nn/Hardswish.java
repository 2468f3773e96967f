package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x times its hard sigmoid, element by element. Several threads may share it as they may any {@link
 * Module}.
 */
public class Hardswish extends Module {
  /** A layer. */
  public Hardswish() {}

  @Override
  public Tensor forward(Tensor x) {
    return F.hardswish(x);
  }
}
