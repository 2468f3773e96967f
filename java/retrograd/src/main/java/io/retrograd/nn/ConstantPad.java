package io.retrograd.nn;

/** What the layers that pad with a value share. */
abstract sealed class ConstantPad extends Pad permits ConstantPad1d, ConstantPad2d, ConstantPad3d {
  ConstantPad(int dims, long[] padding, double value) {
    super(dims, padding, "constant", value);
  }

  @Override
  protected String describe() {
    return "padding=" + super.describe() + ", value=" + value;
  }
}
