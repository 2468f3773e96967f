package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.tensor;

import io.retrograd.DTypeException;
import io.retrograd.Scope;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Ways to fill parameters at the start, those of {@code torch.nn.init}. Each writes a tensor in place without recording,
 * leaf or not, and returns it. Tensors are of a floating dtype unless said otherwise; those without elements stay as they
 * are. Random numbers are those of the default generator. Not for tensors that another thread uses at the time.
 *
 * <p>Fans: of a weight [out, in, kernel...], fan_in is in times the elements of the kernel, fan_out is out times these.
 */
public final class Init {
  private static final int BLOCK = 64; // rows that become orthogonal together
  private static final List<String> WITHOUT_GAIN = List.of(
      "linear",
      "sigmoid",
      "conv1d",
      "conv2d",
      "conv3d",
      "conv_transpose1d",
      "conv_transpose2d",
      "conv_transpose3d");

  private Init() {}

  /** Fills with numbers equally likely in [0, 1). */
  public static Tensor uniform_(Tensor tensor) {
    return uniform_(tensor, 0, 1);
  }

  /** Fills with numbers equally likely in [a, b). */
  public static Tensor uniform_(Tensor tensor, double a, double b) {
    return fill("uniform_", tensor, t -> t.uniform_(a, b));
  }

  /** Fills with numbers of the standard normal distribution. */
  public static Tensor normal_(Tensor tensor) {
    return normal_(tensor, 0, 1);
  }

  /** Fills with numbers of a normal distribution. */
  public static Tensor normal_(Tensor tensor, double mean, double std) {
    return fill("normal_", tensor, t -> t.normal_(mean, std));
  }

  /** Fills with numbers of the standard normal distribution that lie in [-2, 2]. */
  public static Tensor truncNormal_(Tensor tensor) {
    return truncNormal_(tensor, 0, 1, -2, 2);
  }

  /**
   * Fills with numbers of a normal distribution that lie in [a, b], by the inverse of its distribution function.
   *
   * @param tensor what to fill
   * @param mean of the whole distribution
   * @param std of the whole distribution
   * @param a the smallest number
   * @param b the largest number
   */
  public static Tensor truncNormal_(Tensor tensor, double mean, double std, double a, double b) {
    if (!(std > 0 && a <= b))
      throw new IllegalArgumentException(
          "truncNormal_: needs std > 0 and a <= b, got std = " + std + ", a = " + a + ", b = " + b);
    return fill("truncNormal_", tensor, t -> {
      double scale = std * Math.sqrt(2);
      double[] bounds = {(a - mean) / scale, (b - mean) / scale};
      double[] ends = tensor(options(FLOAT64), bounds).erf().toDoubleArray();
      Tensor x = empty(options(FLOAT64).device(t.device()), t.shape()).uniform_(ends[0], ends[1]);
      t.copy_(x.erfinv().mul(scale).add(mean).clamp(a, b));
    });
  }

  /** Fills with one number; a tensor of any dtype. */
  public static Tensor constant_(Tensor tensor, double value) {
    return change(tensor, t -> t.fill_(value));
  }

  /** Fills with 1; a tensor of any dtype. */
  public static Tensor ones_(Tensor tensor) {
    return constant_(tensor, 1);
  }

  /** Fills with 0; a tensor of any dtype. */
  public static Tensor zeros_(Tensor tensor) {
    return constant_(tensor, 0);
  }

  /** Makes a matrix of any dtype the identity, as far as it is square: a linear layer then keeps what it can. */
  public static Tensor eye_(Tensor tensor) {
    requireDims("eye_", tensor, 2, 2);
    return change(tensor, t -> {
      t.zero_();
      t.diagonal().fill_(1);
    });
  }

  /** {@link #dirac_(Tensor, long)} in one group. */
  public static Tensor dirac_(Tensor tensor) {
    return dirac_(tensor, 1);
  }

  /**
   * Makes a convolution of one to three dimensions keep its input, as far as it has as many channels.
   *
   * @param tensor a weight [out, in / groups, kernel...]
   * @param groups of channels, each kept for itself
   */
  public static Tensor dirac_(Tensor tensor, long groups) {
    requireDims("dirac_", tensor, 3, 5);
    if (groups < 1 || tensor.size(0) % groups != 0)
      throw new ShapeException("dirac_: " + tensor.size(0) + " output channels do not divide into "
          + groups + " groups");
    return change(tensor, t -> {
      t.zero_();
      if (t.numel() == 0) return;
      Tensor middle = t;
      while (middle.dim() > 2) middle = middle.select(2, middle.size(2) / 2);
      long out = t.size(0) / groups;
      for (long g = 0; g < groups; g++)
        middle.narrow(0, g * out, out).diagonal().fill_(1);
    });
  }

  /** {@link #xavierUniform_(Tensor, double)} with the gain 1. */
  public static Tensor xavierUniform_(Tensor tensor) {
    return xavierUniform_(tensor, 1);
  }

  /**
   * Fills with numbers equally likely in ±gain sqrt(6 / (fan_in + fan_out)) (X. Glorot and Y. Bengio, 2010).
   *
   * @param tensor a weight of two dimensions or more
   * @param gain see {@link #calculateGain}
   */
  public static Tensor xavierUniform_(Tensor tensor, double gain) {
    double bound = Math.sqrt(3) * xavier("xavierUniform_", tensor, gain);
    return uniformWithin("xavierUniform_", tensor, bound);
  }

  /** {@link #xavierNormal_(Tensor, double)} with the gain 1. */
  public static Tensor xavierNormal_(Tensor tensor) {
    return xavierNormal_(tensor, 1);
  }

  /**
   * Fills with normal numbers of the standard deviation gain sqrt(2 / (fan_in + fan_out)).
   *
   * @param tensor a weight of two dimensions or more
   * @param gain see {@link #calculateGain}
   */
  public static Tensor xavierNormal_(Tensor tensor, double gain) {
    double std = xavier("xavierNormal_", tensor, gain);
    return fill("xavierNormal_", tensor, t -> t.normal_(0, std));
  }

  private static double xavier(String name, Tensor tensor, double gain) {
    return gain * Math.sqrt(2.0 / (fan(name, tensor, 1) + fan(name, tensor, 0)));
  }

  /** {@link #kaimingUniform_(Tensor, double, String, String)} of fan_in before a ReLU that leaks nothing. */
  public static Tensor kaimingUniform_(Tensor tensor) {
    return kaimingUniform_(tensor, 0, "fan_in", "leaky_relu");
  }

  /**
   * Fills with numbers equally likely in ±gain sqrt(3 / fan) (K. He et al., 2015).
   *
   * @param tensor a weight of two dimensions or more
   * @param a the slope of the leaky ReLU behind the layer; matters to none else
   * @param mode {@code fan_in} keeps the variance of results, {@code fan_out} that of gradients
   * @param nonlinearity what is behind the layer: see {@link #calculateGain}
   */
  public static Tensor kaimingUniform_(Tensor tensor, double a, String mode, String nonlinearity) {
    double bound = Math.sqrt(3) * kaiming("kaimingUniform_", tensor, a, mode, nonlinearity);
    return uniformWithin("kaimingUniform_", tensor, bound);
  }

  /** {@link #kaimingNormal_(Tensor, double, String, String)} of fan_in before a ReLU that leaks nothing. */
  public static Tensor kaimingNormal_(Tensor tensor) {
    return kaimingNormal_(tensor, 0, "fan_in", "leaky_relu");
  }

  /**
   * Fills with normal numbers of the standard deviation gain / sqrt(fan).
   *
   * @param tensor a weight of two dimensions or more
   * @param a the slope of the leaky ReLU behind the layer; matters to none else
   * @param mode {@code fan_in} keeps the variance of results, {@code fan_out} that of gradients
   * @param nonlinearity what is behind the layer: see {@link #calculateGain}
   */
  public static Tensor kaimingNormal_(Tensor tensor, double a, String mode, String nonlinearity) {
    double std = kaiming("kaimingNormal_", tensor, a, mode, nonlinearity);
    return fill("kaimingNormal_", tensor, t -> t.normal_(0, std));
  }

  private static double kaiming(
      String name, Tensor tensor, double a, String mode, String nonlinearity) {
    Arguments.given("tensor", tensor);
    Arguments.given("mode", mode);
    double gain = calculateGain(nonlinearity, a);
    if (!mode.equals("fan_in") && !mode.equals("fan_out"))
      throw new IllegalArgumentException(
          name + ": the mode must be \"fan_in\" or \"fan_out\", got \"" + mode + "\"");
    return gain / Math.sqrt(fan(name, tensor, mode.equals("fan_in") ? 1 : 0));
  }

  /** {@link #orthogonal_(Tensor, double)} with the gain 1. */
  public static Tensor orthogonal_(Tensor tensor) {
    return orthogonal_(tensor, 1);
  }

  /**
   * Fills with a random orthogonal matrix times the gain, all of them equally likely: rows are orthogonal where there are
   * no more than columns, else columns (A. Saxe et al., 2013).
   *
   * @param tensor of two dimensions or more; those from the second on count as columns
   * @param gain the length of each row or column
   */
  public static Tensor orthogonal_(Tensor tensor, double gain) {
    requireDims("orthogonal_", tensor, 2, Integer.MAX_VALUE);
    return fill("orthogonal_", tensor, t -> {
      if (t.numel() == 0) return;
      long rows = t.size(0);
      long columns = t.numel() / rows;
      Tensor q = empty(
          options(FLOAT64).device(t.device()), Math.min(rows, columns), Math.max(rows, columns));
      orthonormalize(q.normal_());
      t.copy_((rows > columns ? q.t() : q).reshape(t.shape()).mul(gain));
    });
  }

  /**
   * Makes the rows of a matrix orthonormal: the QR decomposition of its transpose with a positive diagonal, by the
   * Gram-Schmidt process in blocks. Each step is taken twice, which leaves no more than rounding errors.
   */
  private static void orthonormalize(Tensor a) {
    for (long start = 0; start < a.size(0); start += BLOCK) {
      Tensor before = a.narrow(0, 0, start);
      Tensor block = a.narrow(0, start, Math.min(BLOCK, a.size(0) - start));
      for (int i = 0; i < 2; i++) Scope.run(() -> orthonormalize(block, before));
    }
  }

  private static void orthonormalize(Tensor block, Tensor before) {
    block.sub_(block.matmul(before.t()).matmul(before));
    for (long row = 0; row < block.size(0); row++) {
      Tensor above = block.narrow(0, 0, row);
      Tensor v = block.select(0, row);
      v.sub_(above.mv(v).matmul(above));
      v.div_(v.norm());
    }
  }

  /** {@link #sparse_(Tensor, double, double)} of normal numbers of the standard deviation 0.01. */
  public static Tensor sparse_(Tensor tensor, double sparsity) {
    return sparse_(tensor, sparsity, 0.01);
  }

  /**
   * Fills a matrix with normal numbers, and with as many zeros in each column, at random places.
   *
   * @param tensor a matrix
   * @param sparsity the part of each column that is 0, rounded up to whole rows
   * @param std the standard deviation of the others
   */
  public static Tensor sparse_(Tensor tensor, double sparsity, double std) {
    requireDims("sparse_", tensor, 2, 2);
    if (!(sparsity >= 0 && sparsity <= 1))
      throw new IllegalArgumentException("sparse_: a part in [0, 1] is needed, not " + sparsity);
    return fill("sparse_", tensor, t -> {
      t.normal_(0, std);
      long zeros = (long) Math.ceil(sparsity * t.size(0));
      Tensor order =
          rand(options(FLOAT64).device(t.device()), t.shape()).sort(0).indices();
      t.maskedFill_(order.lt(zeros), 0);
    });
  }

  /** {@link #calculateGain(String, double)} with the usual parameter. */
  public static double calculateGain(String nonlinearity) {
    return calculateGain(nonlinearity, 0.01);
  }

  /**
   * Returns the factor by which weights before a nonlinearity are larger, so that variances stay.
   *
   * @param nonlinearity by PyTorch's name: {@code linear}, {@code conv1d} and its like, {@code sigmoid}, {@code tanh},
   *     {@code relu}, {@code leaky_relu}, {@code selu}
   * @param parameter the slope of the leaky ReLU; matters to none else
   */
  public static double calculateGain(String nonlinearity, double parameter) {
    return switch (Arguments.given("nonlinearity", nonlinearity)) {
      case "tanh" -> 5.0 / 3;
      case "relu" -> Math.sqrt(2);
      case "leaky_relu" -> Math.sqrt(2 / (1 + parameter * parameter));
      case "selu" -> 0.75;
      default -> {
        if (WITHOUT_GAIN.contains(nonlinearity)) yield 1;
        throw new IllegalArgumentException("calculateGain: there is no nonlinearity \""
            + nonlinearity + "\", only tanh, relu, leaky_relu, selu, "
            + String.join(", ", WITHOUT_GAIN));
      }
    };
  }

  /** The inputs (dimension 1) or outputs (0) that each element of a weight meets. */
  private static double fan(String name, Tensor tensor, int dim) {
    requireDims(name, tensor, 2, Integer.MAX_VALUE);
    double kernel = Arrays.stream(tensor.shape()).skip(2).reduce(1, (a, b) -> a * b);
    return tensor.size(dim) * kernel;
  }

  private static Tensor uniformWithin(String name, Tensor tensor, double bound) {
    return fill(name, tensor, t -> t.uniform_(-bound, bound));
  }

  private static void requireDims(String name, Tensor tensor, int least, int most) {
    long dims = Arguments.given("tensor", tensor).dim();
    if (dims >= least && dims <= most) return;
    String wanted = least == most
        ? least + " dimensions"
        : most < Integer.MAX_VALUE
            ? least + " to " + most + " dimensions"
            : least + " dimensions or more";
    throw new ShapeException(
        name + ": needs " + wanted + ", got " + Arrays.toString(tensor.shape()));
  }

  private static Tensor fill(String name, Tensor tensor, Consumer<Tensor> fill) {
    if (!Arguments.given("tensor", tensor).dtype().isFloatingPoint())
      throw new DTypeException(name + ": needs a floating dtype, got " + tensor.dtype());
    return tensor.numel() == 0 ? tensor : change(tensor, fill);
  }

  private static Tensor change(Tensor tensor, Consumer<Tensor> change) {
    Tensor values = Arguments.given("tensor", tensor).detach(); // the same elements, unrecorded
    Scope.run(() -> change.accept(values));
    return tensor;
  }
}
