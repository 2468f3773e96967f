package io.retrograd.consumer.open;

import static io.retrograd.Retrograd.ones;

import io.retrograd.Tensor;
import io.retrograd.nn.Linear;
import io.retrograd.nn.Module;

/** Modules and tensors in fields, in a package that is open to Retrograd. */
public final class Net extends Module {
  private final Linear hidden = new Linear(2, 3);
  private final Tensor scale = parameter(ones(3));

  @Override
  public Tensor forward(Tensor x) {
    return hidden.call(x).mul(scale);
  }
}
