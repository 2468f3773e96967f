package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x limited to a range, element by element. Several threads may share it as they may any {@link
 * Module}.
 */
public class Hardtanh extends Module {
  private final double minVal;
  private final double maxVal;

  /** A layer with the range from -1 to 1. */
  public Hardtanh() {
    this(-1, 1);
  }

  /**
   * A layer.
   *
   * @param minVal the least result
   * @param maxVal the largest result
   */
  public Hardtanh(double minVal, double maxVal) {
    if (!(minVal < maxVal))
      throw new IllegalArgumentException(
          "Hardtanh: minVal is " + minVal + ", not below maxVal, " + maxVal);
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.hardtanh(x, minVal, maxVal);
  }

  @Override
  protected String describe() {
    return "min_val=" + minVal + ", max_val=" + maxVal;
  }
}
