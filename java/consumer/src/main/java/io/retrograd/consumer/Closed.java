package io.retrograd.consumer;

import io.retrograd.nn.Linear;
import io.retrograd.nn.Module;

/** Modules in fields, in a package that is not open to Retrograd: one that is registered, and one that is not. */
final class Closed {
  private Closed() {}

  static final class Registered extends Module {
    private final Linear hidden = register("hidden", new Linear(2, 3));
  }

  static final class Unregistered extends Module {
    private final Linear hidden = new Linear(2, 3);
  }
}
