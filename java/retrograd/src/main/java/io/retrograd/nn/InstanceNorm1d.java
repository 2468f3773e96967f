package io.retrograd.nn;

import static io.retrograd.Retrograd.options;

import io.retrograd.Options;
import io.retrograd.Tensor;

/**
 * Each channel of each image of [batch, channels, length], or of one without the batch, with mean 0 and
 * variance 1; with options also times a weight, plus a bias, and by running statistics in evaluation. Several threads may
 * share it as they may any {@link Module}, unless it trains running statistics.
 */
public final class InstanceNorm1d extends ChannelNorm {
  /**
   * A layer with neither parameters nor running statistics.
   *
   * @param numFeatures how many channels
   */
  public InstanceNorm1d(long numFeatures) {
    this(numFeatures, NormOptions.DEFAULTS);
  }

  /**
   * A layer with options.
   *
   * @param numFeatures how many channels
   * @param norm momentum and the like
   */
  public InstanceNorm1d(long numFeatures, NormOptions norm) {
    this(options(), numFeatures, norm);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of parameters and running statistics
   * @param numFeatures how many channels
   * @param norm momentum and the like
   */
  public InstanceNorm1d(Options options, long numFeatures, NormOptions norm) {
    super(options, numFeatures, norm, false);
  }

  @Override
  public Tensor forward(Tensor input) {
    return byInstance(input, 2);
  }
}
