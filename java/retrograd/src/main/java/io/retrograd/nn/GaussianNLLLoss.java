package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * Minus the log-likelihood under normal distributions. Several threads may share it as they may any
 * {@link Module}.
 */
public class GaussianNLLLoss extends Module {
  private final boolean full;
  private final double eps;
  private final Reduction reduction;

  /** A loss without the constant term, of variances of at least 1e-6. */
  public GaussianNLLLoss() {
    this(false, 1e-6, Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param full whether to add the constant term
   * @param eps the least variance
   * @param reduction what to make of the elements' losses
   */
  public GaussianNLLLoss(boolean full, double eps, Reduction reduction) {
    this.full = full;
    this.eps = eps;
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input the means
   * @param target samples
   * @param var the variances, see {@link F#gaussianNllLoss(Tensor, Tensor, Tensor)}
   */
  public Tensor forward(Tensor input, Tensor target, Tensor var) {
    return F.gaussianNllLoss(input, target, var, full, eps, reduction);
  }
}
