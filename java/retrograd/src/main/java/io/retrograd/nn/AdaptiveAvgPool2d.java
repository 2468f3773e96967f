package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The averages of windows that divide [batch, channels, height, width] evenly, or without the batch; see {@link F#adaptiveAvgPool2d(Tensor, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class AdaptiveAvgPool2d extends AdaptivePool {
  /**
   * A layer.
   *
   * @param outputSize the result's height and width: a number for each, or one for all; -1 for the input's
   */
  public AdaptiveAvgPool2d(long... outputSize) {
    super(2, outputSize);
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.adaptiveAvgPool2d(input, outputSize());
  }
}
