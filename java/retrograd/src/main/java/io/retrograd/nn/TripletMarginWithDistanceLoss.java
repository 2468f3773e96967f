package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import java.util.function.BinaryOperator;

/**
 * Vectors should be nearer to a positive example than to a negative one by a margin, for a distance
 * of one's own. Several threads may share it as they may any {@link Module}.
 */
public class TripletMarginWithDistanceLoss extends Module {
  private final BinaryOperator<Tensor> distance;
  private final double margin;
  private final boolean swap;
  private final Reduction reduction;

  /**
   * A loss with the margin 1.
   *
   * @param distance the distance of two batches of vectors
   */
  public TripletMarginWithDistanceLoss(BinaryOperator<Tensor> distance) {
    this(distance, 1, false, Reduction.MEAN);
  }

  /**
   * A loss.
   *
   * @param distance the distance of two batches of vectors
   * @param margin how far apart what is different should be
   * @param swap whether the negative is as near as the positive's distance to it where that is less
   * @param reduction what to make of the elements' losses
   */
  public TripletMarginWithDistanceLoss(
      BinaryOperator<Tensor> distance, double margin, boolean swap, Reduction reduction) {
    this.distance = Arguments.given("distance", distance);
    this.margin = margin;
    this.swap = swap;
    this.reduction = Arguments.given("reduction", reduction);
  }

  /**
   * Computes the loss.
   *
   * @param anchor vectors
   * @param positive what should be near
   * @param negative what should be far
   */
  public Tensor forward(Tensor anchor, Tensor positive, Tensor negative) {
    return F.tripletMarginWithDistanceLoss(
        anchor, positive, negative, distance, margin, swap, reduction);
  }
}
