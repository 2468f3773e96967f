package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The elements at the places that {@link MaxPool3d#withIndices} found them at, zeros elsewhere; see {@link
 * F#maxUnpool3d(Tensor, Tensor, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class MaxUnpool3d extends MaxUnpool {
  /**
   * The way back from windows that lie side by side.
   *
   * @param kernelSize the window's depth, height and width
   */
  public MaxUnpool3d(long kernelSize) {
    this(kernelSize, kernelSize);
  }

  /**
   * The way back from windows with a stride.
   *
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moved
   */
  public MaxUnpool3d(long kernelSize, long stride) {
    this(kernelSize, stride, 0);
  }

  /**
   * The way back from windows with stride and padding.
   *
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moved
   * @param padding what lay before and after the image
   */
  public MaxUnpool3d(long kernelSize, long stride, long padding) {
    this(new long[] {kernelSize}, new long[] {stride}, new long[] {padding});
  }

  /**
   * The way back from windows with stride and padding: a number for each, or one for all.
   *
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moved; its own size where empty
   * @param padding what lay before and after the image
   */
  public MaxUnpool3d(long[] kernelSize, long[] stride, long[] padding) {
    super(3, kernelSize, stride, padding);
  }

  @Override
  public Tensor forward(Tensor input, Tensor indices) {
    return F.maxUnpool3d(input, indices, kernel, stride, padding);
  }

  @Override
  public Tensor forward(Tensor input, Tensor indices, long... outputSize) {
    return F.maxUnpool3d(input, indices, kernel, stride, padding, outputSize);
  }
}
