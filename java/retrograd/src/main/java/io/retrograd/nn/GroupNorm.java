package io.retrograd.nn;

import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.zeros;

import io.retrograd.Options;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * Each group of channels of each image of [batch, channels, ...] with mean 0 and variance 1, then each channel times a
 * weight, at first ones, plus a bias, at first zeros. Several threads may share it as they may any {@link Module}.
 */
public class GroupNorm extends Module {
  private final long numGroups;
  private final long numChannels;
  private final double eps;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;

  /**
   * A layer with weight and bias.
   *
   * @param numGroups into how many groups the channels are divided
   * @param numChannels how many channels
   */
  public GroupNorm(long numGroups, long numChannels) {
    this(numGroups, numChannels, 1e-5, true);
  }

  /**
   * A layer.
   *
   * @param numGroups into how many groups the channels are divided
   * @param numChannels how many channels
   * @param eps what is added to the variance before its root is taken
   * @param affine whether there are a weight and a bias
   */
  public GroupNorm(long numGroups, long numChannels, double eps, boolean affine) {
    this(options(), numGroups, numChannels, eps, affine);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of the parameters
   * @param numGroups into how many groups the channels are divided
   * @param numChannels how many channels
   * @param eps what is added to the variance before its root is taken
   * @param affine whether there are a weight and a bias
   */
  @SuppressWarnings("this-escape")
  public GroupNorm(Options options, long numGroups, long numChannels, double eps, boolean affine) {
    if (numGroups < 1 || numChannels < 0 || numChannels % numGroups != 0)
      throw new ShapeException("GroupNorm: " + numChannels + " channels cannot be divided into "
          + numGroups + " groups");
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    Options plain = Arguments.given("options", options).toOptions().requiresGrad(false);
    weight = affine ? parameter("weight", ones(plain, numChannels)) : null;
    bias = affine ? parameter("bias", zeros(plain, numChannels)) : null;
  }

  /** Returns the weight; null in a layer without. */
  public @Nullable Tensor weight() {
    return weight == null ? null : parametrized(weight);
  }

  /** Returns the bias; null in a layer without. */
  public @Nullable Tensor bias() {
    return bias == null ? null : parametrized(bias);
  }

  @Override
  public Tensor forward(Tensor input) {
    if (weight != null && Arguments.given("input", input).dim() > 1)
      Numbers.checkChannels(this, numChannels, input, 1);
    return F.groupNorm(input, numGroups, weight(), bias(), eps);
  }

  @Override
  protected String describe() {
    return numGroups + ", " + numChannels + ", eps=" + Text.number(eps) + ", affine="
        + Text.of(weight != null);
  }
}
