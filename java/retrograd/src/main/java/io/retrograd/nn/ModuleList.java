package io.retrograd.nn;

import io.retrograd.IndexException;
import io.retrograd.internal.Arguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * A list of modules, named by their numbers, for a module that calls them itself. Several threads may read it at once,
 * unless one changes it.
 *
 * <pre>{@code
 * private final ModuleList layers = new ModuleList(new Linear(8, 8), new Linear(8, 8));
 *
 * public Tensor forward(Tensor x) {
 *   for (Module layer : layers) x = layer.call(x).relu();
 *   return x;
 * }
 * }</pre>
 */
public class ModuleList extends Module implements Iterable<Module> {
  /**
   * A list.
   *
   * @param modules in their order
   */
  public ModuleList(Module... modules) {
    extend(Arrays.asList(Arguments.given("modules", modules)));
  }

  /**
   * Adds a module at the end.
   *
   * @param module what to add
   * @return this list
   */
  public final ModuleList append(Module module) {
    register(Integer.toString(size()), Arguments.given("module", module));
    return this;
  }

  /**
   * Adds modules at the end.
   *
   * @param modules in their order
   * @return this list
   */
  public final ModuleList extend(List<? extends Module> modules) {
    for (Module module : List.copyOf(Arguments.allGiven("modules", modules))) append(module);
    return this;
  }

  /**
   * Adds a module before another; later ones get higher names.
   *
   * @param i the place, from 0 up to the size; -1 is before the last
   * @param module what to add
   * @return this list
   */
  public final ModuleList insert(int i, Module module) {
    Arguments.given("module", module);
    List<Module> all = list();
    int place = i == all.size() ? i : wrap("insert", i, all.size());
    requireFit(Integer.toString(place), module);
    all.add(place, module);
    registered().modules.clear();
    for (Module each : all) registered().modules.put(Integer.toString(size()), each);
    return this;
  }

  /**
   * Replaces a module.
   *
   * @param i its number, from 0; -1 is the last
   * @param module what to put in its place
   * @return this list
   */
  public final ModuleList set(int i, Module module) {
    Arguments.given("module", module);
    String name = Integer.toString(wrap("set", i, size()));
    requireFit(name, module);
    registered().modules.put(name, module);
    return this;
  }

  /**
   * Returns a module.
   *
   * @param i its number, from 0; -1 is the last
   */
  public Module get(int i) {
    return list().get(wrap("get", i, size()));
  }

  /** Returns the number of modules. */
  public int size() {
    return registered().modules.size();
  }

  /** Iterates over the modules as they are now. */
  @Override
  public Iterator<Module> iterator() {
    return List.copyOf(list()).iterator();
  }

  private List<Module> list() {
    return new ArrayList<>(registered().modules.values());
  }

  static int wrap(String method, int i, int size) {
    int wrapped = i < 0 ? i + size : i;
    if (wrapped >= 0 && wrapped < size) return wrapped;
    throw new IndexException(method + ": there is no number " + i + ", only " + size + " in all");
  }

  /** Returns the modules in PyTorch's layout: equal neighbours share a line. */
  @Override
  public String toString() {
    return Text.of(this, module -> lines());
  }

  private List<String> lines() {
    List<String> texts = list().stream().map(Module::toString).toList();
    List<String> lines = new ArrayList<>();
    for (int first = 0, end; first < texts.size(); first = end) {
      String text = texts.get(first);
      for (end = first + 1; end < texts.size() && texts.get(end).equals(text); ) end++;
      lines.add(
          end == first + 1
              ? "(" + first + "): " + text
              : "(" + first + "-" + (end - 1) + "): " + (end - first) + " x " + text);
    }
    return lines;
  }
}
