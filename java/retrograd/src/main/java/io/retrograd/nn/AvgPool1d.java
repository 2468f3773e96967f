package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The average of each window of [batch, channels, width], or without the batch; see {@link F#avgPool1d(Tensor, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class AvgPool1d extends AvgPool {
  /**
   * A layer whose windows lie side by side.
   *
   * @param kernelSize the window's width
   */
  public AvgPool1d(long kernelSize) {
    this(kernelSize, PoolOptions.DEFAULTS);
  }

  /**
   * A layer with a stride.
   *
   * @param kernelSize the window's width
   * @param stride how far the window moves
   */
  public AvgPool1d(long kernelSize, long stride) {
    this(kernelSize, PoolOptions.stride(stride));
  }

  /**
   * A layer with stride and padding.
   *
   * @param kernelSize the window's width
   * @param stride how far the window moves
   * @param padding what lies before and after the image
   */
  public AvgPool1d(long kernelSize, long stride, long padding) {
    this(kernelSize, PoolOptions.stride(stride).withPadding(padding));
  }

  /**
   * A layer with options.
   *
   * @param kernelSize the window's width
   * @param pool stride, padding and the like
   */
  public AvgPool1d(long kernelSize, PoolOptions pool) {
    this(new long[] {kernelSize}, pool);
  }

  /**
   * A layer with options.
   *
   * @param kernelSize the window's width: a number for each, or one for all
   * @param pool stride, padding and the like
   */
  public AvgPool1d(long[] kernelSize, PoolOptions pool) {
    super(1, kernelSize, pool);
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.avgPool1d(
        input, kernel(), pool.strides(), pool.paddings(), pool.ceilMode(), pool.countIncludePad());
  }

  @Override
  String shown(long[] numbers) {
    return Text.tuple(numbers);
  }
}
