package io.retrograd.autograd;

import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.zerosLike;

import io.retrograd.DType;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Callbacks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Compares derivatives with central differences. For tests: a mismatch raises {@link AssertionError}, which tells
 * where.
 *
 * <pre>{@code
 * Tensor x = randn(options(FLOAT64).requiresGrad(true), 3, 4);
 * GradCheck.gradcheck(a -> a.tanh().mul(a), x);
 * GradCheck.gradgradcheck(a -> a.tanh().mul(a), x);
 * }</pre>
 *
 * <p>The inputs that require gradients must be float64: in float32 the differences drown in rounding. The function must
 * give the same values when called again. Thread-safe, as far as the function is.
 */
public final class GradCheck {
  private GradCheck() {}

  /**
   * How a check goes. The defaults are PyTorch's.
   *
   * @param eps by how much an input element is moved each way
   * @param atol allowed difference, plus
   * @param rtol times the numerical derivative
   * @param fast whether to compare one random direction per pair of input and output instead of all elements
   */
  public record Options(double eps, double atol, double rtol, boolean fast) {
    /** Steps of 1e-6, tolerances 1e-5 and 1e-3, all elements. */
    public static final Options DEFAULT = new Options(1e-6, 1e-5, 1e-3, false);

    /** As {@link #DEFAULT}, in one random direction. */
    public static final Options FAST = new Options(1e-6, 1e-5, 1e-3, true);
  }

  /**
   * Checks the first derivative of a function of one tensor.
   *
   * @param function what to check
   * @param input float64, requires a gradient
   */
  public static void gradcheck(Function<Tensor, Tensor> function, Tensor input) {
    gradcheck(
        single("gradcheck", function), List.of(Arguments.given("input", input)), Options.DEFAULT);
  }

  /**
   * Checks the first derivative of a function of several tensors with several results.
   *
   * @param function what to check
   * @param inputs those that require gradients are checked
   * @param options tolerances
   */
  public static void gradcheck(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> inputs, Options options) {
    Arguments.given("function", function);
    check(
        "gradcheck", checked("gradcheck", function), Arguments.allGiven("inputs", inputs), options);
  }

  /**
   * Checks the second derivative of a function of one tensor: the first derivative of its backward pass.
   *
   * @param function what to check
   * @param input float64, requires a gradient
   */
  public static void gradgradcheck(Function<Tensor, Tensor> function, Tensor input) {
    gradgradcheck(
        single("gradgradcheck", function),
        List.of(Arguments.given("input", input)),
        Options.DEFAULT);
  }

  /**
   * Checks the second derivative of a function of several tensors with several results.
   *
   * @param function what to check
   * @param inputs those that require gradients are checked
   * @param options tolerances
   */
  public static void gradgradcheck(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> inputs, Options options) {
    Arguments.given("function", function);
    Arguments.allGiven("inputs", inputs);
    Function<List<Tensor>, List<Tensor>> forward = checked("gradgradcheck", function);
    Scope.run(() -> {
      Random random = new Random(7);
      List<Tensor> all = new ArrayList<>(inputs);
      for (Tensor output : differentiable(forward.apply(inputs))) {
        all.add(randomLike(output, random).requiresGrad_(true));
      }
      int n = inputs.size();
      Function<List<Tensor>, List<Tensor>> backward = x -> {
        List<Tensor> in = x.subList(0, n);
        List<Tensor> wanted = in.stream().filter(t -> t.requiresGrad()).toList();
        List<Tensor> outputs = differentiable(forward.apply(in));
        Tensor[] starts = x.subList(n, x.size()).toArray(new Tensor[0]);
        GradOptions o = GradOptions.createGraph().allowUnused().gradOutputs(starts);
        List<Tensor> gradients = new ArrayList<>();
        for (Tensor g : Autograd.grad(outputs, wanted, o)) if (g != null) gradients.add(g);
        return gradients;
      };
      check("gradgradcheck", backward, all, options);
    });
  }

  private static Function<List<Tensor>, List<Tensor>> single(
      String name, Function<Tensor, Tensor> function) {
    Arguments.given("function", function);
    return inputs -> List.of(Callbacks.returned(function.apply(inputs.get(0)), name, function));
  }

  /** The function with its results looked at, for the method {@code name}. */
  private static Function<List<Tensor>, List<Tensor>> checked(
      String name, Function<List<Tensor>, List<Tensor>> function) {
    return inputs -> {
      List<Tensor> outputs = Callbacks.returned(function.apply(inputs), name, function);
      for (Tensor output : outputs) Callbacks.returned(output, name, function);
      return outputs;
    };
  }

  private static List<Tensor> differentiable(List<Tensor> outputs) {
    return outputs.stream().filter(t -> t.requiresGrad()).toList();
  }

  private static void check(
      String name,
      Function<List<Tensor>, List<Tensor>> function,
      List<Tensor> inputs,
      Options options) {
    Arguments.given("options", options);
    boolean some = false;
    for (int i = 0; i < inputs.size(); i++) {
      if (!inputs.get(i).requiresGrad()) continue;
      some = true;
      if (inputs.get(i).dtype() != DType.FLOAT64) {
        throw new IllegalArgumentException(name + ": input " + i + " is "
            + inputs.get(i).dtype() + "; make it float64, or it drowns in rounding");
      }
    }
    if (!some) throw new IllegalArgumentException(name + ": no input requires a gradient");
    Scope.run(() -> {
      List<Tensor> outputs = function.apply(inputs);
      for (int o = 0; o < outputs.size(); o++) {
        for (int i = 0; i < inputs.size(); i++) {
          if (!inputs.get(i).requiresGrad() || !outputs.get(o).dtype().isFloatingPoint()) continue;
          Pair pair = new Pair(name, function, inputs, outputs.get(o), o, i, options);
          if (options.fast) pair.checkDirection();
          else pair.checkAll();
        }
      }
    });
  }

  /** One output as a function of one input. */
  private record Pair(
      String name,
      Function<List<Tensor>, List<Tensor>> function,
      List<Tensor> inputs,
      Tensor output,
      int o,
      int i,
      Options options) {

    void checkAll() {
      int n = (int) inputs.get(i).numel();
      int m = (int) output.numel();
      double[][] analytical = new double[m][];
      for (int k = 0; k < m; k++) {
        double[] unit = new double[m];
        unit[k] = 1;
        analytical[k] = analytical(unit);
        if (k == 0 && !Arrays.equals(analytical[0], analytical(unit))) {
          throw new AssertionError(
              head() + "the backward pass gives different results when run again");
        }
      }
      for (int j = 0; j < n; j++) {
        double[] unit = new double[n];
        unit[j] = 1;
        double[] numerical = numerical(unit);
        for (int k = 0; k < m; k++) {
          if (!close(numerical[k], analytical[k][j])) {
            throw new AssertionError(head() + "d output" + place(k, output.shape()) + " / d input"
                + place(j, inputs.get(i).shape())
                + " is numerically " + numerical[k] + ", but backward says " + analytical[k][j]
                + (n * m <= 64 ? "\nall of backward's: " + Arrays.deepToString(analytical) : ""));
          }
        }
      }
    }

    void checkDirection() {
      Random random = new Random(31L * o + i);
      double[] u = direction((int) inputs.get(i).numel(), random);
      double[] v = direction((int) output.numel(), random);
      double numerical = dot(numerical(u), v);
      double analytical = dot(analytical(v), u);
      if (!close(numerical, analytical)) {
        throw new AssertionError(
            head() + "in a random direction the derivative is numerically " + numerical
                + ", but backward says " + analytical + " (Options.DEFAULT tells the element)");
      }
    }

    private String head() {
      return name + ": output " + o + " with respect to input " + i + ": ";
    }

    private boolean close(double numerical, double analytical) {
      return Math.abs(numerical - analytical) <= options.atol + options.rtol * Math.abs(numerical);
    }

    /** The vector-Jacobian product. */
    private double[] analytical(double[] v) {
      return Scope.run(() -> {
        Tensor x = inputs.get(i);
        if (!output.requiresGrad()) return new double[(int) x.numel()];
        Tensor start =
            fromArray(v, v.length).reshape(output.shape()).to(output.device(), output.dtype());
        GradOptions how = GradOptions.retainGraph().allowUnused().gradOutputs(start);
        Tensor g = Autograd.grad(output, x, how);
        if (g == null) return new double[(int) x.numel()];
        if (!Arrays.equals(g.shape(), x.shape()) || g.dtype() != x.dtype()) {
          throw new AssertionError(head() + "the gradient's shape or dtype is not the input's");
        }
        return g.toDoubleArray();
      });
    }

    /** The Jacobian times a vector, by central differences. */
    private double[] numerical(double[] u) {
      double[] plus = moved(u, options.eps);
      double[] minus = moved(u, -options.eps);
      double[] slope = new double[plus.length];
      for (int k = 0; k < slope.length; k++) slope[k] = (plus[k] - minus[k]) / (2 * options.eps);
      return slope;
    }

    private double[] moved(double[] u, double eps) {
      return Scope.run(() -> {
        Tensor x = inputs.get(i);
        double[] values = x.toDoubleArray();
        for (int j = 0; j < values.length; j++) values[j] += eps * u[j];
        List<Tensor> others = new ArrayList<>();
        for (Tensor t : inputs) {
          others.add(t.requiresGrad() ? t.detach().requiresGrad_(true) : t);
        }
        Tensor there = zerosLike(x).copy_(fromArray(values, values.length).reshape(x.shape()));
        others.set(i, there.requiresGrad_(true));
        return function.apply(others).get(o).toDoubleArray();
      });
    }
  }

  private static double[] direction(int n, Random random) {
    double[] u = new double[n];
    double norm = 0;
    for (int j = 0; j < n; j++) {
      u[j] = random.nextGaussian();
      norm += u[j] * u[j];
    }
    for (int j = 0; j < n; j++) u[j] /= Math.sqrt(norm);
    return u;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) sum += a[j] * b[j];
    return sum;
  }

  private static Tensor randomLike(Tensor t, Random random) {
    double[] values = random.doubles(t.numel(), -1, 1).toArray();
    return fromArray(values, values.length).reshape(t.shape()).to(t.device(), t.dtype());
  }

  /** [1, 0] for the second row's first element. */
  private static String place(int element, long[] shape) {
    long[] at = new long[shape.length];
    long rest = element;
    for (int d = shape.length - 1; d >= 0; d--) {
      at[d] = rest % shape[d];
      rest /= shape[d];
    }
    return Arrays.toString(at);
  }
}
