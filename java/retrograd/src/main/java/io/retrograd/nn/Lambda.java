package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Callbacks;

/** A function as a module. */
final class Lambda extends Module {
  private final Layer function;

  private Lambda(Layer function) {
    this.function = function;
  }

  static Module of(Layer layer) {
    return layer instanceof Module module ? module : new Lambda(layer);
  }

  @Override
  boolean keepsNothing() {
    return false; // who knows
  }

  @Override
  public Tensor forward(Tensor input) {
    return Callbacks.returned(function.call(input), "Sequential", function);
  }
}
