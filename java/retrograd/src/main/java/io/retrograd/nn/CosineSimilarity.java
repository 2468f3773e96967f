package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The cosine of the angle between vectors. Several threads may share it as they may any {@link
 * Module}.
 */
public class CosineSimilarity extends Module {
  private final long dim;
  private final double eps;

  /** A layer for vectors along dimension 1. */
  public CosineSimilarity() {
    this(1, 1e-8);
  }

  /**
   * A layer.
   *
   * @param dim the dimension along which the vectors are
   * @param eps the least norm
   */
  public CosineSimilarity(long dim, double eps) {
    this.dim = dim;
    this.eps = eps;
  }

  /**
   * Computes the cosines.
   *
   * @param x1 vectors
   * @param x2 vectors
   */
  public Tensor forward(Tensor x1, Tensor x2) {
    return F.cosineSimilarity(x1, x2, dim, eps);
  }
}
