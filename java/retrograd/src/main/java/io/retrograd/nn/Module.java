package io.retrograd.nn;

import io.retrograd.DType;
import io.retrograd.Device;
import io.retrograd.HookHandle;
import io.retrograd.Scope;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Node;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Threads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A layer or model: a function with parameters. A subclass keeps its modules in fields, under whose names they count,
 * says which tensors are parameters and buffers, and computes in {@link #forward}.
 *
 * <pre>{@code
 * final class Net extends Module {
 *   private final Linear hidden = new Linear(784, 64);
 *   private final Linear output = new Linear(64, 10);
 *   private final Tensor scale = parameter(ones());
 *
 *   public Tensor forward(Tensor x) {
 *     return output.call(hidden.call(x).relu()).mul(scale);
 *   }
 * }
 * new Net().call(x);
 * }</pre>
 *
 * <p>Fields are read whenever their contents matter, so a module that is assigned later counts from then on. Static and
 * transient fields are not: a reference back to an outer module belongs in a transient one. A field with an array,
 * collection, map, optional or record of modules that do not count otherwise raises {@link IllegalStateException}: use
 * {@link ModuleList} or {@link ModuleDict}. So do two things of one name, and a field in a package that is not open to
 * us: add {@code opens ... to io.retrograd;} to your module-info, or name the module by {@link #register}, which
 * needs no opening. What is registered counts under that name only, and comes first; fields follow, those of the
 * superclass first, in the order of declaration.
 *
 * <p>Parameters and buffers belong to the module and outlive every scope. Import this class by name: {@code java.lang}
 * has a Module too. Several threads may call the module at once, unless one trains or changes it.
 */
public abstract class Module implements Layer {
  private final Members registered = new Members();
  private final Map<Tensor, Unnamed> unnamed = new HashMap<>();
  private final Hooks hooks = new Hooks();
  private transient @Nullable ModuleDict parametrizations; // lists, by the names of parameters
  private boolean training = true;
  private boolean switching;
  private final boolean isOurs = isOurs(getClass());

  /** For subclasses. */
  protected Module() {}

  /**
   * Runs {@link #forward} with the module's hooks around it, as {@code module(x)} does in PyTorch. To call forward itself
   * runs no hooks.
   *
   * @param input what the module expects
   */
  @Override
  public final Tensor call(Tensor input) {
    Arguments.given("input", input);
    Tensor output = hooks.isEmpty() ? forward(input) : hooks.around(this, input);
    ModuleDict lists = parametrizations;
    if (lists != null) {
      for (Module list : lists.children()) ((ParametrizationList) list).warnUnlessRead(this);
    }
    return output;
  }

  /**
   * Computes the result. Modules with other arguments add a method of their own instead.
   *
   * @param input what the module expects
   */
  public Tensor forward(Tensor input) {
    throw new UnsupportedOperationException(Callbacks.title(this)
        + " has no forward(Tensor): call its own forward, or override forward(Tensor)");
  }

  /**
   * Whether a call shows neither its input nor its output to any code but this package's, which keeps neither.
   */
  boolean keepsNothing() {
    return isOurs && hooks.isEmpty();
  }

  /** Whether a class is one of this package's own; those inside others and without a name may run the program's code. */
  private static boolean isOurs(Class<?> type) {
    return type.getPackage() == Module.class.getPackage() && type.getEnclosingClass() == null;
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
    checkName(name);
    registered.parameters.put(name, trained(value));
    return value;
  }

  /**
   * {@link #parameter(String, Tensor)} under the name of the field that holds the tensor. Another one takes its place
   * when that is assigned to the field, again through this method.
   *
   * @param value a leaf, to be assigned to a field of this module
   * @return the same tensor
   */
  protected final Tensor parameter(Tensor value) {
    return mark(trained(value), true);
  }

  /**
   * Registers a tensor that is part of the module's state but is not trained.
   *
   * @param name unique in this module, without a dot
   * @param value any tensor
   * @return the same tensor
   */
  protected final Tensor buffer(String name, Tensor value) {
    checkName(name);
    registered.buffers.put(name, owned(value));
    return value;
  }

  /**
   * {@link #buffer(String, Tensor)} under the name of the field that holds the tensor. Another one takes its place when
   * that is assigned to the field, again through this method.
   *
   * @param value any tensor, to be assigned to a field of this module
   * @return the same tensor
   */
  protected final Tensor buffer(Tensor value) {
    return mark(owned(value), false);
  }

  /**
   * Registers a module inside this one, under another name than its field's, or one that no readable field holds.
   *
   * @param name unique in this module, without a dot
   * @param module what to register
   * @param <M> its class
   * @return the same module
   * @throws IllegalArgumentException where the module is this one or holds it
   */
  protected final <M extends Module> M register(String name, M module) {
    requireFit(name, module);
    checkName(name);
    registered.modules.put(name, module);
    return module;
  }

  final void requireFit(String name, Module module) {
    if (module == null) throw Arguments.absent("the module \"" + name + "\" is null");
    if (module.modules().contains(this)) {
      throw new IllegalArgumentException(
          "register: \"" + name + "\" is this module or holds it; keep it in a transient field");
    }
  }

  /**
   * Returns what stands for a parameter in {@link #forward}: the parameter itself, or what its parametrizations make of
   * it. A module whose parameters may be parametrized reads them through this, as those of this package do.
   *
   * @param parameter of this module itself
   * @see Parametrizations
   */
  protected final Tensor parametrized(Tensor parameter) {
    ParametrizationList list = parametrization(Arguments.given("parameter", parameter));
    return list == null ? parameter : list.read();
  }

  private @Nullable ParametrizationList parametrization(Tensor parameter) {
    ModuleDict lists = parametrizations;
    if (lists == null) return null;
    for (Module module : lists.children()) {
      ParametrizationList list = (ParametrizationList) module;
      if (list.parameter() == parameter) return list;
    }
    return null;
  }

  final boolean isParametrized() {
    return parametrizations != null;
  }

  /** The parametrizations of a parameter of this module itself; null where it has none. */
  final @Nullable ParametrizationList parametrization(String name) {
    ModuleDict lists = parametrizations;
    return lists != null && lists.contains(name) ? (ParametrizationList) lists.get(name) : null;
  }

  /** Has a list of parametrizations stand for a parameter, which stays where it is but counts in the list alone. */
  final void parametrize(String name, ParametrizationList list) {
    ModuleDict lists = parametrizations;
    if (lists == null) {
      checkName("parametrizations");
      lists = new ModuleDict();
    }
    parametrizations = lists.put(name, list);
  }

  /** Has a parameter stand for itself again. */
  final void unparametrize(String name) {
    ModuleDict lists = parametrizations;
    if (lists == null) return;
    lists.remove(name);
    if (lists.size() == 0) parametrizations = null;
  }

  private static Tensor trained(Tensor value) {
    Node made = Arguments.given("value", value).gradFn();
    if (made != null) {
      throw new IllegalArgumentException("parameter: the tensor is no leaf but was computed by "
          + made.name() + "; pass its detach()");
    }
    return owned(value).requiresGrad_(true);
  }

  private static Tensor owned(Tensor value) {
    Threads.release(Bridge.ref(Arguments.given("value", value)));
    return value;
  }

  private Tensor mark(Tensor value, boolean isParameter) {
    Fields.forgetReplaced(this, registered, unnamed);
    unnamed.put(value, new Unnamed(isParameter));
    return value;
  }

  final void checkName(String name) {
    if (Arguments.given("name", name).isEmpty() || name.contains(".")) {
      throw new IllegalArgumentException(
          "a name may be neither empty nor contain a dot: \"" + name + "\"");
    }
    if (named().has(name)) {
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
    return collect(members -> members.parameters);
  }

  /** Returns all buffers, those of modules inside too; each once. */
  public List<Tensor> buffers() {
    return List.copyOf(namedBuffers().values());
  }

  /** Returns all buffers by name; a shared one once, by its first name. */
  public Map<String, Tensor> namedBuffers() {
    return collect(members -> members.buffers);
  }

  /** Returns this module and all inside it, each once, outer ones first. */
  public List<Module> modules() {
    List<Module> all = new ArrayList<>();
    walk((prefix, module, members) -> all.add(module));
    return List.copyOf(all);
  }

  /** Returns {@link #modules} by name, this one's being empty; a shared one once, by its first name. */
  public Map<String, Module> namedModules() {
    Map<String, Module> all = new LinkedHashMap<>();
    walk((prefix, module, members) ->
        all.put(prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1), module));
    return Collections.unmodifiableMap(all);
  }

  /** Returns the modules directly inside this one, each once. */
  public List<Module> children() {
    return List.copyOf(namedChildren().values());
  }

  /** Returns {@link #children} by name; a shared one once, by its first name. */
  public Map<String, Module> namedChildren() {
    Set<Module> once = identitySet();
    Map<String, Module> children = new LinkedHashMap<>(members().modules);
    children.values().removeIf(module -> !once.add(module));
    return Collections.unmodifiableMap(children);
  }

  /**
   * Returns a module inside this one, by any of its names.
   *
   * @param name such as {@code layers.0.conv1}; empty for this module
   * @throws IllegalArgumentException where there is none
   */
  public Module getSubmodule(String name) {
    Module module = this;
    if (Arguments.given("name", name).isEmpty()) return module;
    for (String part : name.split("\\.", -1)) {
      Map<String, Module> inside = module.members().modules;
      if (!inside.containsKey(part))
        throw new IllegalArgumentException("getSubmodule: no \"" + name + "\": "
            + Callbacks.title(module) + " has no \"" + part + "\", only " + inside.keySet());
      module = inside.get(part);
    }
    return module;
  }

  /** All that it holds itself, registered or in fields. */
  final Members members() {
    Members held = Fields.read(this, named(), unnamed);
    if (isParametrized()) held.parameters.values().removeIf(p -> parametrization(p) != null);
    return held;
  }

  /** What is registered, with the parametrizations, which are no module of a list or a chain. */
  private Members named() {
    ModuleDict lists = parametrizations;
    if (lists == null) return registered;
    Members all = registered.copy();
    all.modules.put("parametrizations", lists);
    return all;
  }

  /** What it holds itself, fields apart. */
  final Members registered() {
    return registered;
  }

  private Map<String, Tensor> collect(Function<Members, Map<String, Tensor>> which) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    Set<Tensor> seen = identitySet();
    walk((prefix, module, members) -> which.apply(members).forEach((name, t) -> {
      if (seen.add(t)) found.put(prefix + name, t);
    }));
    return Collections.unmodifiableMap(found);
  }

  /** What {@link #walk} calls with each module. */
  @FunctionalInterface
  interface Visitor {
    void visit(String prefix, Module module, Members members);
  }

  /** Visits this module and all inside it, each once, by its first name; circles of fields end at what was visited. */
  final void walk(Visitor visitor) {
    walk("", identitySet(), visitor);
  }

  private void walk(String prefix, Set<Module> seen, Visitor visitor) {
    if (!seen.add(this)) return;
    Members members = members();
    visitor.visit(prefix, this, members);
    members.modules.forEach((name, module) -> module.walk(prefix + name + ".", seen, visitor));
  }

  private static <T> Set<T> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  // ---- changes ----

  /** Sets training mode here and in all modules inside. Returns this module. */
  public Module train() {
    return train(true);
  }

  /**
   * Sets or leaves training mode here and, by their own {@code train}, in the modules inside: Dropout works in training
   * alone.
   *
   * @param mode whether to train
   * @return this module
   */
  public Module train(boolean mode) {
    if (switching) return this; // a circle of fields
    switching = true;
    try {
      setTraining(mode);
      for (Module module : children()) module.train(mode);
    } finally {
      switching = false;
    }
    return this;
  }

  /** Leaves training mode. Returns this module. */
  public Module eval() {
    return train(false);
  }

  final void setTraining(boolean mode) {
    training = mode;
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
    Values.change(this, t -> !t.device().equals(device), t -> t.to(device));
    return this;
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
    Values.change(this, t -> t.dtype().isFloatingPoint() && t.dtype() != dtype, t -> t.to(dtype));
    return this;
  }

  /**
   * Calls a function with each module inside, and last with this one; each once.
   *
   * @param function such as an initialisation
   * @return this module
   */
  public Module apply(Consumer<Module> function) {
    apply(Arguments.given("function", function), identitySet());
    return this;
  }

  private void apply(Consumer<Module> function, Set<Module> seen) {
    if (!seen.add(this)) return;
    members().modules.values().forEach(module -> module.apply(function, seen));
    function.accept(this);
  }

  /**
   * Copies the values of all parameters and buffers, by their names, into another module of the same structure;
   * dtypes and devices stay those of the other.
   *
   * @param fresh what to write into; left as it is where this raises
   * @param <M> its class
   * @return the other module
   * @throws IllegalArgumentException where one has a name that the other has not
   * @throws ShapeException where two of one name have different shapes
   */
  public <M extends Module> M copyTo(M fresh) {
    Values.copy(this, Arguments.given("fresh", fresh));
    return fresh;
  }

  // ---- hooks ----

  /**
   * Has a function see, and maybe replace, the input of every later {@link #call}. Hooks run in the order in which they
   * were added; calling {@code forward} itself runs none. Thread-safe, as are the other kinds.
   *
   * @param hook gets this module and the input
   * @return what removes the hook
   */
  public HookHandle registerForwardPreHook(ForwardPreHook hook) {
    return hooks.before.add(hook);
  }

  /**
   * Has a function see, and maybe replace, the output of every later {@link #call}.
   *
   * @param hook gets this module, the input and the output
   * @return what removes the hook
   */
  public HookHandle registerForwardHook(ForwardHook hook) {
    return hooks.after.add(hook);
  }

  /**
   * Has a function see the gradients of input and output of every later {@link #call}, in each backward pass through
   * it, and maybe replace the input's. Where the input requires no gradient, the function gets null for it, and may
   * replace nothing. Neither forward may write its input in place then, nor the program the output: that raises
   * {@link io.retrograd.AutogradException}, and a {@code clone()} helps.
   *
   * @param hook gets this module, the gradient of the input and that of the output
   * @return what removes the hook
   */
  public HookHandle registerFullBackwardHook(BackwardHook hook) {
    return hooks.backward.add(hook);
  }

  // ---- other forms ----

  /**
   * This module with a {@link Scope} around each {@code forward}, which frees all intermediate tensors at its end and
   * keeps the result. Not for a forward that stores tensors in fields.
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
        return Scope.run(() -> Callbacks.returned(inner.call(input), "scoped", inner));
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

  // ---- text ----

  /** What stands in the brackets of {@link #toString}: nothing, unless a subclass says more. */
  protected String describe() {
    return "";
  }

  /**
   * Returns a table of all modules inside, each with the shape of its last output and the number of its parameters, for
   * an input of zeros, of the dtype and on the device of the first parameter. The module runs once, in evaluation mode and
   * without recording; each module's mode is restored. A module shows no shape where its {@code forward} is called by
   * itself, not through {@link #call}.
   *
   * @param inputShape such as [1, 784]
   */
  public String summary(long... inputShape) {
    return Summary.of(this, Arguments.given("inputShape", inputShape));
  }

  /** Returns the module's class with its properties and modules, in PyTorch's layout. */
  @Override
  public String toString() {
    return Text.of(this, Text::children);
  }
}
