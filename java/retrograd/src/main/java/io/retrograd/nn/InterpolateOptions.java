package io.retrograd.nn;

import io.retrograd.internal.Arguments;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@link F#interpolate} and {@link Upsample} take beside the image, with PyTorch's defaults: {@code
 * InterpolateOptions.scaleFactor(2).withMode("bilinear")}. Each method gives a changed copy, so constants can be shared.
 * Numbers stand for all dimensions, or one for each. Thread-safe.
 */
public final class InterpolateOptions {
  private final long[] size;
  private final double[] scaleFactor;
  private String mode = "nearest";
  private @Nullable Boolean alignCorners;
  private boolean recomputeScaleFactor, antialias;

  private InterpolateOptions(long[] size, double[] scaleFactor) {
    this.size = size;
    this.scaleFactor = scaleFactor;
  }

  /**
   * Returns options with the size of the result.
   *
   * @param size of each dimension, or one for all
   */
  public static InterpolateOptions size(long... size) {
    if (Arguments.given("size", size).length == 0)
      throw new IllegalArgumentException("InterpolateOptions: needs a size");
    return new InterpolateOptions(size.clone(), new double[0]);
  }

  /**
   * Returns options with the size of the result by that of the image.
   *
   * @param scaleFactor by how much it is larger in each dimension, or one for all; the size is rounded down
   */
  public static InterpolateOptions scaleFactor(double... scaleFactor) {
    if (Arguments.given("scaleFactor", scaleFactor).length == 0)
      throw new IllegalArgumentException("InterpolateOptions: needs a scale factor");
    return new InterpolateOptions(new long[0], scaleFactor.clone());
  }

  /**
   * Returns these options with another mode.
   *
   * @param mode {@code "nearest"}, {@code "nearest-exact"} or {@code "area"}; {@code "linear"} for one dimension, {@code
   *     "bilinear"} and {@code "bicubic"} for two, {@code "trilinear"} for three
   */
  public InterpolateOptions withMode(String mode) {
    InterpolateOptions o = copy();
    o.mode = Arguments.given("mode", mode);
    return o;
  }

  /**
   * Returns these options with the corners in their places, or not; for the linear modes and {@code "bicubic"} alone.
   *
   * @param alignCorners whether the places at the corners keep their values; false where nothing is said
   */
  public InterpolateOptions withAlignCorners(boolean alignCorners) {
    InterpolateOptions o = copy();
    o.alignCorners = alignCorners;
    return o;
  }

  /**
   * Returns these options with the scale of the places taken from the sizes, or from the scale factor.
   *
   * @param recomputeScaleFactor whether the scale factor serves for the size alone; false where nothing is said
   */
  public InterpolateOptions withRecomputeScaleFactor(boolean recomputeScaleFactor) {
    InterpolateOptions o = copy();
    o.recomputeScaleFactor = recomputeScaleFactor;
    return o;
  }

  /**
   * Returns these options with or without antialiasing; for {@code "bilinear"} and {@code "bicubic"} alone.
   *
   * @param antialias whether a smaller result takes all places that it covers; false where nothing is said
   */
  public InterpolateOptions withAntialias(boolean antialias) {
    InterpolateOptions o = copy();
    o.antialias = antialias;
    return o;
  }

  private InterpolateOptions copy() {
    InterpolateOptions o = new InterpolateOptions(size, scaleFactor);
    o.mode = mode;
    o.alignCorners = alignCorners;
    o.recomputeScaleFactor = recomputeScaleFactor;
    o.antialias = antialias;
    return o;
  }

  long[] sizes() {
    return size;
  }

  double[] scaleFactors() {
    return scaleFactor;
  }

  String mode() {
    return mode;
  }

  @Nullable
  Boolean alignCorners() {
    return alignCorners;
  }

  boolean recomputeScaleFactor() {
    return recomputeScaleFactor;
  }

  boolean antialias() {
    return antialias;
  }

  /** As PyTorch's layer shows it. */
  String describe() {
    String given = size.length == 0
        ? "scale_factor=" + (scaleFactor.length == 1 ? "" + scaleFactor[0] : tuple(scaleFactor))
        : "size=" + (size.length == 1 ? "" + size[0] : Text.tuple(size));
    return given + ", mode='" + mode + "'";
  }

  private static String tuple(double[] numbers) {
    return Arrays.stream(numbers)
        .mapToObj(Double::toString)
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
