package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * The windows of images [batch, channels, height, width] as columns, or without the batch; see {@link
 * F#unfold(Tensor, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class Unfold extends Module {
  private final long[] kernel;
  private final long[] dilation;
  private final long[] padding;
  private final long[] stride;

  /**
   * A layer with a stride of 1 and no padding.
   *
   * @param kernelSize the window's height and width
   */
  public Unfold(long kernelSize) {
    this(kernelSize, 1, 0, 1);
  }

  /**
   * A layer.
   *
   * @param kernelSize the window's height and width
   * @param dilation how far the window's elements lie apart
   * @param padding zeros before and after the image
   * @param stride how far the window moves
   */
  public Unfold(long kernelSize, long dilation, long padding, long stride) {
    this(new long[] {kernelSize}, new long[] {dilation}, new long[] {padding}, new long[] {stride});
  }

  /**
   * A layer: a number for each dimension, or one for both.
   *
   * @param kernelSize the window's height and width
   * @param dilation how far the window's elements lie apart
   * @param padding zeros before and after the image
   * @param stride how far the window moves
   */
  public Unfold(long[] kernelSize, long[] dilation, long[] padding, long[] stride) {
    kernel = Arguments.given("kernelSize", kernelSize).clone();
    this.dilation = Arguments.given("dilation", dilation).clone();
    this.padding = Arguments.given("padding", padding).clone();
    this.stride = Arguments.given("stride", stride).clone();
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.unfold(input, kernel, dilation, padding, stride);
  }

  @Override
  protected String describe() {
    return "kernel_size=" + Text.of(kernel) + ", dilation=" + Text.of(dilation) + ", padding="
        + Text.of(padding) + ", stride=" + Text.of(stride);
  }
}
