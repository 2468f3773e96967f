package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The averages of windows that divide [batch, channels, depth, height, width] evenly, or without the batch; see {@link F#adaptiveAvgPool3d(Tensor, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class AdaptiveAvgPool3d extends AdaptivePool {
  /**
   * A layer.
   *
   * @param outputSize the result's depth, height and width: a number for each, or one for all; -1 for the input's
   */
  public AdaptiveAvgPool3d(long... outputSize) {
    super(3, outputSize);
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.adaptiveAvgPool3d(input, outputSize());
  }
}
