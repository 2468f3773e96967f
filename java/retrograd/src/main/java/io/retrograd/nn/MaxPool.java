package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.ValuesAndIndices;

/** What max poolings of one to three dimensions share. */
abstract class MaxPool extends Pool {
  MaxPool(int dims, long[] kernelSize, PoolOptions pool) {
    super(dims, kernelSize, pool);
    if (!pool.countIncludePad() || pool.divisorOverride() != 0)
      throw wrong("only averages count their padding or have a divisor");
  }

  /**
   * Returns the result and the places of its elements, counted row by row in their image.
   *
   * @param input of a shape that forward expects
   */
  public abstract ValuesAndIndices withIndices(Tensor input);

  @Override
  protected String describe() {
    return super.describe() + ", dilation=" + shown(pool.dilations()) + ", ceil_mode="
        + Text.of(pool.ceilMode());
  }
}
