package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A list of parameters, named by their numbers, for a module that uses them itself. Several threads may read it at once,
 * unless one changes it.
 */
public class ParameterList extends Module implements Iterable<Tensor> {
  /**
   * A list.
   *
   * @param parameters leaves, which require a gradient from now on
   */
  public ParameterList(Tensor... parameters) {
    extend(Bridge.listOf("parameters", parameters));
  }

  /**
   * Adds a parameter at the end.
   *
   * @param value a leaf, which requires a gradient from now on
   * @return this list
   */
  public final ParameterList append(Tensor value) {
    parameter(Integer.toString(size()), Arguments.given("value", value));
    return this;
  }

  /**
   * Adds parameters at the end.
   *
   * @param parameters leaves, which require a gradient from now on
   * @return this list
   */
  public final ParameterList extend(List<Tensor> parameters) {
    for (Tensor each : List.copyOf(Arguments.allGiven("parameters", parameters))) append(each);
    return this;
  }

  /**
   * Returns a parameter, or what its {@link Parametrizations} make of it.
   *
   * @param i its number, from 0; -1 is the last
   */
  public Tensor get(int i) {
    return parametrized(list().get(ModuleList.wrap("get", i, size())));
  }

  /** Returns the number of parameters. */
  public int size() {
    return registered().parameters.size();
  }

  /** Iterates over the parameters as they are now. */
  @Override
  public Iterator<Tensor> iterator() {
    return list().stream().map(this::parametrized).iterator();
  }

  private List<Tensor> list() {
    return List.copyOf(registered().parameters.values());
  }

  @Override
  protected String describe() {
    List<Tensor> all = list();
    return IntStream.range(0, all.size())
        .mapToObj(i -> "  (" + i + "): " + describe(all.get(i)))
        .collect(Collectors.joining("\n"));
  }

  private static String describe(Tensor t) {
    String sizes =
        Arrays.stream(t.shape()).mapToObj(Long::toString).collect(Collectors.joining("x"));
    String device = t.device().isCuda() ? " (" + t.device() + ")" : "";
    return "Parameter containing: [torch." + t.dtype() + " of size " + sizes + device + "]";
  }
}
