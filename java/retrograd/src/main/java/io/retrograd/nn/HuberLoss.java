package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * A parabola for differences below a bound, else a straight line. Several threads may share it as
 * they may any {@link Module}.
 */
public class HuberLoss extends Module {
  private final Reduction reduction;
  private final double delta;

  /** A loss with the bound 1 and the mean of the elements' losses. */
  public HuberLoss() {
    this(Reduction.MEAN, 1);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   * @param delta where the parabola ends
   */
  public HuberLoss(Reduction reduction, double delta) {
    this.reduction = Arguments.given("reduction", reduction);
    this.delta = delta;
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.huberLoss(input, target, reduction, delta);
  }
}
