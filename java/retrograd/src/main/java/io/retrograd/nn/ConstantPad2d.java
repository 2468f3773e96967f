package io.retrograd.nn;

/**
 * [batch, channels, height, width], or without the batch, with a value around it; see {@link F#pad(io.retrograd.Tensor, long[], String,
 * double)}. Several threads may share it as they may any {@link Module}.
 */
public final class ConstantPad2d extends ConstantPad {
  /**
   * A layer with as many places on all sides.
   *
   * @param padding how many; a negative number cuts off
   * @param value of the new places
   */
  public ConstantPad2d(long padding, double value) {
    this(new long[] {padding}, value);
  }

  /**
   * A layer.
   *
   * @param padding how many places left, right, top and bottom, or one number for all; negative ones cut off
   * @param value of the new places
   */
  public ConstantPad2d(long[] padding, double value) {
    super(2, padding, value);
  }
}
