package io.retrograd.nn;

/**
 * [batch, channels, height, width] in another size, by bilinear interpolation, with the corners in their places. Several threads may share it
 * as they may any {@link Module}.
 */
public final class UpsamplingBilinear2d extends Upsample {
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
    super(options.withMode("bilinear").withAlignCorners(true));
  }
}
