package io.retrograd.nn;

import io.retrograd.Tensor;

/** What the layers that pad one to three dimensions share. */
abstract sealed class Pad extends Module
    permits CircularPad1d,
        CircularPad2d,
        CircularPad3d,
        ConstantPad,
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
  final double value;

  Pad(int dims, long[] padding, String mode, double value) {
    this.padding = Numbers.each(this, "padding", padding, 2 * dims);
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
