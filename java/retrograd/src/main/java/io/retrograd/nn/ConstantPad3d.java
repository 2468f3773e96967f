package io.retrograd.nn;

/**
 * [batch, channels, depth, height, width], or without the batch, with a value around it; see {@link F#pad(io.retrograd.Tensor, long[], String,
 * double)}. Several threads may share it as they may any {@link Module}.
 */
public final class ConstantPad3d extends ConstantPad {
  /**
   * A layer with as many places on all sides.
   *
   * @param padding how many; a negative number cuts off
   * @param value of the new places
   */
  public ConstantPad3d(long padding, double value) {
    this(new long[] {padding}, value);
  }

  /**
   * A layer.
   *
   * @param padding how many places left, right, top, bottom, front and back, or one number for all; negative ones cut off
   * @param value of the new places
   */
  public ConstantPad3d(long[] padding, double value) {
    super(3, padding, value);
  }
}
