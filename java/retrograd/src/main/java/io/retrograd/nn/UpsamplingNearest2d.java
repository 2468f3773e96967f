package io.retrograd.nn;

/**
 * [batch, channels, height, width] in another size, whose places are the nearest ones. Several threads may share it
 * as they may any {@link Module}.
 */
public final class UpsamplingNearest2d extends Upsample {
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
    super(options.withMode("nearest"));
  }
}
