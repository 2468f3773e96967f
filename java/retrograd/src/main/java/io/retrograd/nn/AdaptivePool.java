package io.retrograd.nn;

/** What adaptive poolings share. */
abstract class AdaptivePool extends Module {
  private final long[] outputSize;

  AdaptivePool(int dims, long[] outputSize) {
    this.outputSize = Numbers.checked(this, "outputSize", outputSize, dims);
  }

  long[] outputSize() {
    return outputSize;
  }

  @Override
  protected String describe() {
    return "output_size=" + Text.of(outputSize).replace("-1", "None");
  }
}
