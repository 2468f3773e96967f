package io.retrograd.nn;

/**
 * [batch, channels, height, width], or without the batch, with the mirror image of the input, without the place at the edge around it; see {@link F#pad(io.retrograd.Tensor, long[], String)}.
 * Several threads may share it as they may any {@link Module}.
 */
public final class ReflectionPad2d extends Pad {
  /**
   * A layer.
   *
   * @param padding how many places left, right, top and bottom, or one number for all; negative ones cut off
   */
  public ReflectionPad2d(long... padding) {
    super(2, padding, "reflect", 0);
  }
}
