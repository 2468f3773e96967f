package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Callbacks;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Layers one after the other, named by their numbers or by names of their own. Several threads may share it as they may
 * any {@link Module}.
 *
 * <pre>{@code
 * new Sequential(new Linear(2, 8), F::tanh, new Linear(8, 1));
 * new Sequential().append("hidden", new Linear(2, 8)).append("tanh", F::tanh);
 * }</pre>
 *
 * <p>The chain is what was given or registered, not what fields of a subclass hold.
 *
 * <p>Between two layers of this package, chains of these included, the first's result is closed as soon as the second has
 * run; what the tape needs of it lives on. A hook, a function or a module of the program's may keep what it sees.
 */
public class Sequential extends Module implements Iterable<Module> {
  /**
   * A chain.
   *
   * @param layers each takes the result of the one before
   */
  @SuppressWarnings("this-escape")
  public Sequential(Layer... layers) {
    for (Layer layer :
        Arguments.allGiven("layers", Arrays.asList(Arguments.given("layers", layers))))
      append(layer);
  }

  /**
   * Returns a chain, as the constructor does.
   *
   * @param layers each takes the result of the one before
   */
  public static Sequential of(Layer... layers) {
    return new Sequential(layers);
  }

  /**
   * Returns a chain whose layers have names.
   *
   * @param layers each takes the result of the one before
   */
  public static Sequential named(LinkedHashMap<String, ? extends Layer> layers) {
    Sequential chain = new Sequential();
    Arguments.given("layers", layers).forEach(chain::append);
    return chain;
  }

  /**
   * Adds a layer at the end, named by its number.
   *
   * @param layer takes the result of the last one
   * @return this chain
   */
  public final Sequential append(Layer layer) {
    return append(Integer.toString(size()), Arguments.given("layer", layer));
  }

  /**
   * Adds a layer at the end.
   *
   * @param name unique in this chain, without a dot
   * @param layer takes the result of the last one
   * @return this chain
   */
  public final Sequential append(String name, Layer layer) {
    register(name, Lambda.of(Arguments.given("layer", layer)));
    return this;
  }

  /**
   * Returns a module of the chain.
   *
   * @param i its number, from 0; -1 is the last
   */
  public Module get(int i) {
    List<Module> chain = List.copyOf(registered().modules.values());
    return chain.get(ModuleList.wrap("get", i, chain.size()));
  }

  /** Returns the number of layers. */
  public int size() {
    return registered().modules.size();
  }

  /** Iterates over the chain as it is now. */
  @Override
  public Iterator<Module> iterator() {
    return List.copyOf(registered().modules.values()).iterator();
  }

  /** Runs the chain. A tensor between two layers of this package without hooks is closed as soon as the second has run. */
  @Override
  public Tensor forward(Tensor x) {
    boolean ownsX = false; // nobody else has seen it
    for (Module module : registered().modules.values()) {
      boolean quiet = module.keepsNothing();
      Tensor y = Callbacks.returned(module.call(x), "Sequential", module);
      quiet &= module.keepsNothing(); // nor had a hook come, to go by itself
      if (y == x) {
        ownsX &= quiet;
        continue;
      }
      if (ownsX && quiet) x.close();
      ownsX = quiet;
      x = y;
    }
    return x;
  }

  @Override
  boolean keepsNothing() {
    return super.keepsNothing()
        && registered().modules.values().stream().allMatch(Module::keepsNothing);
  }
}
