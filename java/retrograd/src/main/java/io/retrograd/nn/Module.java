package io.retrograd.nn;

import io.retrograd.DType;
import io.retrograd.Device;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Node;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Natives;
import io.retrograd.internal.Threads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A layer or model: a function with parameters. A subclass registers its parameters, buffers and modules as it makes
 * them, and computes in {@link #forward}.
 *
 * <pre>{@code
 * final class Net extends Module {
 *   private final Linear hidden = register("hidden", new Linear(784, 64));
 *   private final Linear output = register("output", new Linear(64, 10));
 *   private final Tensor scale = parameter("scale", ones());
 *
 *   public Tensor forward(Tensor x) {
 *     return output.forward(hidden.forward(x).relu()).mul(scale);
 *   }
 * }
 * }</pre>
 *
 * <p>Registered tensors belong to the module and outlive every scope. Import this class by name: {@code java.lang} has
 * a Module too. Several threads may call {@code forward} at once, unless one trains or changes the module.
 */
public abstract class Module {
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> modules = new LinkedHashMap<>();
  private boolean training = true;

  /** For subclasses. */
  protected Module() {}

  /**
   * Computes the result. Modules with other arguments add a method of their own instead.
   *
   * @param input what the module expects
   */
  public Tensor forward(Tensor input) {
    throw new UnsupportedOperationException(getClass().getName() + " has no forward(Tensor)");
  }

  // ---- registration ----

  /**
   * Registers a tensor that an optimizer shall change, and makes it require a gradient.
   *
   * @param name unique in this module, without a dot
   * @param value a leaf
   * @return the same tensor
   * @throws IllegalArgumentException where the value was computed from tensors that require a gradient
   */
  protected final Tensor parameter(String name, Tensor value) {
    Node made = Arguments.given("value", value).gradFn();
    if (made != null) {
      throw new IllegalArgumentException("parameter: \"" + name
          + "\" is no leaf but was computed by " + made.name() + "; pass its detach()");
    }
    own(name, value.requiresGrad_(true));
    parameters.put(name, value);
    return value;
  }

  /**
   * Registers a tensor that is part of the module's state but is not trained.
   *
   * @param name unique in this module, without a dot
   * @param value any tensor
   * @return the same tensor
   */
  protected final Tensor buffer(String name, Tensor value) {
    own(name, value);
    buffers.put(name, value);
    return value;
  }

  /**
   * Registers a module inside this one.
   *
   * @param name unique in this module, without a dot
   * @param module what to register
   * @param <M> its class
   * @return the same module
   * @throws IllegalArgumentException where the module is this one or holds it
   */
  protected final <M extends Module> M register(String name, M module) {
    if (module == null) throw Arguments.absent("the module \"" + name + "\" is null");
    checkName(name);
    if (module.modules().contains(this)) {
      throw new IllegalArgumentException(
          "register: \"" + name + "\" is this module or holds it; keep it in a field");
    }
    modules.put(name, module);
    return module;
  }

  private void own(String name, Tensor value) {
    checkName(name);
    Threads.release(Bridge.ref(Arguments.given("value", value)));
  }

  private void checkName(String name) {
    if (Arguments.given("name", name).isEmpty() || name.contains(".")) {
      throw new IllegalArgumentException(
          "a name may be neither empty nor contain a dot: \"" + name + "\"");
    }
    if (parameters.containsKey(name) || buffers.containsKey(name) || modules.containsKey(name)) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " has a \"" + name + "\" already");
    }
  }

  // ---- what it holds ----

  /** Returns all parameters, those of modules inside too; each once. */
  public List<Tensor> parameters() {
    return List.copyOf(namedParameters().values());
  }

  /** Returns all parameters by name, such as {@code hidden.weight}; a shared one once, by its first name. */
  public Map<String, Tensor> namedParameters() {
    return collect((prefix, module, into) ->
        module.parameters.forEach((name, t) -> into.accept(prefix + name, t)));
  }

  /** Returns all buffers by name. */
  public Map<String, Tensor> namedBuffers() {
    return collect((prefix, module, into) ->
        module.buffers.forEach((name, t) -> into.accept(prefix + name, t)));
  }

  /** Returns this module and all inside it, each once, outer ones first. */
  public List<Module> modules() {
    Set<Module> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Module> all = new ArrayList<>();
    walk("", seen, (prefix, module) -> all.add(module));
    return List.copyOf(all);
  }

  /** Returns the modules directly inside this one. */
  public List<Module> children() {
    return List.copyOf(modules.values());
  }

  @FunctionalInterface
  private interface Collector {
    void collect(String prefix, Module module, BiConsumer<String, Tensor> into);
  }

  private Map<String, Tensor> collect(Collector collector) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    BiConsumer<String, Tensor> once = (name, t) -> {
      if (seen.add(t)) found.put(name, t);
    };
    Set<Module> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    walk("", visited, (prefix, module) -> collector.collect(prefix, module, once));
    return Collections.unmodifiableMap(found);
  }

  private void walk(String prefix, Set<Module> seen, BiConsumer<String, Module> visit) {
    if (!seen.add(this)) return;
    visit.accept(prefix, this);
    modules.forEach((name, module) -> module.walk(prefix + name + ".", seen, visit));
  }

  // ---- changes ----

  /** Sets training mode here and in all modules inside. Returns this module, typed by assignment. */
  public Module train() {
    return train(true);
  }

  /**
   * Sets or leaves training mode here and in all modules inside: Dropout works in training alone.
   *
   * @param mode whether to train
   * @return this module
   */
  public Module train(boolean mode) {
    for (Module module : modules()) module.training = mode;
    return this;
  }

  /** Leaves training mode. Returns this module. */
  public Module eval() {
    return train(false);
  }

  /** Returns whether the module is in training mode, as it is at first. */
  public boolean isTraining() {
    return training;
  }

  /** Clears the gradients of all parameters. */
  public void zeroGrad() {
    for (Tensor p : parameters()) p.setGrad(null);
  }

  /**
   * Makes all parameters trainable or not.
   *
   * @param value whether they require gradients
   * @return this module
   */
  public Module requiresGrad_(boolean value) {
    for (Tensor p : parameters()) p.requiresGrad_(value);
    return this;
  }

  /**
   * Moves all parameters and buffers. The {@link Tensor} objects stay the same, so fields and optimizers need no
   * change.
   *
   * @param device where to
   * @return this module
   */
  public Module to(Device device) {
    Arguments.given("device", device);
    return change(t -> !t.device().equals(device), t -> t.to(device));
  }

  /**
   * {@link #to(Device)} by name.
   *
   * @param device such as {@code cuda:0}
   * @return this module
   */
  public Module to(String device) {
    return to(Device.of(Arguments.given("device", device)));
  }

  /**
   * Converts all floating parameters and buffers.
   *
   * @param dtype a floating type
   * @return this module
   */
  public Module to(DType dtype) {
    if (!Arguments.given("dtype", dtype).isFloatingPoint())
      throw new IllegalArgumentException("Module.to: " + dtype + " is no floating dtype");
    return change(t -> t.dtype().isFloatingPoint() && t.dtype() != dtype, t -> t.to(dtype));
  }

  private Module change(Predicate<Tensor> which, UnaryOperator<Tensor> change) {
    List<Tensor> all = new ArrayList<>(parameters());
    all.addAll(namedBuffers().values());
    all.stream().filter(which).forEach(t -> replace(t, change));
    return this;
  }

  private static void replace(Tensor t, UnaryOperator<Tensor> change) {
    Scope.run(() -> {
      Tensor changed = change.apply(t.detach()).requiresGrad_(t.requiresGrad());
      Tensor gradient = t.grad();
      if (gradient != null) changed.setGrad(change.apply(gradient.detach()));
      Bridge.ref(t).replace(Bridge.after(Natives.share(Bridge.handle(changed)), changed));
    });
  }

  /**
   * Calls a function with each module inside, and last with this one.
   *
   * @param function such as an initialisation
   * @return this module
   */
  public Module apply(Consumer<Module> function) {
    Arguments.given("function", function);
    modules.values().forEach(module -> module.apply(function));
    function.accept(this);
    return this;
  }

  /**
   * This module with a {@link Scope} around each {@code forward}, which frees all intermediate tensors and keeps the
   * result. Not for a forward that stores tensors in fields.
   *
   * @return a module that shares everything with this one
   */
  public Module scoped() {
    Module inner = this;
    return new Module() {
      {
        register("module", inner);
      }

      @Override
      public Tensor forward(Tensor input) {
        return Scope.run(() -> Callbacks.returned(inner.forward(input), "scoped", inner));
      }

      @Override
      public Map<String, Tensor> namedParameters() {
        return inner.namedParameters();
      }

      @Override
      public Map<String, Tensor> namedBuffers() {
        return inner.namedBuffers();
      }
    };
  }

  /** What stands in the brackets of {@link #toString}: nothing, unless a subclass says more. */
  protected String describe() {
    return "";
  }

  /** Returns the module's class with its properties and modules, in PyTorch's layout. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(getClass().getSimpleName()).append('(').append(describe());
    modules.forEach((name, module) ->
        text.append("\n  (" + name + "): ").append(module.toString().replace("\n", "\n  ")));
    return text.append(modules.isEmpty() ? ")" : "\n)").toString();
  }
}
