package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * Vectors should be nearer to a positive example than to a negative one by a margin. Several
 * threads may share it as they may any {@link Module}.
 */
public class TripletMarginLoss extends Module {
  private final Options options;

  /**
   * What to compute.
   *
   * @param margin how much farther the negative should be
   * @param p the distance's norm
   * @param eps what is added to differences
   * @param swap whether the negative is as near as the positive's distance to it where that is less
   * @param reduction what to make of the elements' losses
   */
  public record Options(double margin, double p, double eps, boolean swap, Reduction reduction) {
    /** PyTorch's. */
    public static final Options DEFAULT = new Options(1, 2, 1e-6, false, Reduction.MEAN);

    /** Checks the values. */
    public Options {
      Arguments.given("reduction", reduction);
    }

    /**
     * These options with another margin.
     *
     * @param margin how much farther the negative should be
     */
    public Options margin(double margin) {
      return new Options(margin, p, eps, swap, reduction);
    }

    /**
     * These options with another p.
     *
     * @param p the distance's norm
     */
    public Options p(double p) {
      return new Options(margin, p, eps, swap, reduction);
    }

    /**
     * These options with another eps.
     *
     * @param eps what is added to differences
     */
    public Options eps(double eps) {
      return new Options(margin, p, eps, swap, reduction);
    }

    /**
     * These options with another swap.
     *
     * @param swap whether the negative is as near as the positive's distance to it where that is less
     */
    public Options swap(boolean swap) {
      return new Options(margin, p, eps, swap, reduction);
    }

    /**
     * These options with another reduction.
     *
     * @param reduction what to make of the elements' losses
     */
    public Options reduction(Reduction reduction) {
      return new Options(margin, p, eps, swap, reduction);
    }
  }

  /** A loss with the margin 1 and Euclidean distances. */
  public TripletMarginLoss() {
    this(Options.DEFAULT);
  }

  /**
   * A loss with options.
   *
   * @param options what to compute
   */
  public TripletMarginLoss(Options options) {
    this.options = Arguments.given("options", options);
  }

  /**
   * Computes the loss.
   *
   * @param anchor vectors
   * @param positive what should be near
   * @param negative what should be far
   */
  public Tensor forward(Tensor anchor, Tensor positive, Tensor negative) {
    return F.tripletMarginLoss(
        anchor,
        positive,
        negative,
        options.margin(),
        options.p(),
        options.eps(),
        options.swap(),
        options.reduction());
  }
}
