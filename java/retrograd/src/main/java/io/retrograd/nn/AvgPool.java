package io.retrograd.nn;

import java.util.Arrays;

/** What average poolings of one to three dimensions share. */
abstract class AvgPool extends Pool {
  AvgPool(int dims, long[] kernelSize, PoolOptions pool) {
    super(dims, kernelSize, pool);
    if (Arrays.stream(pool.dilations()).anyMatch(n -> n != 1))
      throw wrong("only max pooling has a dilation");
    if (pool.divisorOverride() != 0 && dims == 1)
      throw wrong("in one dimension there is no divisorOverride");
  }
}
