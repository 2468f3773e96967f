package io.retrograd.optim;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.options;

import io.retrograd.Device;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Engine;
import io.retrograd.internal.Threads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
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
  // In the memory of each device with parameters, so that a step reads nothing of the host's.
  private final Map<Device, Tensor> lrs = new HashMap<>();

  Optimizer(List<Tensor> parameters, double lr) {
    Arguments.allGiven("parameters", parameters);
    if (parameters.isEmpty())
      throw new IllegalArgumentException("an optimizer needs at least one parameter");
    for (Tensor p : parameters) {
      if (!p.isLeaf())
        throw new IllegalArgumentException(
            "an optimizer changes leaves alone; this is a result: " + p);
    }
    refuseRepeated(parameters);
    this.parameters = List.copyOf(parameters);
    setLr(lr);
  }

  /** One given twice would take two steps, with one state. */
  private void refuseRepeated(List<Tensor> parameters) {
    Map<Long, Integer> seen = new HashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      Tensor p = parameters.get(i);
      Integer before = seen.put(Bridge.after(Engine.tensorId(Bridge.handle(p)), p), i);
      if (before == null) continue;
      throw new IllegalArgumentException(getClass().getSimpleName() + ": parameters[" + i
          + "] is parameters[" + before + "] again; give each once");
    }
  }

  /** Changes each parameter that has a gradient; leaves the others alone. */
  public final void step() {
    Map<Object, Group> groups = new LinkedHashMap<>(); // usually one
    try {
      for (int i = 0; i < parameters.size(); i++) {
        Tensor gradient = parameters.get(i).grad();
        if (gradient == null) continue;
        Device device = parameters.get(i).device();
        boolean first = isFirstStep(i);
        groups
            .computeIfAbsent(List.of(device, first), key -> new Group(lrOn(device), first))
            .add(i, gradient);
      }
      groups.values().forEach(this::step);
    } finally {
      for (Group group : groups.values()) group.gradients.forEach(Tensor::close);
    }
  }

  /**
   * Computes the loss anew, with gradients, and steps.
   *
   * @param closure clears the gradients, computes the loss, calls backward
   * @return the loss
   */
  public final Tensor step(Supplier<Tensor> closure) {
    Arguments.given("closure", closure);
    Tensor loss = Callbacks.returned(Retrograd.enableGrad(closure), "step", closure);
    step();
    return loss;
  }

  /** Changes these parameters, in one native call. */
  abstract void step(Group group);

  /** Whether the parameter of this number takes a step that differs from all later ones. */
  boolean isFirstStep(int number) {
    return false;
  }

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
    for (Tensor there : lrs.values()) there.fill_(lr);
    this.lr = lr;
  }

  private Tensor lrOn(Device device) {
    return lrs.computeIfAbsent(
        device, d -> lasting(Retrograd.full(options(FLOAT64).device(d), new long[0], lr)));
  }

  /** Takes a tensor out of its scope, which will not close it. */
  private static Tensor lasting(Tensor t) {
    Threads.release(Bridge.ref(t));
    return t;
  }

  /** Parameters on one device that take a step of one kind. */
  final class Group {
    private final Tensor lr;
    private final boolean first;
    private final List<Integer> numbers = new ArrayList<>();
    private final List<Tensor> gradients = new ArrayList<>();

    private Group(Tensor lr, boolean first) {
      this.lr = lr;
      this.first = first;
    }

    private void add(int number, Tensor gradient) {
      numbers.add(number);
      gradients.add(gradient);
    }

    Tensor lr() {
      return lr;
    }

    boolean first() {
      return first;
    }

    List<Tensor> parameters() {
      return numbers.stream().map(parameters::get).toList();
    }

    List<Tensor> gradients() {
      return gradients;
    }
  }

  /** One state tensor per parameter, made when its first gradient comes. */
  final class State {
    private final @Nullable Tensor[] tensors = new Tensor[parameters.size()];
    private final UnaryOperator<Tensor> make;

    State(UnaryOperator<Tensor> make) {
      this.make = make;
    }

    boolean isNew(int number) {
      return tensors[number] == null;
    }

    List<Tensor> of(Group group) {
      List<Tensor> state = new ArrayList<>();
      for (int i : group.numbers) {
        Tensor t = tensors[i];
        if (t == null) tensors[i] = t = lasting(make.apply(parameters.get(i)));
        state.add(t);
      }
      return state;
    }
  }
}
