package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * Minus the log-probability of the class numbers [n, ...], or the cross-entropy of the classes'
 * probabilities [n, classes, ...], from logits [n, classes, ...]. Several threads may share it as
 * they may any {@link Module}.
 */
public class CrossEntropyLoss extends Module {
  private final Options options;

  /**
   * What to compute.
   *
   * @param weight what each class counts, or null; a buffer of the module
   * @param ignoreIndex a target that counts nothing
   * @param reduction what to make of the elements' losses
   * @param labelSmoothing the share of each target that is spread over all classes
   */
  public record Options(
      @Nullable Tensor weight, long ignoreIndex, Reduction reduction, double labelSmoothing) {
    /** PyTorch's. */
    public static final Options DEFAULT = new Options(null, F.IGNORED, Reduction.MEAN, 0);

    /** Checks the values. */
    public Options {
      Arguments.given("reduction", reduction);
    }

    /**
     * These options with another weight.
     *
     * @param weight what each class counts, or null; a buffer of the module
     */
    public Options weight(@Nullable Tensor weight) {
      return new Options(weight, ignoreIndex, reduction, labelSmoothing);
    }

    /**
     * These options with another ignoreIndex.
     *
     * @param ignoreIndex a target that counts nothing
     */
    public Options ignoreIndex(long ignoreIndex) {
      return new Options(weight, ignoreIndex, reduction, labelSmoothing);
    }

    /**
     * These options with another reduction.
     *
     * @param reduction what to make of the elements' losses
     */
    public Options reduction(Reduction reduction) {
      return new Options(weight, ignoreIndex, reduction, labelSmoothing);
    }

    /**
     * These options with another labelSmoothing.
     *
     * @param labelSmoothing the share of each target that is spread over all classes
     */
    public Options labelSmoothing(double labelSmoothing) {
      return new Options(weight, ignoreIndex, reduction, labelSmoothing);
    }
  }

  /** The mean of the targets' losses. */
  public CrossEntropyLoss() {
    this(Options.DEFAULT);
  }

  /**
   * A loss.
   *
   * @param reduction what to make of the elements' losses
   */
  public CrossEntropyLoss(Reduction reduction) {
    this(Options.DEFAULT.reduction(reduction));
  }

  /**
   * A loss as {@link F#crossEntropy(Tensor, Tensor, Tensor, long, Reduction)} computes it.
   *
   * @param weight what each class counts, or null; a buffer of this module
   * @param ignoreIndex a target that counts nothing
   * @param reduction what to make of the elements' losses
   */
  public CrossEntropyLoss(@Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    this(new Options(weight, ignoreIndex, reduction, 0));
  }

  /**
   * A loss with options.
   *
   * @param options what to compute
   */
  public CrossEntropyLoss(Options options) {
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
    return F.crossEntropy(
        input,
        target,
        options.weight(),
        options.ignoreIndex(),
        options.reduction(),
        options.labelSmoothing());
  }
}
