package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * In training, makes channels the least value of {@link SELU} at random, as a whole, and changes all so that mean 0 and
 * variance 1 stay: of [n, channels, ...]. Afterwards does nothing. Several threads may share it as they may any {@link
 * Module}.
 */
public class FeatureAlphaDropout extends AnyDropout {
  /** A layer with the probability 0.5. */
  public FeatureAlphaDropout() {
    this(0.5);
  }

  /**
   * A layer.
   *
   * @param p the probability of being dropped
   */
  public FeatureAlphaDropout(double p) {
    super(p);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.featureAlphaDropout(x, p, isTraining());
  }
}
