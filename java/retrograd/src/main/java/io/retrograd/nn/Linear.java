package io.retrograd.nn;

import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.options;

import io.retrograd.Options;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import org.jspecify.annotations.Nullable;

/**
 * x @ weight^T + bias, for x [..., in]. The parameters start equally likely in ±1/sqrt(in). Several threads may share
 * it as they may any {@link Module}.
 */
public class Linear extends Module {
  private final Tensor weight;
  private final @Nullable Tensor bias;

  /**
   * A layer with bias.
   *
   * @param in size of the last dimension of the input
   * @param out size of the last dimension of the output
   */
  public Linear(long in, long out) {
    this(in, out, true);
  }

  /**
   * A layer.
   *
   * @param in size of the last dimension of the input
   * @param out size of the last dimension of the output
   * @param bias whether to add a bias
   */
  public Linear(long in, long out, boolean bias) {
    this(options(), in, out, bias);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of the parameters
   * @param in size of the last dimension of the input
   * @param out size of the last dimension of the output
   * @param bias whether to add a bias
   */
  @SuppressWarnings("this-escape")
  public Linear(Options options, long in, long out, boolean bias) {
    if (in < 0 || out < 0) {
      throw new ShapeException(
          "Linear: sizes may not be negative, got in = " + in + " and out = " + out);
    }
    double bound = in > 0 ? 1 / Math.sqrt(in) : 0;
    Options plain = Arguments.given("options", options).toOptions().requiresGrad(false);
    weight = parameter("weight", empty(plain, out, in).uniform_(-bound, bound));
    this.bias = bias ? parameter("bias", empty(plain, out).uniform_(-bound, bound)) : null;
  }

  /** Returns the weight [out, in]. */
  public Tensor weight() {
    return parametrized(weight);
  }

  /** Returns the bias [out]; null in a layer without. */
  public @Nullable Tensor bias() {
    return bias == null ? null : parametrized(bias);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.linear(x, weight(), bias());
  }

  @Override
  protected String describe() {
    return "in_features=" + weight.size(1) + ", out_features=" + weight.size(0) + ", bias="
        + Text.of(bias != null);
  }
}
