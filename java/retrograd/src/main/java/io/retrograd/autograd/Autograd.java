package io.retrograd.autograd;

import static io.retrograd.Retrograd.enableGrad;
import static io.retrograd.Retrograd.isGradEnabled;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.zeros;
import static io.retrograd.Retrograd.zerosLike;
import static io.retrograd.internal.Arguments.given;

import io.retrograd.Scope;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.internal.Arguments;
import io.retrograd.internal.Bridge;
import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives as values, which leave every {@code grad()} alone: {@code torch.autograd} and its {@code functional}.
 *
 * <p>The functions that take a function call it with inputs of their own, which require gradients and share the values
 * of those given. Their results require a gradient only where {@code createGraph} is asked for. What the function makes
 * belongs to the caller's scope, as if the caller had called it: it may keep tensors. Thread-safe.
 */
public final class Autograd {
  private Autograd() {}

  /**
   * A function's value together with a product of its derivative.
   *
   * @param output what the function returned
   * @param products one per input, or one per output for a forward product
   */
  public record Product(Tensor output, List<Tensor> products) {
    /** Returns the first product: the only one, for a function of one tensor. */
    public Tensor product() {
      return products.get(0);
    }
  }

  // ---- grad ----

  /**
   * The derivative of a number with respect to a tensor that it was computed from.
   *
   * @param output one element
   * @param input a leaf or a result on the way
   * @return of the input's shape
   */
  public static Tensor grad(Tensor output, Tensor input) {
    return Objects.requireNonNull(grad(output, input, GradOptions.defaults()));
  }

  /**
   * {@link #grad(Tensor, Tensor)} with options.
   *
   * @param output one element, or any shape with {@link GradOptions#gradOutputs}
   * @param input a leaf or a result on the way
   * @param options what to keep, where to start
   * @return of the input's shape; null only with {@link GradOptions#allowUnused}
   */
  public static @Nullable Tensor grad(Tensor output, Tensor input, GradOptions options) {
    return grad(List.of(given("output", output)), List.of(given("input", input)), options)
        .get(0);
  }

  /**
   * The derivatives of a sum of numbers with respect to several tensors.
   *
   * @param outputs one element each, or any shape with {@link GradOptions#gradOutputs}
   * @param inputs leaves or results on the way
   * @param options what to keep, where to start
   * @return one per input, of its shape; null only with {@link GradOptions#allowUnused}
   * @throws IllegalArgumentException where there is no input
   */
  public static List<@Nullable Tensor> grad(
      List<Tensor> outputs, List<Tensor> inputs, GradOptions options) {
    List<@Nullable Tensor> start = given("options", options).gradOutputs;
    if (start.isEmpty()) start = Collections.nCopies(given("outputs", outputs).size(), null);
    long[] handles = Engine.grad(
        Bridge.handles("outputs", outputs),
        Bridge.handles("inputs", inputs),
        Bridge.handles(start),
        options.retain,
        options.create,
        options.unused);
    return Arrays.asList(Bridge.wrapOptional(handles, List.of(outputs, inputs, options)));
  }

  // ---- whole derivatives ----

  /**
   * All partial derivatives of a function.
   *
   * @param function of one tensor
   * @param input where
   * @return of the output's shape followed by the input's
   */
  public static Tensor jacobian(Function<Tensor, Tensor> function, Tensor input) {
    return jacobian(function, input, false);
  }

  /**
   * {@link #jacobian(Function, Tensor)}, as part of the graph where asked for.
   *
   * @param function of one tensor
   * @param input where
   * @param createGraph whether the result can be differentiated
   * @return of the output's shape followed by the input's
   */
  public static Tensor jacobian(
      Function<Tensor, Tensor> function, Tensor input, boolean createGraph) {
    return jacobian(
            "jacobian", single("jacobian", function), List.of(given("input", input)), createGraph)
        .get(0);
  }

  /**
   * All partial derivatives of a function of several tensors.
   *
   * @param function of as many tensors
   * @param inputs where
   * @return one per input: of the output's shape followed by the input's
   */
  public static List<Tensor> jacobian(
      Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
    return jacobian(function, inputs, false);
  }

  /**
   * {@link #jacobian(Function, List)}, as part of the graph where asked for.
   *
   * @param function of as many tensors
   * @param inputs where
   * @param createGraph whether the result can be differentiated
   * @return one per input: of the output's shape followed by the input's
   */
  public static List<Tensor> jacobian(
      Function<List<Tensor>, Tensor> function, List<Tensor> inputs, boolean createGraph) {
    return jacobian("jacobian", function, inputs, createGraph);
  }

  private static List<Tensor> jacobian(
      String name,
      Function<List<Tensor>, Tensor> function,
      List<Tensor> inputs,
      boolean createGraph) {
    given("function", function);
    List<Tensor> x = variables(inputs, createGraph);
    Tensor y = recorded(name, function, x);
    return Scope.run(() -> {
      long n = y.numel();
      List<List<Tensor>> rows = new ArrayList<>();
      for (Tensor input : x) rows.add(new ArrayList<>());
      for (long k = 0; k < n; k++) {
        Tensor unit = zerosLike(y);
        unit.view(n).set(1, k);
        List<Tensor> row = gradOrZeros(y, x, unit, createGraph);
        for (int i = 0; i < x.size(); i++) rows.get(i).add(row.get(i));
      }
      List<Tensor> result = new ArrayList<>();
      for (int i = 0; i < x.size(); i++) {
        Tensor like = x.get(i);
        long[] shape = LongStream.concat(Arrays.stream(y.shape()), Arrays.stream(like.shape()))
            .toArray();
        result.add(
            n == 0
                ? zeros(options(like.dtype()).device(like.device()), shape)
                : stack(rows.get(i)).reshape(shape));
      }
      return List.copyOf(result);
    });
  }

  /**
   * All second partial derivatives of a function with one number as its value.
   *
   * @param function of one tensor
   * @param input where
   * @return of the input's shape twice
   */
  public static Tensor hessian(Function<Tensor, Tensor> function, Tensor input) {
    return hessian(function, input, false);
  }

  /**
   * {@link #hessian(Function, Tensor)}, as part of the graph where asked for.
   *
   * @param function of one tensor
   * @param input where
   * @param createGraph whether the result can be differentiated
   * @return of the input's shape twice
   */
  public static Tensor hessian(
      Function<Tensor, Tensor> function, Tensor input, boolean createGraph) {
    return hessian(single("hessian", function), List.of(given("input", input)), createGraph)
        .get(0)
        .get(0);
  }

  /**
   * All second partial derivatives of a function of several tensors with one number as its value.
   *
   * @param function of as many tensors
   * @param inputs where
   * @return at [i][j]: of the shape of input i followed by that of input j
   */
  public static List<List<Tensor>> hessian(
      Function<List<Tensor>, Tensor> function, List<Tensor> inputs) {
    return hessian(function, inputs, false);
  }

  private static List<List<Tensor>> hessian(
      Function<List<Tensor>, Tensor> function, List<Tensor> inputs, boolean createGraph) {
    given("function", function);
    List<List<Tensor>> blocks = new ArrayList<>();
    int n = given("inputs", inputs).size();
    for (int i = 0; i < n; i++) {
      int row = i;
      blocks.add(jacobian(
          "hessian",
          x -> gradOrZeros(number("hessian", recorded("hessian", function, x)), x, null, true)
              .get(row),
          inputs,
          createGraph));
    }
    return List.copyOf(blocks);
  }

  // ---- products with a vector ----

  /**
   * A vector times the Jacobian: one backward pass.
   *
   * @param function of one tensor
   * @param input where
   * @param v of the output's shape
   * @return the value, and a product of the input's shape
   */
  public static Product vjp(Function<Tensor, Tensor> function, Tensor input, Tensor v) {
    return vjp(single("vjp", function), List.of(given("input", input)), v);
  }

  /**
   * A vector times the Jacobian of a function of several tensors.
   *
   * @param function of as many tensors
   * @param inputs where
   * @param v of the output's shape
   * @return the value, and one product per input, of its shape
   */
  public static Product vjp(
      Function<List<Tensor>, Tensor> function, List<Tensor> inputs, Tensor v) {
    given("function", function);
    given("v", v);
    List<Tensor> x = variables(inputs, false);
    Tensor y = recorded("vjp", function, x);
    checkVectors("vjp", "output", List.of(y), List.of(v));
    return new Product(y.detach(), gradOrZeros(y, x, v, false));
  }

  /**
   * The Jacobian times a vector: the change of the output as the input moves by {@code v}. Two backward passes.
   *
   * @param function of one tensor
   * @param input where
   * @param v of the input's shape
   * @return the value, and a product of the output's shape
   */
  public static Product jvp(Function<Tensor, Tensor> function, Tensor input, Tensor v) {
    return jvp(single("jvp", function), List.of(given("input", input)), List.of(given("v", v)));
  }

  /**
   * The Jacobian of a function of several tensors times a vector.
   *
   * @param function of as many tensors
   * @param inputs where
   * @param v one per input, of its shape
   * @return the value, and one product of the output's shape
   */
  public static Product jvp(
      Function<List<Tensor>, Tensor> function, List<Tensor> inputs, List<Tensor> v) {
    given("function", function);
    checkVectors("jvp", "input", inputs, v);
    List<Tensor> x = variables(inputs, false);
    Tensor y = recorded("jvp", function, x);
    return Scope.run(() -> {
      // The vector-Jacobian product is linear in its vector: its derivative is the Jacobian,
      // transposed once more.
      Tensor u = zerosLike(y).requiresGrad_(true);
      List<Tensor> products = gradOrZeros(y, x, u, true);
      return new Product(y.detach(), List.of(derivative(products, u, v)));
    });
  }

  /**
   * A vector times the Hessian of a function with one number as its value: two backward passes.
   *
   * @param function of one tensor
   * @param input where
   * @param v of the input's shape
   * @return the value, and a product of the input's shape
   */
  public static Product vhp(Function<Tensor, Tensor> function, Tensor input, Tensor v) {
    return product(
        "vhp", single("vhp", function), List.of(given("input", input)), List.of(given("v", v)));
  }

  /**
   * A vector times the Hessian of a function of several tensors with one number as its value.
   *
   * @param function of as many tensors
   * @param inputs where
   * @param v one per input, of its shape
   * @return the value, and one product per input, of its shape
   */
  public static Product vhp(
      Function<List<Tensor>, Tensor> function, List<Tensor> inputs, List<Tensor> v) {
    return product("vhp", function, inputs, v);
  }

  /**
   * The Hessian times a vector. The Hessian is symmetric, so this is {@link #vhp(Function, Tensor, Tensor)}, the faster
   * one of the two.
   *
   * @param function of one tensor
   * @param input where
   * @param v of the input's shape
   * @return the value, and a product of the input's shape
   */
  public static Product hvp(Function<Tensor, Tensor> function, Tensor input, Tensor v) {
    return product(
        "hvp", single("hvp", function), List.of(given("input", input)), List.of(given("v", v)));
  }

  /**
   * The Hessian of a function of several tensors times a vector; see {@link #hvp(Function, Tensor, Tensor)}.
   *
   * @param function of as many tensors
   * @param inputs where
   * @param v one per input, of its shape
   * @return the value, and one product per input, of its shape
   */
  public static Product hvp(
      Function<List<Tensor>, Tensor> function, List<Tensor> inputs, List<Tensor> v) {
    return product("hvp", function, inputs, v);
  }

  // ---- helpers ----

  /** The inputs anew: leaves, or (createGraph) views that stay connected to those given. */
  private static List<Tensor> variables(List<Tensor> inputs, boolean connected) {
    return Arguments.allGiven("inputs", inputs).stream()
        .map(x -> connected && x.requiresGrad() ? x.viewAs(x) : x.detach().requiresGrad_(true))
        .toList();
  }

  /** The symmetric Hessian times vectors, for the method {@code name}. */
  private static Product product(
      String name, Function<List<Tensor>, Tensor> function, List<Tensor> inputs, List<Tensor> v) {
    given("function", function);
    checkVectors(name, "input", inputs, v);
    List<Tensor> x = variables(inputs, false);
    Tensor y = number(name, recorded(name, function, x));
    return Scope.run(() -> {
      List<Tensor> gradients = gradOrZeros(y, x, null, true);
      List<Tensor> products = new ArrayList<>();
      for (Tensor input : x) products.add(derivative(gradients, input, v));
      return new Product(y.detach(), List.copyOf(products));
    });
  }

  private static Tensor number(String name, Tensor y) {
    if (y.numel() == 1) return y;
    throw new ShapeException(
        name + ": the function must return one element, got shape " + Arrays.toString(y.shape()));
  }

  private static void checkVectors(String name, String of, List<Tensor> tensors, List<Tensor> v) {
    Arguments.allGiven(of + "s", tensors);
    if (Arguments.allGiven("v", v).size() != tensors.size()) {
      throw new IllegalArgumentException(name + ": one vector per " + of + " is needed, got "
          + v.size() + " for " + tensors.size());
    }
    for (int i = 0; i < v.size(); i++) {
      long[] shape = v.get(i).shape();
      long[] wanted = tensors.get(i).shape();
      if (!Arrays.equals(shape, wanted)) {
        throw new ShapeException(name + ": the vector has shape " + Arrays.toString(shape)
            + ", the " + of + " " + Arrays.toString(wanted));
      }
    }
  }

  /** A function of one tensor, given to the method {@code name}, as one of a list. */
  private static Function<List<Tensor>, Tensor> single(
      String name, Function<Tensor, Tensor> function) {
    given("function", function);
    return inputs -> Callbacks.returned(function.apply(inputs.get(0)), name, function);
  }

  private static Tensor recorded(
      String name, Function<List<Tensor>, Tensor> function, List<Tensor> x) {
    Tensor y = isGradEnabled() ? function.apply(x) : enableGrad(() -> function.apply(x));
    return Callbacks.returned(y, name, function);
  }

  private static List<Tensor> gradOrZeros(
      Tensor y, List<Tensor> x, @Nullable Tensor start, boolean createGraph) {
    if (!y.requiresGrad()) return x.stream().map(input -> zerosLike(input)).toList();
    GradOptions options =
        (createGraph ? GradOptions.createGraph() : GradOptions.retainGraph()).allowUnused();
    if (start != null) options = options.gradOutputs(start);
    List<@Nullable Tensor> gradients = grad(List.of(y), x, options);
    List<Tensor> result = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      Tensor g = gradients.get(i);
      result.add(g != null ? g : zerosLike(x.get(i)));
    }
    return List.copyOf(result);
  }

  /** The derivative of the sum of outputs[i] * v[i] with respect to x; outputs that are constants add nothing. */
  private static Tensor derivative(List<Tensor> outputs, Tensor x, List<Tensor> v) {
    List<Tensor> dependent = new ArrayList<>();
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      if (!outputs.get(i).requiresGrad()) continue;
      dependent.add(outputs.get(i));
      weights.add(v.get(i));
    }
    if (dependent.isEmpty()) return zerosLike(x);
    GradOptions options =
        GradOptions.retainGraph().allowUnused().gradOutputs(weights.toArray(new Tensor[0]));
    Tensor result = grad(dependent, List.of(x), options).get(0);
    return result != null ? result : zerosLike(x);
  }
}
