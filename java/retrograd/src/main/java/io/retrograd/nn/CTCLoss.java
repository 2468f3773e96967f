package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * The loss of label sequences that may be stretched over time, with blanks between, from log-
 * probabilities. Several threads may share it as they may any {@link Module}.
 */
public class CTCLoss extends Module {
  private final long blank;
  private final Reduction reduction;
  private final boolean zeroInfinity;

  /** A loss with the blank 0. */
  public CTCLoss() {
    this(0, Reduction.MEAN, false);
  }

  /**
   * A loss.
   *
   * @param blank the class number of the blank
   * @param reduction what to make of the elements' losses
   * @param zeroInfinity whether infinite losses become 0
   */
  public CTCLoss(long blank, Reduction reduction, boolean zeroInfinity) {
    this.blank = blank;
    this.reduction = Arguments.given("reduction", reduction);
    this.zeroInfinity = zeroInfinity;
  }

  /**
   * Computes the loss.
   *
   * @param logProbs log-probabilities [time, n, classes]
   * @param targets class numbers, see {@link F#ctcLoss(Tensor, Tensor, Tensor, Tensor)}
   * @param inputLengths how much of the time each sequence has
   * @param targetLengths how many class numbers each has
   */
  public Tensor forward(
      Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths) {
    return F.ctcLoss(
        logProbs, targets, inputLengths, targetLengths, blank, reduction, zeroInfinity);
  }
}
