package io.retrograd.autograd;

import io.retrograd.IndexException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the forward of a {@link Function} tells its backward, for one call. Tensors go through {@link #saveForBackward},
 * which frees them with the graph and notices writes in between; other values through {@link #put}.
 */
public final class Context {
  private final boolean[] needsGrad;
  private final Map<String, Object> values;
  private List<Tensor> saved;
  List<Tensor> nonDifferentiable = new ArrayList<>();
  boolean materialize = true;
  boolean once;

  Context(boolean[] needsGrad) {
    this(needsGrad, new HashMap<>(), List.of());
  }

  private Context(boolean[] needsGrad, Map<String, Object> values, List<Tensor> saved) {
    this.needsGrad = needsGrad;
    this.values = values;
    this.saved = saved;
  }

  /** This context as backward sees it; a backward pass on another thread gets one of its own. */
  Context withSaved(List<Tensor> tensors) {
    return new Context(needsGrad, values, tensors);
  }

  /** What forward saved, given up: this object may live as long as the graph and must not hold tensors. */
  List<Tensor> takeSaved() {
    List<Tensor> tensors = saved;
    saved = List.of();
    nonDifferentiable = List.of();
    return tensors;
  }

  /**
   * In forward: keeps tensors for backward. Inputs, outputs or others, which live on in the graph alone and count as
   * constants: where backward is to be differentiated itself, save none that depends on the inputs.
   *
   * @param tensors read by {@link #savedTensors} in this order
   */
  public void saveForBackward(Tensor... tensors) {
    saved = Bridge.listOf("tensors", tensors);
  }

  /** In backward: returns what forward saved. */
  public List<Tensor> savedTensors() {
    return saved;
  }

  /**
   * Returns whether the gradient of an input matters; where it does not, backward may return null for it.
   *
   * @param input its number, from 0
   */
  public boolean needsInputGrad(int input) {
    if (input < 0 || input >= needsGrad.length) {
      throw new IndexException(
          "needsInputGrad: there is no input " + input + ", only " + needsGrad.length);
    }
    return needsGrad[input];
  }

  /**
   * In forward: declares outputs that have no derivative. Integers and bool have none anyway.
   *
   * @param outputs among those that forward returns
   */
  public void markNonDifferentiable(Tensor... outputs) {
    nonDifferentiable = Bridge.listOf("outputs", outputs);
  }

  /**
   * In forward: chooses what backward gets for an output whose gradient nobody wants.
   *
   * @param value true (the default) for zeros, false for null
   */
  public void setMaterializeGrads(boolean value) {
    materialize = value;
  }

  /**
   * In forward: declares that backward is not made of differentiable operations. It then runs without recording, and a
   * second derivative raises {@link io.retrograd.AutogradException} instead of being wrong.
   */
  public void onceDifferentiable() {
    once = true;
  }

  /**
   * In forward: keeps a value that is no tensor.
   *
   * @param key its name
   * @param value anything but a tensor, which could never be freed from here
   */
  public void put(String key, Object value) {
    if (value instanceof Tensor) {
      throw new IllegalArgumentException("Context.put: tensors go through saveForBackward(...)");
    }
    values.put(Arguments.given("key", key), Arguments.given("value", value));
  }

  /**
   * In backward: returns a value that forward put.
   *
   * @param key its name
   * @param type its class
   * @param <T> its class
   * @throws IllegalArgumentException where there is none of that name
   */
  public <T> T get(String key, Class<T> type) {
    Arguments.given("type", type);
    @Nullable Object value = values.get(Arguments.given("key", key));
    if (value == null)
      throw new IllegalArgumentException("Context.get: forward put nothing under \"" + key + "\"");
    return type.cast(value);
  }
}
