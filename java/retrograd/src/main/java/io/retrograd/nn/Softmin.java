package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * exp(-x) divided by its sum along a dimension. Several threads may share it as they may any {@link
 * Module}.
 */
public class Softmin extends Module {
  private final long dim;

  /**
   * A layer.
   *
   * @param dim the dimension
   */
  public Softmin(long dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softmin(x, dim);
  }

  @Override
  protected String describe() {
    return "dim=" + dim;
  }
}
