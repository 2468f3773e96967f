package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * Of scores: the first should be above the second where the target is 1, and below where it is -1,
 * by a margin. Several threads may share it as they may any {@link Module}.
 */
public class MarginRankingLoss extends Module {
  private final double margin;
  private final Reduction reduction;

  /** A loss without a margin. */
  public MarginRankingLoss() {
    this(0, Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param margin how far apart what is different should be
   * @param reduction what to make of the elements' losses
   */
  public MarginRankingLoss(double margin, Reduction reduction) {
    this.margin = margin;
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input1 scores
   * @param input2 scores
   * @param target 1 or -1 for each
   */
  public Tensor forward(Tensor input1, Tensor input2, Tensor target) {
    return F.marginRankingLoss(input1, input2, target, margin, reduction);
  }
}
