package io.retrograd.nn;

import static io.retrograd.internal.Arguments.given;
import static io.retrograd.internal.Bridge.handle;
import static io.retrograd.internal.Bridge.orZero;
import static io.retrograd.internal.Bridge.pair;
import static io.retrograd.internal.Bridge.wrap;
import static io.retrograd.internal.Bridge.wrapAll;
import static io.retrograd.internal.Callbacks.returned;

import io.retrograd.Tensor;
import io.retrograd.ValuesAndIndices;
import io.retrograd.internal.Ops;
import java.util.function.BinaryOperator;
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

  /**
   * Images of another size.
   *
   * @param x floating [batch, channels, ...] with one to three dimensions of places; uint8, too, for the nearest modes
   * @param options size or scale factor, mode and the like
   */
  public static Tensor interpolate(Tensor x, InterpolateOptions options) {
    InterpolateOptions o = given("options", options);
    Boolean aligned = o.alignCorners();
    if (aligned != null && (o.mode().startsWith("nearest") || o.mode().equals("area")))
      throw new IllegalArgumentException(
          "interpolate: alignCorners is for the linear modes and \"bicubic\", not for \"" + o.mode()
              + "\"");
    return wrap(
        Ops.interpolate(
            handle("x", x),
            o.sizes(),
            o.scaleFactors(),
            o.mode(),
            aligned != null && aligned,
            o.recomputeScaleFactor(),
            o.antialias()),
        x);
  }

  /** {@link #binaryCrossEntropy(Tensor, Tensor)} with another reduction. */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target, Reduction reduction) {
    return binaryCrossEntropy(input, target, null, reduction);
  }

  /** {@link #binaryCrossEntropyWithLogits(Tensor, Tensor)} with another reduction. */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor input, Tensor target, Reduction reduction) {
    return binaryCrossEntropyWithLogits(input, target, null, reduction);
  }

  /**
   * {@link #tripletMarginLoss(Tensor, Tensor, Tensor)} with a distance of one's own.
   *
   * @param anchor vectors
   * @param positive what should be near
   * @param negative what should be far
   * @param distance the distance of two batches of vectors; differentiable
   * @param margin how much farther, above 0
   * @param swap whether the negative is as near as the positive's distance to it where that is less
   * @param reduction what to make of the triplets' losses
   */
  public static Tensor tripletMarginWithDistanceLoss(
      Tensor anchor,
      Tensor positive,
      Tensor negative,
      BinaryOperator<Tensor> distance,
      double margin,
      boolean swap,
      Reduction reduction) {
    given("distance", distance);
    BinaryOperator<Tensor> between =
        (a, b) -> returned(distance.apply(a, b), "tripletMarginWithDistanceLoss", distance);
    if (!(margin > 0))
      throw new IllegalArgumentException(
          "tripletMarginWithDistanceLoss: the margin must be above 0, got " + margin);
    Tensor near = between.apply(given("anchor", anchor), given("positive", positive));
    Tensor far = between.apply(anchor, given("negative", negative));
    if (swap) far = far.minimum(between.apply(positive, negative));
    Tensor losses = near.add(margin).sub(far).clampMin(0L);
    return switch (given("reduction", reduction)) {
      case NONE -> losses;
      case MEAN -> losses.mean();
      case SUM -> losses.sum();
      case BATCH_MEAN ->
        throw new IllegalArgumentException(
            "tripletMarginWithDistanceLoss: BATCH_MEAN is a reduction of klDiv alone");
    };
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
   * The convolution of [batch, channels, width]. Here {@code stride} is 1, {@code padding} is 0, {@code dilation} is 1,
   * {@code groups} is 1.
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
   * The convolution of [batch, channels, height, width]. Here {@code stride} is 1, {@code padding} is 0, {@code
   * dilation} is 1, {@code groups} is 1.
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
   * The convolution of [batch, channels, depth, height, width]. Here {@code stride} is 1, {@code padding} is 0, {@code
   * dilation} is 1, {@code groups} is 1.
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
   * The transposed convolution of [batch, channels, width]: the gradient of a convolution's image. Here {@code stride}
   * is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
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
   * stride} is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
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
   * {@code stride} is 1, {@code padding} is 0, {@code outputPadding} is 0, {@code groups} is 1, {@code dilation} is 1.
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

  // ---- ctc: The connectionist temporal classification of sequences. ----

  /**
   * Minus the log-probability of label sequences that may be stretched over time, with blanks between: Graves et al.,
   * Connectionist Temporal Classification (2006). {@code Mean} divides each by its target's length, at least 1, first.
   * As in PyTorch the gradient is that of logits of which {@code logProbs} are the logSoftmax: exp(logProbs) minus the
   * share of each class. Without a second derivative. Lengths and targets are read on the CPU, for which a GPU is
   * waited for. Here {@code blank} is 0, {@code reduction} is MEAN, {@code zeroInfinity} is false.
   */
  public static Tensor ctcLoss(Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths) {
    return wrap(
        Ops.ctcLoss(handle("logProbs", logProbs), handle("targets", targets), handle("inputLengths", inputLengths),
            handle("targetLengths", targetLengths)),
        logProbs, targets, pair(inputLengths, targetLengths));
  }

  /**
   * Minus the log-probability of label sequences that may be stretched over time, with blanks between: Graves et al.,
   * Connectionist Temporal Classification (2006). {@code Mean} divides each by its target's length, at least 1, first.
   * As in PyTorch the gradient is that of logits of which {@code logProbs} are the logSoftmax: exp(logProbs) minus the
   * share of each class. Without a second derivative. Lengths and targets are read on the CPU, for which a GPU is
   * waited for. Here {@code reduction} is MEAN, {@code zeroInfinity} is false.
   */
  public static Tensor ctcLoss(Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths, long blank) {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, blank, Reduction.MEAN, false);
  }

  /**
   * Minus the log-probability of label sequences that may be stretched over time, with blanks between: Graves et al.,
   * Connectionist Temporal Classification (2006). {@code Mean} divides each by its target's length, at least 1, first.
   * As in PyTorch the gradient is that of logits of which {@code logProbs} are the logSoftmax: exp(logProbs) minus the
   * share of each class. Without a second derivative. Lengths and targets are read on the CPU, for which a GPU is
   * waited for. Here {@code zeroInfinity} is false.
   */
  public static Tensor ctcLoss(
      Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths, long blank, Reduction reduction) {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, blank, reduction, false);
  }

  /**
   * Minus the log-probability of label sequences that may be stretched over time, with blanks between: Graves et al.,
   * Connectionist Temporal Classification (2006). {@code Mean} divides each by its target's length, at least 1, first.
   * As in PyTorch the gradient is that of logits of which {@code logProbs} are the logSoftmax: exp(logProbs) minus the
   * share of each class. Without a second derivative. Lengths and targets are read on the CPU, for which a GPU is
   * waited for.
   *
   * @param logProbs log-probabilities [time, n, classes], or [time, classes] for one sequence; floating
   * @param targets class numbers, padded [n, longest], or one sequence after the other, in one dimension; integers
   * @param inputLengths how much of the time each sequence has, [n] or []; integers
   * @param targetLengths how many class numbers each has, [n] or []; integers
   * @param blank the class number of the blank, which no target may be
   * @param reduction what to make of the sequences' losses
   * @param zeroInfinity whether the loss of a target too long for its input, which is infinite, becomes 0
   * @throws io.retrograd.IndexException for a target that is no class, or the blank
   */
  public static Tensor ctcLoss(
      Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths, long blank, Reduction reduction, boolean zeroInfinity) {
    return wrap(
        Ops.ctcLoss(handle("logProbs", logProbs), handle("targets", targets), handle("inputLengths", inputLengths),
            handle("targetLengths", targetLengths), blank, code(reduction), zeroInfinity),
        logProbs, targets, pair(inputLengths, targetLengths));
  }

  // ---- distance: Distances of vectors. ----

  /**
   * The cosine of the angle between vectors along a dimension, which disappears; shapes are broadcast, and norms are at
   * least {@code eps}. Here {@code dim} is 1, {@code eps} is 1e-8.
   */
  public static Tensor cosineSimilarity(Tensor x1, Tensor x2) {
    return wrap(Ops.cosineSimilarity(handle("x1", x1), handle("x2", x2)), x1, x2);
  }

  /**
   * The cosine of the angle between vectors along a dimension, which disappears; shapes are broadcast, and norms are at
   * least {@code eps}. Here {@code eps} is 1e-8.
   */
  public static Tensor cosineSimilarity(Tensor x1, Tensor x2, long dim) {
    return cosineSimilarity(x1, x2, dim, 1e-8);
  }

  /**
   * The cosine of the angle between vectors along a dimension, which disappears; shapes are broadcast, and norms are at
   * least {@code eps}.
   */
  public static Tensor cosineSimilarity(Tensor x1, Tensor x2, long dim, double eps) {
    return wrap(Ops.cosineSimilarity(handle("x1", x1), handle("x2", x2), dim, eps), x1, x2);
  }

  /**
   * The {@code p}-norm of {@code x1} - {@code x2} + {@code eps} along the last dimension; shapes are broadcast. Here
   * {@code p} is 2, {@code eps} is 1e-6.
   */
  public static Tensor pairwiseDistance(Tensor x1, Tensor x2) {
    return wrap(Ops.pairwiseDistance(handle("x1", x1), handle("x2", x2)), x1, x2);
  }

  /**
   * The {@code p}-norm of {@code x1} - {@code x2} + {@code eps} along the last dimension; shapes are broadcast. Here
   * {@code eps} is 1e-6.
   */
  public static Tensor pairwiseDistance(Tensor x1, Tensor x2, double p) {
    return pairwiseDistance(x1, x2, p, 1e-6, false);
  }

  /** The {@code p}-norm of {@code x1} - {@code x2} + {@code eps} along the last dimension; shapes are broadcast. */
  public static Tensor pairwiseDistance(Tensor x1, Tensor x2, double p, double eps) {
    return pairwiseDistance(x1, x2, p, eps, false);
  }

  /** The {@code p}-norm of {@code x1} - {@code x2} + {@code eps} along the last dimension; shapes are broadcast. */
  public static Tensor pairwiseDistance(Tensor x1, Tensor x2, double p, double eps, boolean keepdim) {
    return wrap(Ops.pairwiseDistance(handle("x1", x1), handle("x2", x2), p, eps, keepdim), x1, x2);
  }

  /**
   * The distances of cdist between the rows of a matrix [n, size], each pair once: [n * (n - 1) / 2], in the order (0,
   * 1), (0, 2), ..., (1, 2), ... Here {@code p} is 2.
   */
  public static Tensor pdist(Tensor x) {
    return wrap(Ops.pdist(handle("x", x)), x);
  }

  /**
   * The distances of cdist between the rows of a matrix [n, size], each pair once: [n * (n - 1) / 2], in the order (0,
   * 1), (0, 2), ..., (1, 2), ...
   */
  public static Tensor pdist(Tensor x, double p) {
    return wrap(Ops.pdist(handle("x", x), p), x);
  }

  // ---- fold: Images as columns of windows and back. ----

  /**
   * The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
   * windows]. Here {@code dilation} is 1, {@code padding} is 0, {@code stride} is 1.
   */
  public static Tensor unfold(Tensor input, long[] kernelSize) {
    return wrap(Ops.unfold(handle("input", input), given("kernelSize", kernelSize)), input);
  }

  /**
   * The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
   * windows]. Here {@code padding} is 0, {@code stride} is 1.
   */
  public static Tensor unfold(Tensor input, long[] kernelSize, long[] dilation) {
    return unfold(input, kernelSize, dilation, new long[] {0}, new long[] {1});
  }

  /**
   * The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
   * windows]. Here {@code stride} is 1.
   */
  public static Tensor unfold(Tensor input, long[] kernelSize, long[] dilation, long[] padding) {
    return unfold(input, kernelSize, dilation, padding, new long[] {1});
  }

  /**
   * The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
   * windows].
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param kernelSize the window's height and width
   * @param dilation how far the window's elements lie apart
   * @param padding zeros before and after the image
   * @param stride how far the window moves
   */
  public static Tensor unfold(Tensor input, long[] kernelSize, long[] dilation, long[] padding, long[] stride) {
    return wrap(
        Ops.unfold(handle("input", input), given("kernelSize", kernelSize), given("dilation", dilation),
            given("padding", padding), given("stride", stride)),
        input);
  }

  /**
   * The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
   * windows]. Here {@code dilation} is 1, {@code padding} is 0, {@code stride} is 1.
   */
  public static Tensor unfold(Tensor input, long kernelSize) {
    return wrap(Ops.unfold(handle("input", input), new long[] {kernelSize}), input);
  }

  /**
   * The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
   * windows]. Here {@code padding} is 0, {@code stride} is 1.
   */
  public static Tensor unfold(Tensor input, long kernelSize, long dilation) {
    return unfold(input, kernelSize, dilation, 0, 1);
  }

  /**
   * The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
   * windows]. Here {@code stride} is 1.
   */
  public static Tensor unfold(Tensor input, long kernelSize, long dilation, long padding) {
    return unfold(input, kernelSize, dilation, padding, 1);
  }

  /**
   * The windows of images [batch, channels, height, width] as columns: [batch, channels * places of the kernel,
   * windows].
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param kernelSize the window's height and width
   * @param dilation how far the window's elements lie apart
   * @param padding zeros before and after the image
   * @param stride how far the window moves
   */
  public static Tensor unfold(Tensor input, long kernelSize, long dilation, long padding, long stride) {
    return wrap(
        Ops.unfold(handle("input", input), new long[] {kernelSize}, new long[] {dilation}, new long[] {padding},
            new long[] {stride}),
        input);
  }

  /**
   * The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold. Here
   * {@code dilation} is 1, {@code padding} is 0, {@code stride} is 1.
   */
  public static Tensor fold(Tensor input, long[] outputSize, long[] kernelSize) {
    return wrap(
        Ops.fold(handle("input", input), given("outputSize", outputSize), given("kernelSize", kernelSize)), input);
  }

  /**
   * The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold. Here
   * {@code padding} is 0, {@code stride} is 1.
   */
  public static Tensor fold(Tensor input, long[] outputSize, long[] kernelSize, long[] dilation) {
    return fold(input, outputSize, kernelSize, dilation, new long[] {0}, new long[] {1});
  }

  /**
   * The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold. Here
   * {@code stride} is 1.
   */
  public static Tensor fold(Tensor input, long[] outputSize, long[] kernelSize, long[] dilation, long[] padding) {
    return fold(input, outputSize, kernelSize, dilation, padding, new long[] {1});
  }

  /**
   * The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold.
   *
   * @param input [batch, channels * places of the kernel, windows], or without the batch
   * @param outputSize the image's height and width
   * @param kernelSize the window's height and width
   * @param dilation how far the window's elements lie apart
   * @param padding what the image is cut by at all ends
   * @param stride how far the window moves
   */
  public static Tensor fold(
      Tensor input, long[] outputSize, long[] kernelSize, long[] dilation, long[] padding, long[] stride) {
    return wrap(
        Ops.fold(handle("input", input), given("outputSize", outputSize), given("kernelSize", kernelSize),
            given("dilation", dilation), given("padding", padding), given("stride", stride)),
        input);
  }

  /**
   * The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold. Here
   * {@code dilation} is 1, {@code padding} is 0, {@code stride} is 1.
   */
  public static Tensor fold(Tensor input, long outputSize, long kernelSize) {
    return wrap(Ops.fold(handle("input", input), new long[] {outputSize}, new long[] {kernelSize}), input);
  }

  /**
   * The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold. Here
   * {@code padding} is 0, {@code stride} is 1.
   */
  public static Tensor fold(Tensor input, long outputSize, long kernelSize, long dilation) {
    return fold(input, outputSize, kernelSize, dilation, 0, 1);
  }

  /**
   * The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold. Here
   * {@code stride} is 1.
   */
  public static Tensor fold(Tensor input, long outputSize, long kernelSize, long dilation, long padding) {
    return fold(input, outputSize, kernelSize, dilation, padding, 1);
  }

  /**
   * The sum of windows, given as columns, in an image [batch, channels, height, width]: the gradient of unfold.
   *
   * @param input [batch, channels * places of the kernel, windows], or without the batch
   * @param outputSize the image's height and width
   * @param kernelSize the window's height and width
   * @param dilation how far the window's elements lie apart
   * @param padding what the image is cut by at all ends
   * @param stride how far the window moves
   */
  public static Tensor fold(Tensor input, long outputSize, long kernelSize, long dilation, long padding, long stride) {
    return wrap(
        Ops.fold(handle("input", input), new long[] {outputSize}, new long[] {kernelSize}, new long[] {dilation},
            new long[] {padding}, new long[] {stride}),
        input);
  }

  // ---- image: Images [batch, channels, ...]: padding, other sizes, samples at any places, channels exchanged for places. ----

  /**
   * The input with more places before and after it, or fewer where a number is negative. Here {@code mode} is
   * "constant", {@code value} is 0.
   */
  public static Tensor pad(Tensor x, long... pad) {
    return wrap(Ops.pad(handle("x", x), given("pad", pad)), x);
  }

  /** The input with more places before and after it, or fewer where a number is negative. Here {@code value} is 0. */
  public static Tensor pad(Tensor x, long[] pad, String mode) {
    return pad(x, pad, mode, 0);
  }

  /**
   * The input with more places before and after it, or fewer where a number is negative.
   *
   * @param x of any dtype; where the mode is no constant [batch, channels, ...] or [channels, ...] with one to three
   *     dimensions of places, all of which are padded
   * @param pad how many places before and after the last dimension, before and after the last but one, and so on
   * @param mode "constant", the value; "reflect", the mirror image without the place at the edge; "replicate", the
   *     place at the edge; "circular", what lies at the other end
   * @param value of the new places where the mode is "constant"
   */
  public static Tensor pad(Tensor x, long[] pad, String mode, double value) {
    return wrap(Ops.pad(handle("x", x), given("pad", pad), given("mode", mode), value), x);
  }

  /**
   * The input at the places of a grid, whose coordinates reach from -1 to 1 in each dimension. Without a second
   * derivative. Here {@code mode} is "bilinear", {@code paddingMode} is "zeros", {@code alignCorners} is false.
   */
  public static Tensor gridSample(Tensor input, Tensor grid) {
    return wrap(Ops.gridSample(handle("input", input), handle("grid", grid)), input, grid);
  }

  /**
   * The input at the places of a grid, whose coordinates reach from -1 to 1 in each dimension. Without a second
   * derivative. Here {@code paddingMode} is "zeros", {@code alignCorners} is false.
   */
  public static Tensor gridSample(Tensor input, Tensor grid, String mode) {
    return gridSample(input, grid, mode, "zeros", false);
  }

  /**
   * The input at the places of a grid, whose coordinates reach from -1 to 1 in each dimension. Without a second
   * derivative. Here {@code alignCorners} is false.
   */
  public static Tensor gridSample(Tensor input, Tensor grid, String mode, String paddingMode) {
    return gridSample(input, grid, mode, paddingMode, false);
  }

  /**
   * The input at the places of a grid, whose coordinates reach from -1 to 1 in each dimension. Without a second
   * derivative.
   *
   * @param input [batch, channels, height, width] or [batch, channels, depth, height, width], floating
   * @param grid [batch, height out, width out, 2] or [batch, depth out, height out, width out, 3] of the input's dtype:
   *     x, y and z of each result
   * @param mode "bilinear" (of five dimensions trilinear), "nearest", or of four dimensions "bicubic"
   * @param paddingMode what is outside: "zeros"; "border", the place at the edge; "reflection", the mirror image
   * @param alignCorners whether -1 and 1 are the centres of the places at the corners, not their outer edges
   */
  public static Tensor gridSample(Tensor input, Tensor grid, String mode, String paddingMode, boolean alignCorners) {
    return wrap(
        Ops.gridSample(handle("input", input), handle("grid", grid), given("mode", mode), given("paddingMode",
            paddingMode), alignCorners),
        input, grid);
  }

  /** The grid for {@code gridSample} that maps a result's places by a matrix. Here {@code alignCorners} is false. */
  public static Tensor affineGrid(Tensor theta, long... size) {
    return wrap(Ops.affineGrid(handle("theta", theta), given("size", size)), theta);
  }

  /**
   * The grid for {@code gridSample} that maps a result's places by a matrix.
   *
   * @param theta floating [batch, 2, 3] or [batch, 3, 4]
   * @param size of the result: [batch, channels, height, width] or [batch, channels, depth, height, width]
   * @param alignCorners as {@code gridSample} has it
   */
  public static Tensor affineGrid(Tensor theta, long[] size, boolean alignCorners) {
    return wrap(Ops.affineGrid(handle("theta", theta), given("size", size), alignCorners), theta);
  }

  /**
   * [..., channels * r * r, height, width] as [..., channels, height * r, width * r], where r is {@code upscaleFactor}.
   */
  public static Tensor pixelShuffle(Tensor x, long upscaleFactor) {
    return wrap(Ops.pixelShuffle(handle("x", x), upscaleFactor), x);
  }

  /**
   * [..., channels, height * r, width * r] as [..., channels * r * r, height, width], where r is {@code
   * downscaleFactor}.
   */
  public static Tensor pixelUnshuffle(Tensor x, long downscaleFactor) {
    return wrap(Ops.pixelUnshuffle(handle("x", x), downscaleFactor), x);
  }

  /**
   * [batch, channels, ...] with the channels, divided into groups, in another order: the first of all groups, the
   * second of all, and so on.
   */
  public static Tensor channelShuffle(Tensor x, long groups) {
    return wrap(Ops.channelShuffle(handle("x", x), groups), x);
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

  /**
   * (input - target)^2. A weight, of the input's shape, multiplies the squares, and the mean is their sum by the
   * weights'. Here {@code reduction} is MEAN.
   */
  public static Tensor mseLoss(Tensor input, Tensor target) {
    return wrap(Ops.mseLoss(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * (input - target)^2. A weight, of the input's shape, multiplies the squares, and the mean is their sum by the
   * weights'.
   */
  public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction) {
    return mseLoss(input, target, reduction, null);
  }

  /**
   * (input - target)^2. A weight, of the input's shape, multiplies the squares, and the mean is their sum by the
   * weights'.
   */
  public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction, @Nullable Tensor weight) {
    return wrap(
        Ops.mseLoss(handle("input", input), handle("target", target), code(reduction), orZero(weight)),
        input, target, weight);
  }

  /** |input - target|, with a weight as in mseLoss. Here {@code reduction} is MEAN. */
  public static Tensor l1Loss(Tensor input, Tensor target) {
    return wrap(Ops.l1Loss(handle("input", input), handle("target", target)), input, target);
  }

  /** |input - target|, with a weight as in mseLoss. */
  public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction) {
    return l1Loss(input, target, reduction, null);
  }

  /** |input - target|, with a weight as in mseLoss. */
  public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction, @Nullable Tensor weight) {
    return wrap(
        Ops.l1Loss(handle("input", input), handle("target", target), code(reduction), orZero(weight)),
        input, target, weight);
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
   * A parabola, (input - target)^2 / 2, for differences below {@code delta}, else delta * (|input - target| - delta /
   * 2). A weight, of the input's shape, multiplies the losses; unlike mseLoss's the mean is over their number. Here
   * {@code reduction} is MEAN, {@code delta} is 1.
   */
  public static Tensor huberLoss(Tensor input, Tensor target) {
    return wrap(Ops.huberLoss(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * A parabola, (input - target)^2 / 2, for differences below {@code delta}, else delta * (|input - target| - delta /
   * 2). A weight, of the input's shape, multiplies the losses; unlike mseLoss's the mean is over their number. Here
   * {@code delta} is 1.
   */
  public static Tensor huberLoss(Tensor input, Tensor target, Reduction reduction) {
    return huberLoss(input, target, reduction, 1, null);
  }

  /**
   * A parabola, (input - target)^2 / 2, for differences below {@code delta}, else delta * (|input - target| - delta /
   * 2). A weight, of the input's shape, multiplies the losses; unlike mseLoss's the mean is over their number.
   */
  public static Tensor huberLoss(Tensor input, Tensor target, Reduction reduction, double delta) {
    return huberLoss(input, target, reduction, delta, null);
  }

  /**
   * A parabola, (input - target)^2 / 2, for differences below {@code delta}, else delta * (|input - target| - delta /
   * 2). A weight, of the input's shape, multiplies the losses; unlike mseLoss's the mean is over their number.
   */
  public static Tensor huberLoss(
      Tensor input, Tensor target, Reduction reduction, double delta, @Nullable Tensor weight) {
    return wrap(
        Ops.huberLoss(handle("input", input), handle("target", target), code(reduction), delta, orZero(weight)),
        input, target, weight);
  }

  /**
   * -(t log p + (1 - t) log(1 - p)) for probabilities; logarithms are at least -100. Inputs and targets outside [0, 1]
   * raise on the CPU, {@link IllegalArgumentException}; a GPU, which would have to be waited for, gives NaN for them. A
   * weight, which broadcasts to the input, multiplies the losses. Here {@code reduction} is MEAN.
   */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target) {
    return wrap(Ops.binaryCrossEntropy(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * -(t log p + (1 - t) log(1 - p)) for probabilities; logarithms are at least -100. Inputs and targets outside [0, 1]
   * raise on the CPU, {@link IllegalArgumentException}; a GPU, which would have to be waited for, gives NaN for them. A
   * weight, which broadcasts to the input, multiplies the losses. Here {@code reduction} is MEAN.
   */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target, @Nullable Tensor weight) {
    return binaryCrossEntropy(input, target, weight, Reduction.MEAN);
  }

  /**
   * -(t log p + (1 - t) log(1 - p)) for probabilities; logarithms are at least -100. Inputs and targets outside [0, 1]
   * raise on the CPU, {@link IllegalArgumentException}; a GPU, which would have to be waited for, gives NaN for them. A
   * weight, which broadcasts to the input, multiplies the losses.
   */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    return wrap(
        Ops.binaryCrossEntropy(handle("input", input), handle("target", target), orZero(weight), code(reduction)),
        input, target, weight);
  }

  /**
   * binaryCrossEntropy of sigmoid(input), without overflow. {@code posWeight} multiplies the losses of what is true: it
   * broadcasts to the input, as the weight does. Here {@code reduction} is MEAN.
   */
  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target) {
    return wrap(Ops.binaryCrossEntropyWithLogits(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * binaryCrossEntropy of sigmoid(input), without overflow. {@code posWeight} multiplies the losses of what is true: it
   * broadcasts to the input, as the weight does. Here {@code reduction} is MEAN.
   */
  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, @Nullable Tensor weight) {
    return binaryCrossEntropyWithLogits(input, target, weight, Reduction.MEAN, null);
  }

  /**
   * binaryCrossEntropy of sigmoid(input), without overflow. {@code posWeight} multiplies the losses of what is true: it
   * broadcasts to the input, as the weight does.
   */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    return binaryCrossEntropyWithLogits(input, target, weight, reduction, null);
  }

  /**
   * binaryCrossEntropy of sigmoid(input), without overflow. {@code posWeight} multiplies the losses of what is true: it
   * broadcasts to the input, as the weight does.
   */
  public static Tensor binaryCrossEntropyWithLogits(
      Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction, @Nullable Tensor posWeight) {
    return wrap(
        Ops.binaryCrossEntropyWithLogits(handle("input", input), handle("target", target), orZero(weight),
            code(reduction), orZero(posWeight)),
        input, target, pair(weight, posWeight));
  }

  /**
   * Minus the log-probability of class numbers. The mean is over what the targets count: their classes' weights, and
   * nothing for those ignored; it is NaN where all are. Here {@code ignoreIndex} is -100, {@code reduction} is MEAN.
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
   * The cross-entropy of logits and classes: nllLoss of logSoftmax(input, 1); or where the target has the input's
   * shape, of logits and the classes' probabilities, -sum(target * logSoftmax(input, 1)) with the mean over the places.
   * Here {@code ignoreIndex} is -100, {@code reduction} is MEAN, {@code labelSmoothing} is 0.
   */
  public static Tensor crossEntropy(Tensor input, Tensor target) {
    return wrap(Ops.crossEntropy(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * The cross-entropy of logits and classes: nllLoss of logSoftmax(input, 1); or where the target has the input's
   * shape, of logits and the classes' probabilities, -sum(target * logSoftmax(input, 1)) with the mean over the places.
   * Here {@code ignoreIndex} is -100, {@code reduction} is MEAN, {@code labelSmoothing} is 0.
   */
  public static Tensor crossEntropy(Tensor input, Tensor target, @Nullable Tensor weight) {
    return crossEntropy(input, target, weight, -100, Reduction.MEAN, 0);
  }

  /**
   * The cross-entropy of logits and classes: nllLoss of logSoftmax(input, 1); or where the target has the input's
   * shape, of logits and the classes' probabilities, -sum(target * logSoftmax(input, 1)) with the mean over the places.
   * Here {@code reduction} is MEAN, {@code labelSmoothing} is 0.
   */
  public static Tensor crossEntropy(Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex) {
    return crossEntropy(input, target, weight, ignoreIndex, Reduction.MEAN, 0);
  }

  /**
   * The cross-entropy of logits and classes: nllLoss of logSoftmax(input, 1); or where the target has the input's
   * shape, of logits and the classes' probabilities, -sum(target * logSoftmax(input, 1)) with the mean over the places.
   * Here {@code labelSmoothing} is 0.
   */
  public static Tensor crossEntropy(
      Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    return crossEntropy(input, target, weight, ignoreIndex, reduction, 0);
  }

  /**
   * The cross-entropy of logits and classes: nllLoss of logSoftmax(input, 1); or where the target has the input's
   * shape, of logits and the classes' probabilities, -sum(target * logSoftmax(input, 1)) with the mean over the places.
   *
   * @param input logits [n, classes, ...] or [classes], floating
   * @param target class numbers [n, ...] or [], int64; or probabilities of the input's shape, floating
   * @param weight what each class counts, [classes]; null for 1 each
   * @param ignoreIndex a class number that counts nothing; probabilities want a negative one
   * @param reduction what to make of the targets' losses
   * @param labelSmoothing the share in [0, 1] of each target that is spread evenly over all classes
   * @throws io.retrograd.IndexException for a target that is no class; on a GPU from the next call that waits for it
   */
  public static Tensor crossEntropy(
      Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction, double labelSmoothing) {
    return wrap(
        Ops.crossEntropy(handle("input", input), handle("target", target), orZero(weight), ignoreIndex, code(reduction),
            labelSmoothing),
        input, target, weight);
  }

  /**
   * The Kullback-Leibler divergence, target * (log(target) - input), of log-probabilities from probabilities, or where
   * {@code logTarget} from log-probabilities. {@code Mean} divides by the elements' number, BatchMean, as the
   * definition has it, by the first size. Here {@code reduction} is MEAN, {@code logTarget} is false.
   */
  public static Tensor klDiv(Tensor input, Tensor target) {
    return wrap(Ops.klDiv(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * The Kullback-Leibler divergence, target * (log(target) - input), of log-probabilities from probabilities, or where
   * {@code logTarget} from log-probabilities. {@code Mean} divides by the elements' number, BatchMean, as the
   * definition has it, by the first size. Here {@code logTarget} is false.
   */
  public static Tensor klDiv(Tensor input, Tensor target, Reduction reduction) {
    return klDiv(input, target, reduction, false);
  }

  /**
   * The Kullback-Leibler divergence, target * (log(target) - input), of log-probabilities from probabilities, or where
   * {@code logTarget} from log-probabilities. {@code Mean} divides by the elements' number, BatchMean, as the
   * definition has it, by the first size.
   */
  public static Tensor klDiv(Tensor input, Tensor target, Reduction reduction, boolean logTarget) {
    return wrap(Ops.klDiv(handle("input", input), handle("target", target), code(reduction), logTarget), input, target);
  }

  /**
   * Minus the log-likelihood of counts under Poisson distributions. Here {@code logInput} is true, {@code full} is
   * false, {@code eps} is 1e-8, {@code reduction} is MEAN.
   */
  public static Tensor poissonNllLoss(Tensor input, Tensor target) {
    return wrap(Ops.poissonNllLoss(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * Minus the log-likelihood of counts under Poisson distributions. Here {@code full} is false, {@code eps} is 1e-8,
   * {@code reduction} is MEAN.
   */
  public static Tensor poissonNllLoss(Tensor input, Tensor target, boolean logInput) {
    return poissonNllLoss(input, target, logInput, false, 1e-8, Reduction.MEAN);
  }

  /**
   * Minus the log-likelihood of counts under Poisson distributions. Here {@code eps} is 1e-8, {@code reduction} is
   * MEAN.
   */
  public static Tensor poissonNllLoss(Tensor input, Tensor target, boolean logInput, boolean full) {
    return poissonNllLoss(input, target, logInput, full, 1e-8, Reduction.MEAN);
  }

  /** Minus the log-likelihood of counts under Poisson distributions. Here {@code reduction} is MEAN. */
  public static Tensor poissonNllLoss(Tensor input, Tensor target, boolean logInput, boolean full, double eps) {
    return poissonNllLoss(input, target, logInput, full, eps, Reduction.MEAN);
  }

  /**
   * Minus the log-likelihood of counts under Poisson distributions.
   *
   * @param input the distributions' means, or where {@code logInput} their logarithms; floating
   * @param target counts
   * @param logInput whether the loss is exp(input) - target * input, else input - target * log(input + eps)
   * @param full whether to add Stirling's approximation of log(target!) where the target is above 1
   * @param eps what is added to the input before its logarithm is taken
   * @param reduction what to make of the elements' losses
   */
  public static Tensor poissonNllLoss(
      Tensor input, Tensor target, boolean logInput, boolean full, double eps, Reduction reduction) {
    return wrap(
        Ops.poissonNllLoss(handle("input", input), handle("target", target), logInput, full, eps, code(reduction)),
        input, target);
  }

  /**
   * Minus the log-likelihood under normal distributions, (log(var) + (input - target)^2 / var) / 2. Here {@code full}
   * is false, {@code eps} is 1e-6, {@code reduction} is MEAN.
   */
  public static Tensor gaussianNllLoss(Tensor input, Tensor target, Tensor var) {
    return wrap(
        Ops.gaussianNllLoss(handle("input", input), handle("target", target), handle("var", var)), input, target, var);
  }

  /**
   * Minus the log-likelihood under normal distributions, (log(var) + (input - target)^2 / var) / 2. Here {@code eps} is
   * 1e-6, {@code reduction} is MEAN.
   */
  public static Tensor gaussianNllLoss(Tensor input, Tensor target, Tensor var, boolean full) {
    return gaussianNllLoss(input, target, var, full, 1e-6, Reduction.MEAN);
  }

  /**
   * Minus the log-likelihood under normal distributions, (log(var) + (input - target)^2 / var) / 2. Here {@code
   * reduction} is MEAN.
   */
  public static Tensor gaussianNllLoss(Tensor input, Tensor target, Tensor var, boolean full, double eps) {
    return gaussianNllLoss(input, target, var, full, eps, Reduction.MEAN);
  }

  /**
   * Minus the log-likelihood under normal distributions, (log(var) + (input - target)^2 / var) / 2.
   *
   * @param input the distributions' means, floating
   * @param target samples
   * @param var the variances, of the input's shape, or of that with a last size of 1, with one other size of 1, or
   *     without the last dimension; a negative one raises on the CPU, {@link IllegalArgumentException}, and gives NaN
   *     on a GPU
   * @param full whether to add log(2 * pi) / 2
   * @param eps the least variance, to which others are raised without an effect on gradients
   * @param reduction what to make of the elements' losses
   */
  public static Tensor gaussianNllLoss(
      Tensor input, Tensor target, Tensor var, boolean full, double eps, Reduction reduction) {
    return wrap(
        Ops.gaussianNllLoss(handle("input", input), handle("target", target), handle("var", var), full, eps,
            code(reduction)),
        input, target, var);
  }

  // ---- margin: Losses that want a margin between what belongs together and what does not. Inputs are floating; targets may be of any dtype unless said otherwise. ----

  /**
   * The input, a distance, where the target is 1; max(0, margin - input) where it is -1; the sum of both elsewhere.
   * Here {@code margin} is 1, {@code reduction} is MEAN.
   */
  public static Tensor hingeEmbeddingLoss(Tensor input, Tensor target) {
    return wrap(Ops.hingeEmbeddingLoss(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * The input, a distance, where the target is 1; max(0, margin - input) where it is -1; the sum of both elsewhere.
   * Here {@code reduction} is MEAN.
   */
  public static Tensor hingeEmbeddingLoss(Tensor input, Tensor target, double margin) {
    return hingeEmbeddingLoss(input, target, margin, Reduction.MEAN);
  }

  /** The input, a distance, where the target is 1; max(0, margin - input) where it is -1; the sum of both elsewhere. */
  public static Tensor hingeEmbeddingLoss(Tensor input, Tensor target, double margin, Reduction reduction) {
    return wrap(
        Ops.hingeEmbeddingLoss(handle("input", input), handle("target", target), margin, code(reduction)),
        input, target);
  }

  /**
   * max(0, margin - target * (input1 - input2)): the target is 1 where the first input should be ranked higher, -1
   * where the second. All have as many dimensions. Here {@code margin} is 0, {@code reduction} is MEAN.
   */
  public static Tensor marginRankingLoss(Tensor input1, Tensor input2, Tensor target) {
    return wrap(
        Ops.marginRankingLoss(handle("input1", input1), handle("input2", input2), handle("target", target)),
        input1, input2, target);
  }

  /**
   * max(0, margin - target * (input1 - input2)): the target is 1 where the first input should be ranked higher, -1
   * where the second. All have as many dimensions. Here {@code reduction} is MEAN.
   */
  public static Tensor marginRankingLoss(Tensor input1, Tensor input2, Tensor target, double margin) {
    return marginRankingLoss(input1, input2, target, margin, Reduction.MEAN);
  }

  /**
   * max(0, margin - target * (input1 - input2)): the target is 1 where the first input should be ranked higher, -1
   * where the second. All have as many dimensions.
   */
  public static Tensor marginRankingLoss(
      Tensor input1, Tensor input2, Tensor target, double margin, Reduction reduction) {
    return wrap(
        Ops.marginRankingLoss(handle("input1", input1), handle("input2", input2), handle("target", target), margin,
            code(reduction)),
        input1, input2, target);
  }

  /**
   * 1 - cosine of the vectors' angle where the target is 1, max(0, cosine - margin) where it is -1, else 0. Inputs [n,
   * size] with targets [n], or [size] with []. Here {@code margin} is 0, {@code reduction} is MEAN.
   */
  public static Tensor cosineEmbeddingLoss(Tensor input1, Tensor input2, Tensor target) {
    return wrap(
        Ops.cosineEmbeddingLoss(handle("input1", input1), handle("input2", input2), handle("target", target)),
        input1, input2, target);
  }

  /**
   * 1 - cosine of the vectors' angle where the target is 1, max(0, cosine - margin) where it is -1, else 0. Inputs [n,
   * size] with targets [n], or [size] with []. Here {@code reduction} is MEAN.
   */
  public static Tensor cosineEmbeddingLoss(Tensor input1, Tensor input2, Tensor target, double margin) {
    return cosineEmbeddingLoss(input1, input2, target, margin, Reduction.MEAN);
  }

  /**
   * 1 - cosine of the vectors' angle where the target is 1, max(0, cosine - margin) where it is -1, else 0. Inputs [n,
   * size] with targets [n], or [size] with [].
   */
  public static Tensor cosineEmbeddingLoss(
      Tensor input1, Tensor input2, Tensor target, double margin, Reduction reduction) {
    return wrap(
        Ops.cosineEmbeddingLoss(handle("input1", input1), handle("input2", input2), handle("target", target), margin,
            code(reduction)),
        input1, input2, target);
  }

  /**
   * max(0, margin + distance(anchor, positive) - distance(anchor, negative)), with the distances of pairwiseDistance.
   * Here {@code margin} is 1, {@code p} is 2, {@code eps} is 1e-6, {@code swap} is false, {@code reduction} is MEAN.
   */
  public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative) {
    return wrap(
        Ops.tripletMarginLoss(handle("anchor", anchor), handle("positive", positive), handle("negative", negative)),
        anchor, positive, negative);
  }

  /**
   * max(0, margin + distance(anchor, positive) - distance(anchor, negative)), with the distances of pairwiseDistance.
   * Here {@code p} is 2, {@code eps} is 1e-6, {@code swap} is false, {@code reduction} is MEAN.
   */
  public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative, double margin) {
    return tripletMarginLoss(anchor, positive, negative, margin, 2, 1e-6, false, Reduction.MEAN);
  }

  /**
   * max(0, margin + distance(anchor, positive) - distance(anchor, negative)), with the distances of pairwiseDistance.
   * Here {@code eps} is 1e-6, {@code swap} is false, {@code reduction} is MEAN.
   */
  public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative, double margin, double p) {
    return tripletMarginLoss(anchor, positive, negative, margin, p, 1e-6, false, Reduction.MEAN);
  }

  /**
   * max(0, margin + distance(anchor, positive) - distance(anchor, negative)), with the distances of pairwiseDistance.
   * Here {@code swap} is false, {@code reduction} is MEAN.
   */
  public static Tensor tripletMarginLoss(
      Tensor anchor, Tensor positive, Tensor negative, double margin, double p, double eps) {
    return tripletMarginLoss(anchor, positive, negative, margin, p, eps, false, Reduction.MEAN);
  }

  /**
   * max(0, margin + distance(anchor, positive) - distance(anchor, negative)), with the distances of pairwiseDistance.
   * Here {@code reduction} is MEAN.
   */
  public static Tensor tripletMarginLoss(
      Tensor anchor, Tensor positive, Tensor negative, double margin, double p, double eps, boolean swap) {
    return tripletMarginLoss(anchor, positive, negative, margin, p, eps, swap, Reduction.MEAN);
  }

  /**
   * max(0, margin + distance(anchor, positive) - distance(anchor, negative)), with the distances of pairwiseDistance.
   *
   * @param anchor vectors [..., size], floating
   * @param positive what should be near, of as many dimensions
   * @param negative what should be far, of as many dimensions
   * @param margin how much farther, above 0
   * @param p the distance's norm
   * @param eps what pairwiseDistance adds
   * @param swap whether the negative is as near as the positive's distance to it where that is less: Balntas et al.,
   *     Learning shallow convolutional feature descriptors with triplet losses
   * @param reduction what to make of the triplets' losses
   */
  public static Tensor tripletMarginLoss(
      Tensor anchor, Tensor positive, Tensor negative, double margin, double p, double eps, boolean swap, Reduction reduction) {
    return wrap(
        Ops.tripletMarginLoss(handle("anchor", anchor), handle("positive", positive), handle("negative", negative),
            margin, p, eps, swap, code(reduction)),
        anchor, positive, negative);
  }

  /** log(1 + exp(-target * input)), without overflow: the target is 1 or -1. Here {@code reduction} is MEAN. */
  public static Tensor softMarginLoss(Tensor input, Tensor target) {
    return wrap(Ops.softMarginLoss(handle("input", input), handle("target", target)), input, target);
  }

  /** log(1 + exp(-target * input)), without overflow: the target is 1 or -1. */
  public static Tensor softMarginLoss(Tensor input, Tensor target, Reduction reduction) {
    return wrap(Ops.softMarginLoss(handle("input", input), handle("target", target), code(reduction)), input, target);
  }

  /**
   * The sum of max(0, margin - input[target] + input[i])^p over the other classes i, divided by their number. Here
   * {@code p} is 1, {@code margin} is 1, {@code reduction} is MEAN.
   */
  public static Tensor multiMarginLoss(Tensor input, Tensor target) {
    return wrap(Ops.multiMarginLoss(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * The sum of max(0, margin - input[target] + input[i])^p over the other classes i, divided by their number. Here
   * {@code margin} is 1, {@code reduction} is MEAN.
   */
  public static Tensor multiMarginLoss(Tensor input, Tensor target, long p) {
    return multiMarginLoss(input, target, p, 1, null, Reduction.MEAN);
  }

  /**
   * The sum of max(0, margin - input[target] + input[i])^p over the other classes i, divided by their number. Here
   * {@code reduction} is MEAN.
   */
  public static Tensor multiMarginLoss(Tensor input, Tensor target, long p, double margin) {
    return multiMarginLoss(input, target, p, margin, null, Reduction.MEAN);
  }

  /**
   * The sum of max(0, margin - input[target] + input[i])^p over the other classes i, divided by their number. Here
   * {@code reduction} is MEAN.
   */
  public static Tensor multiMarginLoss(Tensor input, Tensor target, long p, double margin, @Nullable Tensor weight) {
    return multiMarginLoss(input, target, p, margin, weight, Reduction.MEAN);
  }

  /**
   * The sum of max(0, margin - input[target] + input[i])^p over the other classes i, divided by their number.
   *
   * @param input scores [n, classes] or [classes]
   * @param target class numbers [n] or [], int64
   * @param p 1 or 2
   * @param margin how much higher the target's score should be
   * @param weight what each class counts, [classes], without a gradient; null for 1 each
   * @param reduction what to make of the targets' losses
   * @throws io.retrograd.IndexException for a target that is no class; on a GPU from the next call that waits for it
   */
  public static Tensor multiMarginLoss(
      Tensor input, Tensor target, long p, double margin, @Nullable Tensor weight, Reduction reduction) {
    return wrap(
        Ops.multiMarginLoss(handle("input", input), handle("target", target), p, margin, orZero(weight),
            code(reduction)),
        input, target, weight);
  }

  /**
   * The sum of max(0, 1 - input[j] + input[i]) over classes j that are targets and i that are not, divided by the
   * number of classes. Inputs and targets are [n, classes] or [classes]; of the targets, int64, those before the first
   * negative number count. {@link io.retrograd.IndexException} for one that is no class; on a GPU from the next call
   * that waits for it. Without a second derivative, as in PyTorch. Here {@code reduction} is MEAN.
   */
  public static Tensor multilabelMarginLoss(Tensor input, Tensor target) {
    return wrap(Ops.multilabelMarginLoss(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * The sum of max(0, 1 - input[j] + input[i]) over classes j that are targets and i that are not, divided by the
   * number of classes. Inputs and targets are [n, classes] or [classes]; of the targets, int64, those before the first
   * negative number count. {@link io.retrograd.IndexException} for one that is no class; on a GPU from the next call
   * that waits for it. Without a second derivative, as in PyTorch.
   */
  public static Tensor multilabelMarginLoss(Tensor input, Tensor target, Reduction reduction) {
    return wrap(
        Ops.multilabelMarginLoss(handle("input", input), handle("target", target), code(reduction)), input, target);
  }

  /**
   * binaryCrossEntropyWithLogits for each class, times the weight [classes], averaged over the last dimension, the
   * classes. Here {@code reduction} is MEAN.
   */
  public static Tensor multilabelSoftMarginLoss(Tensor input, Tensor target) {
    return wrap(Ops.multilabelSoftMarginLoss(handle("input", input), handle("target", target)), input, target);
  }

  /**
   * binaryCrossEntropyWithLogits for each class, times the weight [classes], averaged over the last dimension, the
   * classes. Here {@code reduction} is MEAN.
   */
  public static Tensor multilabelSoftMarginLoss(Tensor input, Tensor target, @Nullable Tensor weight) {
    return multilabelSoftMarginLoss(input, target, weight, Reduction.MEAN);
  }

  /**
   * binaryCrossEntropyWithLogits for each class, times the weight [classes], averaged over the last dimension, the
   * classes.
   */
  public static Tensor multilabelSoftMarginLoss(
      Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    return wrap(
        Ops.multilabelSoftMarginLoss(handle("input", input), handle("target", target), orZero(weight), code(reduction)),
        input, target, weight);
  }

  // ---- matmul: Products; shapes in brackets. ----

  /**
   * x @ weight^T + bias for {@code x} [..., in], {@code weight} [out, in], or [in] for one output without a dimension,
   * and {@code bias} [out].
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

  /**
   * a^T W[k] b + bias[k] for each k, over the last dimensions of {@code a} [..., in1] and {@code b} [..., in2], {@code
   * weight} [out, in1, in2] and {@code bias} [out]; the result is [..., out].
   */
  public static Tensor bilinear(Tensor a, Tensor b, Tensor weight) {
    return wrap(Ops.bilinear(handle("a", a), handle("b", b), handle("weight", weight)), a, b, weight);
  }

  /**
   * a^T W[k] b + bias[k] for each k, over the last dimensions of {@code a} [..., in1] and {@code b} [..., in2], {@code
   * weight} [out, in1, in2] and {@code bias} [out]; the result is [..., out].
   */
  public static Tensor bilinear(Tensor a, Tensor b, Tensor weight, @Nullable Tensor bias) {
    return wrap(
        Ops.bilinear(handle("a", a), handle("b", b), handle("weight", weight), orZero(bias)), a, b, pair(weight, bias));
  }

  // ---- norm: Normalization by mean and variance, or by another norm. ----

  /**
   * The input with mean 0 and variance 1 over its last dimensions, then times {@code weight} plus {@code bias}. Here
   * {@code eps} is 1e-5.
   */
  public static Tensor layerNorm(Tensor input, long... normalizedShape) {
    return wrap(Ops.layerNorm(handle("input", input), given("normalizedShape", normalizedShape)), input);
  }

  /**
   * The input with mean 0 and variance 1 over its last dimensions, then times {@code weight} plus {@code bias}. Here
   * {@code eps} is 1e-5.
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
   * a batch without elements leaves the running ones as they are. Here {@code training} is false, {@code momentum} is
   * 0.1, {@code eps} is 1e-5.
   */
  public static Tensor batchNorm(Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar) {
    return wrap(
        Ops.batchNorm(handle("input", input), orZero(runningMean), orZero(runningVar)), input, runningMean, runningVar);
  }

  /**
   * Each channel with mean 0 and variance 1 over the batch and all places of it, then times {@code weight} plus {@code
   * bias}. While training the batch gives mean and variance, and the running ones go towards these, in place; else the
   * running ones are taken. The variance divides by the number of elements, the running one by one less. As in PyTorch,
   * a batch without elements leaves the running ones as they are. Here {@code training} is false, {@code momentum} is
   * 0.1, {@code eps} is 1e-5.
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
        input, runningMean, pair(runningVar, pair(weight, bias)));
  }

  /**
   * Each group of neighbouring channels of each image with mean 0 and variance 1, then each channel times its {@code
   * weight} plus its {@code bias}. Here {@code eps} is 1e-5.
   */
  public static Tensor groupNorm(Tensor input, long numGroups) {
    return wrap(Ops.groupNorm(handle("input", input), numGroups), input);
  }

  /**
   * Each group of neighbouring channels of each image with mean 0 and variance 1, then each channel times its {@code
   * weight} plus its {@code bias}. Here {@code eps} is 1e-5.
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
   * mean and variance go towards the averages of those of the images, in place. Here {@code useInputStats} is true,
   * {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(Tensor input) {
    return wrap(Ops.instanceNorm(handle("input", input)), input);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code useInputStats} is true,
   * {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(Tensor input, @Nullable Tensor runningMean) {
    return instanceNorm(input, runningMean, null, null, null, true, 0.1, 1e-5);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code useInputStats} is true,
   * {@code momentum} is 0.1, {@code eps} is 1e-5.
   */
  public static Tensor instanceNorm(Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar) {
    return instanceNorm(input, runningMean, runningVar, null, null, true, 0.1, 1e-5);
  }

  /**
   * Each channel of each image with mean 0 and variance 1, then times {@code weight} plus {@code bias}. The running
   * mean and variance go towards the averages of those of the images, in place. Here {@code useInputStats} is true,
   * {@code momentum} is 0.1, {@code eps} is 1e-5.
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
        input, runningMean, pair(runningVar, pair(weight, bias)));
  }

  /**
   * The input divided by the root of the mean square of its last dimensions, then times {@code weight}. Here {@code
   * eps} is -1.
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

  // ---- pool: Pooling over windows of the images [batch, channels, ...] or [channels, ...]; floating. The batch alone may be empty. ----

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1, {@code ceilMode}
   * is false.
   */
  public static Tensor maxPool1d(Tensor input, long[] kernelSize) {
    return wrap(Ops.maxPool1d(handle("input", input), given("kernelSize", kernelSize)), input);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1, {@code ceilMode}
   * is false.
   */
  public static Tensor maxPool1d(Tensor input, long[] kernelSize, long[] stride) {
    return maxPool1d(input, kernelSize, stride, new long[] {0}, new long[] {1}, false);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last. Here {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static Tensor maxPool1d(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return maxPool1d(input, kernelSize, stride, padding, new long[] {1}, false);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last. Here {@code ceilMode} is false.
   */
  public static Tensor maxPool1d(Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation) {
    return maxPool1d(input, kernelSize, stride, padding, dilation, false);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last.
   *
   * @param input [batch, channels, width], or without the batch
   * @param kernelSize the window's width
   * @param stride how far the window moves; its own size where none is given
   * @param padding what lies before and after the image, never the largest; half of the kernel at most
   * @param dilation how far the window's elements lie apart
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor maxPool1d(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
    return wrap(
        Ops.maxPool1d(handle("input", input), given("kernelSize", kernelSize), given("stride", stride), given("padding",
            padding), given("dilation", dilation), ceilMode),
        input);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1, {@code ceilMode}
   * is false.
   */
  public static Tensor maxPool1d(Tensor input, long kernelSize) {
    return wrap(Ops.maxPool1d(handle("input", input), new long[] {kernelSize}), input);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1, {@code ceilMode}
   * is false.
   */
  public static Tensor maxPool1d(Tensor input, long kernelSize, long stride) {
    return maxPool1d(input, kernelSize, stride, 0, 1, false);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last. Here {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static Tensor maxPool1d(Tensor input, long kernelSize, long stride, long padding) {
    return maxPool1d(input, kernelSize, stride, padding, 1, false);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last. Here {@code ceilMode} is false.
   */
  public static Tensor maxPool1d(Tensor input, long kernelSize, long stride, long padding, long dilation) {
    return maxPool1d(input, kernelSize, stride, padding, dilation, false);
  }

  /**
   * The largest element of each window of [batch, channels, width]; NaN where there is one. The gradient goes to that
   * element: of equals the first, of NaNs the last.
   *
   * @param input [batch, channels, width], or without the batch
   * @param kernelSize the window's width
   * @param stride how far the window moves; its own size where none is given
   * @param padding what lies before and after the image, never the largest; half of the kernel at most
   * @param dilation how far the window's elements lie apart
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor maxPool1d(
      Tensor input, long kernelSize, long stride, long padding, long dilation, boolean ceilMode) {
    return wrap(
        Ops.maxPool1d(handle("input", input), new long[] {kernelSize}, new long[] {stride}, new long[] {padding},
            new long[] {dilation}, ceilMode),
        input);
  }

  /**
   * maxPool1d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool1dWithIndices(Tensor input, long[] kernelSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool1dWithIndices(handle("input", input), given("kernelSize", kernelSize)), input));
  }

  /**
   * maxPool1d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool1dWithIndices(Tensor input, long[] kernelSize, long[] stride) {
    return maxPool1dWithIndices(input, kernelSize, stride, new long[] {0}, new long[] {1}, false);
  }

  /**
   * maxPool1d with the places of the elements, counted row by row in their image, as int64. Here {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool1dWithIndices(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return maxPool1dWithIndices(input, kernelSize, stride, padding, new long[] {1}, false);
  }

  /**
   * maxPool1d with the places of the elements, counted row by row in their image, as int64. Here {@code ceilMode} is
   * false.
   */
  public static ValuesAndIndices maxPool1dWithIndices(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation) {
    return maxPool1dWithIndices(input, kernelSize, stride, padding, dilation, false);
  }

  /** maxPool1d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices maxPool1dWithIndices(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool1dWithIndices(handle("input", input), given("kernelSize", kernelSize), given("stride",
            stride), given("padding", padding), given("dilation", dilation), ceilMode),
        input));
  }

  /**
   * maxPool1d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool1dWithIndices(Tensor input, long kernelSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool1dWithIndices(handle("input", input), new long[] {kernelSize}), input));
  }

  /**
   * maxPool1d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool1dWithIndices(Tensor input, long kernelSize, long stride) {
    return maxPool1dWithIndices(input, kernelSize, stride, 0, 1, false);
  }

  /**
   * maxPool1d with the places of the elements, counted row by row in their image, as int64. Here {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool1dWithIndices(Tensor input, long kernelSize, long stride, long padding) {
    return maxPool1dWithIndices(input, kernelSize, stride, padding, 1, false);
  }

  /**
   * maxPool1d with the places of the elements, counted row by row in their image, as int64. Here {@code ceilMode} is
   * false.
   */
  public static ValuesAndIndices maxPool1dWithIndices(
      Tensor input, long kernelSize, long stride, long padding, long dilation) {
    return maxPool1dWithIndices(input, kernelSize, stride, padding, dilation, false);
  }

  /** maxPool1d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices maxPool1dWithIndices(
      Tensor input, long kernelSize, long stride, long padding, long dilation, boolean ceilMode) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool1dWithIndices(handle("input", input), new long[] {kernelSize}, new long[] {stride},
            new long[] {padding}, new long[] {dilation}, ceilMode),
        input));
  }

  /**
   * The average of each window of [batch, channels, width]. Here {@code padding} is 0, {@code ceilMode} is false,
   * {@code countIncludePad} is true.
   */
  public static Tensor avgPool1d(Tensor input, long[] kernelSize) {
    return wrap(Ops.avgPool1d(handle("input", input), given("kernelSize", kernelSize)), input);
  }

  /**
   * The average of each window of [batch, channels, width]. Here {@code padding} is 0, {@code ceilMode} is false,
   * {@code countIncludePad} is true.
   */
  public static Tensor avgPool1d(Tensor input, long[] kernelSize, long[] stride) {
    return avgPool1d(input, kernelSize, stride, new long[] {0}, false, true);
  }

  /**
   * The average of each window of [batch, channels, width]. Here {@code ceilMode} is false, {@code countIncludePad} is
   * true.
   */
  public static Tensor avgPool1d(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return avgPool1d(input, kernelSize, stride, padding, false, true);
  }

  /** The average of each window of [batch, channels, width]. Here {@code countIncludePad} is true. */
  public static Tensor avgPool1d(Tensor input, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode) {
    return avgPool1d(input, kernelSize, stride, padding, ceilMode, true);
  }

  /**
   * The average of each window of [batch, channels, width].
   *
   * @param input [batch, channels, width], or without the batch
   * @param kernelSize the window's width
   * @param stride how far the window moves; its own size where none is given
   * @param padding zeros before and after the image; half of the kernel at most
   * @param ceilMode whether a last window that reaches past the end counts
   * @param countIncludePad whether zeros of the padding count among the window's elements
   */
  public static Tensor avgPool1d(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode, boolean countIncludePad) {
    return wrap(
        Ops.avgPool1d(handle("input", input), given("kernelSize", kernelSize), given("stride", stride), given("padding",
            padding), ceilMode, countIncludePad),
        input);
  }

  /**
   * The average of each window of [batch, channels, width]. Here {@code padding} is 0, {@code ceilMode} is false,
   * {@code countIncludePad} is true.
   */
  public static Tensor avgPool1d(Tensor input, long kernelSize) {
    return wrap(Ops.avgPool1d(handle("input", input), new long[] {kernelSize}), input);
  }

  /**
   * The average of each window of [batch, channels, width]. Here {@code padding} is 0, {@code ceilMode} is false,
   * {@code countIncludePad} is true.
   */
  public static Tensor avgPool1d(Tensor input, long kernelSize, long stride) {
    return avgPool1d(input, kernelSize, stride, 0, false, true);
  }

  /**
   * The average of each window of [batch, channels, width]. Here {@code ceilMode} is false, {@code countIncludePad} is
   * true.
   */
  public static Tensor avgPool1d(Tensor input, long kernelSize, long stride, long padding) {
    return avgPool1d(input, kernelSize, stride, padding, false, true);
  }

  /** The average of each window of [batch, channels, width]. Here {@code countIncludePad} is true. */
  public static Tensor avgPool1d(Tensor input, long kernelSize, long stride, long padding, boolean ceilMode) {
    return avgPool1d(input, kernelSize, stride, padding, ceilMode, true);
  }

  /**
   * The average of each window of [batch, channels, width].
   *
   * @param input [batch, channels, width], or without the batch
   * @param kernelSize the window's width
   * @param stride how far the window moves; its own size where none is given
   * @param padding zeros before and after the image; half of the kernel at most
   * @param ceilMode whether a last window that reaches past the end counts
   * @param countIncludePad whether zeros of the padding count among the window's elements
   */
  public static Tensor avgPool1d(
      Tensor input, long kernelSize, long stride, long padding, boolean ceilMode, boolean countIncludePad) {
    return wrap(
        Ops.avgPool1d(handle("input", input), new long[] {kernelSize}, new long[] {stride}, new long[] {padding},
            ceilMode, countIncludePad),
        input);
  }

  /**
   * The largest elements of windows that divide [batch, channels, width] evenly.
   *
   * @param input [batch, channels, width], or without the batch
   * @param outputSize the result's width; -1 for the input's
   */
  public static Tensor adaptiveMaxPool1d(Tensor input, long[] outputSize) {
    return wrap(Ops.adaptiveMaxPool1d(handle("input", input), given("outputSize", outputSize)), input);
  }

  /**
   * The largest elements of windows that divide [batch, channels, width] evenly.
   *
   * @param input [batch, channels, width], or without the batch
   * @param outputSize the result's width; -1 for the input's
   */
  public static Tensor adaptiveMaxPool1d(Tensor input, long outputSize) {
    return wrap(Ops.adaptiveMaxPool1d(handle("input", input), new long[] {outputSize}), input);
  }

  /** adaptiveMaxPool1d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices adaptiveMaxPool1dWithIndices(Tensor input, long[] outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.adaptiveMaxPool1dWithIndices(handle("input", input), given("outputSize", outputSize)), input));
  }

  /** adaptiveMaxPool1d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices adaptiveMaxPool1dWithIndices(Tensor input, long outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.adaptiveMaxPool1dWithIndices(handle("input", input), new long[] {outputSize}), input));
  }

  /**
   * The averages of windows that divide [batch, channels, width] evenly.
   *
   * @param input [batch, channels, width], or without the batch
   * @param outputSize the result's width; -1 for the input's
   */
  public static Tensor adaptiveAvgPool1d(Tensor input, long[] outputSize) {
    return wrap(Ops.adaptiveAvgPool1d(handle("input", input), given("outputSize", outputSize)), input);
  }

  /**
   * The averages of windows that divide [batch, channels, width] evenly.
   *
   * @param input [batch, channels, width], or without the batch
   * @param outputSize the result's width; -1 for the input's
   */
  public static Tensor adaptiveAvgPool1d(Tensor input, long outputSize) {
    return wrap(Ops.adaptiveAvgPool1d(handle("input", input), new long[] {outputSize}), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, width], whose gradient is 0 where the
   * sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool1d(Tensor input, double normType, long[] kernelSize) {
    return wrap(Ops.lpPool1d(handle("input", input), normType, given("kernelSize", kernelSize)), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, width], whose gradient is 0 where the
   * sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool1d(Tensor input, double normType, long[] kernelSize, long[] stride) {
    return lpPool1d(input, normType, kernelSize, stride, false);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, width], whose gradient is 0 where the
   * sum is.
   *
   * @param input [batch, channels, width], or without the batch
   * @param normType the exponent
   * @param kernelSize the window's width
   * @param stride how far the window moves; its own size where none is given
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor lpPool1d(Tensor input, double normType, long[] kernelSize, long[] stride, boolean ceilMode) {
    return wrap(
        Ops.lpPool1d(handle("input", input), normType, given("kernelSize", kernelSize), given("stride", stride),
            ceilMode),
        input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, width], whose gradient is 0 where the
   * sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool1d(Tensor input, double normType, long kernelSize) {
    return wrap(Ops.lpPool1d(handle("input", input), normType, new long[] {kernelSize}), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, width], whose gradient is 0 where the
   * sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool1d(Tensor input, double normType, long kernelSize, long stride) {
    return lpPool1d(input, normType, kernelSize, stride, false);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, width], whose gradient is 0 where the
   * sum is.
   *
   * @param input [batch, channels, width], or without the batch
   * @param normType the exponent
   * @param kernelSize the window's width
   * @param stride how far the window moves; its own size where none is given
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor lpPool1d(Tensor input, double normType, long kernelSize, long stride, boolean ceilMode) {
    return wrap(
        Ops.lpPool1d(handle("input", input), normType, new long[] {kernelSize}, new long[] {stride}, ceilMode), input);
  }

  /**
   * The elements at the places of an image that maxPool1dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool1d(Tensor input, Tensor indices, long[] kernelSize) {
    return wrap(
        Ops.maxUnpool1d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize)),
        input, indices);
  }

  /**
   * The elements at the places of an image that maxPool1dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool1d(Tensor input, Tensor indices, long[] kernelSize, long[] stride) {
    return maxUnpool1d(input, indices, kernelSize, stride, new long[] {0});
  }

  /**
   * The elements at the places of an image that maxPool1dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's.
   *
   * @param input [batch, channels, width], or without the batch
   * @param indices places in the image, of the input's shape
   * @param kernelSize the window's width
   * @param stride how far the window moved; its own size where none is given
   * @param padding what lay before and after the image
   */
  public static Tensor maxUnpool1d(Tensor input, Tensor indices, long[] kernelSize, long[] stride, long[] padding) {
    return wrap(
        Ops.maxUnpool1d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize),
            given("stride", stride), given("padding", padding)),
        input, indices);
  }

  /**
   * The elements at the places of an image that maxPool1dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool1d(Tensor input, Tensor indices, long kernelSize) {
    return wrap(
        Ops.maxUnpool1d(handle("input", input), handle("indices", indices), new long[] {kernelSize}), input, indices);
  }

  /**
   * The elements at the places of an image that maxPool1dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool1d(Tensor input, Tensor indices, long kernelSize, long stride) {
    return maxUnpool1d(input, indices, kernelSize, stride, 0);
  }

  /**
   * The elements at the places of an image that maxPool1dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's.
   *
   * @param input [batch, channels, width], or without the batch
   * @param indices places in the image, of the input's shape
   * @param kernelSize the window's width
   * @param stride how far the window moved; its own size where none is given
   * @param padding what lay before and after the image
   */
  public static Tensor maxUnpool1d(Tensor input, Tensor indices, long kernelSize, long stride, long padding) {
    return wrap(
        Ops.maxUnpool1d(handle("input", input), handle("indices", indices), new long[] {kernelSize},
            new long[] {stride}, new long[] {padding}),
        input, indices);
  }

  /** maxUnpool1d to an image of that size: its width, or all of its sizes. */
  public static Tensor maxUnpool1d(
      Tensor input, Tensor indices, long[] kernelSize, long[] stride, long[] padding, long... outputSize) {
    return wrap(
        Ops.maxUnpool1d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize),
            given("stride", stride), given("padding", padding), given("outputSize", outputSize)),
        input, indices);
  }

  /** maxUnpool1d to an image of that size: its width, or all of its sizes. */
  public static Tensor maxUnpool1d(
      Tensor input, Tensor indices, long kernelSize, long stride, long padding, long... outputSize) {
    return wrap(
        Ops.maxUnpool1d(handle("input", input), handle("indices", indices), new long[] {kernelSize},
            new long[] {stride}, new long[] {padding}, given("outputSize", outputSize)),
        input, indices);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1, {@code
   * ceilMode} is false.
   */
  public static Tensor maxPool2d(Tensor input, long[] kernelSize) {
    return wrap(Ops.maxPool2d(handle("input", input), given("kernelSize", kernelSize)), input);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1, {@code
   * ceilMode} is false.
   */
  public static Tensor maxPool2d(Tensor input, long[] kernelSize, long[] stride) {
    return maxPool2d(input, kernelSize, stride, new long[] {0}, new long[] {1}, false);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last. Here {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static Tensor maxPool2d(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return maxPool2d(input, kernelSize, stride, padding, new long[] {1}, false);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last. Here {@code ceilMode} is false.
   */
  public static Tensor maxPool2d(Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation) {
    return maxPool2d(input, kernelSize, stride, padding, dilation, false);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param kernelSize the window's height and width
   * @param stride how far the window moves; its own size where none is given
   * @param padding what lies before and after the image, never the largest; half of the kernel at most
   * @param dilation how far the window's elements lie apart
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor maxPool2d(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
    return wrap(
        Ops.maxPool2d(handle("input", input), given("kernelSize", kernelSize), given("stride", stride), given("padding",
            padding), given("dilation", dilation), ceilMode),
        input);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1, {@code
   * ceilMode} is false.
   */
  public static Tensor maxPool2d(Tensor input, long kernelSize) {
    return wrap(Ops.maxPool2d(handle("input", input), new long[] {kernelSize}), input);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1, {@code
   * ceilMode} is false.
   */
  public static Tensor maxPool2d(Tensor input, long kernelSize, long stride) {
    return maxPool2d(input, kernelSize, stride, 0, 1, false);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last. Here {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static Tensor maxPool2d(Tensor input, long kernelSize, long stride, long padding) {
    return maxPool2d(input, kernelSize, stride, padding, 1, false);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last. Here {@code ceilMode} is false.
   */
  public static Tensor maxPool2d(Tensor input, long kernelSize, long stride, long padding, long dilation) {
    return maxPool2d(input, kernelSize, stride, padding, dilation, false);
  }

  /**
   * The largest element of each window of [batch, channels, height, width]; NaN where there is one. The gradient goes
   * to that element: of equals the first, of NaNs the last.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param kernelSize the window's height and width
   * @param stride how far the window moves; its own size where none is given
   * @param padding what lies before and after the image, never the largest; half of the kernel at most
   * @param dilation how far the window's elements lie apart
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor maxPool2d(
      Tensor input, long kernelSize, long stride, long padding, long dilation, boolean ceilMode) {
    return wrap(
        Ops.maxPool2d(handle("input", input), new long[] {kernelSize}, new long[] {stride}, new long[] {padding},
            new long[] {dilation}, ceilMode),
        input);
  }

  /**
   * maxPool2d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool2dWithIndices(Tensor input, long[] kernelSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool2dWithIndices(handle("input", input), given("kernelSize", kernelSize)), input));
  }

  /**
   * maxPool2d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool2dWithIndices(Tensor input, long[] kernelSize, long[] stride) {
    return maxPool2dWithIndices(input, kernelSize, stride, new long[] {0}, new long[] {1}, false);
  }

  /**
   * maxPool2d with the places of the elements, counted row by row in their image, as int64. Here {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool2dWithIndices(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return maxPool2dWithIndices(input, kernelSize, stride, padding, new long[] {1}, false);
  }

  /**
   * maxPool2d with the places of the elements, counted row by row in their image, as int64. Here {@code ceilMode} is
   * false.
   */
  public static ValuesAndIndices maxPool2dWithIndices(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation) {
    return maxPool2dWithIndices(input, kernelSize, stride, padding, dilation, false);
  }

  /** maxPool2d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices maxPool2dWithIndices(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool2dWithIndices(handle("input", input), given("kernelSize", kernelSize), given("stride",
            stride), given("padding", padding), given("dilation", dilation), ceilMode),
        input));
  }

  /**
   * maxPool2d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool2dWithIndices(Tensor input, long kernelSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool2dWithIndices(handle("input", input), new long[] {kernelSize}), input));
  }

  /**
   * maxPool2d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool2dWithIndices(Tensor input, long kernelSize, long stride) {
    return maxPool2dWithIndices(input, kernelSize, stride, 0, 1, false);
  }

  /**
   * maxPool2d with the places of the elements, counted row by row in their image, as int64. Here {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool2dWithIndices(Tensor input, long kernelSize, long stride, long padding) {
    return maxPool2dWithIndices(input, kernelSize, stride, padding, 1, false);
  }

  /**
   * maxPool2d with the places of the elements, counted row by row in their image, as int64. Here {@code ceilMode} is
   * false.
   */
  public static ValuesAndIndices maxPool2dWithIndices(
      Tensor input, long kernelSize, long stride, long padding, long dilation) {
    return maxPool2dWithIndices(input, kernelSize, stride, padding, dilation, false);
  }

  /** maxPool2d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices maxPool2dWithIndices(
      Tensor input, long kernelSize, long stride, long padding, long dilation, boolean ceilMode) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool2dWithIndices(handle("input", input), new long[] {kernelSize}, new long[] {stride},
            new long[] {padding}, new long[] {dilation}, ceilMode),
        input));
  }

  /**
   * The average of each window of [batch, channels, height, width]. Here {@code padding} is 0, {@code ceilMode} is
   * false, {@code countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool2d(Tensor input, long[] kernelSize) {
    return wrap(Ops.avgPool2d(handle("input", input), given("kernelSize", kernelSize)), input);
  }

  /**
   * The average of each window of [batch, channels, height, width]. Here {@code padding} is 0, {@code ceilMode} is
   * false, {@code countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool2d(Tensor input, long[] kernelSize, long[] stride) {
    return avgPool2d(input, kernelSize, stride, new long[] {0}, false, true, 0);
  }

  /**
   * The average of each window of [batch, channels, height, width]. Here {@code ceilMode} is false, {@code
   * countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool2d(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return avgPool2d(input, kernelSize, stride, padding, false, true, 0);
  }

  /**
   * The average of each window of [batch, channels, height, width]. Here {@code countIncludePad} is true, {@code
   * divisorOverride} is 0.
   */
  public static Tensor avgPool2d(Tensor input, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode) {
    return avgPool2d(input, kernelSize, stride, padding, ceilMode, true, 0);
  }

  /** The average of each window of [batch, channels, height, width]. Here {@code divisorOverride} is 0. */
  public static Tensor avgPool2d(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode, boolean countIncludePad) {
    return avgPool2d(input, kernelSize, stride, padding, ceilMode, countIncludePad, 0);
  }

  /**
   * The average of each window of [batch, channels, height, width].
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param kernelSize the window's height and width
   * @param stride how far the window moves; its own size where none is given
   * @param padding zeros before and after the image; half of the kernel at most
   * @param ceilMode whether a last window that reaches past the end counts
   * @param countIncludePad whether zeros of the padding count among the window's elements
   * @param divisorOverride what sums are divided by instead of the number of elements; 0 for that
   */
  public static Tensor avgPool2d(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode, boolean countIncludePad, long divisorOverride) {
    return wrap(
        Ops.avgPool2d(handle("input", input), given("kernelSize", kernelSize), given("stride", stride), given("padding",
            padding), ceilMode, countIncludePad, divisorOverride),
        input);
  }

  /**
   * The average of each window of [batch, channels, height, width]. Here {@code padding} is 0, {@code ceilMode} is
   * false, {@code countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool2d(Tensor input, long kernelSize) {
    return wrap(Ops.avgPool2d(handle("input", input), new long[] {kernelSize}), input);
  }

  /**
   * The average of each window of [batch, channels, height, width]. Here {@code padding} is 0, {@code ceilMode} is
   * false, {@code countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool2d(Tensor input, long kernelSize, long stride) {
    return avgPool2d(input, kernelSize, stride, 0, false, true, 0);
  }

  /**
   * The average of each window of [batch, channels, height, width]. Here {@code ceilMode} is false, {@code
   * countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool2d(Tensor input, long kernelSize, long stride, long padding) {
    return avgPool2d(input, kernelSize, stride, padding, false, true, 0);
  }

  /**
   * The average of each window of [batch, channels, height, width]. Here {@code countIncludePad} is true, {@code
   * divisorOverride} is 0.
   */
  public static Tensor avgPool2d(Tensor input, long kernelSize, long stride, long padding, boolean ceilMode) {
    return avgPool2d(input, kernelSize, stride, padding, ceilMode, true, 0);
  }

  /** The average of each window of [batch, channels, height, width]. Here {@code divisorOverride} is 0. */
  public static Tensor avgPool2d(
      Tensor input, long kernelSize, long stride, long padding, boolean ceilMode, boolean countIncludePad) {
    return avgPool2d(input, kernelSize, stride, padding, ceilMode, countIncludePad, 0);
  }

  /**
   * The average of each window of [batch, channels, height, width].
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param kernelSize the window's height and width
   * @param stride how far the window moves; its own size where none is given
   * @param padding zeros before and after the image; half of the kernel at most
   * @param ceilMode whether a last window that reaches past the end counts
   * @param countIncludePad whether zeros of the padding count among the window's elements
   * @param divisorOverride what sums are divided by instead of the number of elements; 0 for that
   */
  public static Tensor avgPool2d(
      Tensor input, long kernelSize, long stride, long padding, boolean ceilMode, boolean countIncludePad, long divisorOverride) {
    return wrap(
        Ops.avgPool2d(handle("input", input), new long[] {kernelSize}, new long[] {stride}, new long[] {padding},
            ceilMode, countIncludePad, divisorOverride),
        input);
  }

  /**
   * The largest elements of windows that divide [batch, channels, height, width] evenly.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param outputSize the result's height and width; -1 for the input's
   */
  public static Tensor adaptiveMaxPool2d(Tensor input, long[] outputSize) {
    return wrap(Ops.adaptiveMaxPool2d(handle("input", input), given("outputSize", outputSize)), input);
  }

  /**
   * The largest elements of windows that divide [batch, channels, height, width] evenly.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param outputSize the result's height and width; -1 for the input's
   */
  public static Tensor adaptiveMaxPool2d(Tensor input, long outputSize) {
    return wrap(Ops.adaptiveMaxPool2d(handle("input", input), new long[] {outputSize}), input);
  }

  /** adaptiveMaxPool2d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices adaptiveMaxPool2dWithIndices(Tensor input, long[] outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.adaptiveMaxPool2dWithIndices(handle("input", input), given("outputSize", outputSize)), input));
  }

  /** adaptiveMaxPool2d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices adaptiveMaxPool2dWithIndices(Tensor input, long outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.adaptiveMaxPool2dWithIndices(handle("input", input), new long[] {outputSize}), input));
  }

  /**
   * The averages of windows that divide [batch, channels, height, width] evenly.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param outputSize the result's height and width; -1 for the input's
   */
  public static Tensor adaptiveAvgPool2d(Tensor input, long[] outputSize) {
    return wrap(Ops.adaptiveAvgPool2d(handle("input", input), given("outputSize", outputSize)), input);
  }

  /**
   * The averages of windows that divide [batch, channels, height, width] evenly.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param outputSize the result's height and width; -1 for the input's
   */
  public static Tensor adaptiveAvgPool2d(Tensor input, long outputSize) {
    return wrap(Ops.adaptiveAvgPool2d(handle("input", input), new long[] {outputSize}), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, height, width], whose gradient is 0
   * where the sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool2d(Tensor input, double normType, long[] kernelSize) {
    return wrap(Ops.lpPool2d(handle("input", input), normType, given("kernelSize", kernelSize)), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, height, width], whose gradient is 0
   * where the sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool2d(Tensor input, double normType, long[] kernelSize, long[] stride) {
    return lpPool2d(input, normType, kernelSize, stride, false);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, height, width], whose gradient is 0
   * where the sum is.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param normType the exponent
   * @param kernelSize the window's height and width
   * @param stride how far the window moves; its own size where none is given
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor lpPool2d(Tensor input, double normType, long[] kernelSize, long[] stride, boolean ceilMode) {
    return wrap(
        Ops.lpPool2d(handle("input", input), normType, given("kernelSize", kernelSize), given("stride", stride),
            ceilMode),
        input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, height, width], whose gradient is 0
   * where the sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool2d(Tensor input, double normType, long kernelSize) {
    return wrap(Ops.lpPool2d(handle("input", input), normType, new long[] {kernelSize}), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, height, width], whose gradient is 0
   * where the sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool2d(Tensor input, double normType, long kernelSize, long stride) {
    return lpPool2d(input, normType, kernelSize, stride, false);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, height, width], whose gradient is 0
   * where the sum is.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param normType the exponent
   * @param kernelSize the window's height and width
   * @param stride how far the window moves; its own size where none is given
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor lpPool2d(Tensor input, double normType, long kernelSize, long stride, boolean ceilMode) {
    return wrap(
        Ops.lpPool2d(handle("input", input), normType, new long[] {kernelSize}, new long[] {stride}, ceilMode), input);
  }

  /**
   * The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
   * https://arxiv.org/abs/1412.6071.
   */
  public static Tensor fractionalMaxPool2d(Tensor input, long[] kernelSize, long[] outputSize) {
    return wrap(
        Ops.fractionalMaxPool2d(handle("input", input), given("kernelSize", kernelSize), given("outputSize",
            outputSize)),
        input);
  }

  /**
   * The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
   * https://arxiv.org/abs/1412.6071.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param kernelSize the window's height and width
   * @param outputSize the result's height and width
   * @param randomSamples [batch, channels, 2], numbers in [0, 1) that place the windows along width and height of each
   *     image; drawn where null
   */
  public static Tensor fractionalMaxPool2d(
      Tensor input, long[] kernelSize, long[] outputSize, @Nullable Tensor randomSamples) {
    return wrap(
        Ops.fractionalMaxPool2d(handle("input", input), given("kernelSize", kernelSize), given("outputSize",
            outputSize), orZero(randomSamples)),
        input, randomSamples);
  }

  /**
   * The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
   * https://arxiv.org/abs/1412.6071.
   */
  public static Tensor fractionalMaxPool2d(Tensor input, long kernelSize, long outputSize) {
    return wrap(
        Ops.fractionalMaxPool2d(handle("input", input), new long[] {kernelSize}, new long[] {outputSize}), input);
  }

  /**
   * The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
   * https://arxiv.org/abs/1412.6071.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param kernelSize the window's height and width
   * @param outputSize the result's height and width
   * @param randomSamples [batch, channels, 2], numbers in [0, 1) that place the windows along width and height of each
   *     image; drawn where null
   */
  public static Tensor fractionalMaxPool2d(
      Tensor input, long kernelSize, long outputSize, @Nullable Tensor randomSamples) {
    return wrap(
        Ops.fractionalMaxPool2d(handle("input", input), new long[] {kernelSize}, new long[] {outputSize},
            orZero(randomSamples)),
        input, randomSamples);
  }

  /** fractionalMaxPool2d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices fractionalMaxPool2dWithIndices(Tensor input, long[] kernelSize, long[] outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.fractionalMaxPool2dWithIndices(handle("input", input), given("kernelSize", kernelSize),
            given("outputSize", outputSize)),
        input));
  }

  /** fractionalMaxPool2d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices fractionalMaxPool2dWithIndices(
      Tensor input, long[] kernelSize, long[] outputSize, @Nullable Tensor randomSamples) {
    return ValuesAndIndices.of(
        wrapAll(Ops.fractionalMaxPool2dWithIndices(handle("input", input), given("kernelSize", kernelSize),
            given("outputSize", outputSize), orZero(randomSamples)),
        pair(input, randomSamples)));
  }

  /** fractionalMaxPool2d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices fractionalMaxPool2dWithIndices(Tensor input, long kernelSize, long outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.fractionalMaxPool2dWithIndices(handle("input", input), new long[] {kernelSize},
            new long[] {outputSize}),
        input));
  }

  /** fractionalMaxPool2d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices fractionalMaxPool2dWithIndices(
      Tensor input, long kernelSize, long outputSize, @Nullable Tensor randomSamples) {
    return ValuesAndIndices.of(
        wrapAll(Ops.fractionalMaxPool2dWithIndices(handle("input", input), new long[] {kernelSize},
            new long[] {outputSize}, orZero(randomSamples)),
        pair(input, randomSamples)));
  }

  /**
   * The elements at the places of an image that maxPool2dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool2d(Tensor input, Tensor indices, long[] kernelSize) {
    return wrap(
        Ops.maxUnpool2d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize)),
        input, indices);
  }

  /**
   * The elements at the places of an image that maxPool2dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool2d(Tensor input, Tensor indices, long[] kernelSize, long[] stride) {
    return maxUnpool2d(input, indices, kernelSize, stride, new long[] {0});
  }

  /**
   * The elements at the places of an image that maxPool2dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param indices places in the image, of the input's shape
   * @param kernelSize the window's height and width
   * @param stride how far the window moved; its own size where none is given
   * @param padding what lay before and after the image
   */
  public static Tensor maxUnpool2d(Tensor input, Tensor indices, long[] kernelSize, long[] stride, long[] padding) {
    return wrap(
        Ops.maxUnpool2d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize),
            given("stride", stride), given("padding", padding)),
        input, indices);
  }

  /**
   * The elements at the places of an image that maxPool2dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool2d(Tensor input, Tensor indices, long kernelSize) {
    return wrap(
        Ops.maxUnpool2d(handle("input", input), handle("indices", indices), new long[] {kernelSize}), input, indices);
  }

  /**
   * The elements at the places of an image that maxPool2dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool2d(Tensor input, Tensor indices, long kernelSize, long stride) {
    return maxUnpool2d(input, indices, kernelSize, stride, 0);
  }

  /**
   * The elements at the places of an image that maxPool2dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's.
   *
   * @param input [batch, channels, height, width], or without the batch
   * @param indices places in the image, of the input's shape
   * @param kernelSize the window's height and width
   * @param stride how far the window moved; its own size where none is given
   * @param padding what lay before and after the image
   */
  public static Tensor maxUnpool2d(Tensor input, Tensor indices, long kernelSize, long stride, long padding) {
    return wrap(
        Ops.maxUnpool2d(handle("input", input), handle("indices", indices), new long[] {kernelSize},
            new long[] {stride}, new long[] {padding}),
        input, indices);
  }

  /** maxUnpool2d to an image of that size: its height and width, or all of its sizes. */
  public static Tensor maxUnpool2d(
      Tensor input, Tensor indices, long[] kernelSize, long[] stride, long[] padding, long... outputSize) {
    return wrap(
        Ops.maxUnpool2d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize),
            given("stride", stride), given("padding", padding), given("outputSize", outputSize)),
        input, indices);
  }

  /** maxUnpool2d to an image of that size: its height and width, or all of its sizes. */
  public static Tensor maxUnpool2d(
      Tensor input, Tensor indices, long kernelSize, long stride, long padding, long... outputSize) {
    return wrap(
        Ops.maxUnpool2d(handle("input", input), handle("indices", indices), new long[] {kernelSize},
            new long[] {stride}, new long[] {padding}, given("outputSize", outputSize)),
        input, indices);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static Tensor maxPool3d(Tensor input, long[] kernelSize) {
    return wrap(Ops.maxPool3d(handle("input", input), given("kernelSize", kernelSize)), input);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static Tensor maxPool3d(Tensor input, long[] kernelSize, long[] stride) {
    return maxPool3d(input, kernelSize, stride, new long[] {0}, new long[] {1}, false);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last. Here {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static Tensor maxPool3d(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return maxPool3d(input, kernelSize, stride, padding, new long[] {1}, false);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last. Here {@code ceilMode} is false.
   */
  public static Tensor maxPool3d(Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation) {
    return maxPool3d(input, kernelSize, stride, padding, dilation, false);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves; its own size where none is given
   * @param padding what lies before and after the image, never the largest; half of the kernel at most
   * @param dilation how far the window's elements lie apart
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor maxPool3d(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
    return wrap(
        Ops.maxPool3d(handle("input", input), given("kernelSize", kernelSize), given("stride", stride), given("padding",
            padding), given("dilation", dilation), ceilMode),
        input);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static Tensor maxPool3d(Tensor input, long kernelSize) {
    return wrap(Ops.maxPool3d(handle("input", input), new long[] {kernelSize}), input);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last. Here {@code padding} is 0, {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static Tensor maxPool3d(Tensor input, long kernelSize, long stride) {
    return maxPool3d(input, kernelSize, stride, 0, 1, false);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last. Here {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static Tensor maxPool3d(Tensor input, long kernelSize, long stride, long padding) {
    return maxPool3d(input, kernelSize, stride, padding, 1, false);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last. Here {@code ceilMode} is false.
   */
  public static Tensor maxPool3d(Tensor input, long kernelSize, long stride, long padding, long dilation) {
    return maxPool3d(input, kernelSize, stride, padding, dilation, false);
  }

  /**
   * The largest element of each window of [batch, channels, depth, height, width]; NaN where there is one. The gradient
   * goes to that element: of equals the first, of NaNs the last.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves; its own size where none is given
   * @param padding what lies before and after the image, never the largest; half of the kernel at most
   * @param dilation how far the window's elements lie apart
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor maxPool3d(
      Tensor input, long kernelSize, long stride, long padding, long dilation, boolean ceilMode) {
    return wrap(
        Ops.maxPool3d(handle("input", input), new long[] {kernelSize}, new long[] {stride}, new long[] {padding},
            new long[] {dilation}, ceilMode),
        input);
  }

  /**
   * maxPool3d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool3dWithIndices(Tensor input, long[] kernelSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool3dWithIndices(handle("input", input), given("kernelSize", kernelSize)), input));
  }

  /**
   * maxPool3d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool3dWithIndices(Tensor input, long[] kernelSize, long[] stride) {
    return maxPool3dWithIndices(input, kernelSize, stride, new long[] {0}, new long[] {1}, false);
  }

  /**
   * maxPool3d with the places of the elements, counted row by row in their image, as int64. Here {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool3dWithIndices(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return maxPool3dWithIndices(input, kernelSize, stride, padding, new long[] {1}, false);
  }

  /**
   * maxPool3d with the places of the elements, counted row by row in their image, as int64. Here {@code ceilMode} is
   * false.
   */
  public static ValuesAndIndices maxPool3dWithIndices(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation) {
    return maxPool3dWithIndices(input, kernelSize, stride, padding, dilation, false);
  }

  /** maxPool3d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices maxPool3dWithIndices(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, long[] dilation, boolean ceilMode) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool3dWithIndices(handle("input", input), given("kernelSize", kernelSize), given("stride",
            stride), given("padding", padding), given("dilation", dilation), ceilMode),
        input));
  }

  /**
   * maxPool3d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool3dWithIndices(Tensor input, long kernelSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool3dWithIndices(handle("input", input), new long[] {kernelSize}), input));
  }

  /**
   * maxPool3d with the places of the elements, counted row by row in their image, as int64. Here {@code padding} is 0,
   * {@code dilation} is 1, {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool3dWithIndices(Tensor input, long kernelSize, long stride) {
    return maxPool3dWithIndices(input, kernelSize, stride, 0, 1, false);
  }

  /**
   * maxPool3d with the places of the elements, counted row by row in their image, as int64. Here {@code dilation} is 1,
   * {@code ceilMode} is false.
   */
  public static ValuesAndIndices maxPool3dWithIndices(Tensor input, long kernelSize, long stride, long padding) {
    return maxPool3dWithIndices(input, kernelSize, stride, padding, 1, false);
  }

  /**
   * maxPool3d with the places of the elements, counted row by row in their image, as int64. Here {@code ceilMode} is
   * false.
   */
  public static ValuesAndIndices maxPool3dWithIndices(
      Tensor input, long kernelSize, long stride, long padding, long dilation) {
    return maxPool3dWithIndices(input, kernelSize, stride, padding, dilation, false);
  }

  /** maxPool3d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices maxPool3dWithIndices(
      Tensor input, long kernelSize, long stride, long padding, long dilation, boolean ceilMode) {
    return ValuesAndIndices.of(
        wrapAll(Ops.maxPool3dWithIndices(handle("input", input), new long[] {kernelSize}, new long[] {stride},
            new long[] {padding}, new long[] {dilation}, ceilMode),
        input));
  }

  /**
   * The average of each window of [batch, channels, depth, height, width]. Here {@code padding} is 0, {@code ceilMode}
   * is false, {@code countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool3d(Tensor input, long[] kernelSize) {
    return wrap(Ops.avgPool3d(handle("input", input), given("kernelSize", kernelSize)), input);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width]. Here {@code padding} is 0, {@code ceilMode}
   * is false, {@code countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool3d(Tensor input, long[] kernelSize, long[] stride) {
    return avgPool3d(input, kernelSize, stride, new long[] {0}, false, true, 0);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width]. Here {@code ceilMode} is false, {@code
   * countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool3d(Tensor input, long[] kernelSize, long[] stride, long[] padding) {
    return avgPool3d(input, kernelSize, stride, padding, false, true, 0);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width]. Here {@code countIncludePad} is true, {@code
   * divisorOverride} is 0.
   */
  public static Tensor avgPool3d(Tensor input, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode) {
    return avgPool3d(input, kernelSize, stride, padding, ceilMode, true, 0);
  }

  /** The average of each window of [batch, channels, depth, height, width]. Here {@code divisorOverride} is 0. */
  public static Tensor avgPool3d(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode, boolean countIncludePad) {
    return avgPool3d(input, kernelSize, stride, padding, ceilMode, countIncludePad, 0);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width].
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves; its own size where none is given
   * @param padding zeros before and after the image; half of the kernel at most
   * @param ceilMode whether a last window that reaches past the end counts
   * @param countIncludePad whether zeros of the padding count among the window's elements
   * @param divisorOverride what sums are divided by instead of the number of elements; 0 for that
   */
  public static Tensor avgPool3d(
      Tensor input, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode, boolean countIncludePad, long divisorOverride) {
    return wrap(
        Ops.avgPool3d(handle("input", input), given("kernelSize", kernelSize), given("stride", stride), given("padding",
            padding), ceilMode, countIncludePad, divisorOverride),
        input);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width]. Here {@code padding} is 0, {@code ceilMode}
   * is false, {@code countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool3d(Tensor input, long kernelSize) {
    return wrap(Ops.avgPool3d(handle("input", input), new long[] {kernelSize}), input);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width]. Here {@code padding} is 0, {@code ceilMode}
   * is false, {@code countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool3d(Tensor input, long kernelSize, long stride) {
    return avgPool3d(input, kernelSize, stride, 0, false, true, 0);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width]. Here {@code ceilMode} is false, {@code
   * countIncludePad} is true, {@code divisorOverride} is 0.
   */
  public static Tensor avgPool3d(Tensor input, long kernelSize, long stride, long padding) {
    return avgPool3d(input, kernelSize, stride, padding, false, true, 0);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width]. Here {@code countIncludePad} is true, {@code
   * divisorOverride} is 0.
   */
  public static Tensor avgPool3d(Tensor input, long kernelSize, long stride, long padding, boolean ceilMode) {
    return avgPool3d(input, kernelSize, stride, padding, ceilMode, true, 0);
  }

  /** The average of each window of [batch, channels, depth, height, width]. Here {@code divisorOverride} is 0. */
  public static Tensor avgPool3d(
      Tensor input, long kernelSize, long stride, long padding, boolean ceilMode, boolean countIncludePad) {
    return avgPool3d(input, kernelSize, stride, padding, ceilMode, countIncludePad, 0);
  }

  /**
   * The average of each window of [batch, channels, depth, height, width].
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves; its own size where none is given
   * @param padding zeros before and after the image; half of the kernel at most
   * @param ceilMode whether a last window that reaches past the end counts
   * @param countIncludePad whether zeros of the padding count among the window's elements
   * @param divisorOverride what sums are divided by instead of the number of elements; 0 for that
   */
  public static Tensor avgPool3d(
      Tensor input, long kernelSize, long stride, long padding, boolean ceilMode, boolean countIncludePad, long divisorOverride) {
    return wrap(
        Ops.avgPool3d(handle("input", input), new long[] {kernelSize}, new long[] {stride}, new long[] {padding},
            ceilMode, countIncludePad, divisorOverride),
        input);
  }

  /**
   * The largest elements of windows that divide [batch, channels, depth, height, width] evenly.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param outputSize the result's depth, height and width; -1 for the input's
   */
  public static Tensor adaptiveMaxPool3d(Tensor input, long[] outputSize) {
    return wrap(Ops.adaptiveMaxPool3d(handle("input", input), given("outputSize", outputSize)), input);
  }

  /**
   * The largest elements of windows that divide [batch, channels, depth, height, width] evenly.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param outputSize the result's depth, height and width; -1 for the input's
   */
  public static Tensor adaptiveMaxPool3d(Tensor input, long outputSize) {
    return wrap(Ops.adaptiveMaxPool3d(handle("input", input), new long[] {outputSize}), input);
  }

  /** adaptiveMaxPool3d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices adaptiveMaxPool3dWithIndices(Tensor input, long[] outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.adaptiveMaxPool3dWithIndices(handle("input", input), given("outputSize", outputSize)), input));
  }

  /** adaptiveMaxPool3d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices adaptiveMaxPool3dWithIndices(Tensor input, long outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.adaptiveMaxPool3dWithIndices(handle("input", input), new long[] {outputSize}), input));
  }

  /**
   * The averages of windows that divide [batch, channels, depth, height, width] evenly.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param outputSize the result's depth, height and width; -1 for the input's
   */
  public static Tensor adaptiveAvgPool3d(Tensor input, long[] outputSize) {
    return wrap(Ops.adaptiveAvgPool3d(handle("input", input), given("outputSize", outputSize)), input);
  }

  /**
   * The averages of windows that divide [batch, channels, depth, height, width] evenly.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param outputSize the result's depth, height and width; -1 for the input's
   */
  public static Tensor adaptiveAvgPool3d(Tensor input, long outputSize) {
    return wrap(Ops.adaptiveAvgPool3d(handle("input", input), new long[] {outputSize}), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, depth, height, width], whose gradient is
   * 0 where the sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool3d(Tensor input, double normType, long[] kernelSize) {
    return wrap(Ops.lpPool3d(handle("input", input), normType, given("kernelSize", kernelSize)), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, depth, height, width], whose gradient is
   * 0 where the sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool3d(Tensor input, double normType, long[] kernelSize, long[] stride) {
    return lpPool3d(input, normType, kernelSize, stride, false);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, depth, height, width], whose gradient is
   * 0 where the sum is.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param normType the exponent
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves; its own size where none is given
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor lpPool3d(Tensor input, double normType, long[] kernelSize, long[] stride, boolean ceilMode) {
    return wrap(
        Ops.lpPool3d(handle("input", input), normType, given("kernelSize", kernelSize), given("stride", stride),
            ceilMode),
        input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, depth, height, width], whose gradient is
   * 0 where the sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool3d(Tensor input, double normType, long kernelSize) {
    return wrap(Ops.lpPool3d(handle("input", input), normType, new long[] {kernelSize}), input);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, depth, height, width], whose gradient is
   * 0 where the sum is. Here {@code ceilMode} is false.
   */
  public static Tensor lpPool3d(Tensor input, double normType, long kernelSize, long stride) {
    return lpPool3d(input, normType, kernelSize, stride, false);
  }

  /**
   * (sum of x^normType over each window)^(1 / normType), for [batch, channels, depth, height, width], whose gradient is
   * 0 where the sum is.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param normType the exponent
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moves; its own size where none is given
   * @param ceilMode whether a last window that reaches past the end counts
   */
  public static Tensor lpPool3d(Tensor input, double normType, long kernelSize, long stride, boolean ceilMode) {
    return wrap(
        Ops.lpPool3d(handle("input", input), normType, new long[] {kernelSize}, new long[] {stride}, ceilMode), input);
  }

  /**
   * The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
   * https://arxiv.org/abs/1412.6071.
   */
  public static Tensor fractionalMaxPool3d(Tensor input, long[] kernelSize, long[] outputSize) {
    return wrap(
        Ops.fractionalMaxPool3d(handle("input", input), given("kernelSize", kernelSize), given("outputSize",
            outputSize)),
        input);
  }

  /**
   * The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
   * https://arxiv.org/abs/1412.6071.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param kernelSize the window's depth, height and width
   * @param outputSize the result's depth, height and width
   * @param randomSamples [batch, channels, 3], numbers in [0, 1) that place the windows along depth, height and width
   *     of each image; drawn where null
   */
  public static Tensor fractionalMaxPool3d(
      Tensor input, long[] kernelSize, long[] outputSize, @Nullable Tensor randomSamples) {
    return wrap(
        Ops.fractionalMaxPool3d(handle("input", input), given("kernelSize", kernelSize), given("outputSize",
            outputSize), orZero(randomSamples)),
        input, randomSamples);
  }

  /**
   * The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
   * https://arxiv.org/abs/1412.6071.
   */
  public static Tensor fractionalMaxPool3d(Tensor input, long kernelSize, long outputSize) {
    return wrap(
        Ops.fractionalMaxPool3d(handle("input", input), new long[] {kernelSize}, new long[] {outputSize}), input);
  }

  /**
   * The largest elements of windows of one size at random steps; see Graham, Fractional Max-Pooling,
   * https://arxiv.org/abs/1412.6071.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param kernelSize the window's depth, height and width
   * @param outputSize the result's depth, height and width
   * @param randomSamples [batch, channels, 3], numbers in [0, 1) that place the windows along depth, height and width
   *     of each image; drawn where null
   */
  public static Tensor fractionalMaxPool3d(
      Tensor input, long kernelSize, long outputSize, @Nullable Tensor randomSamples) {
    return wrap(
        Ops.fractionalMaxPool3d(handle("input", input), new long[] {kernelSize}, new long[] {outputSize},
            orZero(randomSamples)),
        input, randomSamples);
  }

  /** fractionalMaxPool3d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices fractionalMaxPool3dWithIndices(Tensor input, long[] kernelSize, long[] outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.fractionalMaxPool3dWithIndices(handle("input", input), given("kernelSize", kernelSize),
            given("outputSize", outputSize)),
        input));
  }

  /** fractionalMaxPool3d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices fractionalMaxPool3dWithIndices(
      Tensor input, long[] kernelSize, long[] outputSize, @Nullable Tensor randomSamples) {
    return ValuesAndIndices.of(
        wrapAll(Ops.fractionalMaxPool3dWithIndices(handle("input", input), given("kernelSize", kernelSize),
            given("outputSize", outputSize), orZero(randomSamples)),
        pair(input, randomSamples)));
  }

  /** fractionalMaxPool3d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices fractionalMaxPool3dWithIndices(Tensor input, long kernelSize, long outputSize) {
    return ValuesAndIndices.of(
        wrapAll(Ops.fractionalMaxPool3dWithIndices(handle("input", input), new long[] {kernelSize},
            new long[] {outputSize}),
        input));
  }

  /** fractionalMaxPool3d with the places of the elements, counted row by row in their image, as int64. */
  public static ValuesAndIndices fractionalMaxPool3dWithIndices(
      Tensor input, long kernelSize, long outputSize, @Nullable Tensor randomSamples) {
    return ValuesAndIndices.of(
        wrapAll(Ops.fractionalMaxPool3dWithIndices(handle("input", input), new long[] {kernelSize},
            new long[] {outputSize}, orZero(randomSamples)),
        pair(input, randomSamples)));
  }

  /**
   * The elements at the places of an image that maxPool3dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool3d(Tensor input, Tensor indices, long[] kernelSize) {
    return wrap(
        Ops.maxUnpool3d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize)),
        input, indices);
  }

  /**
   * The elements at the places of an image that maxPool3dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool3d(Tensor input, Tensor indices, long[] kernelSize, long[] stride) {
    return maxUnpool3d(input, indices, kernelSize, stride, new long[] {0});
  }

  /**
   * The elements at the places of an image that maxPool3dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param indices places in the image, of the input's shape
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moved; its own size where none is given
   * @param padding what lay before and after the image
   */
  public static Tensor maxUnpool3d(Tensor input, Tensor indices, long[] kernelSize, long[] stride, long[] padding) {
    return wrap(
        Ops.maxUnpool3d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize),
            given("stride", stride), given("padding", padding)),
        input, indices);
  }

  /**
   * The elements at the places of an image that maxPool3dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool3d(Tensor input, Tensor indices, long kernelSize) {
    return wrap(
        Ops.maxUnpool3d(handle("input", input), handle("indices", indices), new long[] {kernelSize}), input, indices);
  }

  /**
   * The elements at the places of an image that maxPool3dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's. Here {@code padding} is 0.
   */
  public static Tensor maxUnpool3d(Tensor input, Tensor indices, long kernelSize, long stride) {
    return maxUnpool3d(input, indices, kernelSize, stride, 0);
  }

  /**
   * The elements at the places of an image that maxPool3dWithIndices found them at, zeros elsewhere. The image has the
   * least size that pools to the input's.
   *
   * @param input [batch, channels, depth, height, width], or without the batch
   * @param indices places in the image, of the input's shape
   * @param kernelSize the window's depth, height and width
   * @param stride how far the window moved; its own size where none is given
   * @param padding what lay before and after the image
   */
  public static Tensor maxUnpool3d(Tensor input, Tensor indices, long kernelSize, long stride, long padding) {
    return wrap(
        Ops.maxUnpool3d(handle("input", input), handle("indices", indices), new long[] {kernelSize},
            new long[] {stride}, new long[] {padding}),
        input, indices);
  }

  /** maxUnpool3d to an image of that size: its depth, height and width, or all of its sizes. */
  public static Tensor maxUnpool3d(
      Tensor input, Tensor indices, long[] kernelSize, long[] stride, long[] padding, long... outputSize) {
    return wrap(
        Ops.maxUnpool3d(handle("input", input), handle("indices", indices), given("kernelSize", kernelSize),
            given("stride", stride), given("padding", padding), given("outputSize", outputSize)),
        input, indices);
  }

  /** maxUnpool3d to an image of that size: its depth, height and width, or all of its sizes. */
  public static Tensor maxUnpool3d(
      Tensor input, Tensor indices, long kernelSize, long stride, long padding, long... outputSize) {
    return wrap(
        Ops.maxUnpool3d(handle("input", input), handle("indices", indices), new long[] {kernelSize},
            new long[] {stride}, new long[] {padding}, given("outputSize", outputSize)),
        input, indices);
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
