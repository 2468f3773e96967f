package io.retrograd.nn;

/**
 * [batch, channels, depth, height, width], or without the batch, with the mirror image of the input, without the place at the edge around it; see {@link F#pad(io.retrograd.Tensor, long[], String)}.
 * Several threads may share it as they may any {@link Module}.
 */
public final class ReflectionPad3d extends Pad {
  /**
   * A layer.
   *
   * @param padding how many places left, right, top, bottom, front and back, or one number for all; negative ones cut off
   */
  public ReflectionPad3d(long... padding) {
    super(3, padding, "reflect", 0);
  }
}
