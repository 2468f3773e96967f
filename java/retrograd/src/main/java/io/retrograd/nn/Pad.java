package io.retrograd.nn;

import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import java.util.Arrays;
import java.util.stream.LongStream;

/** What the layers that pad one to three dimensions share. */
abstract sealed class Pad extends Module
    permits CircularPad1d,
        CircularPad2d,
        CircularPad3d,
        ConstantPad1d,
        ConstantPad2d,
        ConstantPad3d,
        ReflectionPad1d,
        ReflectionPad2d,
        ReflectionPad3d,
        ReplicationPad1d,
        ReplicationPad2d,
        ReplicationPad3d,
        ZeroPad1d,
        ZeroPad2d,
        ZeroPad3d {
  private final long[] padding;
  private final String mode;
  private final double value;

  Pad(int dims, long[] padding, String mode, double value) {
    int sides = 2 * dims;
    if (Arguments.given("padding", padding).length != 1 && padding.length != sides)
      throw new ShapeException(getClass().getSimpleName() + ": needs one number or " + sides
          + ", got " + Arrays.toString(padding));
    this.padding = padding.length == sides
        ? padding.clone()
        : LongStream.generate(() -> padding[0]).limit(sides).toArray();
    this.mode = mode;
    this.value = value;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.pad(x, padding, mode, value);
  }

  @Override
  protected String describe() {
    return Text.tuple(padding);
  }
}
