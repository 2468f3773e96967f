package io.retrograd.nn;

import static io.retrograd.internal.Arguments.given;
import static io.retrograd.internal.Bridge.handle;
import static io.retrograd.internal.Bridge.orZero;
import static io.retrograd.internal.Bridge.wrap;

import io.retrograd.Tensor;
import io.retrograd.internal.Ops;
import org.jspecify.annotations.Nullable;

/** The layers and losses without modules: {@code torch.nn.functional}. Thread-safe. */
public final class F {
  /** As in PyTorch. */
  static final long IGNORED = -100;

  private F() {}

  /** {@link #nllLoss(Tensor, Tensor)} with another reduction. */
  public static Tensor nllLoss(Tensor input, Tensor target, Reduction reduction) {
    return nllLoss(input, target, null, IGNORED, reduction);
  }

  /** {@link #crossEntropy(Tensor, Tensor)} with another reduction. */
  public static Tensor crossEntropy(Tensor input, Tensor target, Reduction reduction) {
    return crossEntropy(input, target, null, IGNORED, reduction);
  }

  private static int code(Reduction reduction) {
    return given("reduction", reduction).ordinal();
  }

  // ---- from native/ops, written by scripts/Facade.java ----
  // spotless:off

  // ---- activation: Activations of networks, most of them element by element; integers become float32 where the function is not an integer's. ----

  /** x where positive, else {@code negativeSlope} * x. Here {@code negativeSlope} is 0.01. */
  public static Tensor leakyRelu(Tensor x) {
    return wrap(Ops.leakyRelu(handle("x", x)), x);
  }

  /** x where positive, else {@code negativeSlope} * x. */
  public static Tensor leakyRelu(Tensor x, double negativeSlope) {
    return wrap(Ops.leakyRelu(handle("x", x), negativeSlope), x);
  }

  /** x where positive, else {@code alpha} * (exp(x) - 1). Here {@code alpha} is 1. */
  public static Tensor elu(Tensor x) {
    return wrap(Ops.elu(handle("x", x)), x);
  }

  /** x where positive, else {@code alpha} * (exp(x) - 1). */
  public static Tensor elu(Tensor x, double alpha) {
    return wrap(Ops.elu(handle("x", x), alpha), x);
  }

  /**
   * x where positive, else {@code alpha} * (exp(x / {@code alpha}) - 1). Throws {@link IllegalArgumentException} where
   * alpha is 0. Here {@code alpha} is 1.
   */
  public static Tensor celu(Tensor x) {
    return wrap(Ops.celu(handle("x", x)), x);
  }

  /**
   * x where positive, else {@code alpha} * (exp(x / {@code alpha}) - 1). Throws {@link IllegalArgumentException} where
   * alpha is 0.
   */
  public static Tensor celu(Tensor x, double alpha) {
    return wrap(Ops.celu(handle("x", x), alpha), x);
  }

  /**
   * elu with the alpha of 1.67 and times 1.05, which keep mean 0 and variance 1: Klambauer et al., Self-Normalizing
   * Neural Networks.
   */
  public static Tensor selu(Tensor x) {
    return wrap(Ops.selu(handle("x", x)), x);
  }

  /**
   * x times the normal distribution function of x: by erf, or where {@code approximate} is "tanh" by a hyperbolic
   * tangent. Throws {@link IllegalArgumentException} for other words than "none" and "tanh". Here {@code approximate}
   * is "none".
   */
  public static Tensor gelu(Tensor x) {
    return wrap(Ops.gelu(handle("x", x)), x);
  }

  /**
   * x times the normal distribution function of x: by erf, or where {@code approximate} is "tanh" by a hyperbolic
   * tangent. Throws {@link IllegalArgumentException} for other words than "none" and "tanh".
   */
  public static Tensor gelu(Tensor x, String approximate) {
    return wrap(Ops.gelu(handle("x", x), given("approximate", approximate)), x);
  }

  /** x * sigmoid(x). */
  public static Tensor silu(Tensor x) {
    return wrap(Ops.silu(handle("x", x)), x);
  }

  /**
   * log(1 + exp(beta * x)) / beta, without overflow; x itself where beta * x is above the threshold. Here {@code beta}
   * is 1, {@code threshold} is 20.
   */
  public static Tensor softplus(Tensor x) {
    return wrap(Ops.softplus(handle("x", x)), x);
  }

  /**
   * log(1 + exp(beta * x)) / beta, without overflow; x itself where beta * x is above the threshold. Here {@code
   * threshold} is 20.
   */
  public static Tensor softplus(Tensor x, double beta) {
    return softplus(x, beta, 20);
  }

  /** log(1 + exp(beta * x)) / beta, without overflow; x itself where beta * x is above the threshold. */
  public static Tensor softplus(Tensor x, double beta, double threshold) {
    return wrap(Ops.softplus(handle("x", x), beta, threshold), x);
  }

  /** log(sigmoid(x)), without overflow. */
  public static Tensor logsigmoid(Tensor x) {
    return wrap(Ops.logsigmoid(handle("x", x)), x);
  }

  /** x * tanh(softplus(x)). */
  public static Tensor mish(Tensor x) {
    return wrap(Ops.mish(handle("x", x)), x);
  }

  /**
   * The first half along a dimension times the sigmoid of the second. Floating; {@link io.retrograd.ShapeException}
   * where the size is odd. Here {@code dim} is -1.
   */
  public static Tensor glu(Tensor x) {
    return wrap(Ops.glu(handle("x", x)), x);
  }

  /**
   * The first half along a dimension times the sigmoid of the second. Floating; {@link io.retrograd.ShapeException}
   * where the size is odd.
   */
  public static Tensor glu(Tensor x, long dim) {
    return wrap(Ops.glu(handle("x", x), dim), x);
  }

  /**
   * Limits each element to [{@code min}, {@code max}], with gradient 0 at the bounds, too; NaN stays. Throws {@link
   * IllegalArgumentException} where {@code min} is above {@code max}. Here {@code min} is -1, {@code max} is 1.
   */
  public static Tensor hardtanh(Tensor x) {
    return wrap(Ops.hardtanh(handle("x", x)), x);
  }

  /**
   * Limits each element to [{@code min}, {@code max}], with gradient 0 at the bounds, too; NaN stays. Throws {@link
   * IllegalArgumentException} where {@code min} is above {@code max}. Here {@code max} is 1.
   */
  public static Tensor hardtanh(Tensor x, double min) {
    return hardtanh(x, min, 1);
  }

  /**
   * Limits each element to [{@code min}, {@code max}], with gradient 0 at the bounds, too; NaN stays. Throws {@link
   * IllegalArgumentException} where {@code min} is above {@code max}.
   */
  public static Tensor hardtanh(Tensor x, double min, double max) {
    return wrap(Ops.hardtanh(handle("x", x), min, max), x);
  }

  /** hardtanh from 0 to 6. */
  public static Tensor relu6(Tensor x) {
    return wrap(Ops.relu6(handle("x", x)), x);
  }

  /** x / 6 + 1 / 2, limited to [0, 1]. */
  public static Tensor hardsigmoid(Tensor x) {
    return wrap(Ops.hardsigmoid(handle("x", x)), x);
  }

  /** x * hardsigmoid(x). */
  public static Tensor hardswish(Tensor x) {
    return wrap(Ops.hardswish(handle("x", x)), x);
  }

  /** 0 from -{@code lambda} to {@code lambda}, else x. Here {@code lambda} is 0.5. */
  public static Tensor hardshrink(Tensor x) {
    return wrap(Ops.hardshrink(handle("x", x)), x);
  }

  /** 0 from -{@code lambda} to {@code lambda}, else x. */
  public static Tensor hardshrink(Tensor x, double lambda) {
    return wrap(Ops.hardshrink(handle("x", x), lambda), x);
  }

  /**
   * 0 from -{@code lambda} to {@code lambda}, else x nearer to 0 by that. Throws {@link IllegalArgumentException} where
   * it is negative. Here {@code lambda} is 0.5.
   */
  public static Tensor softshrink(Tensor x) {
    return wrap(Ops.softshrink(handle("x", x)), x);
  }

  /**
   * 0 from -{@code lambda} to {@code lambda}, else x nearer to 0 by that. Throws {@link IllegalArgumentException} where
   * it is negative.
   */
  public static Tensor softshrink(Tensor x, double lambda) {
    return wrap(Ops.softshrink(handle("x", x), lambda), x);
  }

  /** x - tanh(x). */
  public static Tensor tanhshrink(Tensor x) {
    return wrap(Ops.tanhshrink(handle("x", x)), x);
  }

  /** x / (1 + |x|). */
  public static Tensor softsign(Tensor x) {
    return wrap(Ops.softsign(handle("x", x)), x);
  }

  /** softmax of -x. */
  public static Tensor softmin(Tensor x, long dim) {
    return wrap(Ops.softmin(handle("x", x), dim), x);
  }

  /**
   * x where above {@code threshold}, else {@code value}. Throws {@link IllegalArgumentException} where the dtype cannot
   * hold these.
   */
  public static Tensor threshold(Tensor x, double threshold, double value) {
    return wrap(Ops.threshold(handle("x", x), threshold, value), x);
  }

  /**
   * x where positive, else {@code weight} * x. The weight has one element, or one for each channel, a place along
   * dimension 1. Floating, both of one dtype.
   */
  public static Tensor prelu(Tensor x, Tensor weight) {
    return wrap(Ops.prelu(handle("x", x), handle("weight", weight)), x, weight);
  }

  /**
   * x where positive, else x times a random number of [{@code lower}, {@code upper}) for each element, or their mean
   * where not in training. Throws {@link IllegalArgumentException} where {@code lower} is above {@code upper}. Here
   * {@code lower} is 1.0 / 8, {@code upper} is 1.0 / 3, {@code training} is false.
   */
  public static Tensor rrelu(Tensor x) {
    return wrap(Ops.rrelu(handle("x", x)), x);
  }

  /**
   * x where positive, else x times a random number of [{@code lower}, {@code upper}) for each element, or their mean
   * where not in training. Throws {@link IllegalArgumentException} where {@code lower} is above {@code upper}. Here
   * {@code upper} is 1.0 / 3, {@code training} is false.
   */
  public static Tensor rrelu(Tensor x, double lower) {
    return rrelu(x, lower, 1.0 / 3, false);
  }

  /**
   * x where positive, else x times a random number of [{@code lower}, {@code upper}) for each element, or their mean
   * where not in training. Throws {@link IllegalArgumentException} where {@code lower} is above {@code upper}. Here
   * {@code training} is false.
   */
  public static Tensor rrelu(Tensor x, double lower, double upper) {
    return rrelu(x, lower, upper, false);
  }

  /**
   * x where positive, else x times a random number of [{@code lower}, {@code upper}) for each element, or their mean
   * where not in training. Throws {@link IllegalArgumentException} where {@code lower} is above {@code upper}.
   */
  public static Tensor rrelu(Tensor x, double lower, double upper, boolean training) {
    return wrap(Ops.rrelu(handle("x", x), lower, upper, training), x);
  }

  /**
   * softmax of ({@code logits} + noise) / {@code tau}, a sample of the classes along {@code dim}: where {@code hard}
   * one-hot, but with the gradient of the soft sample. Jang et al., Categorical Reparameterization with Gumbel-Softmax.
   * Here {@code tau} is 1, {@code hard} is false, {@code dim} is -1.
   */
  public static Tensor gumbelSoftmax(Tensor logits) {
    return wrap(Ops.gumbelSoftmax(handle("logits", logits)), logits);
  }

  /**
   * softmax of ({@code logits} + noise) / {@code tau}, a sample of the classes along {@code dim}: where {@code hard}
   * one-hot, but with the gradient of the soft sample. Jang et al., Categorical Reparameterization with Gumbel-Softmax.
   * Here {@code hard} is false, {@code dim} is -1.
   */
  public static Tensor gumbelSoftmax(Tensor logits, double tau) {
    return gumbelSoftmax(logits, tau, false, -1);
  }

  /**
   * softmax of ({@code logits} + noise) / {@code tau}, a sample of the classes along {@code dim}: where {@code hard}
   * one-hot, but with the gradient of the soft sample. Jang et al., Categorical Reparameterization with Gumbel-Softmax.
   * Here {@code dim} is -1.
   */
  public static Tensor gumbelSoftmax(Tensor logits, double tau, boolean hard) {
    return gumbelSoftmax(logits, tau, hard, -1);
  }

  /**
   * softmax of ({@code logits} + noise) / {@code tau}, a sample of the classes along {@code dim}: where {@code hard}
   * one-hot, but with the gradient of the soft sample. Jang et al., Categorical Reparameterization with Gumbel-Softmax.
   */
  public static Tensor gumbelSoftmax(Tensor logits, double tau, boolean hard, long dim) {
    return wrap(Ops.gumbelSoftmax(handle("logits", logits), tau, hard, dim), logits);
  }

  // ---- conv: Convolutions of images [batch, channels, ...], or of one [channels, ...], with a weight; floating, all of one dtype. ----

  /**
   * The convolution of [batch, channels, width]. Here {@code bias} is null, {@code stride} is 1, {@code padding} is 0,
   * {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv1d(Tensor input, Tensor weight) {
    return wrap(Ops.conv1d(handle("input", input), handle("weight", weight)), input, weight);
  }

  /**
   * The convolution of [batch, channels, width]. Here {@code stride} is 1, {@code padding} is 0, {@code dilation} is 1,
   * {@code groups} is 1.
   */
  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return conv1d(input, weight, bias, new long[] {1}, new long[] {0}, new long[] {1}, 1);
  }

  /**
   * The convolution of [batch, channels, width]. Here {@code padding} is 0, {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride) {
    return conv1d(input, weight, bias, stride, new long[] {0}, new long[] {1}, 1);
  }

  /** The convolution of [batch, channels, width]. Here {@code dilation} is 1, {@code groups} is 1. */
  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding) {
    return conv1d(input, weight, bias, stride, padding, new long[] {1}, 1);
  }

  /** The convolution of [batch, channels, width]. Here {@code groups} is 1. */
  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] dilation) {
    return conv1d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, width].
   *
   * @param input [batch, channels in, width], or without the batch
   * @param weight [channels out, channels in / groups, kernel's width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one result to the next
   * @param padding zeros before and after the image
   * @param dilation how far the kernel's places lie apart
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   */
  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] dilation, long groups) {
    return wrap(
        Ops.conv1d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("dilation", dilation), groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, width]. Here {@code padding} is 0, {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride) {
    return conv1d(input, weight, bias, stride, 0, 1, 1);
  }

  /** The convolution of [batch, channels, width]. Here {@code dilation} is 1, {@code groups} is 1. */
  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding) {
    return conv1d(input, weight, bias, stride, padding, 1, 1);
  }

  /** The convolution of [batch, channels, width]. Here {@code groups} is 1. */
  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long dilation) {
    return conv1d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, width].
   *
   * @param input [batch, channels in, width], or without the batch
   * @param weight [channels out, channels in / groups, kernel's width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one result to the next
   * @param padding zeros before and after the image
   * @param dilation how far the kernel's places lie apart
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   */
  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long dilation, long groups) {
    return wrap(
        Ops.conv1d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride},
            new long[] {padding}, new long[] {dilation}, groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, width], with padding by name: "valid", none, or "same", as much as gives a
   * result of the image's size for a stride of 1. Here {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding) {
    return wrap(
        Ops.conv1d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding)),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, width], with padding by name: "valid", none, or "same", as much as gives a
   * result of the image's size for a stride of 1. Here {@code groups} is 1.
   */
  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding, long[] dilation) {
    return conv1d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, width], with padding by name: "valid", none, or "same", as much as gives a
   * result of the image's size for a stride of 1.
   */
  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding, long[] dilation, long groups) {
    return wrap(
        Ops.conv1d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("dilation", dilation), groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, width], with padding by name: "valid", none, or "same", as much as gives a
   * result of the image's size for a stride of 1. Here {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding) {
    return wrap(
        Ops.conv1d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride}, given("padding",
            padding)),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, width], with padding by name: "valid", none, or "same", as much as gives a
   * result of the image's size for a stride of 1. Here {@code groups} is 1.
   */
  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding, long dilation) {
    return conv1d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, width], with padding by name: "valid", none, or "same", as much as gives a
   * result of the image's size for a stride of 1.
   */
  public static Tensor conv1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding, long dilation, long groups) {
    return wrap(
        Ops.conv1d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride}, given("padding",
            padding), new long[] {dilation}, groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, height, width]. Here {@code bias} is null, {@code stride} is 1, {@code
   * padding} is 0, {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv2d(Tensor input, Tensor weight) {
    return wrap(Ops.conv2d(handle("input", input), handle("weight", weight)), input, weight);
  }

  /**
   * The convolution of [batch, channels, height, width]. Here {@code stride} is 1, {@code padding} is 0, {@code
   * dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return conv2d(input, weight, bias, new long[] {1}, new long[] {0}, new long[] {1}, 1);
  }

  /**
   * The convolution of [batch, channels, height, width]. Here {@code padding} is 0, {@code dilation} is 1, {@code
   * groups} is 1.
   */
  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride) {
    return conv2d(input, weight, bias, stride, new long[] {0}, new long[] {1}, 1);
  }

  /** The convolution of [batch, channels, height, width]. Here {@code dilation} is 1, {@code groups} is 1. */
  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding) {
    return conv2d(input, weight, bias, stride, padding, new long[] {1}, 1);
  }

  /** The convolution of [batch, channels, height, width]. Here {@code groups} is 1. */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] dilation) {
    return conv2d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, height, width].
   *
   * @param input [batch, channels in, height, width], or without the batch
   * @param weight [channels out, channels in / groups, kernel's height, width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one result to the next
   * @param padding zeros before and after the image
   * @param dilation how far the kernel's places lie apart
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] dilation, long groups) {
    return wrap(
        Ops.conv2d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("dilation", dilation), groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, height, width]. Here {@code padding} is 0, {@code dilation} is 1, {@code
   * groups} is 1.
   */
  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride) {
    return conv2d(input, weight, bias, stride, 0, 1, 1);
  }

  /** The convolution of [batch, channels, height, width]. Here {@code dilation} is 1, {@code groups} is 1. */
  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding) {
    return conv2d(input, weight, bias, stride, padding, 1, 1);
  }

  /** The convolution of [batch, channels, height, width]. Here {@code groups} is 1. */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long dilation) {
    return conv2d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, height, width].
   *
   * @param input [batch, channels in, height, width], or without the batch
   * @param weight [channels out, channels in / groups, kernel's height, width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one result to the next
   * @param padding zeros before and after the image
   * @param dilation how far the kernel's places lie apart
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long dilation, long groups) {
    return wrap(
        Ops.conv2d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride},
            new long[] {padding}, new long[] {dilation}, groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, height, width], with padding by name: "valid", none, or "same", as much as
   * gives a result of the image's size for a stride of 1. Here {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding) {
    return wrap(
        Ops.conv2d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding)),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, height, width], with padding by name: "valid", none, or "same", as much as
   * gives a result of the image's size for a stride of 1. Here {@code groups} is 1.
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding, long[] dilation) {
    return conv2d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, height, width], with padding by name: "valid", none, or "same", as much as
   * gives a result of the image's size for a stride of 1.
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding, long[] dilation, long groups) {
    return wrap(
        Ops.conv2d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("dilation", dilation), groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, height, width], with padding by name: "valid", none, or "same", as much as
   * gives a result of the image's size for a stride of 1. Here {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding) {
    return wrap(
        Ops.conv2d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride}, given("padding",
            padding)),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, height, width], with padding by name: "valid", none, or "same", as much as
   * gives a result of the image's size for a stride of 1. Here {@code groups} is 1.
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding, long dilation) {
    return conv2d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, height, width], with padding by name: "valid", none, or "same", as much as
   * gives a result of the image's size for a stride of 1.
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding, long dilation, long groups) {
    return wrap(
        Ops.conv2d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride}, given("padding",
            padding), new long[] {dilation}, groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, depth, height, width]. Here {@code bias} is null, {@code stride} is 1, {@code
   * padding} is 0, {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv3d(Tensor input, Tensor weight) {
    return wrap(Ops.conv3d(handle("input", input), handle("weight", weight)), input, weight);
  }

  /**
   * The convolution of [batch, channels, depth, height, width]. Here {@code stride} is 1, {@code padding} is 0, {@code
   * dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return conv3d(input, weight, bias, new long[] {1}, new long[] {0}, new long[] {1}, 1);
  }

  /**
   * The convolution of [batch, channels, depth, height, width]. Here {@code padding} is 0, {@code dilation} is 1,
   * {@code groups} is 1.
   */
  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride) {
    return conv3d(input, weight, bias, stride, new long[] {0}, new long[] {1}, 1);
  }

  /** The convolution of [batch, channels, depth, height, width]. Here {@code dilation} is 1, {@code groups} is 1. */
  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding) {
    return conv3d(input, weight, bias, stride, padding, new long[] {1}, 1);
  }

  /** The convolution of [batch, channels, depth, height, width]. Here {@code groups} is 1. */
  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] dilation) {
    return conv3d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, depth, height, width].
   *
   * @param input [batch, channels in, depth, height, width], or without the batch
   * @param weight [channels out, channels in / groups, kernel's depth, height, width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one result to the next
   * @param padding zeros before and after the image
   * @param dilation how far the kernel's places lie apart
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   */
  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] dilation, long groups) {
    return wrap(
        Ops.conv3d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("dilation", dilation), groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, depth, height, width]. Here {@code padding} is 0, {@code dilation} is 1,
   * {@code groups} is 1.
   */
  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride) {
    return conv3d(input, weight, bias, stride, 0, 1, 1);
  }

  /** The convolution of [batch, channels, depth, height, width]. Here {@code dilation} is 1, {@code groups} is 1. */
  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding) {
    return conv3d(input, weight, bias, stride, padding, 1, 1);
  }

  /** The convolution of [batch, channels, depth, height, width]. Here {@code groups} is 1. */
  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long dilation) {
    return conv3d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, depth, height, width].
   *
   * @param input [batch, channels in, depth, height, width], or without the batch
   * @param weight [channels out, channels in / groups, kernel's depth, height, width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one result to the next
   * @param padding zeros before and after the image
   * @param dilation how far the kernel's places lie apart
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   */
  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long dilation, long groups) {
    return wrap(
        Ops.conv3d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride},
            new long[] {padding}, new long[] {dilation}, groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, depth, height, width], with padding by name: "valid", none, or "same", as much
   * as gives a result of the image's size for a stride of 1. Here {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding) {
    return wrap(
        Ops.conv3d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding)),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, depth, height, width], with padding by name: "valid", none, or "same", as much
   * as gives a result of the image's size for a stride of 1. Here {@code groups} is 1.
   */
  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding, long[] dilation) {
    return conv3d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, depth, height, width], with padding by name: "valid", none, or "same", as much
   * as gives a result of the image's size for a stride of 1.
   */
  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding, long[] dilation, long groups) {
    return wrap(
        Ops.conv3d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("dilation", dilation), groups),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, depth, height, width], with padding by name: "valid", none, or "same", as much
   * as gives a result of the image's size for a stride of 1. Here {@code dilation} is 1, {@code groups} is 1.
   */
  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding) {
    return wrap(
        Ops.conv3d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride}, given("padding",
            padding)),
        input, weight, bias);
  }

  /**
   * The convolution of [batch, channels, depth, height, width], with padding by name: "valid", none, or "same", as much
   * as gives a result of the image's size for a stride of 1. Here {@code groups} is 1.
   */
  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding, long dilation) {
    return conv3d(input, weight, bias, stride, padding, dilation, 1);
  }

  /**
   * The convolution of [batch, channels, depth, height, width], with padding by name: "valid", none, or "same", as much
   * as gives a result of the image's size for a stride of 1.
   */
  public static Tensor conv3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, String padding, long dilation, long groups) {
    return wrap(
        Ops.conv3d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride}, given("padding",
            padding), new long[] {dilation}, groups),
        input, weight, bias);
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code bias} is
   * null, {@code stride} is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation}
   * is 1.
   */
  public static Tensor convTranspose1d(Tensor input, Tensor weight) {
    return wrap(Ops.convTranspose1d(handle("input", input), handle("weight", weight)), input, weight);
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code stride}
   * is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose1d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return convTranspose1d(input, weight, bias, new long[] {1}, new long[] {0}, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code padding}
   * is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose1d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride) {
    return convTranspose1d(input, weight, bias, stride, new long[] {0}, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code
   * outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding) {
    return convTranspose1d(input, weight, bias, stride, padding, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code groups}
   * is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding) {
    return convTranspose1d(input, weight, bias, stride, padding, outputPadding, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code
   * dilation} is 1.
   */
  public static Tensor convTranspose1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding, long groups) {
    return convTranspose1d(input, weight, bias, stride, padding, outputPadding, groups, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image.
   *
   * @param input [batch, channels in, width], or without the batch
   * @param weight [channels in, channels out / groups, kernel's width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one element of the input to the next
   * @param padding what the result is cut by at both ends
   * @param outputPadding by how much the result is longer at its end; below the stride or the dilation
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   * @param dilation how far the kernel's places lie apart
   */
  public static Tensor convTranspose1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding, long groups, long[] dilation) {
    return wrap(
        Ops.convTranspose1d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("outputPadding", outputPadding), groups, given("dilation", dilation)),
        input, weight, bias);
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code padding}
   * is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose1d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride) {
    return convTranspose1d(input, weight, bias, stride, 0, 0, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code
   * outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose1d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding) {
    return convTranspose1d(input, weight, bias, stride, padding, 0, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code groups}
   * is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding) {
    return convTranspose1d(input, weight, bias, stride, padding, outputPadding, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code
   * dilation} is 1.
   */
  public static Tensor convTranspose1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding, long groups) {
    return convTranspose1d(input, weight, bias, stride, padding, outputPadding, groups, 1);
  }

  /**
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image.
   *
   * @param input [batch, channels in, width], or without the batch
   * @param weight [channels in, channels out / groups, kernel's width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one element of the input to the next
   * @param padding what the result is cut by at both ends
   * @param outputPadding by how much the result is longer at its end; below the stride or the dilation
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   * @param dilation how far the kernel's places lie apart
   */
  public static Tensor convTranspose1d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding, long groups, long dilation) {
    return wrap(
        Ops.convTranspose1d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride},
            new long[] {padding}, new long[] {outputPadding}, groups, new long[] {dilation}),
        input, weight, bias);
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * bias} is null, {@code stride} is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code
   * dilation} is 1.
   */
  public static Tensor convTranspose2d(Tensor input, Tensor weight) {
    return wrap(Ops.convTranspose2d(handle("input", input), handle("weight", weight)), input, weight);
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * stride} is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose2d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return convTranspose2d(input, weight, bias, new long[] {1}, new long[] {0}, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose2d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride) {
    return convTranspose2d(input, weight, bias, stride, new long[] {0}, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding) {
    return convTranspose2d(input, weight, bias, stride, padding, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding) {
    return convTranspose2d(input, weight, bias, stride, padding, outputPadding, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * dilation} is 1.
   */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding, long groups) {
    return convTranspose2d(input, weight, bias, stride, padding, outputPadding, groups, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image.
   *
   * @param input [batch, channels in, height, width], or without the batch
   * @param weight [channels in, channels out / groups, kernel's height, width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one element of the input to the next
   * @param padding what the result is cut by at both ends
   * @param outputPadding by how much the result is longer at its end; below the stride or the dilation
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   * @param dilation how far the kernel's places lie apart
   */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding, long groups, long[] dilation) {
    return wrap(
        Ops.convTranspose2d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("outputPadding", outputPadding), groups, given("dilation", dilation)),
        input, weight, bias);
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose2d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride) {
    return convTranspose2d(input, weight, bias, stride, 0, 0, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose2d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding) {
    return convTranspose2d(input, weight, bias, stride, padding, 0, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding) {
    return convTranspose2d(input, weight, bias, stride, padding, outputPadding, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image. Here {@code
   * dilation} is 1.
   */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding, long groups) {
    return convTranspose2d(input, weight, bias, stride, padding, outputPadding, groups, 1);
  }

  /**
   * The transposed convolution of [batch, channels, height, width]: the gradient of a convolution's image.
   *
   * @param input [batch, channels in, height, width], or without the batch
   * @param weight [channels in, channels out / groups, kernel's height, width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one element of the input to the next
   * @param padding what the result is cut by at both ends
   * @param outputPadding by how much the result is longer at its end; below the stride or the dilation
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   * @param dilation how far the kernel's places lie apart
   */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding, long groups, long dilation) {
    return wrap(
        Ops.convTranspose2d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride},
            new long[] {padding}, new long[] {outputPadding}, groups, new long[] {dilation}),
        input, weight, bias);
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code bias} is null, {@code stride} is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1,
   * {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(Tensor input, Tensor weight) {
    return wrap(Ops.convTranspose3d(handle("input", input), handle("weight", weight)), input, weight);
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code stride} is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return convTranspose3d(input, weight, bias, new long[] {1}, new long[] {0}, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride) {
    return convTranspose3d(input, weight, bias, stride, new long[] {0}, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding) {
    return convTranspose3d(input, weight, bias, stride, padding, new long[] {0}, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding) {
    return convTranspose3d(input, weight, bias, stride, padding, outputPadding, 1, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding, long groups) {
    return convTranspose3d(input, weight, bias, stride, padding, outputPadding, groups, new long[] {1});
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image.
   *
   * @param input [batch, channels in, depth, height, width], or without the batch
   * @param weight [channels in, channels out / groups, kernel's depth, height, width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one element of the input to the next
   * @param padding what the result is cut by at both ends
   * @param outputPadding by how much the result is longer at its end; below the stride or the dilation
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   * @param dilation how far the kernel's places lie apart
   */
  public static Tensor convTranspose3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding, long[] outputPadding, long groups, long[] dilation) {
    return wrap(
        Ops.convTranspose3d(handle("input", input), handle("weight", weight), orZero(bias), given("stride", stride),
            given("padding", padding), given("outputPadding", outputPadding), groups, given("dilation", dilation)),
        input, weight, bias);
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride) {
    return convTranspose3d(input, weight, bias, stride, 0, 0, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding) {
    return convTranspose3d(input, weight, bias, stride, padding, 0, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code groups} is 1, {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding) {
    return convTranspose3d(input, weight, bias, stride, padding, outputPadding, 1, 1);
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image. Here
   * {@code dilation} is 1.
   */
  public static Tensor convTranspose3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding, long groups) {
    return convTranspose3d(input, weight, bias, stride, padding, outputPadding, groups, 1);
  }

  /**
   * The transposed convolution of [batch, channels, depth, height, width]: the gradient of a convolution's image.
   *
   * @param input [batch, channels in, depth, height, width], or without the batch
   * @param weight [channels in, channels out / groups, kernel's depth, height, width]
   * @param bias [channels out]; null for none
   * @param stride how far the kernel moves from one element of the input to the next
   * @param padding what the result is cut by at both ends
   * @param outputPadding by how much the result is longer at its end; below the stride or the dilation
   * @param groups into how many groups the channels are divided, each of which sees its own channels only
   * @param dilation how far the kernel's places lie apart
   */
  public static Tensor convTranspose3d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long outputPadding, long groups, long dilation) {
    return wrap(
        Ops.convTranspose3d(handle("input", input), handle("weight", weight), orZero(bias), new long[] {stride},
            new long[] {padding}, new long[] {outputPadding}, groups, new long[] {dilation}),
        input, weight, bias);
  }

  // ---- index: Elements by their places. ----

  /**
   * Classes [...] of integers as vectors [..., classes] of 0 and one 1, int64; {@code classes} = -1: as many as the
   * largest one needs. Here {@code classes} is -1.
   */
  public static Tensor oneHot(Tensor x) {
    return wrap(Ops.oneHot(handle("x", x)), x);
  }

  /**
   * Classes [...] of integers as vectors [..., classes] of 0 and one 1, int64; {@code classes} = -1: as many as the
   * largest one needs.
   */
  public static Tensor oneHot(Tensor x, long classes) {
    return wrap(Ops.oneHot(handle("x", x), classes), x);
  }

  // ---- loss: Losses of a floating input and a target of its shape, unless said otherwise. ----

  /** (input - target)^2. Here {@code reduction} is MEAN. */
  public static Tensor mseLoss(Tensor input, Tensor target) {
    return wrap(Ops.mseLoss(handle("input", input), handle("target", target)), input, target);
  }

  /** (input - target)^2. */
  public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction) {
    return wrap(Ops.mseLoss(handle("input", input), handle("target", target), code(reduction)), input, target);
  }

  /** |input - target|. Here {@code reduction} is MEAN. */
  public static Tensor l1Loss(Tensor input, Tensor target) {
    return wrap(Ops.l1Loss(handle("input", input), handle("target", target)), input, target);
  }

  /** |input - target|. */
  public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction) {
    return wrap(Ops.l1Loss(handle("input", input), handle("target", target), code(reduction)), input, target);
  }

  /**
   * A parabola for differences below {@code beta}, else |input - target| - beta / 2. Here {@code reduction} is MEAN,
   * {@code beta} is 1.
   */
  public static Tensor smoothL1Loss(Tensor input, Tensor target) {
    return wrap(Ops.smoothL1Loss(handle("input", input), handle("target", target)), input, target);
  }

  /** A parabola for differences below {@code beta}, else |input - target| - beta / 2. Here {@code beta} is 1. */
  public static Tensor smoothL1Loss(Tensor input, Tensor target, Reduction reduction) {
    return smoothL1Loss(input, target, reduction, 1);
  }

  /** A parabola for differences below {@code beta}, else |input - target| - beta / 2. */
  public static Tensor smoothL1Loss(Tensor input, Tensor target, Reduction reduction, double beta) {
    return wrap(
        Ops.smoothL1Loss(handle("input", input), handle("target", target), code(reduction), beta), input, target);
  }

  /**
   * -(t log p + (1 - t) log(1 - p)) for probabilities; logarithms are at least -100. Inputs and targets outside [0, 1]
   * raise on the CPU, {@link IllegalArgumentException}; a GPU, which would have to be waited for, gives NaN for them.
   * Here {@code reduction} is MEAN.
   */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target) {
    return wrap(Ops.binaryCrossEntropy(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * -(t log p + (1 - t) log(1 - p)) for probabilities; logarithms are at least -100. Inputs and targets outside [0, 1]
   * raise on the CPU, {@link IllegalArgumentException}; a GPU, which would have to be waited for, gives NaN for them.
   */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target, Reduction reduction) {
    return wrap(
        Ops.binaryCrossEntropy(handle("input", input), handle("target", target), code(reduction)), input, target);
  }

  /** binaryCrossEntropy of sigmoid(input), without overflow. Here {@code reduction} is MEAN. */
  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target) {
    return wrap(Ops.binaryCrossEntropyWithLogits(handle("input", input), handle("target", target)), input, target);
  }

  /** binaryCrossEntropy of sigmoid(input), without overflow. */
  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, Reduction reduction) {
    return wrap(
        Ops.binaryCrossEntropyWithLogits(handle("input", input), handle("target", target), code(reduction)),
        input, target);
  }

  /**
   * Minus the log-probability of class numbers. The mean is over what the targets count: their classes' weights, and
   * nothing for those ignored; it is NaN where all are. Here {@code weight} is null, {@code ignoreIndex} is -100,
   * {@code reduction} is MEAN.
   */
  public static Tensor nllLoss(Tensor input, Tensor target) {
    return wrap(Ops.nllLoss(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * Minus the log-probability of class numbers. The mean is over what the targets count: their classes' weights, and
   * nothing for those ignored; it is NaN where all are. Here {@code ignoreIndex} is -100, {@code reduction} is MEAN.
   */
  public static Tensor nllLoss(Tensor input, Tensor target, @Nullable Tensor weight) {
    return nllLoss(input, target, weight, -100, Reduction.MEAN);
  }

  /**
   * Minus the log-probability of class numbers. The mean is over what the targets count: their classes' weights, and
   * nothing for those ignored; it is NaN where all are. Here {@code reduction} is MEAN.
   */
  public static Tensor nllLoss(Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex) {
    return nllLoss(input, target, weight, ignoreIndex, Reduction.MEAN);
  }

  /**
   * Minus the log-probability of class numbers. The mean is over what the targets count: their classes' weights, and
   * nothing for those ignored; it is NaN where all are.
   *
   * @param input log-probabilities [n, classes, ...] or [classes], floating
   * @param target class numbers [n, ...] or [], int64
   * @param weight what each class counts, [classes] of the input's dtype, without a gradient; null for 1 each
   * @param ignoreIndex a target that counts nothing, whether or not it is a class
   * @param reduction what to make of the targets' losses
   * @throws io.retrograd.IndexException for a target that is no class; on a GPU from the next call that waits for it
   */
  public static Tensor nllLoss(
      Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    return wrap(
        Ops.nllLoss(handle("input", input), handle("target", target), orZero(weight), ignoreIndex, code(reduction)),
        input, target, weight);
  }

  /**
   * nllLoss of logSoftmax(input, 1), that is, of logits. Here {@code weight} is null, {@code ignoreIndex} is -100,
   * {@code reduction} is MEAN.
   */
  public static Tensor crossEntropy(Tensor input, Tensor target) {
    return wrap(Ops.crossEntropy(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * nllLoss of logSoftmax(input, 1), that is, of logits. Here {@code ignoreIndex} is -100, {@code reduction} is MEAN.
   */
  public static Tensor crossEntropy(Tensor input, Tensor target, @Nullable Tensor weight) {
    return crossEntropy(input, target, weight, -100, Reduction.MEAN);
  }

  /** nllLoss of logSoftmax(input, 1), that is, of logits. Here {@code reduction} is MEAN. */
  public static Tensor crossEntropy(Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex) {
    return crossEntropy(input, target, weight, ignoreIndex, Reduction.MEAN);
  }

  /** nllLoss of logSoftmax(input, 1), that is, of logits. */
  public static Tensor crossEntropy(
      Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    return wrap(
        Ops.crossEntropy(handle("input", input), handle("target", target), orZero(weight), ignoreIndex,
            code(reduction)),
        input, target, weight);
  }

  // ---- matmul: Products; shapes in brackets. ----

  /**
   * x @ weight^T + bias for {@code x} [..., in], {@code weight} [out, in], or [in] for one output without a dimension,
   * and {@code bias} [out]. Here {@code bias} is null.
   */
  public static Tensor linear(Tensor x, Tensor weight) {
    return wrap(Ops.linear(handle("x", x), handle("weight", weight)), x, weight);
  }

  /**
   * x @ weight^T + bias for {@code x} [..., in], {@code weight} [out, in], or [in] for one output without a dimension,
   * and {@code bias} [out].
   */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return wrap(Ops.linear(handle("x", x), handle("weight", weight), orZero(bias)), x, weight, bias);
  }

  // ---- norm: Normalization by mean and variance, or by another norm. ----

  /**
   * The input with mean 0 and variance 1 over its last dimensions, then times {@code weight} plus {@code bias}. Here
   * {@code weight} is null, {@code bias} is null, {@code eps} is 1e-5.
   */
  public static Tensor layerNorm(Tensor input, long... normalizedShape) {
    return wrap(Ops.layerNorm(handle("input", input), given("normalizedShape", normalizedShape)), input);
  }

  /**
   * The input with mean 0 and variance 1 over its last dimensions, then times {@code weight} plus {@code bias}. Here
   * {@code bias} is null, {@code eps} is 1e-5.
   */
  public static Tensor layerNorm(Tensor input, long[] normalizedShape, @Nullable Tensor weight) {
    return layerNorm(input, normalizedShape, weight, null, 1e-5);
  }

  /**
   * The input with mean 0 and variance 1 over its last dimensions, then times {@code weight} plus {@code bias}. Here
   * {@code eps} is 1e-5.
   */
  public static Tensor layerNorm(Tensor input, long[] normalizedShape, @Nullable Tensor weight, @Nullable Tensor bias) {
    return layerNorm(input, normalizedShape, weight, bias, 1e-5);
  }

  /**
   * The input with mean 0 and variance 1 over its last dimensions, then times {@code weight} plus {@code bias}.
   *
   * @param input floating, at least as many dimensions as are normalized
   * @param normalizedShape sizes of the last dimensions, over which mean and variance are taken
   * @param weight of these sizes and the input's dtype; null for ones
   * @param bias likewise; null for zeros
   * @param eps what is added to the variance before its root is taken
   */
  public static Tensor layerNorm(
      Tensor input, long[] normalizedShape, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    return wrap(
        Ops.layerNorm(handle("input", input), given("normalizedShape", normalizedShape), orZero(weight), orZero(bias),
            eps),
        input, weight, bias);
  }

  /**
   * Each channel with mean 0 and variance 1 over the batch and all places of it, then times {@code weight} plus {@code
   * bias}. While training the batch gives mean and variance, and the running ones go towards these, in place; else the
   * running ones are taken. The variance divides by the number of elements, the running one by one less. As in PyTorch,
   * a batch without elements leaves the running ones as they are. Here {@code weight} is null, {@code bias} is null,
   * {@code training} is false, {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor batchNorm(Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar) {
    return wrap(
        Ops.batchNorm(handle("input", input), orZero(runningMean), orZero(runningVar)), input, runningMean, runningVar);
  }

  /**
   * Each channel with mean 0 and variance 1 over the batch and all places of it, then times {@code weight} plus {@code
   * bias}. While training the batch gives mean and variance, and the running ones go towards these, in place; else the
   * running ones are taken. The variance divides by the number of elements, the running one by one less. As in PyTorch,
   * a batch without elements leaves the running ones as they are. Here {@code bias} is null, {@code training} is false,
   * {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor batchNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight) {
    return batchNorm(input, runningMean, runningVar, weight, null, false, 0.1, 1e-5);
  }

  /**
   * Each channel with mean 0 and variance 1 over the batch and all places of it, then times {@code weight} plus {@code
   * bias}. While training the batch gives mean and variance, and the running ones go towards these, in place; else the
   * running ones are taken. The variance divides by the number of elements, the running one by one less. As in PyTorch,
   * a batch without elements leaves the running ones as they are. Here {@code training} is false, {@code momentum} is
   * 0.1, {@code eps} is 1e-5.
   */
  public static Tensor batchNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight, @Nullable Tensor bias) {
    return batchNorm(input, runningMean, runningVar, weight, bias, false, 0.1, 1e-5);
  }

  /**
   * Each channel with mean 0 and variance 1 over the batch and all places of it, then times {@code weight} plus {@code
   * bias}. While training the batch gives mean and variance, and the running ones go towards these, in place; else the
   * running ones are taken. The variance divides by the number of elements, the running one by one less. As in PyTorch,
   * a batch without elements leaves the running ones as they are. Here {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor batchNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight, @Nullable Tensor bias, boolean training) {
    return batchNorm(input, runningMean, runningVar, weight, bias, training, 0.1, 1e-5);
  }

  /**
   * Each channel with mean 0 and variance 1 over the batch and all places of it, then times {@code weight} plus {@code
   * bias}. While training the batch gives mean and variance, and the running ones go towards these, in place; else the
   * running ones are taken. The variance divides by the number of elements, the running one by one less. As in PyTorch,
   * a batch without elements leaves the running ones as they are. Here {@code eps} is 1e-5.
   */
  public static Tensor batchNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight, @Nullable Tensor bias, boolean training, double momentum) {
    return batchNorm(input, runningMean, runningVar, weight, bias, training, momentum, 1e-5);
  }

  /**
   * Each channel with mean 0 and variance 1 over the batch and all places of it, then times {@code weight} plus {@code
   * bias}. While training the batch gives mean and variance, and the running ones go towards these, in place; else the
   * running ones are taken. The variance divides by the number of elements, the running one by one less. As in PyTorch,
   * a batch without elements leaves the running ones as they are.
   *
   * @param input floating, [batch, channels, ...]; while training more than one element for each channel
   * @param runningMean [channels], of the input's dtype; null, while training, where none is kept
   * @param runningVar likewise
   * @param weight likewise; null for ones
   * @param bias likewise; null for zeros
   * @param training whether the batch gives mean and variance
   * @param momentum how far the running mean and variance go towards the batch's: 1 for all the way
   * @param eps what is added to the variance before its root is taken
   */
  public static Tensor batchNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight, @Nullable Tensor bias, boolean training, double momentum, double eps) {
    return wrap(
        Ops.batchNorm(handle("input", input), orZero(runningMean), orZero(runningVar), orZero(weight), orZero(bias),
            training, momentum, eps),
        input, runningMean, runningVar, weight, bias);
  }

  /**
   * Each group of neighbouring channels of each image with mean 0 and variance 1, then each channel times its {@code
   * weight} plus its {@code bias}. Here {@code weight} is null, {@code bias} is null, {@code eps} is 1e-5.
   */
  public static Tensor groupNorm(Tensor input, long numGroups) {
    return wrap(Ops.groupNorm(handle("input", input), numGroups), input);
  }

  /**
   * Each group of neighbouring channels of each image with mean 0 and variance 1, then each channel times its {@code
   * weight} plus its {@code bias}. Here {@code bias} is null, {@code eps} is 1e-5.
   */
  public static Tensor groupNorm(Tensor input, long numGroups, @Nullable Tensor weight) {
    return groupNorm(input, numGroups, weight, null, 1e-5);
  }

  /**
   * Each group of neighbouring channels of each image with mean 0 and variance 1, then each channel times its {@code
   * weight} plus its {@code bias}. Here {@code eps} is 1e-5.
   */
  public static Tensor groupNorm(Tensor input, long numGroups, @Nullable Tensor weight, @Nullable Tensor bias) {
    return groupNorm(input, numGroups, weight, bias, 1e-5);
  }

  /**
   * Each group of neighbouring channels of each image with mean 0 and variance 1, then each channel times its {@code
   * weight} plus its {@code bias}.
   *
   * @param input floating, [batch, channels, ...], with more than one element for each group
   * @param numGroups into how many groups the channels are divided
   * @param weight [channels], of the input's dtype; null for ones
   * @param bias likewise; null for zeros
   * @param eps what is added to the variance before its root is taken
   */
  public static Tensor groupNorm(
      Tensor input, long numGroups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    return wrap(
        Ops.groupNorm(handle("input", input), numGroups, orZero(weight), orZero(bias), eps), input, weight, bias);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code runningMean} is null,
   * {@code runningVar} is null, {@code weight} is null, {@code bias} is null, {@code useInputStats} is true, {@code
   * momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(Tensor input) {
    return wrap(Ops.instanceNorm(handle("input", input)), input);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code runningVar} is null, {@code
   * weight} is null, {@code bias} is null, {@code useInputStats} is true, {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(Tensor input, @Nullable Tensor runningMean) {
    return instanceNorm(input, runningMean, null, null, null, true, 0.1, 1e-5);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code weight} is null, {@code
   * bias} is null, {@code useInputStats} is true, {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar) {
    return instanceNorm(input, runningMean, runningVar, null, null, true, 0.1, 1e-5);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code bias} is null, {@code
   * useInputStats} is true, {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight) {
    return instanceNorm(input, runningMean, runningVar, weight, null, true, 0.1, 1e-5);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code useInputStats} is true,
   * {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight, @Nullable Tensor bias) {
    return instanceNorm(input, runningMean, runningVar, weight, bias, true, 0.1, 1e-5);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code momentum} is 0.1, {@code
   * eps} is 1e-5.
   */
  public static Tensor instanceNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight, @Nullable Tensor bias, boolean useInputStats) {
    return instanceNorm(input, runningMean, runningVar, weight, bias, useInputStats, 0.1, 1e-5);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight, @Nullable Tensor bias, boolean useInputStats, double momentum) {
    return instanceNorm(input, runningMean, runningVar, weight, bias, useInputStats, momentum, 1e-5);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place.
   *
   * @param input floating, [batch, channels, ...], with more than one element for each channel
   * @param runningMean [channels], of the input's dtype; null where none is kept
   * @param runningVar likewise
   * @param weight likewise; null for ones
   * @param bias likewise; null for zeros
   * @param useInputStats whether the input gives mean and variance, else the running ones do
   * @param momentum how far the running mean and variance go towards the input's: 1 for all the way
   * @param eps what is added to the variance before its root is taken
   */
  public static Tensor instanceNorm(
      Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar, @Nullable Tensor weight, @Nullable Tensor bias, boolean useInputStats, double momentum, double eps) {
    return wrap(
        Ops.instanceNorm(handle("input", input), orZero(runningMean), orZero(runningVar), orZero(weight), orZero(bias),
            useInputStats, momentum, eps),
        input, runningMean, runningVar, weight, bias);
  }

  /**
   * The input divided by the root of the mean square of its last dimensions, then times {@code weight}. Here {@code
   * weight} is null, {@code eps} is -1.
   */
  public static Tensor rmsNorm(Tensor input, long... normalizedShape) {
    return wrap(Ops.rmsNorm(handle("input", input), given("normalizedShape", normalizedShape)), input);
  }

  /**
   * The input divided by the root of the mean square of its last dimensions, then times {@code weight}. Here {@code
   * eps} is -1.
   */
  public static Tensor rmsNorm(Tensor input, long[] normalizedShape, @Nullable Tensor weight) {
    return rmsNorm(input, normalizedShape, weight, -1);
  }

  /**
   * The input divided by the root of the mean square of its last dimensions, then times {@code weight}.
   *
   * @param input floating, at least as many dimensions as are normalized
   * @param normalizedShape sizes of the last dimensions, over which the mean is taken
   * @param weight of these sizes and the input's dtype; null for ones
   * @param eps what is added to the mean square before its root is taken; below 0, the distance from 1 to the next
   *     number of the input's dtype
   */
  public static Tensor rmsNorm(Tensor input, long[] normalizedShape, @Nullable Tensor weight, double eps) {
    return wrap(
        Ops.rmsNorm(handle("input", input), given("normalizedShape", normalizedShape), orZero(weight), eps),
        input, weight);
  }

  /**
   * Each element divided by (k + alpha * the mean square of {@code size} neighbouring channels)^beta, zeros before the
   * first channel and after the last included. Here {@code alpha} is 1e-4, {@code beta} is 0.75, {@code k} is 1.
   */
  public static Tensor localResponseNorm(Tensor input, long size) {
    return wrap(Ops.localResponseNorm(handle("input", input), size), input);
  }

  /**
   * Each element divided by (k + alpha * the mean square of {@code size} neighbouring channels)^beta, zeros before the
   * first channel and after the last included. Here {@code beta} is 0.75, {@code k} is 1.
   */
  public static Tensor localResponseNorm(Tensor input, long size, double alpha) {
    return localResponseNorm(input, size, alpha, 0.75, 1);
  }

  /**
   * Each element divided by (k + alpha * the mean square of {@code size} neighbouring channels)^beta, zeros before the
   * first channel and after the last included. Here {@code k} is 1.
   */
  public static Tensor localResponseNorm(Tensor input, long size, double alpha, double beta) {
    return localResponseNorm(input, size, alpha, beta, 1);
  }

  /**
   * Each element divided by (k + alpha * the mean square of {@code size} neighbouring channels)^beta, zeros before the
   * first channel and after the last included.
   *
   * @param input floating, [batch, channels, ...], at least three dimensions
   * @param size how many channels: half of them before, and the others from the element's own on
   * @param alpha factor of the mean square
   * @param beta exponent
   * @param k what is added
   */
  public static Tensor localResponseNorm(Tensor input, long size, double alpha, double beta, double k) {
    return wrap(Ops.localResponseNorm(handle("input", input), size, alpha, beta, k), input);
  }

  /** The input divided by its norms along a dimension. Here {@code p} is 2, {@code dim} is 1, {@code eps} is 1e-12. */
  public static Tensor normalize(Tensor input) {
    return wrap(Ops.normalize(handle("input", input)), input);
  }

  /** The input divided by its norms along a dimension. Here {@code dim} is 1, {@code eps} is 1e-12. */
  public static Tensor normalize(Tensor input, double p) {
    return normalize(input, p, 1, 1e-12);
  }

  /** The input divided by its norms along a dimension. Here {@code eps} is 1e-12. */
  public static Tensor normalize(Tensor input, double p, long dim) {
    return normalize(input, p, dim, 1e-12);
  }

  /**
   * The input divided by its norms along a dimension.
   *
   * @param input any number of dimensions from 1 on
   * @param p which norm, see {@code norm}
   * @param dim the dimension
   * @param eps the least that is divided by
   */
  public static Tensor normalize(Tensor input, double p, long dim, double eps) {
    return wrap(Ops.normalize(handle("input", input), p, dim, eps), input);
  }

  // ---- random: Random numbers: Philox, equal on every device; see manualSeed. ----

  /**
   * In training, each element 0 with probability {@code p}, else divided by 1 - p; otherwise {@code x}. Here {@code p}
   * is 0.5, {@code training} is true.
   */
  public static Tensor dropout(Tensor x) {
    return wrap(Ops.dropout(handle("x", x)), x);
  }

  /**
   * In training, each element 0 with probability {@code p}, else divided by 1 - p; otherwise {@code x}. Here {@code
   * training} is true.
   */
  public static Tensor dropout(Tensor x, double p) {
    return dropout(x, p, true);
  }

  /** In training, each element 0 with probability {@code p}, else divided by 1 - p; otherwise {@code x}. */
  public static Tensor dropout(Tensor x, double p, boolean training) {
    return wrap(Ops.dropout(handle("x", x), p, training), x);
  }

  /**
   * dropout of whole channels of {@code x} [n, channels, length] or [channels, length]. Here {@code p} is 0.5, {@code
   * training} is true.
   */
  public static Tensor dropout1d(Tensor x) {
    return wrap(Ops.dropout1d(handle("x", x)), x);
  }

  /**
   * dropout of whole channels of {@code x} [n, channels, length] or [channels, length]. Here {@code training} is true.
   */
  public static Tensor dropout1d(Tensor x, double p) {
    return dropout1d(x, p, true);
  }

  /** dropout of whole channels of {@code x} [n, channels, length] or [channels, length]. */
  public static Tensor dropout1d(Tensor x, double p, boolean training) {
    return wrap(Ops.dropout1d(handle("x", x), p, training), x);
  }

  /** dropout of whole channels of {@code x} [n, channels, ...]. Here {@code p} is 0.5, {@code training} is true. */
  public static Tensor dropout2d(Tensor x) {
    return wrap(Ops.dropout2d(handle("x", x)), x);
  }

  /** dropout of whole channels of {@code x} [n, channels, ...]. Here {@code training} is true. */
  public static Tensor dropout2d(Tensor x, double p) {
    return dropout2d(x, p, true);
  }

  /** dropout of whole channels of {@code x} [n, channels, ...]. */
  public static Tensor dropout2d(Tensor x, double p, boolean training) {
    return wrap(Ops.dropout2d(handle("x", x), p, training), x);
  }

  /**
   * dropout of whole channels of {@code x} [n, channels, depth, height, width] or without the first. Here {@code p} is
   * 0.5, {@code training} is true.
   */
  public static Tensor dropout3d(Tensor x) {
    return wrap(Ops.dropout3d(handle("x", x)), x);
  }

  /**
   * dropout of whole channels of {@code x} [n, channels, depth, height, width] or without the first. Here {@code
   * training} is true.
   */
  public static Tensor dropout3d(Tensor x, double p) {
    return dropout3d(x, p, true);
  }

  /** dropout of whole channels of {@code x} [n, channels, depth, height, width] or without the first. */
  public static Tensor dropout3d(Tensor x, double p, boolean training) {
    return wrap(Ops.dropout3d(handle("x", x), p, training), x);
  }

  /**
   * In training, each element with probability {@code p} the least value of selu, and all of them times a factor plus a
   * number so that mean 0 and variance 1 stay; otherwise {@code x}. For p = 1 zeros. Here {@code p} is 0.5, {@code
   * training} is false.
   */
  public static Tensor alphaDropout(Tensor x) {
    return wrap(Ops.alphaDropout(handle("x", x)), x);
  }

  /**
   * In training, each element with probability {@code p} the least value of selu, and all of them times a factor plus a
   * number so that mean 0 and variance 1 stay; otherwise {@code x}. For p = 1 zeros. Here {@code training} is false.
   */
  public static Tensor alphaDropout(Tensor x, double p) {
    return alphaDropout(x, p, false);
  }

  /**
   * In training, each element with probability {@code p} the least value of selu, and all of them times a factor plus a
   * number so that mean 0 and variance 1 stay; otherwise {@code x}. For p = 1 zeros.
   */
  public static Tensor alphaDropout(Tensor x, double p, boolean training) {
    return wrap(Ops.alphaDropout(handle("x", x), p, training), x);
  }

  /**
   * alphaDropout of whole channels of {@code x} [n, channels, ...]. Here {@code p} is 0.5, {@code training} is false.
   */
  public static Tensor featureAlphaDropout(Tensor x) {
    return wrap(Ops.featureAlphaDropout(handle("x", x)), x);
  }

  /** alphaDropout of whole channels of {@code x} [n, channels, ...]. Here {@code training} is false. */
  public static Tensor featureAlphaDropout(Tensor x, double p) {
    return featureAlphaDropout(x, p, false);
  }

  /** alphaDropout of whole channels of {@code x} [n, channels, ...]. */
  public static Tensor featureAlphaDropout(Tensor x, double p, boolean training) {
    return wrap(Ops.featureAlphaDropout(handle("x", x), p, training), x);
  }

  // ---- reduce: Over the given dimensions, which disappear or (keepdim) get size 1; none means all. ----

  /** exp(x) divided by its sum along a dimension. */
  public static Tensor softmax(Tensor x, long dim) {
    return wrap(Ops.softmax(handle("x", x), dim), x);
  }

  /** The logarithm of softmax, without overflow. */
  public static Tensor logSoftmax(Tensor x, long dim) {
    return wrap(Ops.logSoftmax(handle("x", x), dim), x);
  }

  // ---- unary: Element by element; integers become float32 where the function is not an integer's. ----

  /** The hyperbolic tangent. */
  public static Tensor tanh(Tensor x) {
    return wrap(Ops.tanh(handle("x", x)), x);
  }

  /** 1 / (1 + exp(-x)). */
  public static Tensor sigmoid(Tensor x) {
    return wrap(Ops.sigmoid(handle("x", x)), x);
  }

  /** max(x, 0). */
  public static Tensor relu(Tensor x) {
    return wrap(Ops.relu(handle("x", x)), x);
  }

  // spotless:on
  // ---- end of what scripts/Facade.java wrote ----
}
