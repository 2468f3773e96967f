package io.retrograd.nn;

import io.retrograd.Tensor;

/** The hyperbolic tangent, element by element. */
public class Tanh extends Module {
  /** A layer. */
  public Tanh() {}

  @Override
  public Tensor forward(Tensor x) {
    return x.tanh();
  }
}
