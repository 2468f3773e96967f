package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.ValuesAndIndices;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/** What fractional poolings of two and three dimensions share. */
abstract class FractionalMaxPool extends Module {
  final long[] kernel;
  private final int dims;
  private final long[] size;
  private final double[] ratio;
  private final @Nullable Tensor samples;

  /** With a size, or with a ratio where that is empty. */
  @SuppressWarnings("this-escape")
  FractionalMaxPool(
      int dims, long[] kernelSize, long[] size, double[] ratio, @Nullable Tensor samples) {
    this.dims = dims;
    kernel = Numbers.checked(this, "kernelSize", kernelSize, dims);
    this.size = Numbers.checkedIfAny(this, "outputSize", size, dims);
    this.ratio = Arguments.given("outputRatio", ratio).clone();
    if (size.length == 0 && ratio.length != 1 && ratio.length != dims)
      throw new IllegalArgumentException(
          Text.name(this) + ": outputRatio needs one number or " + dims + ", got " + ratio.length);
    for (double r : ratio)
      if (!(r > 0 && r < 1))
        throw new IllegalArgumentException(
            Text.name(this) + ": outputRatio must lie between 0 and 1, got " + r);
    this.samples = samples == null ? null : buffer("_random_samples", samples);
  }

  /**
   * Returns the result and the places of its elements, counted row by row in their image.
   *
   * @param input of a shape that forward expects
   */
  public abstract ValuesAndIndices withIndices(Tensor input);

  @Nullable
  Tensor samples() {
    return samples;
  }

  /** The result's sizes. */
  long[] sizeFor(Tensor input) {
    Arguments.given("input", input);
    if (size.length > 0) return size;
    long[] sizes = new long[dims];
    for (int d = 0; d < dims; d++)
      sizes[d] = input.dim() < dims
          ? 1
          : (long) (input.size(input.dim() - dims + d) * ratio[ratio.length == 1 ? 0 : d]);
    return sizes;
  }
}
