package io.retrograd.nn;

import org.jspecify.annotations.Nullable;

/**
 * What the constructors of {@link BatchNorm2d}, {@link InstanceNorm2d} and the like take beside the number of channels, with
 * PyTorch's defaults: {@code NormOptions.eps(1e-3).withMomentum(0.01)}. Each method gives a changed copy, so constants can
 * be shared. Thread-safe.
 */
public final class NormOptions {
  static final NormOptions DEFAULTS = new NormOptions(1e-5, 0.1, null, null);

  private final double eps;
  private final @Nullable Double momentum;
  private final @Nullable Boolean affine;
  private final @Nullable Boolean trackRunningStats;

  private NormOptions(
      double eps,
      @Nullable Double momentum,
      @Nullable Boolean affine,
      @Nullable Boolean trackRunningStats) {
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
  }

  /** Returns the options of a layer of which nothing is said. */
  public static NormOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns options with that number.
   *
   * @param eps what is added to the variance before its root is taken; 1e-5 otherwise
   */
  public static NormOptions eps(double eps) {
    return DEFAULTS.withEps(eps);
  }

  /**
   * Returns options with that momentum.
   *
   * @param momentum how far the running statistics go towards those of a batch; null for the average of all batches; 0.1
   *     otherwise
   */
  public static NormOptions momentum(@Nullable Double momentum) {
    return DEFAULTS.withMomentum(momentum);
  }

  /**
   * Returns options with or without weight and bias.
   *
   * @param affine whether there are any; otherwise a batch norm has them and an instance norm has not
   */
  public static NormOptions affine(boolean affine) {
    return DEFAULTS.withAffine(affine);
  }

  /**
   * Returns options with or without running statistics.
   *
   * @param trackRunningStats whether there are any; otherwise a batch norm has them and an instance norm has not
   */
  public static NormOptions trackRunningStats(boolean trackRunningStats) {
    return DEFAULTS.withTrackRunningStats(trackRunningStats);
  }

  /**
   * Returns these options with another number.
   *
   * @param eps what is added to the variance before its root is taken
   */
  public NormOptions withEps(double eps) {
    return new NormOptions(eps, momentum, affine, trackRunningStats);
  }

  /**
   * Returns these options with another momentum.
   *
   * @param momentum how far the running statistics go towards those of a batch; null for the average of all batches
   */
  public NormOptions withMomentum(@Nullable Double momentum) {
    return new NormOptions(eps, momentum, affine, trackRunningStats);
  }

  /**
   * Returns these options with or without weight and bias.
   *
   * @param affine whether there are any
   */
  public NormOptions withAffine(boolean affine) {
    return new NormOptions(eps, momentum, affine, trackRunningStats);
  }

  /**
   * Returns these options with or without running statistics.
   *
   * @param trackRunningStats whether there are any
   */
  public NormOptions withTrackRunningStats(boolean trackRunningStats) {
    return new NormOptions(eps, momentum, affine, trackRunningStats);
  }

  /** The same with what is unsaid set to what is usual for the layer. */
  NormOptions orUsually(boolean all) {
    return new NormOptions(
        eps,
        momentum,
        affine == null ? all : affine,
        trackRunningStats == null ? all : trackRunningStats);
  }

  double eps() {
    return eps;
  }

  @Nullable
  Double momentum() {
    return momentum;
  }

  boolean affine() {
    return Boolean.TRUE.equals(affine);
  }

  boolean trackRunningStats() {
    return Boolean.TRUE.equals(trackRunningStats);
  }
}
