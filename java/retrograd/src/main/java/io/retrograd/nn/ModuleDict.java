package io.retrograd.nn;

import io.retrograd.internal.Arguments;
import java.util.List;
import java.util.Map;

/**
 * Modules by name, in the order in which they came, for a module that calls them itself. Several threads may read it at
 * once, unless one changes it.
 */
public class ModuleDict extends Module {
  /** Without modules, at first. */
  public ModuleDict() {}

  /**
   * With these modules.
   *
   * @param modules by names without a dot, in the map's order: a {@code LinkedHashMap} keeps yours
   */
  public ModuleDict(Map<String, ? extends Module> modules) {
    update(modules);
  }

  /**
   * Adds a module, or replaces the one of this name, in its place.
   *
   * @param name without a dot
   * @param module what to add
   * @return these modules
   */
  public final ModuleDict put(String name, Module module) {
    requireFit(name, Arguments.given("module", module));
    if (!contains(name)) checkName(name);
    registered().modules.put(name, module);
    return this;
  }

  /**
   * Adds modules, or replaces those of the same names.
   *
   * @param modules in the map's order
   * @return these modules
   */
  public final ModuleDict update(Map<String, ? extends Module> modules) {
    Arguments.given("modules", modules).forEach(this::put);
    return this;
  }

  /**
   * Returns a module.
   *
   * @param name its name
   * @throws IllegalArgumentException where there is none of this name
   */
  public Module get(String name) {
    Module module = registered().modules.get(Arguments.given("name", name));
    if (module != null) return module;
    throw new IllegalArgumentException("get: there is no \"" + name + "\", only " + names());
  }

  /**
   * Returns whether there is a module of this name.
   *
   * @param name which
   */
  public boolean contains(String name) {
    return registered().modules.containsKey(Arguments.given("name", name));
  }

  /**
   * Removes a module.
   *
   * @param name its name
   * @return what was removed
   * @throws IllegalArgumentException where there is none of this name
   */
  public Module remove(String name) {
    Module module = get(Arguments.given("name", name));
    registered().modules.remove(name);
    return module;
  }

  /** Returns the names, in their order. */
  public List<String> names() {
    return List.copyOf(registered().modules.keySet());
  }

  /** Returns the number of modules. */
  public int size() {
    return registered().modules.size();
  }
}
