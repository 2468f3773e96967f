package io.retrograd.nn;

/**
 * [batch, channels, width], or without the batch, with what lies at the input's other end around it; see {@link F#pad(io.retrograd.Tensor, long[], String)}.
 * Several threads may share it as they may any {@link Module}.
 */
public final class CircularPad1d extends Pad {
  /**
   * A layer.
   *
   * @param padding how many places before and after, or one number for all; negative ones cut off
   */
  public CircularPad1d(long... padding) {
    super(1, padding, "circular", 0);
  }
}
