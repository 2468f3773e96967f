package io.retrograd.optim;

import static io.retrograd.internal.Bridge.handles;

import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Ops;
import java.lang.ref.Reference;
import java.util.List;

/** Stochastic gradient descent, with momentum where asked for. One thread at a time. */
public final class SGD extends Optimizer {
  private final Options options;
  private final State momenta = new State(Retrograd::zerosLike);

  /**
   * All but the learning rate.
   *
   * @param momentum how much of the step before is kept
   * @param dampening how much less of the gradient counts then
   * @param weightDecay times the parameter is added to its gradient
   * @param nesterov whether the momentum looks ahead
   * @param maximize whether to climb instead
   */
  public record Options(
      double momentum, double dampening, double weightDecay, boolean nesterov, boolean maximize) {
    /** None of it. */
    public static final Options DEFAULT = new Options(0, 0, 0, false, false);

    /** Checks the values. */
    public Options {
      if (!(momentum >= 0 && weightDecay >= 0)) {
        throw new IllegalArgumentException("SGD: momentum and weightDecay must be at least 0, not "
            + momentum + " and " + weightDecay);
      }
      if (Double.isNaN(dampening))
        throw new IllegalArgumentException("SGD: dampening must be a number, not NaN");
      if (nesterov && (momentum == 0 || dampening != 0)) {
        throw new IllegalArgumentException("SGD: nesterov needs a momentum and no dampening");
      }
    }

    /**
     * These options with another momentum.
     *
     * @param momentum how much of the step before is kept
     */
    public Options momentum(double momentum) {
      return new Options(momentum, dampening, weightDecay, nesterov, maximize);
    }

    /**
     * These options with another dampening.
     *
     * @param dampening how much less of the gradient counts with momentum
     */
    public Options dampening(double dampening) {
      return new Options(momentum, dampening, weightDecay, nesterov, maximize);
    }

    /**
     * These options with another decay.
     *
     * @param weightDecay times the parameter is added to its gradient
     */
    public Options weightDecay(double weightDecay) {
      return new Options(momentum, dampening, weightDecay, nesterov, maximize);
    }

    /**
     * These options with or without looking ahead.
     *
     * @param nesterov whether the momentum looks ahead
     */
    public Options nesterov(boolean nesterov) {
      return new Options(momentum, dampening, weightDecay, nesterov, maximize);
    }

    /**
     * These options with another direction.
     *
     * @param maximize whether to climb instead
     */
    public Options maximize(boolean maximize) {
      return new Options(momentum, dampening, weightDecay, nesterov, maximize);
    }
  }

  /**
   * Plain descent.
   *
   * @param parameters leaves
   * @param lr the learning rate
   */
  public SGD(List<Tensor> parameters, double lr) {
    this(parameters, lr, Options.DEFAULT);
  }

  /**
   * Descent with options: {@code new SGD(parameters, 0.1, SGD.Options.DEFAULT.momentum(0.9))}.
   *
   * @param parameters leaves
   * @param lr the learning rate
   * @param options momentum and so on
   */
  public SGD(List<Tensor> parameters, double lr, Options options) {
    super(parameters, lr);
    this.options = Arguments.given("options", options);
  }

  /** A parameter's first step has no momentum yet. */
  @Override
  boolean isFirstStep(int number) {
    return options.momentum != 0 && momenta.isNew(number);
  }

  @Override
  void step(Group group) {
    Ops.sgdStep(
        handles(group.parameters()),
        handles(group.gradients()),
        handles(options.momentum == 0 ? List.of() : momenta.of(group)),
        group.first(),
        Bridge.handle(group.lr()),
        options.momentum,
        options.dampening,
        options.weightDecay,
        options.nesterov,
        options.maximize);
    Reference.reachabilityFence(group);
    Reference.reachabilityFence(this);
  }
}
