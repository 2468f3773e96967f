package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * The cross-entropy of truth values (or probabilities), from probabilities. Several threads may share it as they may
 * any {@link Module}.
 */
public class BCELoss extends Module {
  private final Reduction reduction;

  /** The mean of the elements' losses. */
  public BCELoss() {
    this(Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   */
  public BCELoss(Reduction reduction) {
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.binaryCrossEntropy(input, target, reduction);
  }
}
