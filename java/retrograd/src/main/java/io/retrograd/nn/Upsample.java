package io.retrograd.nn;

import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * Images of another size; see {@link F#interpolate}. Several threads may share it as they may any {@link Module}.
 */
public class Upsample extends Module {
  private final InterpolateOptions options;

  /**
   * A layer that repeats places.
   *
   * @param scaleFactor by how much the result is larger
   */
  public Upsample(double scaleFactor) {
    this(InterpolateOptions.scaleFactor(scaleFactor));
  }

  /**
   * A layer.
   *
   * @param options size or scale factor, mode and the like
   */
  public Upsample(InterpolateOptions options) {
    this.options = Arguments.given("options", options);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.interpolate(x, options);
  }

  @Override
  protected String describe() {
    return options.describe();
  }
}
