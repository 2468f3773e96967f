package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The first half along a dimension times the sigmoid of the second. Several threads may share it as they may any {@link
 * Module}.
 */
public class GLU extends Module {
  private final long dim;

  /** A layer for the last dimension. */
  public GLU() {
    this(-1);
  }

  /**
   * A layer.
   *
   * @param dim the dimension
   */
  public GLU(long dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.glu(x, dim);
  }

  @Override
  protected String describe() {
    return "dim=" + dim;
  }
}
