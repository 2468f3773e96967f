package io.retrograd.nn;

import io.retrograd.internal.Arguments;

/**
 * What a pooling's constructor takes beside the kernel, with PyTorch's defaults: {@code
 * PoolOptions.stride(2).withPadding(1)}. Each method gives a changed copy, so constants can be shared. Numbers stand for all
 * dimensions, or one for each. Thread-safe.
 */
public final class PoolOptions {
  static final PoolOptions DEFAULTS = new PoolOptions();

  private long[] stride = {}, padding = {0}, dilation = {1};
  private boolean ceilMode, countIncludePad = true;
  private long divisorOverride;

  private PoolOptions() {}

  /**
   * Returns options with that stride.
   *
   * @param stride how far the window moves from one result to the next; its own size otherwise
   */
  public static PoolOptions stride(long... stride) {
    return DEFAULTS.withStride(stride);
  }

  /**
   * Returns options with that padding.
   *
   * @param padding what lies before and after the image; half of the kernel at most, nothing otherwise
   */
  public static PoolOptions padding(long... padding) {
    return DEFAULTS.withPadding(padding);
  }

  /**
   * Returns options with that dilation; of max pooling alone.
   *
   * @param dilation how far the window's elements lie apart; 1 otherwise
   */
  public static PoolOptions dilation(long... dilation) {
    return DEFAULTS.withDilation(dilation);
  }

  /**
   * Returns options with or without a last window that reaches past the end.
   *
   * @param ceilMode whether it counts; it does not otherwise
   */
  public static PoolOptions ceilMode(boolean ceilMode) {
    return DEFAULTS.withCeilMode(ceilMode);
  }

  /**
   * Returns options with zeros of the padding counted among a window's elements or not; of averages alone.
   *
   * @param countIncludePad whether they count, as they do otherwise
   */
  public static PoolOptions countIncludePad(boolean countIncludePad) {
    return DEFAULTS.withCountIncludePad(countIncludePad);
  }

  /**
   * Returns options with that divisor; of averages of two and three dimensions alone.
   *
   * @param divisorOverride what sums are divided by instead of the number of elements
   */
  public static PoolOptions divisorOverride(long divisorOverride) {
    return DEFAULTS.withDivisorOverride(divisorOverride);
  }

  /** Returns the options of a pooling of which nothing is said. */
  public static PoolOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns these options with another stride.
   *
   * @param stride how far the window moves from one result to the next; its own size where empty
   */
  public PoolOptions withStride(long... stride) {
    PoolOptions o = copy();
    o.stride = Arguments.given("stride", stride).clone();
    return o;
  }

  /**
   * Returns these options with another padding.
   *
   * @param padding what lies before and after the image; half of the kernel at most
   */
  public PoolOptions withPadding(long... padding) {
    PoolOptions o = copy();
    o.padding = Arguments.given("padding", padding).clone();
    return o;
  }

  /**
   * Returns these options with another dilation; of max pooling alone.
   *
   * @param dilation how far the window's elements lie apart
   */
  public PoolOptions withDilation(long... dilation) {
    PoolOptions o = copy();
    o.dilation = Arguments.given("dilation", dilation).clone();
    return o;
  }

  /**
   * Returns these options with or without a last window that reaches past the end.
   *
   * @param ceilMode whether it counts
   */
  public PoolOptions withCeilMode(boolean ceilMode) {
    PoolOptions o = copy();
    o.ceilMode = ceilMode;
    return o;
  }

  /**
   * Returns these options with zeros of the padding counted among a window's elements or not; of averages alone.
   *
   * @param countIncludePad whether they count
   */
  public PoolOptions withCountIncludePad(boolean countIncludePad) {
    PoolOptions o = copy();
    o.countIncludePad = countIncludePad;
    return o;
  }

  /**
   * Returns these options with another divisor; of averages of two and three dimensions alone.
   *
   * @param divisorOverride what sums are divided by instead of the number of elements; 0 for that
   */
  public PoolOptions withDivisorOverride(long divisorOverride) {
    PoolOptions o = copy();
    o.divisorOverride = divisorOverride;
    return o;
  }

  private PoolOptions copy() {
    PoolOptions o = new PoolOptions();
    o.stride = stride;
    o.padding = padding;
    o.dilation = dilation;
    o.ceilMode = ceilMode;
    o.countIncludePad = countIncludePad;
    o.divisorOverride = divisorOverride;
    return o;
  }

  long[] strides() {
    return stride;
  }

  long[] paddings() {
    return padding;
  }

  long[] dilations() {
    return dilation;
  }

  boolean ceilMode() {
    return ceilMode;
  }

  boolean countIncludePad() {
    return countIncludePad;
  }

  long divisorOverride() {
    return divisorOverride;
  }
}
