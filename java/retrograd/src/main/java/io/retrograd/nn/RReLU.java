package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x where positive, else in training x times a random slope for each element, and afterwards times the mean slope.
 * Several threads may share it as they may any {@link Module}.
 */
public class RReLU extends Module {
  private final double lower;
  private final double upper;

  /** A layer with slopes from 1 / 8 to 1 / 3. */
  public RReLU() {
    this(1.0 / 8, 1.0 / 3);
  }

  /**
   * A layer.
   *
   * @param lower the least slope
   * @param upper the largest slope
   */
  public RReLU(double lower, double upper) {
    this.lower = lower;
    this.upper = upper;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.rrelu(x, lower, upper, isTraining());
  }

  @Override
  protected String describe() {
    return "lower=" + lower + ", upper=" + upper;
  }
}
