package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * x times the normal distribution function of x, element by element. Several threads may share it as they may any
 * {@link Module}.
 */
public class GELU extends Module {
  private final String approximate;

  /** A layer with the exact function. */
  public GELU() {
    this("none");
  }

  /**
   * A layer.
   *
   * @param approximate "none", or "tanh" for a distribution function by a hyperbolic tangent
   */
  public GELU(String approximate) {
    this.approximate = Arguments.given("approximate", approximate);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.gelu(x, approximate);
  }

  @Override
  protected String describe() {
    return "approximate='" + approximate + "'";
  }
}
