package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Callbacks;
import java.util.List;

/** The parametrizations of one parameter, by number, with the parameters that they make it of. */
final class ParametrizationList extends Module {
  private final String name;
  private final Tensor parameter;
  private final transient Combination first;
  private volatile boolean used;

  /** What makes a value of one or more parameters; modules after it change that value. */
  interface Combination {
    Tensor of(List<Tensor> originals);
  }

  /** Of a parameter that is one of the originals. */
  ParametrizationList(String name, Tensor parameter, List<Tensor> originals, Combination first) {
    this.name = name;
    this.parameter = parameter;
    this.first = first;
    for (int i = 0; i < originals.size(); i++)
      parameter(originals.size() == 1 ? "original" : "original" + i, originals.get(i));
  }

  Tensor parameter() {
    return parameter;
  }

  void append(Module module) {
    register(Integer.toString(registered().modules.size()), module);
  }

  Tensor value() {
    used = true;
    Tensor value = first.of(List.copyOf(registered().parameters.values()));
    for (Module next : registered().modules.values()) value = next.call(value);
    return value;
  }

  /** A module that reads the parameter itself would train what has no effect. */
  void requireUsed(Module owner) {
    if (used) return;
    throw new IllegalStateException(Callbacks.title(owner) + ": its forward reads \"" + name
        + "\" itself, so that the parametrizations of it have no effect; read it by parametrized("
        + name + ")");
  }
}
