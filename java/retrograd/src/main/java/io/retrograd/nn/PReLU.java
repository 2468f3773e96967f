package io.retrograd.nn;

import io.retrograd.Options;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;

/**
 * x where positive, else times a weight that is learned: one, or one for each channel (dimension 1). Several threads may
 * share it as they may any {@link Module}.
 */
public class PReLU extends Module {
  private final Tensor weight;

  /** A layer with one weight, at first 0.25. */
  public PReLU() {
    this(1, 0.25);
  }

  /**
   * A layer.
   *
   * @param numParameters 1, or the number of channels
   * @param init what the weights are at first
   */
  public PReLU(long numParameters, double init) {
    this(Retrograd.options(), numParameters, init);
  }

  /**
   * A layer of another type or on another device.
   *
   * @param options dtype and device of the weights
   * @param numParameters 1, or the number of channels
   * @param init what the weights are at first
   */
  @SuppressWarnings("this-escape")
  public PReLU(Options options, long numParameters, double init) {
    Options plain = Arguments.given("options", options).toOptions().requiresGrad(false);
    weight = parameter("weight", Retrograd.full(plain, new long[] {numParameters}, init));
  }

  /** Returns the weights. */
  public Tensor weight() {
    return parametrized(weight);
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.prelu(x, weight());
  }

  @Override
  protected String describe() {
    return "num_parameters=" + weight.numel();
  }
}
