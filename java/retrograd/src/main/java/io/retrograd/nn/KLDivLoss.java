package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * The Kullback-Leibler divergence of log-probabilities from probabilities. Several threads may
 * share it as they may any {@link Module}.
 */
public class KLDivLoss extends Module {
  private final Reduction reduction;
  private final boolean logTarget;

  /** The mean over the elements. By its definition the divergence is {@link Reduction#BATCH_MEAN}. */
  public KLDivLoss() {
    this(Reduction.MEAN, false);
  }

  /**
   * A loss of targets that are probabilities.
   *
   * @param reduction what to make of the elements' losses
   */
  public KLDivLoss(Reduction reduction) {
    this(reduction, false);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   * @param logTarget whether targets are log-probabilities
   */
  public KLDivLoss(Reduction reduction, boolean logTarget) {
    this.reduction = Arguments.given("reduction", reduction);
    this.logTarget = logTarget;
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.klDiv(input, target, reduction, logTarget);
  }
}
