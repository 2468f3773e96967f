package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * 0 from -lambda to lambda, else x nearer to 0 by lambda, element by element. Several threads may share it as they may
 * any {@link Module}.
 */
public class Softshrink extends Module {
  private final double lambda;

  /** A layer with a lambda of 0.5. */
  public Softshrink() {
    this(0.5);
  }

  /**
   * A layer.
   *
   * @param lambda the largest number that becomes 0
   */
  public Softshrink(double lambda) {
    this.lambda = lambda;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softshrink(x, lambda);
  }

  @Override
  protected String describe() {
    return Double.toString(lambda);
  }
}
