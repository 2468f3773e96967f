package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * The distance of vectors [n, size] by a norm. Several threads may share it as they may any {@link
 * Module}.
 */
public class PairwiseDistance extends Module {
  private final double p;
  private final double eps;
  private final boolean keepdim;

  /** A layer with the Euclidean distance. */
  public PairwiseDistance() {
    this(2, 1e-6, false);
  }

  /**
   * A layer.
   *
   * @param p the norm
   * @param eps what is added to differences
   * @param keepdim whether the last dimension stays, with size 1
   */
  public PairwiseDistance(double p, double eps, boolean keepdim) {
    this.p = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }

  /**
   * Computes the distances.
   *
   * @param x1 vectors
   * @param x2 vectors
   */
  public Tensor forward(Tensor x1, Tensor x2) {
    return F.pairwiseDistance(x1, x2, p, eps, keepdim);
  }
}
