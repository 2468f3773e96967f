package io.retrograd.oracle;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What a library made of an operation: values, gradients of the first order, gradients of those, or an error.
 *
 * @param gradients of a random weighting of the results, with respect to each base; null where there is none
 * @param second of a random weighting of {@code gradients}, with respect to each base and each weight
 * @param nodes names of the results' nodes
 * @param views strides of each result that shares the first argument's memory; empty for the others
 */
record Outcome(
    List<Nd> values,
    List<Nd> gradients,
    List<Nd> second,
    List<String> nodes,
    List<List<Long>> views,
    RuntimeException error) {

  /** A question put to both libraries; {@code infinite}: the weights of the results are. */
  record Question(
      Row.Pair op,
      List<In> arguments,
      List<Nd> bases,
      Layout layout,
      int order,
      boolean inPlace,
      boolean infinite) {
    Question(
        Row.Pair op,
        List<In> arguments,
        List<Nd> bases,
        Layout layout,
        int order,
        boolean inPlace) {
      this(op, arguments, bases, layout, order, inPlace, false);
    }

    static Question of(
        Row.Pair op, List<In> arguments, DType dtype, Layout layout, int order, long seed) {
      Random random = Seed.random(seed);
      List<Nd> bases = new ArrayList<>();
      for (In in : arguments)
        bases.add(in.withShape(layout.baseShape(in.shape())).make(dtype, random));
      return new Question(op, arguments, bases, layout, order, false);
    }

    Question writing() {
      return new Question(op, arguments, bases, layout, order, true);
    }

    Question weighingInfinitely() {
      return new Question(op, arguments, bases, layout, order, inPlace, true);
    }

    Outcome ask(Library<?> lib) {
      return Outcome.run(lib, this);
    }

    @Override
    public String toString() {
      return layout + " " + bases.stream().map(Nd::kind).toList();
    }
  }

  static <T> Outcome run(Library<T> lib, Question q) {
    try (AutoCloseable scope = lib.scope()) {
      return measure(lib, q);
    } catch (RuntimeException e) {
      return new Outcome(List.of(), List.of(), List.of(), List.of(), List.of(), e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> Outcome measure(Library<T> lib, Question q) {
    List<T> bases = new ArrayList<>(), leaves = new ArrayList<>(), arguments = new ArrayList<>();
    for (int i = 0; i < q.bases.size(); i++) {
      T base = lib.make(q.bases.get(i));
      if (q.order > 0 && q.bases.get(i).isFloating() && q.arguments.get(i).differentiated())
        leaves.add(lib.requireGrad(base));
      bases.add(base);
      T written = q.inPlace && i == 0 ? lib.clone(base) : base;
      if (written != base) bases.set(0, written);
      arguments.add(q.layout.view(lib, written, q.arguments.get(i).shape()));
    }
    List<T> results = new ArrayList<>(lib.tensors(q.op.in(lib).apply(arguments)));
    // What was written through a view must show in its base.
    if (q.inPlace) results.add(bases.get(0));

    List<Nd> values = results.stream().map(lib::read).toList();
    List<Nd> first = List.of(), second = List.of();
    List<String> nodes = new ArrayList<>();
    List<List<Long>> views = new ArrayList<>();
    for (T r : results) {
      nodes.add(lib.gradFn(r));
      views.add(lib.sharesMemory(r, arguments.get(0)) ? strides(lib, r) : List.of());
    }
    List<T> outputs = results.stream().filter(lib::requiresGrad).toList();
    if (!leaves.isEmpty() && !outputs.isEmpty()) {
      List<T> weights = q.infinite ? infinities(lib, outputs) : weights(lib, outputs, 7);
      if (q.order > 1) weights.forEach(lib::requireGrad);
      List<T> gradients = lib.grad(outputs, leaves, weights, q.order > 1);
      first = read(lib, gradients);
      List<T> seconds = weights(lib, gradients, 8),
          again = new ArrayList<>(),
          starts = new ArrayList<>();
      for (int i = 0; i < gradients.size(); i++) {
        if (gradients.get(i) == null || !lib.requiresGrad(gradients.get(i))) continue;
        again.add(gradients.get(i));
        starts.add(seconds.get(i));
      }
      if (q.order > 1 && !again.isEmpty()) {
        List<T> all = new ArrayList<>(leaves);
        all.addAll(weights);
        second = read(lib, lib.grad(again, all, starts, false));
      }
    }
    lib.synchronize(); // where there is nothing to read
    return new Outcome(values, first, second, nodes, views, null);
  }

  /** A number for each dimension that has any; those of one element may have any stride and count as -1. */
  private static <T> List<Long> strides(Library<T> lib, T x) {
    long[] strides = lib.strides(x), shape = lib.read(x).shape();
    List<Long> out = new ArrayList<>(List.of(-1L));
    for (int i = 0; i < shape.length; i++)
      out.add(shape[i] < 2 || Nd.count(shape) == 0 ? -1 : strides[i]);
    return out;
  }

  /** Random tensors of the same shapes and dtypes; each depends on its own place only. */
  static <T> List<T> weights(Library<T> lib, List<T> like, long seed) {
    List<T> out = new ArrayList<>();
    for (T t : like) {
      Nd value = t == null ? null : lib.read(t);
      Random random = Seed.random(31 * seed + out.size());
      out.add(value == null ? null : lib.make(Nd.random(value.dtype(), value.shape(), random)));
    }
    return out;
  }

  private static <T> List<T> infinities(Library<T> lib, List<T> like) {
    return like.stream()
        .map(lib::read)
        .map(v -> lib.make(Nd.of(v.dtype(), v.shape(), () -> Double.POSITIVE_INFINITY)))
        .toList();
  }

  static <T> List<Nd> read(Library<T> lib, List<T> tensors) {
    List<Nd> out = new ArrayList<>();
    for (T t : tensors) out.add(t == null ? null : lib.read(t));
    return out;
  }

  /** Compares with the reference's outcome of the same question. */
  void check(String what, Outcome theirs, Tolerance tolerance) {
    if (error != null)
      throw new AssertionError(what + ": " + Reference.NAME + " can, we raise " + error, error);
    if (theirs.values.size() != values.size())
      throw new AssertionError(what + ": " + Reference.NAME + " gives " + theirs.values.size()
          + " results, we " + values.size());
    for (int i = 0; i < values.size(); i++)
      tolerance.checkValues(what + " result " + i, theirs.values.get(i), values.get(i));
    compare(what + " gradient ", theirs.gradients, gradients, tolerance);
    compare(what + " second gradient ", theirs.second, second, tolerance);
  }

  /** No gradient and a gradient of zeros are the same. */
  private static void compare(String what, List<Nd> theirs, List<Nd> ours, Tolerance tolerance) {
    for (int i = 0; i < Math.max(theirs.size(), ours.size()); i++) {
      Nd e = i < theirs.size() ? theirs.get(i) : null, a = i < ours.size() ? ours.get(i) : null;
      if (e != null && a != null) tolerance.checkGradients(what + i, e, a);
      else if (e != null && !e.isZero())
        throw new AssertionError(what + i + ": we give none, " + Reference.NAME + " " + e);
      else if (a != null && !a.isZero())
        throw new AssertionError(what + i + ": " + Reference.NAME + " gives none, we " + a);
    }
  }
}
