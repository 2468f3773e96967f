package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x where positive, else a small multiple of it. Several threads may share it as they may any
 * {@link Module}.
 */
public class LeakyReLU extends Module {
  private final double negativeSlope;

  /** A layer with a slope of 0.01. */
  public LeakyReLU() {
    this(0.01);
  }

  /**
   * A layer.
   *
   * @param negativeSlope the multiple
   */
  public LeakyReLU(double negativeSlope) {
    this.negativeSlope = negativeSlope;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.leakyRelu(x, negativeSlope);
  }

  @Override
  protected String describe() {
    return "negative_slope=" + negativeSlope;
  }
}
