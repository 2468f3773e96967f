package io.retrograd.nn;

import io.retrograd.internal.Arguments;

/** What adaptive poolings share. */
abstract class AdaptivePool extends Module {
  private final long[] outputSize;

  AdaptivePool(long[] outputSize) {
    this.outputSize = Arguments.given("outputSize", outputSize).clone();
  }

  long[] outputSize() {
    return outputSize;
  }

  @Override
  protected String describe() {
    return "output_size=" + Text.of(outputSize).replace("-1", "None");
  }
}
