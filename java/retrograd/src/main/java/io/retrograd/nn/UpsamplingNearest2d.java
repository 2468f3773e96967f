package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * [batch, channels, height, width] in another size, whose places are the nearest ones. Several threads may share it
 * as they may any {@link Module}.
 */
public final class UpsamplingNearest2d extends Module {
  private final InterpolateOptions options;

  /**
   * A layer with a scale.
   *
   * @param scaleFactor by how much the result is larger
   */
  public UpsamplingNearest2d(double scaleFactor) {
    this(InterpolateOptions.scaleFactor(scaleFactor));
  }

  /**
   * A layer with a size.
   *
   * @param height of the result
   * @param width of the result
   */
  public UpsamplingNearest2d(long height, long width) {
    this(InterpolateOptions.size(height, width));
  }

  private UpsamplingNearest2d(InterpolateOptions options) {
    this.options = options.withMode("nearest");
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
