package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * Minus the log-probability of the class numbers [n, ...], from log-probabilities [n, classes, ...]. Several threads may share it
 * as they may any {@link Module}.
 */
public class NLLLoss extends Module {
  private final @Nullable Tensor weight;
  private final long ignoreIndex;
  private final Reduction reduction;

  /** The mean of the elements' losses. */
  public NLLLoss() {
    this(Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   */
  public NLLLoss(Reduction reduction) {
    this(null, F.IGNORED, reduction);
  }

  /**
   * A loss as {@link F#nllLoss(Tensor, Tensor, Tensor, long, Reduction)} computes it.
   *
   * @param weight what each class counts, or null; a buffer of this module
   * @param ignoreIndex a target that counts nothing
   * @param reduction what to make of the elements' losses
   */
  public NLLLoss(@Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    this.weight = weight == null ? null : buffer("weight", weight);
    this.ignoreIndex = ignoreIndex;
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.nllLoss(input, target, weight, ignoreIndex, reduction);
  }
}
