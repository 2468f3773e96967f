package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * Minus the log-probability of the class numbers [n], from logits [n, classes]. Several threads may share it as they
 * may any {@link Module}.
 */
public class CrossEntropyLoss extends Module {
  private final Reduction reduction;

  /** The mean of the elements' losses. */
  public CrossEntropyLoss() {
    this(Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   */
  public CrossEntropyLoss(Reduction reduction) {
    this.reduction = reduction;
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.crossEntropy(input, target, reduction);
  }
}
