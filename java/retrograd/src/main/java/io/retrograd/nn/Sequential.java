package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Callbacks;
import java.util.Arrays;

/** Modules one after the other, named by their numbers. Several threads may share it as they may any {@link Module}. */
public class Sequential extends Module {
  /**
   * A chain.
   *
   * @param modules each takes the result of the one before
   */
  @SuppressWarnings("this-escape")
  public Sequential(Module... modules) {
    Arguments.allGiven("modules", Arrays.asList(Arguments.given("modules", modules)));
    for (int i = 0; i < modules.length; i++) register(Integer.toString(i), modules[i]);
  }

  /**
   * Returns a module of the chain.
   *
   * @param i its number, from 0
   */
  public Module get(int i) {
    return children().get(i);
  }

  @Override
  public Tensor forward(Tensor x) {
    for (Module module : children())
      x = Callbacks.returned(module.forward(x), "Sequential", module);
    return x;
  }
}
