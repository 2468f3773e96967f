package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.ValuesAndIndices;

/**
 * The largest elements of windows that divide [batch, channels, height, width] evenly, or without the batch; see {@link F#adaptiveMaxPool2d(Tensor, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class AdaptiveMaxPool2d extends AdaptivePool {
  /**
   * A layer.
   *
   * @param outputSize the result's height and width: a number for each, or one for all; -1 for the input's
   */
  public AdaptiveMaxPool2d(long... outputSize) {
    super(2, outputSize);
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.adaptiveMaxPool2d(input, outputSize());
  }

  /**
   * Returns the result and the places of its elements, counted row by row in their image.
   *
   * @param input of a shape that forward expects
   */
  public ValuesAndIndices withIndices(Tensor input) {
    return F.adaptiveMaxPool2dWithIndices(input, outputSize());
  }
}
