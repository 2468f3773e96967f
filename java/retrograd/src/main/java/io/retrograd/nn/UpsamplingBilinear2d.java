package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * [batch, channels, height, width] in another size, by bilinear interpolation, with the corners in their places. Several threads may share it
 * as they may any {@link Module}.
 */
public final class UpsamplingBilinear2d extends Module {
  private final InterpolateOptions options;

  /**
   * A layer with a scale.
   *
   * @param scaleFactor by how much the result is larger
   */
  public UpsamplingBilinear2d(double scaleFactor) {
    this(InterpolateOptions.scaleFactor(scaleFactor));
  }

  /**
   * A layer with a size.
   *
   * @param height of the result
   * @param width of the result
   */
  public UpsamplingBilinear2d(long height, long width) {
    this(InterpolateOptions.size(height, width));
  }

  private UpsamplingBilinear2d(InterpolateOptions options) {
    this.options = options.withMode("bilinear").withAlignCorners(true);
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
