package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * Of scores [n, classes]: those of the targets, a list of class numbers that ends in -1, should be
 * above all others by 1. Several threads may share it as they may any {@link Module}.
 */
public class MultiLabelMarginLoss extends Module {
  private final Reduction reduction;

  /** The mean of the targets' losses. */
  public MultiLabelMarginLoss() {
    this(Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   */
  public MultiLabelMarginLoss(Reduction reduction) {
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.multilabelMarginLoss(input, target, reduction);
  }
}
