package io.retrograd.nn;

import static io.retrograd.Retrograd.options;

import io.retrograd.Options;
import io.retrograd.Tensor;

/**
 * The transposed convolution of [batch, in, depth, height, width], or without the batch; see {@link F#convTranspose3d(Tensor, Tensor)}. Weight
 * and bias start equally likely in ±1/sqrt(elements of one row of the weight). Several threads may share it as they may any {@link
 * Module}.
 */
public final class ConvTranspose3d extends ConvTranspose {
  /**
   * A layer with a stride of 1 and no padding.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's depth, height and width
   */
  public ConvTranspose3d(long in, long out, long kernelSize) {
    this(in, out, kernelSize, ConvOptions.DEFAULTS);
  }

  /**
   * A layer with a stride and no padding.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's depth, height and width
   * @param stride how far the kernel moves
   */
  public ConvTranspose3d(long in, long out, long kernelSize, long stride) {
    this(in, out, kernelSize, ConvOptions.stride(stride));
  }

  /**
   * A layer with stride and padding.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's depth, height and width
   * @param stride how far the kernel moves
   * @param padding what the result is cut by at both ends
   */
  public ConvTranspose3d(long in, long out, long kernelSize, long stride, long padding) {
    this(in, out, kernelSize, ConvOptions.stride(stride).withPadding(padding));
  }

  /**
   * A layer with options.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's depth, height and width
   * @param conv stride, padding and the like
   */
  public ConvTranspose3d(long in, long out, long kernelSize, ConvOptions conv) {
    this(in, out, new long[] {kernelSize}, conv);
  }

  /**
   * A layer with options.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's depth, height and width: a number for each, or one for all
   * @param conv stride, padding and the like
   */
  public ConvTranspose3d(long in, long out, long[] kernelSize, ConvOptions conv) {
    this(options(), in, out, kernelSize, conv);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of the parameters
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's depth, height and width: a number for each, or one for all
   * @param conv stride, padding and the like
   */
  public ConvTranspose3d(Options options, long in, long out, long[] kernelSize, ConvOptions conv) {
    super(options, 3, in, out, kernelSize, conv);
  }

  @Override
  Tensor transposed(Tensor input, long[] outputPadding) {
    return F.convTranspose3d(
        input,
        weight(),
        bias(),
        conv.strides(),
        conv.paddings(),
        outputPadding,
        conv.groups(),
        conv.dilations());
  }
}
