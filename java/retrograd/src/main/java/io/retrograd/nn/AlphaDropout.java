package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * In training, makes elements the least value of {@link SELU} at random, and changes all so that mean 0 and variance 1
 * stay. Afterwards does nothing. Several threads may share it as they may any {@link Module}.
 */
public class AlphaDropout extends AnyDropout {
  /** A layer with the probability 0.5. */
  public AlphaDropout() {
    this(0.5);
  }

  /**
   * A layer.
   *
   * @param p the probability of being dropped
   */
  public AlphaDropout(double p) {
    super(p);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.alphaDropout(x, p, isTraining());
  }
}
