package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * In training, makes elements 0 at random and divides the others so that the mean stays. Afterwards does nothing.
 * Several threads may share it as they may any {@link Module}.
 */
public class Dropout extends Module {
  private final double p;

  /** A layer with the probability 0.5. */
  public Dropout() {
    this(0.5);
  }

  /**
   * A layer.
   *
   * @param p the probability of 0
   */
  public Dropout(double p) {
    if (!(p >= 0 && p <= 1))
      throw new IllegalArgumentException("Dropout: a probability is needed, not " + p);
    this.p = p;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.dropout(x, p, isTraining());
  }

  @Override
  protected String describe() {
    return "p=" + p;
  }
}
