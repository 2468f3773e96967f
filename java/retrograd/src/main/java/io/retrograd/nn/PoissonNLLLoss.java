package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * Minus the log-likelihood of counts under Poisson distributions. Several threads may share it as
 * they may any {@link Module}.
 */
public class PoissonNLLLoss extends Module {
  private final Options options;

  /**
   * What to compute.
   *
   * @param logInput whether inputs are the logarithms of means
   * @param full whether to add Stirling's approximation
   * @param eps what is added to means before their logarithm is taken
   * @param reduction what to make of the elements' losses
   */
  public record Options(boolean logInput, boolean full, double eps, Reduction reduction) {
    /** PyTorch's. */
    public static final Options DEFAULT = new Options(true, false, 1e-8, Reduction.MEAN);

    /** Checks the values. */
    public Options {
      Arguments.given("reduction", reduction);
    }

    /**
     * These options with another logInput.
     *
     * @param logInput whether inputs are the logarithms of means
     */
    public Options logInput(boolean logInput) {
      return new Options(logInput, full, eps, reduction);
    }

    /**
     * These options with another full.
     *
     * @param full whether to add Stirling's approximation
     */
    public Options full(boolean full) {
      return new Options(logInput, full, eps, reduction);
    }

    /**
     * These options with another eps.
     *
     * @param eps what is added to means before their logarithm is taken
     */
    public Options eps(double eps) {
      return new Options(logInput, full, eps, reduction);
    }

    /**
     * These options with another reduction.
     *
     * @param reduction what to make of the elements' losses
     */
    public Options reduction(Reduction reduction) {
      return new Options(logInput, full, eps, reduction);
    }
  }

  /** A loss of inputs that are logarithms, with the mean of the elements' losses. */
  public PoissonNLLLoss() {
    this(Options.DEFAULT);
  }

  /**
   * A loss with options.
   *
   * @param options what to compute
   */
  public PoissonNLLLoss(Options options) {
    this.options = Arguments.given("options", options);
  }

  /**
   * Computes the loss.
   *
   * @param input what the model says
   * @param target what it should say
   */
  public Tensor forward(Tensor input, Tensor target) {
    return F.poissonNllLoss(
        input, target, options.logInput(), options.full(), options.eps(), options.reduction());
  }
}
