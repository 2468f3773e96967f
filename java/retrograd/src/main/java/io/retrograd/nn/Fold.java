package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * The sum of windows, given as columns [batch, channels * places of the kernel, windows], in an image, or without the
 * batch; see {@link F#fold(Tensor, long, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class Fold extends Module {
  private final long[] outputSize;
  private final long[] kernel;
  private final long[] dilation;
  private final long[] padding;
  private final long[] stride;

  /**
   * A layer with a stride of 1 and no padding.
   *
   * @param outputSize the image's height and width
   * @param kernelSize the window's height and width
   */
  public Fold(long outputSize, long kernelSize) {
    this(outputSize, kernelSize, 1, 0, 1);
  }

  /**
   * A layer.
   *
   * @param outputSize the image's height and width
   * @param kernelSize the window's height and width
   * @param dilation how far the window's elements lie apart
   * @param padding zeros before and after the image
   * @param stride how far the window moves
   */
  public Fold(long outputSize, long kernelSize, long dilation, long padding, long stride) {
    this(
        new long[] {outputSize},
        new long[] {kernelSize},
        new long[] {dilation},
        new long[] {padding},
        new long[] {stride});
  }

  /**
   * A layer: a number for each dimension, or one for both.
   *
   * @param outputSize the image's height and width
   * @param kernelSize the window's height and width
   * @param dilation how far the window's elements lie apart
   * @param padding zeros before and after the image
   * @param stride how far the window moves
   */
  public Fold(
      long[] outputSize, long[] kernelSize, long[] dilation, long[] padding, long[] stride) {
    this.outputSize = Arguments.given("outputSize", outputSize).clone();
    kernel = Arguments.given("kernelSize", kernelSize).clone();
    this.dilation = Arguments.given("dilation", dilation).clone();
    this.padding = Arguments.given("padding", padding).clone();
    this.stride = Arguments.given("stride", stride).clone();
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.fold(input, outputSize, kernel, dilation, padding, stride);
  }

  @Override
  protected String describe() {
    return "output_size=" + Text.of(outputSize) + ", kernel_size=" + Text.of(kernel) + ", dilation="
        + Text.of(dilation) + ", padding=" + Text.of(padding) + ", stride=" + Text.of(stride);
  }
}
