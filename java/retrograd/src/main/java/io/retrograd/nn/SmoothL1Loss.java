package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * The absolute difference, with a parabola below a bound. Several threads may share it as they may
 * any {@link Module}.
 */
public class SmoothL1Loss extends Module {
  private final Reduction reduction;
  private final double beta;

  /** A loss with the bound 1 and the mean of the elements' losses. */
  public SmoothL1Loss() {
    this(Reduction.MEAN, 1);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   * @param beta where the parabola ends
   */
  public SmoothL1Loss(Reduction reduction, double beta) {
    this.reduction = Arguments.given("reduction", reduction);
    this.beta = beta;
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.smoothL1Loss(input, target, reduction, beta);
  }
}
