package io.retrograd.nn;

import io.retrograd.Scope;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Natives;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What is done with the values of all of a module's parameters and buffers. */
final class Values {
  private Values() {}

  /** Gives those tensors, which stay the same objects, and their gradients other values. */
  static void change(Module module, Predicate<Tensor> which, UnaryOperator<Tensor> change) {
    List<Tensor> all = new ArrayList<>(module.parameters());
    all.addAll(module.buffers());
    all.stream().filter(which).forEach(t -> replace(t, change));
  }

  private static void replace(Tensor t, UnaryOperator<Tensor> change) {
    Scope.run(() -> {
      Tensor changed = change.apply(t.detach()).requiresGrad_(t.requiresGrad());
      Tensor gradient = t.grad();
      if (gradient != null) changed.setGrad(change.apply(gradient.detach()));
      Bridge.ref(t).replace(Bridge.after(Natives.share(Bridge.handle(changed)), changed));
    });
  }

  /** {@link Module#copyTo}. */
  static void copy(Module module, Module fresh) {
    Map<String, Tensor> from = tensors(module);
    Map<String, Tensor> to = tensors(fresh);
    requireNames(from, to, fresh);
    requireNames(to, from, module);
    Map<Tensor, Tensor> pairs = new LinkedHashMap<>();
    from.forEach((name, t) -> {
      Tensor target = Objects.requireNonNull(to.get(name));
      pairs.put(target, t);
      if (!Arrays.equals(t.shape(), target.shape())) {
        throw new ShapeException("copyTo: \"" + name + "\" has the shape "
            + Arrays.toString(t.shape()) + ", but " + Arrays.toString(target.shape()) + " in "
            + Callbacks.title(fresh));
      }
    });
    Scope.run(() -> pairs.forEach((target, t) -> target.detach().copy_(t.detach())));
  }

  private static Map<String, Tensor> tensors(Module module) {
    Map<String, Tensor> all = new LinkedHashMap<>(module.namedParameters());
    all.putAll(module.namedBuffers());
    return all;
  }

  private static void requireNames(
      Map<String, Tensor> wanted, Map<String, Tensor> given, Module module) {
    List<String> missing =
        wanted.keySet().stream().filter(name -> !given.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "copyTo: " + Callbacks.title(module) + " has no " + missing + ", only " + given.keySet());
    }
  }
}
