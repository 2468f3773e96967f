package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * (sum of x^normType over each window)^(1 / normType) of [batch, channels, depth, height, width], or without the batch; see {@link
 * F#lpPool3d(Tensor, double, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class LPPool3d extends LPPool {
  /**
   * A layer whose windows lie side by side.
   *
   * @param normType the exponent
   * @param kernelSize the window's depth, height and width
   */
  public LPPool3d(double normType, long kernelSize) {
    this(normType, new long[] {kernelSize}, new long[0], false);
  }

  /**
   * A layer with a stride.
   *
   * @param normType the exponent
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves
   */
  public LPPool3d(double normType, long kernelSize, long stride) {
    this(normType, new long[] {kernelSize}, new long[] {stride}, false);
  }

  /**
   * A layer with a stride.
   *
   * @param normType the exponent
   * @param kernelSize the window's depth, height and width: a number for each, or one for all
   * @param stride how far the window moves; its own size where empty
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public LPPool3d(double normType, long[] kernelSize, long[] stride, boolean ceilMode) {
    super(3, normType, kernelSize, stride, ceilMode);
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.lpPool3d(input, normType, kernel, stride, ceilMode);
  }
}
