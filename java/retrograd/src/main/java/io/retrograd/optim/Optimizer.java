package io.retrograd.optim;

import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes parameters by their gradients, outside any graph and in one native call per step.
 *
 * <pre>{@code
 * var optimizer = new Adam(model.parameters(), 1e-3);
 * for (...) {
 *   optimizer.zeroGrad();
 *   loss.forward(model.forward(x), y).backward();
 *   optimizer.step();
 * }
 * }</pre>
 *
 * <p>Its state outlives every scope. One thread at a time.
 */
public abstract class Optimizer {
  private final List<Tensor> parameters;
  private double lr;

  Optimizer(List<Tensor> parameters, double lr) {
    if (parameters.isEmpty()) throw new IllegalArgumentException("an optimizer needs at least one parameter");
    for (Tensor p : parameters) {
      if (!p.isLeaf()) throw new IllegalArgumentException("an optimizer changes leaves alone; this is a result: " + p);
    }
    this.parameters = List.copyOf(parameters);
    setLr(lr);
  }

  /** Changes each parameter that has a gradient; leaves the others alone. */
  public final void step() {
    List<Tensor> changed = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    try {
      for (int i = 0; i < parameters.size(); i++) {
        Tensor gradient = parameters.get(i).grad();
        if (gradient == null) continue;
        numbers.add(i);
        changed.add(parameters.get(i));
        gradients.add(gradient);
      }
      if (!changed.isEmpty()) step(numbers, changed, gradients);
    } finally {
      for (Tensor gradient : gradients) gradient.close();
    }
  }

  /**
   * Computes the loss anew, with gradients, and steps.
   *
   * @param closure clears the gradients, computes the loss, calls backward
   * @return the loss
   */
  public final Tensor step(Supplier<Tensor> closure) {
    Tensor loss = Retrograd.enableGrad(closure);
    step();
    return loss;
  }

  /** Changes these parameters; {@code numbers} are their places in {@link #parameters}. */
  abstract void step(List<Integer> numbers, List<Tensor> parameters, List<Tensor> gradients);

  /** Clears all gradients. */
  public void zeroGrad() {
    zeroGrad(true);
  }

  /**
   * Clears all gradients.
   *
   * @param setToNull whether {@code grad()} is null afterwards (the default) or zeros
   */
  public void zeroGrad(boolean setToNull) {
    for (Tensor p : parameters) {
      if (setToNull) {
        p.setGrad(null);
        continue;
      }
      try (Tensor gradient = p.grad()) {
        if (gradient == null) continue;
        try (Tensor plain = gradient.detach()) {
          plain.zero_();
        }
      }
    }
  }

  /** Returns what this optimizer changes. */
  public List<Tensor> parameters() {
    return parameters;
  }

  /** Returns the learning rate. */
  public double lr() {
    return lr;
  }

  /**
   * Sets the learning rate from the next step on.
   *
   * @param lr not negative
   */
  public final void setLr(double lr) {
    if (!(lr >= 0)) throw new IllegalArgumentException("a learning rate cannot be " + lr);
    this.lr = lr;
  }

  /** One state tensor per parameter, made when its first gradient comes. */
  final class State {
    private final @Nullable Tensor[] tensors = new Tensor[parameters.size()];

    boolean isNew(int number) {
      return tensors[number] == null;
    }

    List<Tensor> of(List<Integer> numbers) {
      List<Tensor> state = new ArrayList<>();
      for (int i : numbers) {
        Tensor t = tensors[i];
        if (t == null) {
          try (var plain = Retrograd.noGrad()) {
            t = Retrograd.zerosLike(parameters.get(i));
          }
          Threads.release(Bridge.ref(t));
          tensors[i] = t;
        }
        state.add(t);
      }
      return state;
    }
  }
}
