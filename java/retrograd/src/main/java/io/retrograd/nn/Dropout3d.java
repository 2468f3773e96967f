package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * In training, makes channels 0 at random, as a whole, and divides the others so that the mean stays: of [n, channels,
 * depth, height, width] or without the first. Afterwards does nothing. Several threads may share it as they may any
 * {@link Module}.
 */
public class Dropout3d extends AnyDropout {
  /** A layer with the probability 0.5. */
  public Dropout3d() {
    this(0.5);
  }

  /**
   * A layer.
   *
   * @param p the probability of being dropped
   */
  public Dropout3d(double p) {
    super(p);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.dropout3d(x, p, isTraining());
  }
}
