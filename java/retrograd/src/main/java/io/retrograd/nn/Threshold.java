package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x where above a threshold, else a value, element by element. Several threads may share it as they may any {@link
 * Module}.
 */
public class Threshold extends Module {
  private final double threshold;
  private final double value;

  /**
   * A layer.
   *
   * @param threshold the largest number that is replaced
   * @param value what it is replaced by
   */
  public Threshold(double threshold, double value) {
    this.threshold = threshold;
    this.value = value;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.threshold(x, threshold, value);
  }

  @Override
  protected String describe() {
    return "threshold=" + threshold + ", value=" + value;
  }
}
