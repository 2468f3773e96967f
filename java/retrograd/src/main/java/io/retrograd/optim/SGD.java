package io.retrograd.optim;

import static io.retrograd.internal.Bridge.handles;

import io.retrograd.Tensor;
import io.retrograd.internal.Ops;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/** Stochastic gradient descent, with momentum where asked for. One thread at a time. */
public final class SGD extends Optimizer {
  private final Options options;
  private final State momenta = new State();

  /**
   * All but the learning rate.
   *
   * @param momentum how much of the step before is kept
   * @param dampening how much less of the gradient counts then
   * @param weightDecay times the parameter is added to its gradient
   * @param nesterov whether the momentum looks ahead
   * @param maximize whether to climb instead
   */
  public record Options(double momentum, double dampening, double weightDecay, boolean nesterov, boolean maximize) {
    /** None of it. */
    public static final Options DEFAULT = new Options(0, 0, 0, false, false);

    /** Checks the values. */
    public Options {
      if (momentum < 0 || weightDecay < 0) {
        throw new IllegalArgumentException("SGD: momentum and weightDecay cannot be negative");
      }
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
    this.options = options;
  }

  @Override
  void step(List<Integer> numbers, List<Tensor> parameters, List<Tensor> gradients) {
    if (options.momentum == 0) {
      update(parameters, gradients, List.of(), false);
      return;
    }
    // A parameter's first step has no momentum yet; usually it is the first for all of them.
    List<Boolean> news = numbers.stream().map(momenta::isNew).toList();
    List<Tensor> buffers = momenta.of(numbers);
    for (boolean first : new boolean[] {true, false}) {
      update(where(news, first, parameters), where(news, first, gradients), where(news, first, buffers), first);
    }
  }

  private void update(List<Tensor> parameters, List<Tensor> gradients, List<Tensor> buffers, boolean first) {
    if (parameters.isEmpty()) return;
    Ops.sgdStep(
        handles(parameters),
        handles(gradients),
        handles(buffers),
        first,
        lr(),
        options.momentum,
        options.dampening,
        options.weightDecay,
        options.nesterov,
        options.maximize);
    Reference.reachabilityFence(parameters);
    Reference.reachabilityFence(gradients);
    Reference.reachabilityFence(buffers);
  }

  private static List<Tensor> where(List<Boolean> flags, boolean wanted, List<Tensor> tensors) {
    List<Tensor> some = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      if (flags.get(i) == wanted) some.add(tensors.get(i));
    }
    return some;
  }
}
