package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * The cross-entropy of truth values from logits, averaged over the classes, the last dimension.
 * Several threads may share it as they may any {@link Module}.
 */
public class MultiLabelSoftMarginLoss extends Module {
  private final @Nullable Tensor weight;
  private final Reduction reduction;

  /** The mean of the targets' losses. */
  public MultiLabelSoftMarginLoss() {
    this(null, Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param weight what each class counts, or null; a buffer of this module
   * @param reduction what to make of the elements' losses
   */
  @SuppressWarnings("this-escape")
  public MultiLabelSoftMarginLoss(@Nullable Tensor weight, Reduction reduction) {
    this.weight = weight == null ? null : buffer("weight", weight);
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.multilabelSoftMarginLoss(input, target, weight, reduction);
  }
}
