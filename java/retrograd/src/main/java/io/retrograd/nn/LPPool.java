package io.retrograd.nn;

/** What power-average poolings of one to three dimensions share. */
abstract class LPPool extends Module {
  final double normType;
  final long[] kernel;
  final long[] stride;
  final boolean ceilMode;

  LPPool(int dims, double normType, long[] kernelSize, long[] stride, boolean ceilMode) {
    this.normType = normType;
    kernel = Numbers.checked(this, "kernelSize", kernelSize, dims);
    this.stride = Numbers.checkedIfAny(this, "stride", stride, dims);
    this.ceilMode = ceilMode;
  }

  @Override
  protected String describe() {
    String type = String.valueOf(normType).replaceFirst("\\.0$", "");
    return "norm_type=" + type + ", kernel_size=" + Text.of(kernel) + ", stride="
        + (stride.length == 0 ? "None" : Text.of(stride)) + ", ceil_mode=" + Text.of(ceilMode);
  }
}
