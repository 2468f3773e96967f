package io.retrograd.nn;

import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Numbers that a layer takes for its dimensions, one for each or one for all; and how many channels it takes. */
final class Numbers {
  private Numbers() {}

  /**
   * Returns a copy.
   *
   * @throws ShapeException where they are neither one nor as many as dimensions
   */
  static long[] checked(Module layer, String what, long[] numbers, int dims) {
    if (Arguments.given(what, numbers).length == 1 || numbers.length == dims)
      return numbers.clone();
    throw new ShapeException(Text.name(layer) + ": " + what + " needs one number"
        + (dims == 1 ? "" : " or " + dims) + ", got " + Arrays.toString(numbers));
  }

  /** {@link #checked} of what may be left out. */
  static long[] checkedIfAny(Module layer, String what, long[] numbers, int dims) {
    return Arguments.given(what, numbers).length == 0
        ? numbers
        : checked(layer, what, numbers, dims);
  }

  /** Returns as many as dimensions, {@link #checked}. */
  static long[] each(Module layer, String what, long[] numbers, int dims) {
    return each(checked(layer, what, numbers, dims), dims);
  }

  static long[] each(long[] numbers, int dims) {
    return numbers.length == dims
        ? numbers
        : LongStream.generate(() -> numbers[0]).limit(dims).toArray();
  }

  /**
   * Checks an input.
   *
   * @param dim which of its dimensions are the channels
   * @throws ShapeException where there are others than the layer takes
   */
  static void checkChannels(Module layer, long channels, Tensor input, int dim) {
    if (input.size(dim) != channels)
      throw new ShapeException(Text.name(layer) + ": needs " + channels + " channels, got "
          + input.size(dim) + " in " + Arrays.toString(input.shape()));
  }
}
