package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The averages of windows that divide [batch, channels, width] evenly, or without the batch; see {@link F#adaptiveAvgPool1d(Tensor, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class AdaptiveAvgPool1d extends AdaptivePool {
  /**
   * A layer.
   *
   * @param outputSize the result's width: a number for each, or one for all; -1 for the input's
   */
  public AdaptiveAvgPool1d(long... outputSize) {
    super(1, outputSize);
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.adaptiveAvgPool1d(input, outputSize());
  }
}
