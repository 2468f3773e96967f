package io.retrograd.nn;

/**
 * [batch, channels, width], or without the batch, with a value around it; see {@link F#pad(io.retrograd.Tensor, long[], String,
 * double)}. Several threads may share it as they may any {@link Module}.
 */
public final class ConstantPad1d extends ConstantPad {
  /**
   * A layer with as many places on all sides.
   *
   * @param padding how many; a negative number cuts off
   * @param value of the new places
   */
  public ConstantPad1d(long padding, double value) {
    this(new long[] {padding}, value);
  }

  /**
   * A layer.
   *
   * @param padding how many places before and after, or one number for all; negative ones cut off
   * @param value of the new places
   */
  public ConstantPad1d(long[] padding, double value) {
    super(1, padding, value);
  }
}
