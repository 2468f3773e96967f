package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * In training, makes elements 0 at random and divides the others so that the mean stays. Afterwards does nothing.
 * Several threads may share it as they may any {@link Module}.
 */
public class Dropout extends AnyDropout {
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
    super(p);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.dropout(x, p, isTraining());
  }
}
