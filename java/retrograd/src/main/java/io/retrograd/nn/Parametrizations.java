package io.retrograd.nn;

import static io.retrograd.Retrograd.noGrad;

import io.retrograd.IndexException;
import io.retrograd.Scope;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Callbacks;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Parameters that are computed from others, those of {@code torch.nn.utils.parametrize} and {@code
 * torch.nn.utils.parametrizations}: weight norm, spectral norm, and modules of your own. What is trained moves to {@code
 * parametrizations.<name>.original}, where an optimizer finds it that is made afterwards, and the value is computed
 * anew each time that the layer reads it. Register before the module is shared by threads.
 *
 * <pre>{@code
 * Linear layer = Parametrizations.weightNorm(new Linear(8, 4));
 * }</pre>
 */
public final class Parametrizations {
  private Parametrizations() {}

  // ---- any ----

  /**
   * Has a module compute a parameter from what is trained. A second one gets the value of the first. It takes the mode,
   * training or not, of the module; what is trained is frozen where the parameter is.
   *
   * @param module whose parameter; of this package, or one that reads it by {@link Module#parametrized}
   * @param name of a parameter that the module holds itself
   * @param parametrization gives a tensor of the same shape and dtype
   * @param <M> the module's class
   * @return the module
   * @throws IllegalArgumentException where the module has no such parameter
   * @throws ShapeException where the value has another shape
   */
  public static <M extends Module> M register(M module, String name, Module parametrization) {
    Arguments.given("parametrization", parametrization);
    Tensor parameter = parameter("register", module, name);
    ParametrizationList list = module.parametrization(name);
    parametrization.train(module.isTraining());
    requireFit(name, parametrization, list == null ? parameter : list.value());
    if (list == null) {
      list = new ParametrizationList(
          name, parameter, List.of(parameter), originals -> originals.get(0));
      module.parametrize(name, list);
    }
    list.append(parametrization);
    return module;
  }

  private static void requireFit(String name, Module parametrization, Tensor from) {
    Scope.run(() -> noGrad(() -> {
      Tensor value = parametrization.call(from);
      if (Arrays.equals(value.shape(), from.shape()) && value.dtype() == from.dtype()) return;
      throw new ShapeException("register: " + Callbacks.title(parametrization) + " makes of \""
          + name
          + "\", " + from.dtype() + " " + Arrays.toString(from.shape()) + ", " + value.dtype() + " "
          + Arrays.toString(value.shape()));
    }));
  }

  /**
   * Returns whether a parameter of the module itself is parametrized.
   *
   * @param module which
   */
  public static boolean isParametrized(Module module) {
    return Arguments.given("module", module).isParametrized();
  }

  /**
   * Returns whether one parameter of the module itself is parametrized.
   *
   * @param module which
   * @param name of the parameter
   */
  public static boolean isParametrized(Module module, String name) {
    return Arguments.given("module", module).parametrization(Arguments.given("name", name)) != null;
  }

  /**
   * Removes all parametrizations of a parameter, whose value stays. The parameter is the tensor that it was before.
   *
   * @param module whose parameter
   * @param name of the parameter
   * @param <M> the module's class
   * @return the module
   * @throws IllegalArgumentException where the parameter is not parametrized
   */
  public static <M extends Module> M remove(M module, String name) {
    ParametrizationList list =
        Arguments.given("module", module).parametrization(Arguments.given("name", name));
    if (list == null)
      throw new IllegalArgumentException(
          "remove: \"" + name + "\" of " + Callbacks.title(module) + " is not parametrized");
    Tensor parameter = list.parameter();
    Scope.run(() -> noGrad(() -> {
      parameter.detach().copy_(list.value());
    }));
    module.unparametrize(name);
    return module;
  }

  // ---- weight norm ----

  /** {@link #weightNorm(Module, String, int)} of {@code weight} along its first dimension. */
  public static <M extends Module> M weightNorm(M module) {
    return weightNorm(module, "weight", 0);
  }

  /**
   * Splits a parameter into lengths, {@code original0}, and directions, {@code original1}: w = g v / |v| (T. Salimans and
   * D. Kingma, 2016).
   *
   * @param module whose parameter
   * @param name of the parameter
   * @param dim the dimension whose entries have lengths of their own; -1 for one length of all
   * @param <M> the module's class
   * @return the module
   */
  public static <M extends Module> M weightNorm(M module, String name, int dim) {
    Tensor v = unparametrized("weightNorm", module, name);
    int of = dim == -1 ? -1 : dimension("weightNorm", dim, v);
    Tensor g = Scope.run(() -> noGrad(() -> normExcept(v.detach(), of)));
    module.parametrize(
        name,
        new ParametrizationList(
            name, v, List.of(g, v), originals -> v.mul(originals.get(0).div(normExcept(v, of)))));
    return module;
  }

  private static Tensor normExcept(Tensor v, int dim) {
    if (dim == -1) return v.norm();
    long[] others = others(v, dim);
    return others.length == 0 ? v.abs() : v.norm(2, others, true);
  }

  private static long[] others(Tensor t, int dim) {
    return LongStream.range(0, t.dim()).filter(d -> d != dim).toArray();
  }

  // ---- spectral norm ----

  /** {@link #spectralNorm(Module, String, int, double, int)} of {@code weight}, with the usual numbers. */
  public static <M extends Module> M spectralNorm(M module) {
    return spectralNorm(module, "weight", 1, 1e-12, module instanceof ConvTranspose ? 1 : 0);
  }

  /**
   * Divides a parameter, as a matrix, by its largest singular value (T. Miyato et al., 2018). That is found by power
   * iterations, 15 at once and in training some more each time that the parameter is read; their vectors are the buffers
   * {@code _u} and {@code _v}.
   *
   * @param module whose parameter
   * @param name of the parameter
   * @param nPowerIterations each time, at least 1
   * @param eps the least length that vectors are divided by
   * @param dim the dimension of the parameter that is the rows of the matrix: 0, but 1 for a transposed convolution
   * @param <M> the module's class
   * @return the module
   */
  public static <M extends Module> M spectralNorm(
      M module, String name, int nPowerIterations, double eps, int dim) {
    Tensor weight = parameter("spectralNorm", module, name);
    if (nPowerIterations < 1)
      throw new IllegalArgumentException(
          "spectralNorm: needs at least one power iteration, got " + nPowerIterations);
    int rows = dimension("spectralNorm", dim, weight);
    ParametrizationList list = module.parametrization(name);
    Tensor value = list == null ? weight : list.value();
    return register(module, name, new SpectralNorm(value, nPowerIterations, eps, rows));
  }

  private static final class SpectralNorm extends Module {
    private final int iterations;
    private final double eps;
    private final int rows;

    @SuppressWarnings("this-escape")
    SpectralNorm(Tensor weight, int iterations, double eps, int rows) {
      this.iterations = iterations;
      this.eps = eps;
      this.rows = rows;
      if (weight.dim() < 2) return;
      Scope.run(() -> noGrad(() -> {
        Tensor matrix = matrix(weight.detach());
        Tensor u = buffer("_u", normalize(matrix.select(1, 0).clone().normal_()));
        Tensor v = buffer("_v", normalize(matrix.select(0, 0).clone().normal_()));
        iterate(matrix, u, v, 15);
      }));
    }

    @Override
    public Tensor forward(Tensor weight) {
      if (weight.dim() < 2) return normalize(weight);
      Tensor u = Objects.requireNonNull(registered().buffers.get("_u"));
      Tensor v = Objects.requireNonNull(registered().buffers.get("_v"));
      Tensor matrix = matrix(weight);
      if (isTraining()) Scope.run(() -> noGrad(() -> iterate(matrix.detach(), u, v, iterations)));
      return weight.div(u.clone().dot(matrix.mv(v.clone()))); // a graph may outlive these values
    }

    private Tensor matrix(Tensor weight) {
      return weight.movedim(rows, 0).flatten(1);
    }

    private void iterate(Tensor matrix, Tensor u, Tensor v, int times) {
      for (int i = 0; i < times; i++) {
        u.copy_(normalize(matrix.mv(v)));
        v.copy_(normalize(matrix.t().mv(u)));
      }
    }

    private Tensor normalize(Tensor t) {
      return t.div(t.norm().clampMin(eps));
    }
  }

  // ---- what is asked for ----

  private static Tensor parameter(String operation, Module module, String name) {
    ParametrizationList list =
        Arguments.given("module", module).parametrization(Arguments.given("name", name));
    return list != null ? list.parameter() : unparametrized(operation, module, name);
  }

  private static Tensor unparametrized(String operation, Module module, String name) {
    var parameters = Arguments.given("module", module).members().parameters;
    Tensor parameter = parameters.get(Arguments.given("name", name));
    if (parameter != null) return parameter;
    throw new IllegalArgumentException(operation + ": " + Callbacks.title(module)
        + " itself has no parameter \"" + name + "\", only " + parameters.keySet());
  }

  private static int dimension(String operation, int dim, Tensor t) {
    if (dim >= -t.dim() && dim < t.dim()) return (int) Math.floorMod(dim, t.dim());
    throw new IndexException(operation + ": dimension " + dim + " is not one of " + t.dim());
  }
}
