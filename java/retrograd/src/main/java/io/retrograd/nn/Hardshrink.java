package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * 0 from -lambda to lambda, else x, element by element. Several threads may share it as they may any {@link Module}.
 */
public class Hardshrink extends Module {
  private final double lambda;

  /** A layer with a lambda of 0.5. */
  public Hardshrink() {
    this(0.5);
  }

  /**
   * A layer.
   *
   * @param lambda the largest number that becomes 0
   */
  public Hardshrink(double lambda) {
    this.lambda = lambda;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.hardshrink(x, lambda);
  }

  @Override
  protected String describe() {
    return Double.toString(lambda);
  }
}
