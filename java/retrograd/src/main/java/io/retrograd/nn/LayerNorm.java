package io.retrograd.nn;

import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.zeros;

import io.retrograd.Options;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * Mean 0 and variance 1 over the last dimensions, then times a weight, at first ones, plus a bias, at first zeros.
 * Several threads may share it as they may any {@link Module}.
 */
public class LayerNorm extends Module {
  private final long[] normalizedShape;
  private final double eps;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;

  /**
   * A layer with weight and bias.
   *
   * @param normalizedShape sizes of the last dimensions of the input
   */
  public LayerNorm(long... normalizedShape) {
    this(normalizedShape, 1e-5, true, true);
  }

  /**
   * A layer.
   *
   * @param normalizedShape sizes of the last dimensions of the input
   * @param eps what is added to the variance before its root is taken
   * @param elementwiseAffine whether there are a weight and a bias
   * @param bias whether there is a bias beside the weight
   */
  public LayerNorm(long[] normalizedShape, double eps, boolean elementwiseAffine, boolean bias) {
    this(options(), normalizedShape, eps, elementwiseAffine, bias);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of the parameters
   * @param normalizedShape sizes of the last dimensions of the input
   * @param eps what is added to the variance before its root is taken
   * @param elementwiseAffine whether there are a weight and a bias
   * @param bias whether there is a bias beside the weight
   */
  @SuppressWarnings("this-escape")
  public LayerNorm(
      Options options,
      long[] normalizedShape,
      double eps,
      boolean elementwiseAffine,
      boolean bias) {
    this.normalizedShape = Arguments.given("normalizedShape", normalizedShape).clone();
    this.eps = eps;
    Options plain = Arguments.given("options", options).toOptions().requiresGrad(false);
    weight = elementwiseAffine ? parameter("weight", ones(plain, normalizedShape)) : null;
    this.bias = elementwiseAffine && bias ? parameter("bias", zeros(plain, normalizedShape)) : null;
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
    return F.layerNorm(input, normalizedShape, weight(), bias(), eps);
  }

  @Override
  protected String describe() {
    return Text.tuple(normalizedShape) + ", eps=" + Text.number(eps) + ", elementwise_affine="
        + Text.of(weight != null);
  }
}
