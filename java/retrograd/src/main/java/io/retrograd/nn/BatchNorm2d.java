package io.retrograd.nn;

import static io.retrograd.Retrograd.options;

import io.retrograd.Options;
import io.retrograd.Tensor;

/**
 * Each channel of [batch, channels, height, width] with mean 0 and variance 1, then times a weight,
 * at first ones, plus a bias, at first zeros. In training the batch gives mean and variance, and running ones go towards
 * these; in evaluation the running ones are taken. Several threads may share it in evaluation; in training it changes.
 */
public final class BatchNorm2d extends ChannelNorm {
  /**
   * A layer with weight, bias and running statistics.
   *
   * @param numFeatures how many channels
   */
  public BatchNorm2d(long numFeatures) {
    this(numFeatures, NormOptions.DEFAULTS);
  }

  /**
   * A layer with options.
   *
   * @param numFeatures how many channels
   * @param norm momentum and the like
   */
  public BatchNorm2d(long numFeatures, NormOptions norm) {
    this(options(), numFeatures, norm);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of parameters and running statistics
   * @param numFeatures how many channels
   * @param norm momentum and the like
   */
  public BatchNorm2d(Options options, long numFeatures, NormOptions norm) {
    super(options, numFeatures, norm, true);
  }

  @Override
  public Tensor forward(Tensor input) {
    return byBatch(input, 4, 4);
  }
}
