package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * One dimension instead of several. Several threads may share it as they may any {@link Module}.
 */
public class Flatten extends Module {
  private final long startDim;
  private final long endDim;

  /** Keeps the first dimension, the batch. */
  public Flatten() {
    this(1, -1);
  }

  /**
   * Joins a range of dimensions.
   *
   * @param startDim the first
   * @param endDim the last
   */
  public Flatten(long startDim, long endDim) {
    this.startDim = startDim;
    this.endDim = endDim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return Arguments.given("x", x).flatten(startDim, endDim);
  }

  @Override
  protected String describe() {
    return "start_dim=" + startDim + ", end_dim=" + endDim;
  }
}
