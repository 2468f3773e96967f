package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * log(1 + exp(-target * input)) for targets 1 and -1. Several threads may share it as they may any
 * {@link Module}.
 */
public class SoftMarginLoss extends Module {
  private final Reduction reduction;

  /** The mean of the elements' losses. */
  public SoftMarginLoss() {
    this(Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   */
  public SoftMarginLoss(Reduction reduction) {
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.softMarginLoss(input, target, reduction);
  }
}
