package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * x where positive, else alpha * (exp(x) - 1), element by element. Several threads may share it as they may any {@link
 * Module}.
 */
public class ELU extends Module {
  private final double alpha;

  /** A layer with an alpha of 1. */
  public ELU() {
    this(1);
  }

  /**
   * A layer.
   *
   * @param alpha the distance of the limit at minus infinity from 0
   */
  public ELU(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.elu(x, alpha);
  }

  @Override
  protected String describe() {
    return "alpha=" + alpha;
  }
}
