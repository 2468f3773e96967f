package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Log;
import java.util.List;

/** The parametrizations of one parameter, by number, with the parameters that they make it of. */
final class ParametrizationList extends Module {
  private final String name;
  private final Tensor parameter;
  private final transient Combination first;
  private volatile boolean read; // by the module, or it was told that it does not

  /** What makes a value of one or more parameters; modules after it change that value. */
  interface Combination {
    Tensor of(List<Tensor> originals);
  }

  /** Of a parameter that is one of the originals; all are trained where it is. */
  ParametrizationList(String name, Tensor parameter, List<Tensor> originals, Combination first) {
    this.name = name;
    this.parameter = parameter;
    this.first = first;
    boolean trained = parameter.requiresGrad();
    for (int i = 0; i < originals.size(); i++)
      parameter(originals.size() == 1 ? "original" : "original" + i, originals.get(i))
          .requiresGrad_(trained);
  }

  Tensor parameter() {
    return parameter;
  }

  void append(Module module) {
    register(Integer.toString(registered().modules.size()), module);
  }

  /** The value, for the module's forward. */
  Tensor read() {
    read = true;
    return value();
  }

  Tensor value() {
    Tensor value = first.of(List.copyOf(registered().parameters.values()));
    for (Module next : registered().modules.values()) value = next.call(value);
    return value;
  }

  /** A module that reads the parameter itself trains what has no effect; one may also read it only at times. */
  void warnUnlessRead(Module owner) {
    if (read) return;
    read = true;
    Log.warn(
        Callbacks.title(owner) + ": its forward did not read \"" + name
            + "\" by parametrized(...); where it reads the parameter itself, the parametrizations have no effect");
  }
}
