package io.retrograd;

import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Tensor#backward(BackwardOptions)} goes beyond the default. An immutable value.
 *
 * <pre>{@code
 * loss.backward(BackwardOptions.retainGraph());
 * y.backward(BackwardOptions.createGraph().gradient(v).inputs(w));
 * }</pre>
 */
public final class BackwardOptions {
  private static final BackwardOptions DEFAULTS =
      new BackwardOptions(false, false, null, List.of());

  final boolean retain;
  final boolean create;
  final @Nullable Tensor gradient;
  final List<Tensor> inputs;

  private BackwardOptions(
      boolean retain, boolean create, @Nullable Tensor gradient, List<Tensor> inputs) {
    this.retain = retain;
    this.create = create;
    this.gradient = gradient;
    this.inputs = inputs;
  }

  /** The default: the graph is freed as it runs. */
  public static BackwardOptions defaults() {
    return DEFAULTS;
  }

  /** Keeps what the graph saved, so that it can be run again. */
  public static BackwardOptions retainGraph() {
    return new BackwardOptions(true, false, null, List.of());
  }

  /**
   * Records the backward pass itself, so that gradients can be differentiated; keeps the graph too. A gradient stored
   * in {@link Tensor#grad} then leads, through its graph, back to the leaf that holds it. No collection sees that
   * cycle, so a leaf whose last {@link Tensor} is closed or unreachable lets go of such a gradient; {@code grad()} of
   * what {@link io.retrograd.autograd.Node#variable} finds in the graph is null from then on. A hook or a custom
   * function in the graph that itself refers to the leaf keeps all of it in memory, outside of scopes: then use
   * {@link io.retrograd.autograd.Autograd#grad}, which stores nothing, or call {@code setGrad(null)} when done.
   */
  public static BackwardOptions createGraph() {
    return new BackwardOptions(true, true, null, List.of());
  }

  /**
   * Starts from a given gradient instead of 1.
   *
   * @param gradient of the tensor's shape
   */
  public BackwardOptions gradient(Tensor gradient) {
    return new BackwardOptions(retain, create, gradient, inputs);
  }

  /**
   * Fills the gradients of these tensors alone.
   *
   * @param inputs tensors that the root depends on
   * @throws IllegalArgumentException where there is none
   */
  public BackwardOptions inputs(Tensor... inputs) {
    if (Arguments.given("inputs", inputs).length == 0) {
      throw new IllegalArgumentException(
          "inputs: no tensor is given; leave inputs(...) out to fill all gradients");
    }
    return new BackwardOptions(retain, create, gradient, Bridge.listOf("inputs", inputs));
  }
}
