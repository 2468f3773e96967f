package io.retrograd.nn;

import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;

import io.retrograd.Options;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * Mean square 1 over the last dimensions, then times a weight, at first ones. Several threads may share it as they may
 * any {@link Module}.
 */
public class RMSNorm extends Module {
  private final long[] normalizedShape;
  private final @Nullable Double eps;
  private final @Nullable Tensor weight;

  /**
   * A layer with a weight.
   *
   * @param normalizedShape sizes of the last dimensions of the input
   */
  public RMSNorm(long... normalizedShape) {
    this(normalizedShape, null, true);
  }

  /**
   * A layer.
   *
   * @param normalizedShape sizes of the last dimensions of the input
   * @param eps what is added to the mean square before its root is taken; null for the distance from 1 to the next number
   *     of the input's type
   * @param elementwiseAffine whether there is a weight
   */
  public RMSNorm(long[] normalizedShape, @Nullable Double eps, boolean elementwiseAffine) {
    this(options(), normalizedShape, eps, elementwiseAffine);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of the weight
   * @param normalizedShape sizes of the last dimensions of the input
   * @param eps what is added to the mean square before its root is taken; null for the distance from 1 to the next number
   *     of the input's type
   * @param elementwiseAffine whether there is a weight
   */
  @SuppressWarnings("this-escape")
  public RMSNorm(
      Options options, long[] normalizedShape, @Nullable Double eps, boolean elementwiseAffine) {
    this.normalizedShape = Arguments.given("normalizedShape", normalizedShape).clone();
    this.eps = eps;
    Options plain = Arguments.given("options", options).toOptions().requiresGrad(false);
    weight = elementwiseAffine ? parameter("weight", ones(plain, normalizedShape)) : null;
  }

  /** Returns the weight; null in a layer without. */
  public @Nullable Tensor weight() {
    return weight == null ? null : parametrized(weight);
  }

  @Override
  public Tensor forward(Tensor input) {
    return eps == null
        ? F.rmsNorm(input, normalizedShape, weight())
        : F.rmsNorm(input, normalizedShape, weight(), eps);
  }

  @Override
  protected String describe() {
    return Text.tuple(normalizedShape) + ", eps=" + (eps == null ? "None" : Text.number(eps))
        + ", elementwise_affine=" + Text.of(weight != null);
  }
}
