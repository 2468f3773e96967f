package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.ValuesAndIndices;

/**
 * The largest element of each window of [batch, channels, depth, height, width], or without the batch; see {@link F#maxPool3d(Tensor, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class MaxPool3d extends MaxPool {
  /**
   * A layer whose windows lie side by side.
   *
   * @param kernelSize the window's depth, height and width
   */
  public MaxPool3d(long kernelSize) {
    this(kernelSize, PoolOptions.DEFAULTS);
  }

  /**
   * A layer with a stride.
   *
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves
   */
  public MaxPool3d(long kernelSize, long stride) {
    this(kernelSize, PoolOptions.stride(stride));
  }

  /**
   * A layer with stride and padding.
   *
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves
   * @param padding what lies before and after the image
   */
  public MaxPool3d(long kernelSize, long stride, long padding) {
    this(kernelSize, PoolOptions.stride(stride).withPadding(padding));
  }

  /**
   * A layer with options.
   *
   * @param kernelSize the window's depth, height and width
   * @param pool stride, padding and the like
   */
  public MaxPool3d(long kernelSize, PoolOptions pool) {
    this(new long[] {kernelSize}, pool);
  }

  /**
   * A layer with options.
   *
   * @param kernelSize the window's depth, height and width: a number for each, or one for all
   * @param pool stride, padding and the like
   */
  public MaxPool3d(long[] kernelSize, PoolOptions pool) {
    super(3, kernelSize, pool);
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.maxPool3d(
        input, kernel(), pool.strides(), pool.paddings(), pool.dilations(), pool.ceilMode());
  }

  @Override
  public ValuesAndIndices withIndices(Tensor input) {
    return F.maxPool3dWithIndices(
        input, kernel(), pool.strides(), pool.paddings(), pool.dilations(), pool.ceilMode());
  }
}
