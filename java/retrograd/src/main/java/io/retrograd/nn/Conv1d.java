package io.retrograd.nn;

import static io.retrograd.Retrograd.options;

import io.retrograd.Options;
import io.retrograd.Tensor;

/**
 * The convolution of [batch, in, width], or without the batch; see {@link F#conv1d(Tensor, Tensor)}. Weight
 * and bias start equally likely in ±1/sqrt(elements of one row of the weight). Several threads may share it as they may any {@link
 * Module}.
 */
public final class Conv1d extends Conv {
  /**
   * A layer with a stride of 1 and no padding.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's width
   */
  public Conv1d(long in, long out, long kernelSize) {
    this(in, out, kernelSize, ConvOptions.DEFAULTS);
  }

  /**
   * A layer with a stride and no padding.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's width
   * @param stride how far the kernel moves
   */
  public Conv1d(long in, long out, long kernelSize, long stride) {
    this(in, out, kernelSize, ConvOptions.stride(stride));
  }

  /**
   * A layer with stride and padding.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's width
   * @param stride how far the kernel moves
   * @param padding zeros before and after the image
   */
  public Conv1d(long in, long out, long kernelSize, long stride, long padding) {
    this(in, out, kernelSize, ConvOptions.stride(stride).withPadding(padding));
  }

  /**
   * A layer with options.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's width
   * @param conv stride, padding and the like
   */
  public Conv1d(long in, long out, long kernelSize, ConvOptions conv) {
    this(in, out, new long[] {kernelSize}, conv);
  }

  /**
   * A layer with options.
   *
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's width: a number for each, or one for all
   * @param conv stride, padding and the like
   */
  public Conv1d(long in, long out, long[] kernelSize, ConvOptions conv) {
    this(options(), in, out, kernelSize, conv);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of the parameters
   * @param in channels of the input
   * @param out channels of the result
   * @param kernelSize the kernel's width: a number for each, or one for all
   * @param conv stride, padding and the like
   */
  public Conv1d(Options options, long in, long out, long[] kernelSize, ConvOptions conv) {
    super(options, 1, false, in, out, kernelSize, conv);
  }

  @Override
  public Tensor forward(Tensor input) {
    long[] stride = conv.strides(), dilation = conv.dilations();
    String padding = paddingName();
    return padding == null
        ? F.conv1d(padded(input), weight(), bias(), stride, paddings(), dilation, conv.groups())
        : F.conv1d(input, weight(), bias(), stride, padding, dilation, conv.groups());
  }
}
