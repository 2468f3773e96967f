package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * The cross-entropy of truth values (or probabilities), from logits. Several threads may share it
 * as they may any {@link Module}.
 */
public class BCEWithLogitsLoss extends Module {
  private final @Nullable Tensor weight;
  private final Reduction reduction;
  private final @Nullable Tensor posWeight;

  /** The mean of the elements' losses. */
  public BCEWithLogitsLoss() {
    this(null, Reduction.MEAN, null);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   */
  public BCEWithLogitsLoss(Reduction reduction) {
    this(null, reduction, null);
  }

  /**
   * A loss with weights.
   *
   * @param weight what each class counts, or null; a buffer of this module
   * @param reduction what to make of the elements' losses
   * @param posWeight what true elements count, or null; a buffer of this module
   */
  @SuppressWarnings("this-escape")
  public BCEWithLogitsLoss(
      @Nullable Tensor weight, Reduction reduction, @Nullable Tensor posWeight) {
    this.weight = weight == null ? null : buffer("weight", weight);
    this.reduction = Arguments.given("reduction", reduction);
    this.posWeight = posWeight == null ? null : buffer("pos_weight", posWeight);
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.binaryCrossEntropyWithLogits(input, target, weight, reduction, posWeight);
  }
}
