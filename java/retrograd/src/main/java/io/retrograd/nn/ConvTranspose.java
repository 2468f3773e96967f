package io.retrograd.nn;

import static java.lang.Math.addExact;
import static java.lang.Math.multiplyExact;
import static java.lang.Math.subtractExact;

import io.retrograd.Options;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import java.util.Arrays;

/** What transposed convolutions of one to three dimensions share. */
abstract sealed class ConvTranspose extends Conv
    permits ConvTranspose1d, ConvTranspose2d, ConvTranspose3d {
  ConvTranspose(Options options, int dims, long in, long out, long[] kernelSize, ConvOptions conv) {
    super(options, dims, true, in, out, kernelSize, conv);
  }

  abstract Tensor transposed(Tensor input, long[] outputPadding);

  @Override
  public Tensor forward(Tensor input) {
    return transposed(input, conv.outputPaddings());
  }

  /**
   * {@link #forward(Tensor)} to a size, whatever the output padding of the options. A stride of s leaves s sizes to
   * choose from, which a convolution makes equal.
   *
   * @param input as there
   * @param outputSize a number for each dimension behind the channels; those of batch and channels may stand before
   *     them, and are not looked at
   * @throws ShapeException where the input has no result of this size
   */
  public Tensor forward(Tensor input, long... outputSize) {
    long[] shape = Arguments.given("input", input).shape();
    int dims = kernel.length, first = shape.length - dims; // the first dimension of places
    int sizes = Arguments.given("outputSize", outputSize).length - dims;
    if (first != 1 && first != 2 || sizes != 0 && sizes != first)
      throw wrongShape("needs an input of " + (dims + 1) + " or " + (dims + 2)
          + " dimensions, and an outputSize of " + dims + " numbers or one for each of these, got "
          + Arrays.toString(shape) + " and " + Arrays.toString(outputSize));
    long[] wanted = Arrays.copyOfRange(outputSize, sizes, outputSize.length);
    return transposed(input, outputPaddings(shape, first, wanted));
  }

  private long[] outputPaddings(long[] shape, int first, long[] wanted) {
    int dims = kernel.length;
    long[] stride = Numbers.each(conv.strides(), dims),
        padding = Numbers.each(conv.paddings(), dims);
    long[] least = new long[dims], most = new long[dims], more = new long[dims];
    boolean within = true;
    try {
      for (int d = 0; d < dims; d++) {
        long moved = multiplyExact(shape[first + d] - 1, stride[d]);
        least[d] =
            addExact(subtractExact(moved, multiplyExact(2, padding[d])), addExact(reach[d], 1));
        most[d] = addExact(least[d], stride[d] - 1);
        within &= least[d] <= wanted[d] && wanted[d] <= most[d];
        more[d] = wanted[d] - least[d];
      }
    } catch (ArithmeticException e) {
      throw wrongShape(
          "no size of a result for the input " + Arrays.toString(shape) + " can be represented");
    }
    if (within) return more;
    throw wrongShape("outputSize " + Arrays.toString(wanted) + " lies outside "
        + Arrays.toString(least) + " to " + Arrays.toString(most) + " for the input "
        + Arrays.toString(shape));
  }
}
