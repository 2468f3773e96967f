package io.retrograd.autograd;

import io.retrograd.Tensor;
import io.retrograd.internal.Bridge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Autograd#grad(List, List, GradOptions)} goes beyond the default. An immutable value.
 *
 * <pre>{@code
 * Tensor dx = Autograd.grad(y, x, GradOptions.createGraph());
 * Tensor dw = Autograd.grad(y, w, GradOptions.retainGraph().gradOutputs(v).allowUnused());
 * }</pre>
 */
public final class GradOptions {
  private static final GradOptions DEFAULTS = new GradOptions(false, false, false, List.of());

  final boolean retain;
  final boolean create;
  final boolean unused;
  final List<@Nullable Tensor> gradOutputs;

  private GradOptions(
      boolean retain, boolean create, boolean unused, List<@Nullable Tensor> gradOutputs) {
    this.retain = retain;
    this.create = create;
    this.unused = unused;
    this.gradOutputs = gradOutputs;
  }

  /** The default: the graph is freed as it runs, and every input must matter. */
  public static GradOptions defaults() {
    return DEFAULTS;
  }

  /** Keeps what the graph saved, so that it can be run again. */
  public static GradOptions retainGraph() {
    return new GradOptions(true, false, false, List.of());
  }

  /** Records the backward pass itself, so that the result can be differentiated; keeps the graph too. */
  public static GradOptions createGraph() {
    return new GradOptions(true, true, false, List.of());
  }

  /** Gives null for an input that the outputs do not depend on, where the default raises. */
  public GradOptions allowUnused() {
    return new GradOptions(retain, create, true, gradOutputs);
  }

  /**
   * Starts from given gradients instead of 1.
   *
   * @param gradients one per output, of its shape
   */
  public GradOptions gradOutputs(Tensor... gradients) {
    return new GradOptions(retain, create, unused, Bridge.listOf("gradOutputs", gradients));
  }
}
