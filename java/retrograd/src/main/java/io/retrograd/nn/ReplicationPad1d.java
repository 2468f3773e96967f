package io.retrograd.nn;

/**
 * [batch, channels, width], or without the batch, with the place at the edge around it; see {@link F#pad(io.retrograd.Tensor, long[], String)}.
 * Several threads may share it as they may any {@link Module}.
 */
public final class ReplicationPad1d extends Pad {
  /**
   * A layer.
   *
   * @param padding how many places before and after, or one number for all; negative ones cut off
   */
  public ReplicationPad1d(long... padding) {
    super(1, padding, "replicate", 0);
  }
}
