package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.ValuesAndIndices;
import org.jspecify.annotations.Nullable;

/**
 * The largest elements of windows of one size at random steps, in [batch, channels, height, width], or without the batch; see {@link
 * F#fractionalMaxPool2d(Tensor, long, long)}. Several threads may share it as they may any {@link
 * Module}.
 */
public class FractionalMaxPool2d extends FractionalMaxPool {
  /**
   * A layer.
   *
   * @param kernelSize the window's height and width
   * @param outputSize the result's height and width
   */
  public FractionalMaxPool2d(long kernelSize, long outputSize) {
    this(new long[] {kernelSize}, new long[] {outputSize});
  }

  /**
   * A layer whose results are a part of the input's size.
   *
   * @param kernelSize the window's height and width
   * @param outputRatio the part of the input's height and width, in (0, 1)
   */
  public FractionalMaxPool2d(long kernelSize, double outputRatio) {
    this(new long[] {kernelSize}, new double[] {outputRatio});
  }

  /**
   * A layer: a number for each, or one for all.
   *
   * @param kernelSize the window's height and width
   * @param outputSize the result's height and width
   */
  public FractionalMaxPool2d(long[] kernelSize, long[] outputSize) {
    this(kernelSize, outputSize, null);
  }

  /**
   * A layer whose results are a part of the input's size: a number for each, or one for all.
   *
   * @param kernelSize the window's height and width
   * @param outputRatio the part of the input's height and width, in (0, 1)
   */
  public FractionalMaxPool2d(long[] kernelSize, double[] outputRatio) {
    super(2, kernelSize, new long[0], outputRatio, null);
  }

  /**
   * A layer whose windows lie where samples say: a number for each, or one for all.
   *
   * @param kernelSize the window's height and width
   * @param outputSize the result's height and width
   * @param randomSamples [batch, channels, 2], numbers in [0, 1); drawn for each input where null
   */
  public FractionalMaxPool2d(long[] kernelSize, long[] outputSize, @Nullable Tensor randomSamples) {
    super(2, kernelSize, outputSize, new double[0], randomSamples);
  }

  @Override
  public Tensor forward(Tensor input) {
    return F.fractionalMaxPool2d(input, kernel, sizeFor(input), samples());
  }

  @Override
  public ValuesAndIndices withIndices(Tensor input) {
    return F.fractionalMaxPool2dWithIndices(input, kernel, sizeFor(input), samples());
  }
}
