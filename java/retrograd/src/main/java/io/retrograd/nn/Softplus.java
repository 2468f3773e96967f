package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * log(1 + exp(beta * x)) / beta, element by element; x itself where beta * x is above a threshold. Several threads may
 * share it as they may any {@link Module}.
 */
public class Softplus extends Module {
  private final double beta;
  private final double threshold;

  /** A layer with a beta of 1 and a threshold of 20. */
  public Softplus() {
    this(1, 20);
  }

  /**
   * A layer.
   *
   * @param beta how sharp the bend is
   * @param threshold where the function becomes x
   */
  public Softplus(double beta, double threshold) {
    this.beta = beta;
    this.threshold = threshold;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softplus(x, beta, threshold);
  }

  @Override
  protected String describe() {
    return "beta=" + beta + ", threshold=" + threshold;
  }
}
