package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * Of distances: what is alike, with the target 1, should be near, and the rest, with -1, beyond a
 * margin. Several threads may share it as they may any {@link Module}.
 */
public class HingeEmbeddingLoss extends Module {
  private final double margin;
  private final Reduction reduction;

  /** A loss with the margin 1. */
  public HingeEmbeddingLoss() {
    this(1, Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param margin how far apart what is different should be
   * @param reduction what to make of the elements' losses
   */
  public HingeEmbeddingLoss(double margin, Reduction reduction) {
    this.margin = margin;
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input distances
   * @param target 1 or -1 for each
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.hingeEmbeddingLoss(input, target, margin, reduction);
  }
}
