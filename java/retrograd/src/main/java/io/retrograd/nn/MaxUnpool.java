package io.retrograd.nn;

import io.retrograd.Tensor;

/** What inverses of max poolings of one to three dimensions share. */
abstract class MaxUnpool extends Module {
  private final int dims;
  final long[] kernel;
  final long[] stride;
  final long[] padding;

  MaxUnpool(int dims, long[] kernelSize, long[] stride, long[] padding) {
    this.dims = dims;
    kernel = Numbers.checked(this, "kernelSize", kernelSize, dims);
    this.stride = Numbers.checkedIfAny(this, "stride", stride, dims);
    this.padding = Numbers.checked(this, "padding", padding, dims);
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
