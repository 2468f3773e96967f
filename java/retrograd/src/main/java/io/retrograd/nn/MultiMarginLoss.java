package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * Of scores [n, classes]: that of the target should be above all others by a margin. Several
 * threads may share it as they may any {@link Module}.
 */
public class MultiMarginLoss extends Module {
  private final Options options;

  /**
   * What to compute.
   *
   * @param p the power of what a score lacks, 1 or 2
   * @param margin how much higher the target's score should be
   * @param weight what each class counts, or null; a buffer of the module
   * @param reduction what to make of the elements' losses
   */
  public record Options(long p, double margin, @Nullable Tensor weight, Reduction reduction) {
    /** PyTorch's. */
    public static final Options DEFAULT = new Options(1, 1, null, Reduction.MEAN);

    /** Checks the values. */
    public Options {
      Arguments.given("reduction", reduction);
    }

    /**
     * These options with another p.
     *
     * @param p the power of what a score lacks, 1 or 2
     */
    public Options p(long p) {
      return new Options(p, margin, weight, reduction);
    }

    /**
     * These options with another margin.
     *
     * @param margin how much higher the target's score should be
     */
    public Options margin(double margin) {
      return new Options(p, margin, weight, reduction);
    }

    /**
     * These options with another weight.
     *
     * @param weight what each class counts, or null; a buffer of the module
     */
    public Options weight(@Nullable Tensor weight) {
      return new Options(p, margin, weight, reduction);
    }

    /**
     * These options with another reduction.
     *
     * @param reduction what to make of the elements' losses
     */
    public Options reduction(Reduction reduction) {
      return new Options(p, margin, weight, reduction);
    }
  }

  /** A loss with the margin 1. */
  public MultiMarginLoss() {
    this(Options.DEFAULT);
  }

  /**
   * A loss with options.
   *
   * @param options what to compute
   */
  public MultiMarginLoss(Options options) {
    this.options = Arguments.given("options", options);
    if (options.weight() != null) buffer("weight", options.weight());
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.multiMarginLoss(
        input, target, options.p(), options.margin(), options.weight(), options.reduction());
  }
}
