package io.retrograd.nn;

import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.options;

import io.retrograd.Options;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * a^T W[k] b + bias[k] for each k, over the last dimensions of two inputs; see {@link F#bilinear(Tensor, Tensor,
 * Tensor)}. The parameters start equally likely in ±1/sqrt(in1). Several threads may share it as they may any {@link Module}.
 */
public class Bilinear extends Module {
  private final Tensor weight;
  private final @Nullable Tensor bias;

  /**
   * A layer with bias.
   *
   * @param in1 size of the last dimension of the first input
   * @param in2 size of the last dimension of the second input
   * @param out size of the last dimension of the output
   */
  public Bilinear(long in1, long in2, long out) {
    this(in1, in2, out, true);
  }

  /**
   * A layer.
   *
   * @param in1 size of the last dimension of the first input
   * @param in2 size of the last dimension of the second input
   * @param out size of the last dimension of the output
   * @param bias whether to add a bias
   */
  public Bilinear(long in1, long in2, long out, boolean bias) {
    this(options(), in1, in2, out, bias);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of the parameters
   * @param in1 size of the last dimension of the first input
   * @param in2 size of the last dimension of the second input
   * @param out size of the last dimension of the output
   * @param bias whether to add a bias
   */
  @SuppressWarnings("this-escape")
  public Bilinear(Options options, long in1, long in2, long out, boolean bias) {
    if (in1 < 1 || in2 < 0 || out < 0)
      throw new ShapeException("Bilinear: in1 must be positive and no size negative, got in1 = "
          + in1 + ", in2 = " + in2 + " and out = " + out);
    double bound = 1 / Math.sqrt(in1);
    Options plain = Arguments.given("options", options).toOptions().requiresGrad(false);
    weight = parameter("weight", empty(plain, out, in1, in2).uniform_(-bound, bound));
    this.bias = bias ? parameter("bias", empty(plain, out).uniform_(-bound, bound)) : null;
  }

  /** Returns the weight [out, in1, in2]. */
  public Tensor weight() {
    return parametrized(weight);
  }

  /** Returns the bias [out]; null in a layer without. */
  public @Nullable Tensor bias() {
    return bias == null ? null : parametrized(bias);
  }

  /**
   * Computes the result.
   *
   * @param a [..., in1]
   * @param b [..., in2]
   */
  public Tensor forward(Tensor a, Tensor b) {
    return F.bilinear(a, b, weight(), bias());
  }

  @Override
  protected String describe() {
    return "in1_features=" + weight.size(1) + ", in2_features=" + weight.size(2) + ", out_features="
        + weight.size(0) + ", bias=" + Text.of(bias != null);
  }
}
