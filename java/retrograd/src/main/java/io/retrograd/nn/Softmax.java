package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * exp(x) divided by its sum along a dimension. Several threads may share it as they may any {@link
 * Module}.
 */
public class Softmax extends Module {
  private final long dim;

  /**
   * A layer.
   *
   * @param dim the dimension
   */
  public Softmax(long dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.softmax(x, dim);
  }

  @Override
  protected String describe() {
    return "dim=" + dim;
  }
}
