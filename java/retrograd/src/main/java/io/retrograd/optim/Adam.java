package io.retrograd.optim;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.options;
import static io.retrograd.internal.Bridge.handles;

import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Ops;
import java.lang.ref.Reference;
import java.util.List;

/** Adam: each element's step adapts to the running mean and size of its gradients. One thread at a time. */
public class Adam extends Optimizer {
  private final Options options;
  private final boolean decoupled;
  private final State means = new State(Retrograd::zerosLike);
  private final State squares = new State(Retrograd::zerosLike);
  // The number of steps and what follows from it, in the device's memory. A parameter without a
  // gradient takes no step.
  private final State clocks =
      new State(p -> Retrograd.zeros(options(FLOAT64).device(p.device()), Ops.adamClockSize()));

  /**
   * All but the learning rate.
   *
   * @param beta1 how slowly the mean of the gradients changes
   * @param beta2 how slowly the mean of their squares changes
   * @param eps added to the divisor
   * @param weightDecay how strongly parameters shrink
   * @param maximize whether to climb instead
   */
  public record Options(
      double beta1, double beta2, double eps, double weightDecay, boolean maximize) {
    /** PyTorch's values for Adam: 0.9, 0.999, 1e-8 and no decay. */
    public static final Options DEFAULT = new Options(0.9, 0.999, 1e-8, 0, false);

    /** Checks the values. */
    public Options {
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
        throw new IllegalArgumentException(
            "Adam: betas must be in [0, 1), not " + beta1 + " and " + beta2);
      }
      if (!(eps >= 0 && weightDecay >= 0)) {
        throw new IllegalArgumentException(
            "Adam: eps and weightDecay must be at least 0, not " + eps + " and " + weightDecay);
      }
    }

    /**
     * These options with other means.
     *
     * @param beta1 how slowly the mean of the gradients changes
     * @param beta2 how slowly the mean of their squares changes
     */
    public Options betas(double beta1, double beta2) {
      return new Options(beta1, beta2, eps, weightDecay, maximize);
    }

    /**
     * These options with another divisor.
     *
     * @param eps added to the divisor
     */
    public Options eps(double eps) {
      return new Options(beta1, beta2, eps, weightDecay, maximize);
    }

    /**
     * These options with another decay.
     *
     * @param weightDecay how strongly parameters shrink
     */
    public Options weightDecay(double weightDecay) {
      return new Options(beta1, beta2, eps, weightDecay, maximize);
    }

    /**
     * These options with another direction.
     *
     * @param maximize whether to climb instead
     */
    public Options maximize(boolean maximize) {
      return new Options(beta1, beta2, eps, weightDecay, maximize);
    }
  }

  /**
   * Adam with a learning rate of 0.001.
   *
   * @param parameters leaves
   */
  public Adam(List<Tensor> parameters) {
    this(parameters, 1e-3);
  }

  /**
   * Adam.
   *
   * @param parameters leaves
   * @param lr the learning rate
   */
  public Adam(List<Tensor> parameters, double lr) {
    this(parameters, lr, Options.DEFAULT);
  }

  /**
   * Adam with options: {@code new Adam(parameters, 1e-3, Adam.Options.DEFAULT.betas(0.9, 0.99))}.
   *
   * @param parameters leaves
   * @param lr the learning rate
   * @param options means and so on
   */
  public Adam(List<Tensor> parameters, double lr, Options options) {
    this(parameters, lr, options, false);
  }

  Adam(List<Tensor> parameters, double lr, Options options, boolean decoupled) {
    super(parameters, lr);
    this.options = Arguments.given("options", options);
    this.decoupled = decoupled;
  }

  @Override
  void step(Group group) {
    Ops.adamStep(
        handles(group.parameters()),
        handles(group.gradients()),
        handles(means.of(group)),
        handles(squares.of(group)),
        handles(clocks.of(group)),
        Bridge.handle(group.lr()),
        options.beta1,
        options.beta2,
        options.eps,
        options.weightDecay,
        decoupled,
        options.maximize);
    Reference.reachabilityFence(group);
    Reference.reachabilityFence(this);
  }
}
