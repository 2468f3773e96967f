package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/** What inverses of max poolings of one to three dimensions share. */
abstract class MaxUnpool extends Module {
  private final int dims;
  final long[] kernel;
  final long[] stride;
  final long[] padding;

  MaxUnpool(int dims, long[] kernelSize, long[] stride, long[] padding) {
    this.dims = dims;
    kernel = Arguments.given("kernelSize", kernelSize).clone();
    this.stride = Arguments.given("stride", stride).clone();
    this.padding = Arguments.given("padding", padding).clone();
  }

  /**
   * Computes the result, of the least size that pools to the input's.
   *
   * @param input the elements
   * @param indices their places, counted row by row in their image
   */
  public abstract Tensor forward(Tensor input, Tensor indices);

  /**
   * Computes the result.
   *
   * @param input the elements
   * @param indices their places, counted row by row in their image
   * @param outputSize the spatial sizes of the result, or all of its sizes
   */
  public abstract Tensor forward(Tensor input, Tensor indices, long... outputSize);

  private String shown(long[] numbers) {
    return Text.tuple(numbers, dims);
  }

  @Override
  protected String describe() {
    return "kernel_size=" + shown(kernel) + ", stride="
        + shown(stride.length == 0 ? kernel : stride) + ", padding=" + shown(padding);
  }
}
