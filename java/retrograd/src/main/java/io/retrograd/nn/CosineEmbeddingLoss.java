package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * Of pairs of vectors [n, size]: those with the target 1 should point the same way, and those with
 * -1 should not. Several threads may share it as they may any {@link Module}.
 */
public class CosineEmbeddingLoss extends Module {
  private final double margin;
  private final Reduction reduction;

  /** A loss with the margin 0. */
  public CosineEmbeddingLoss() {
    this(0, Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param margin how far apart what is different should be
   * @param reduction what to make of the elements' losses
   */
  public CosineEmbeddingLoss(double margin, Reduction reduction) {
    this.margin = margin;
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input1 vectors
   * @param input2 vectors
   * @param target 1 or -1 for each pair
   */
  public Tensor forward(Tensor input1, Tensor input2, Tensor target) {
    return F.cosineEmbeddingLoss(input1, input2, target, margin, reduction);
  }
}
