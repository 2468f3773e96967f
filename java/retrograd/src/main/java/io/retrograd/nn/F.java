package io.retrograd.nn;

import static io.retrograd.internal.Bridge.given;
import static io.retrograd.internal.Bridge.handle;
import static io.retrograd.internal.Bridge.orZero;
import static io.retrograd.internal.Bridge.wrap;

import io.retrograd.IndexException;
import io.retrograd.Tensor;
import io.retrograd.internal.Ops;
import org.jspecify.annotations.Nullable;

/** The layers and losses without modules: {@code torch.nn.functional}. Thread-safe. */
public final class F {
  /** As in PyTorch. */
  static final long IGNORED = -100;

  private F() {}

  // ---- activations, element by element ----

  /** max(x, 0). */
  public static Tensor relu(Tensor x) {
    return wrap(Ops.relu(handle("x", x)), x);
  }

  /** x where positive, else 0.01 * x. */
  public static Tensor leakyRelu(Tensor x) {
    return leakyRelu(x, 0.01);
  }

  /** x where positive, else {@code negativeSlope * x}. */
  public static Tensor leakyRelu(Tensor x, double negativeSlope) {
    return wrap(Ops.leakyRelu(handle("x", x), negativeSlope), x);
  }

  /** x where positive, else exp(x) - 1. */
  public static Tensor elu(Tensor x) {
    return elu(x, 1);
  }

  /** x where positive, else alpha * (exp(x) - 1). */
  public static Tensor elu(Tensor x, double alpha) {
    return wrap(Ops.elu(handle("x", x), alpha), x);
  }

  /** x times the normal distribution function of x (the exact form). */
  public static Tensor gelu(Tensor x) {
    return wrap(Ops.gelu(handle("x", x)), x);
  }

  /** x * sigmoid(x). */
  public static Tensor silu(Tensor x) {
    return wrap(Ops.silu(handle("x", x)), x);
  }

  /** log(1 + exp(x)), without overflow. */
  public static Tensor softplus(Tensor x) {
    return softplus(x, 1, 20);
  }

  /** log(1 + exp(beta * x)) / beta; x itself where beta * x is above the threshold. */
  public static Tensor softplus(Tensor x, double beta, double threshold) {
    return wrap(Ops.softplus(handle("x", x), beta, threshold), x);
  }

  /** log(sigmoid(x)), without overflow. */
  public static Tensor logsigmoid(Tensor x) {
    return wrap(Ops.logsigmoid(handle("x", x)), x);
  }

  /** 1 / (1 + exp(-x)). */
  public static Tensor sigmoid(Tensor x) {
    return wrap(Ops.sigmoid(handle("x", x)), x);
  }

  /** The hyperbolic tangent. */
  public static Tensor tanh(Tensor x) {
    return wrap(Ops.tanh(handle("x", x)), x);
  }

  /** exp(x) divided by its sum along a dimension. */
  public static Tensor softmax(Tensor x, long dim) {
    return wrap(Ops.softmax(handle("x", x), dim), x);
  }

  /** The logarithm of {@link #softmax}, without overflow. */
  public static Tensor logSoftmax(Tensor x, long dim) {
    return wrap(Ops.logSoftmax(handle("x", x), dim), x);
  }

  // ---- layers ----

  /** x @ weight^T for x [..., in] and weight [out, in], or weight [in] for one output without a dimension. */
  public static Tensor linear(Tensor x, Tensor weight) {
    return linear(x, weight, null);
  }

  /** {@link #linear(Tensor, Tensor)} + bias [out]. */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return wrap(Ops.linear(handle("x", x), handle("weight", weight), orZero(bias)), x, weight, bias);
  }

  /** Each element 0 with probability 0.5, else doubled. */
  public static Tensor dropout(Tensor x) {
    return dropout(x, 0.5, true);
  }

  /** In training, each element 0 with probability {@code p}, else divided by 1 - p; otherwise x. */
  public static Tensor dropout(Tensor x, double p, boolean training) {
    return wrap(Ops.dropout(handle("x", x), p, training), x);
  }

  /** Classes [...] of integers as vectors [..., classes] of 0 and one 1, int64. */
  public static Tensor oneHot(Tensor x, long classes) {
    return wrap(Ops.oneHot(handle("x", x), classes), x);
  }

  /** {@link #oneHot(Tensor, long)} with as many classes as the largest one needs. */
  public static Tensor oneHot(Tensor x) {
    return oneHot(x, -1);
  }

  // ---- losses: floating input, target of its shape unless said otherwise ----

  /** (input - target)^2. Mean. */
  public static Tensor mseLoss(Tensor input, Tensor target) {
    return mseLoss(input, target, Reduction.MEAN);
  }

  /** {@link #mseLoss(Tensor, Tensor)} with another reduction. */
  public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction) {
    return wrap(Ops.mseLoss(handle("input", input), handle("target", target), code(reduction)), input, target);
  }

  /** |input - target|. Mean. */
  public static Tensor l1Loss(Tensor input, Tensor target) {
    return l1Loss(input, target, Reduction.MEAN);
  }

  /** {@link #l1Loss(Tensor, Tensor)} with another reduction. */
  public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction) {
    return wrap(Ops.l1Loss(handle("input", input), handle("target", target), code(reduction)), input, target);
  }

  /** A parabola for differences below 1, else |input - target| - 0.5. Mean. */
  public static Tensor smoothL1Loss(Tensor input, Tensor target) {
    return smoothL1Loss(input, target, Reduction.MEAN, 1);
  }

  /** {@link #smoothL1Loss(Tensor, Tensor)} with another reduction and end of the parabola. */
  public static Tensor smoothL1Loss(Tensor input, Tensor target, Reduction reduction, double beta) {
    long loss = Ops.smoothL1Loss(handle("input", input), handle("target", target), code(reduction), beta);
    return wrap(loss, input, target);
  }

  /**
   * -(t log p + (1 - t) log(1 - p)) for probabilities; logarithms are at least -100. Mean. Inputs and targets outside
   * [0, 1] raise on the CPU; a GPU, which would have to be waited for, gives NaN for them.
   */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target) {
    return binaryCrossEntropy(input, target, Reduction.MEAN);
  }

  /** {@link #binaryCrossEntropy(Tensor, Tensor)} with another reduction. */
  public static Tensor binaryCrossEntropy(Tensor input, Tensor target, Reduction reduction) {
    long loss = Ops.binaryCrossEntropy(handle("input", input), handle("target", target), code(reduction));
    return wrap(loss, input, target);
  }

  /** {@link #binaryCrossEntropy(Tensor, Tensor)} of sigmoid(input), without overflow. Mean. */
  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target) {
    return binaryCrossEntropyWithLogits(input, target, Reduction.MEAN);
  }

  /** {@link #binaryCrossEntropyWithLogits(Tensor, Tensor)} with another reduction. */
  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, Reduction reduction) {
    long loss = Ops.binaryCrossEntropyWithLogits(handle("input", input), handle("target", target), code(reduction));
    return wrap(loss, input, target);
  }

  /** Minus the log-probability [n, classes, ...] or [classes] of the class numbers [n, ...] or []. Mean. */
  public static Tensor nllLoss(Tensor input, Tensor target) {
    return nllLoss(input, target, Reduction.MEAN);
  }

  /** {@link #nllLoss(Tensor, Tensor)} with another reduction. */
  public static Tensor nllLoss(Tensor input, Tensor target, Reduction reduction) {
    return nllLoss(input, target, null, IGNORED, reduction);
  }

  /**
   * Minus the log-probability of class numbers. The mean is over what the targets count: their classes' weights, and
   * nothing for those ignored; it is NaN where all are.
   *
   * @param input log-probabilities [n, classes, ...] or [classes], floating
   * @param target class numbers [n, ...] or [], int64
   * @param weight what each class counts, [classes] of the input's dtype, without a gradient; null for 1 each
   * @param ignoreIndex a target that counts nothing, whether or not it is a class; elsewhere -100
   * @param reduction what to make of the targets' losses
   * @throws IndexException for a target that is no class; on a GPU from the next call that waits for it
   */
  public static Tensor nllLoss(
      Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    long loss =
        Ops.nllLoss(handle("input", input), handle("target", target), orZero(weight), ignoreIndex, code(reduction));
    return wrap(loss, input, target, weight);
  }

  /** {@link #nllLoss(Tensor, Tensor)} of logSoftmax(input, 1): logits [n, classes, ...] or [classes]. Mean. */
  public static Tensor crossEntropy(Tensor input, Tensor target) {
    return crossEntropy(input, target, Reduction.MEAN);
  }

  /** {@link #crossEntropy(Tensor, Tensor)} with another reduction. */
  public static Tensor crossEntropy(Tensor input, Tensor target, Reduction reduction) {
    return crossEntropy(input, target, null, IGNORED, reduction);
  }

  /** {@link #nllLoss(Tensor, Tensor, Tensor, long, Reduction)} of logSoftmax(input, 1), that is, of logits. */
  public static Tensor crossEntropy(
      Tensor input, Tensor target, @Nullable Tensor weight, long ignoreIndex, Reduction reduction) {
    long loss =
        Ops.crossEntropy(handle("input", input), handle("target", target), orZero(weight), ignoreIndex, code(reduction));
    return wrap(loss, input, target, weight);
  }

  private static int code(Reduction reduction) {
    return given("reduction", reduction).ordinal();
  }
}
