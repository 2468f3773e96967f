package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;

import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.oracle.Outcome.Question;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where operations end: numbers at the ends of their domains and of the dtypes, infinities, NaN, tensors without
 * elements and with one more than a vector has, ten million elements. Values and first gradients are libtorch's there,
 * of operations element by element second ones, too, each element by its own measure, but for what a row excepts with a
 * reason.
 */
final class Edges {
  /**
   * Elements at which a row is not libtorch's: in the gradient of one argument, of all, in second gradients alone, in
   * those of them that are NaN there, or at all. Where a gradient is not, second ones are not looked at.
   */
  record Exception(String reason, int argument, TypedWhere where) {
    static final int GRADIENTS = -1, ALL = -2, SECOND = -3, SECOND_NAN = -4;
  }

  /** Of the arguments' elements that meet. */
  @FunctionalInterface
  interface Where {
    boolean holds(double... arguments);
  }

  /** The same of arguments for a dtype. */
  @FunctionalInterface
  interface TypedWhere {
    boolean holds(DType dtype, double... arguments);
  }

  /** What the elements of an argument that functions combine are replaced by. */
  enum Fill {
    ZEROS(false, 0.0, -0.0),
    ONES(false, 1, -1),
    EQUAL(true, 0.7),
    NAN(false, Double.NaN),
    INFINITE(false, Double.POSITIVE_INFINITY),
    NEGATIVE_INFINITE(false, Double.NEGATIVE_INFINITY),
    ALL_NAN(true, Double.NaN),
    ALL_INFINITE(true, Double.POSITIVE_INFINITY),
    LARGEST(true, Double.MAX_VALUE),
    SMALLEST(true, Double.MIN_NORMAL);

    final boolean all;
    final double[] values;

    Fill(boolean all, double... values) {
      this.all = all;
      this.values = values;
    }
  }

  /** A vector of sixteen floats and one more. */
  private static final int BEYOND_A_VECTOR = 17;

  private static final Tolerance LONG = new Tolerance("ten million elements", 16, true, 64);

  private static final ConcurrentHashMap<List<Object>, Nd> MADE = new ConcurrentHashMap<>();

  private Edges() {}

  static void check(Row row) {
    List<String> wrong = new ArrayList<>();
    if (row.elementwise)
      for (DType dtype : DType.values())
        if (!row.skips(dtype)) note(wrong, dtype, () -> elements(row, dtype));
    for (List<In> sample : row.samples) {
      if (!row.elementwise) fills(row, sample, wrong);
      sizes(row, sample, wrong);
    }
    if (row.big != null && !Retrograd.getDefaultDevice().isCuda() && !Reference.IS_CPU)
      note(wrong, "ten million elements", () -> big(row, row.big));
    if (!wrong.isEmpty()) throw new AssertionError(String.join("\n", wrong));
  }

  private static void note(List<String> wrong, Object where, Runnable check) {
    try {
      check.run();
    } catch (AssertionError e) {
      wrong.add(where + ": " + e.getMessage());
    }
  }

  private static int order(Row row, DType dtype) {
    return Nd.floating(dtype) && !row.skipped.containsKey(Aspect.GRADIENTS) ? 1 : 0;
  }

  // ---- Element by element: all combinations

  private static void elements(Row row, DType dtype) {
    List<double[]> tuples = tuples(row, dtype);
    int order = isRefused(row, dtype, order(row, dtype)) ? 0 : order(row, dtype);
    if (isRefused(row, dtype, 0)) {
      compare(row, dtype, order, tuples.subList(0, 1));
      return;
    }
    List<String> wrong = new ArrayList<>();
    note(wrong, "order " + order, () -> compareAll(row, dtype, order, tuples));
    // With a graph gradients are made in another way.
    if (order == 1
        && !row.skipped.containsKey(Aspect.SECOND_GRADIENTS)
        && !isRefused(row, dtype, 2))
      note(wrong, "order 2", () -> compareAll(row, dtype, 2, tuples));
    if (!wrong.isEmpty()) throw new AssertionError(String.join("\n", wrong));
  }

  /** Alone where libtorch refuses some of them. */
  private static void compareAll(Row row, DType dtype, int order, List<double[]> tuples) {
    if (question(row, dtype, order, tuples).ask(Reference.LIB).error() == null) {
      compare(row, dtype, order, tuples);
      return;
    }
    List<String> wrong = new ArrayList<>();
    for (double[] tuple : tuples)
      note(wrong, "alone", () -> compare(row, dtype, order, List.of(tuple)));
    if (!wrong.isEmpty()) throw new AssertionError(wrong.size() + "\n" + String.join("\n", wrong));
  }

  /** All combinations. */
  private static List<double[]> tuples(Row row, DType dtype) {
    List<double[]> tuples = new ArrayList<>(List.of(new double[0]));
    for (In in : row.samples.get(0)) {
      List<double[]> longer = new ArrayList<>();
      for (double[] tuple : tuples)
        for (double v : points(row, in, dtype)) {
          double[] more = Arrays.copyOf(tuple, tuple.length + 1);
          more[tuple.length] = v;
          longer.add(more);
        }
      tuples = longer;
    }
    return tuples;
  }

  /** Whatever the numbers. */
  private static boolean isRefused(Row row, DType dtype, int order) {
    return Question.of(row.op, row.samples.get(0), dtype, Layout.DENSE, order, 5)
            .ask(Reference.LIB)
            .error()
        != null;
  }

  private static Question question(Row row, DType dtype, int order, List<double[]> tuples) {
    List<In> in = new ArrayList<>();
    List<Nd> bases = new ArrayList<>();
    List<In> arguments = row.samples.get(0);
    for (int a = 0; a < arguments.size(); a++) {
      In argument = arguments.get(a).withShape(tuples.size());
      int at = a, next[] = {0};
      in.add(argument);
      bases.add(Nd.of(argument.typeFor(dtype), argument.shape(), () -> tuples.get(next[0]++)[at]));
    }
    return new Question(row.op, in, bases, Layout.DENSE, order, false);
  }

  private static void compare(Row row, DType dtype, int order, List<double[]> tuples) {
    Question q = question(row, dtype, order, tuples);
    Outcome theirs = q.ask(Reference.LIB), ours = q.ask(Retro.LIB);
    String what = row.name + " " + dtype;
    if (theirs.error() != null) {
      if (row.exceptions.stream().noneMatch(e -> e.where().holds(dtype, tuples.get(0))))
        Aspect.refused(row, ours, what + " at " + Arrays.toString(tuples.get(0)));
      return;
    }
    if (ours.error() != null)
      throw new AssertionError(what + ": we raise " + ours.error(), ours.error());
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < tuples.size(); i++) {
      double[] tuple = tuples.get(i);
      List<Integer> excepted = Reference.IS_CPU
          ? List.of()
          : row.exceptions.stream()
              .filter(e -> e.where().holds(dtype, tuple))
              .map(Exception::argument)
              .toList();
      if (excepted.contains(Exception.ALL)) continue;
      for (int r = 0; r < ours.values().size(); r++)
        differ(
            "",
            i,
            theirs.values().get(r),
            ours.values().get(r),
            row.tolerance.values(),
            tuple,
            wrong);
      if (excepted.contains(Exception.GRADIENTS)) continue;
      for (int r = 0; r < ours.gradients().size(); r++)
        if (!excepted.contains(r))
          differ(
              "gradient " + r,
              i,
              theirs.gradients().get(r),
              ours.gradients().get(r),
              row.tolerance.gradients(),
              tuple,
              wrong);
      if (excepted.stream().anyMatch(argument -> argument != Exception.SECOND_NAN)) continue;
      // By the arguments, and by the weights of the first.
      for (int r = 0; r < Math.max(ours.second().size(), theirs.second().size()); r++) {
        Nd e = at(theirs.second(), r), a = at(ours.second(), r);
        if (e != null && Double.isNaN(e.data()[i]) && !excepted.isEmpty()) continue;
        differ("second gradient " + r, i, e, a, row.tolerance.gradients(), tuple, wrong);
      }
    }
    if (!wrong.isEmpty())
      throw new AssertionError(what + ": " + wrong.size() + " differ from " + Reference.NAME + ":\n"
          + String.join("\n", wrong.subList(0, Math.min(wrong.size(), 40))));
  }

  private static Nd at(List<Nd> list, int i) {
    return i < list.size() ? list.get(i) : null;
  }

  private static void differ(
      String what, int i, Nd expected, Nd actual, double ulps, double[] tuple, List<String> wrong) {
    double e = expected == null ? 0 : expected.data()[i],
        a = actual == null ? 0 : actual.data()[i];
    boolean single = (actual == null ? expected : actual) == null
        || (actual == null ? expected : actual).dtype() == FLOAT32;
    double smallest = single ? Float.MIN_NORMAL : Double.MIN_NORMAL,
        unit = single ? 0x1p-23 : 0x1p-52;
    double allowed = ulps == 0 ? 0 : Math.max(ulps * unit * Math.abs(e), smallest);
    if (e == a || Double.isNaN(e) && Double.isNaN(a)) return;
    // The largest number and infinity are one unit apart.
    double largest = single ? Float.MAX_VALUE : Double.MAX_VALUE, end = largest * (1 - ulps * unit);
    if (Math.abs(e) < Double.POSITIVE_INFINITY && Math.abs(e - a) <= allowed) return;
    if (ulps > 0 && Math.abs(e) >= end && Math.abs(a) >= end && e > 0 == a > 0) return;
    wrong.add(
        "  %s at %s: %s, %s has %s".formatted(what, Arrays.toString(tuple), a, Reference.NAME, e));
  }

  /** Numbers to try, rounded to the dtype, each once. */
  private static double[] points(Row row, In in, DType wanted) {
    DType dtype = in.typeFor(wanted);
    TreeSet<Double> points = new TreeSet<>();
    int arity = row.samples.get(0).size();
    if (dtype == DType.BOOL) {
      Collections.addAll(points, 0.0, 1.0);
    } else if (Nd.integral(dtype)) {
      long highest = Nd.highest(dtype);
      for (double v :
          new double[] {0, 1, -1, 2, -7, 0x1p31, 0x1p53, -0x1p53, 0x1p62, Nd.lowest(dtype), highest
          }) if (v >= Nd.lowest(dtype) && v <= highest && (long) v != Long.MAX_VALUE) points.add(v);
      // Where a signed dtype of that size ends.
      if (Nd.unsigned(dtype))
        Collections.addAll(points, (double) (highest / 2), (double) (highest / 2 + 1));
    } else {
      boolean single = dtype == FLOAT32;
      double largest = single ? Float.MAX_VALUE : Double.MAX_VALUE;
      double smallest = single ? Float.MIN_NORMAL : Double.MIN_NORMAL;
      Collections.addAll(points, 0.0, 1.0, 0.5, 2.5, Double.POSITIVE_INFINITY, largest, smallest);
      // Whose squares leave the range.
      if (arity < 3) Collections.addAll(points, Math.sqrt(largest) * 2, Math.sqrt(smallest) / 8);
      if (arity == 1) Collections.addAll(points, 2.0, 3.0, 1e-3, 1e3, 0x1p24 + 2, 0x1p53);
      if (arity == 1) points.add(single ? Float.MIN_VALUE : Double.MIN_VALUE);
      for (double v : List.copyOf(points)) points.add(-v);
      points.add(Double.NaN);
      for (double end : row.ends) {
        points.add(end);
        points.add(next(end, 1, single));
        points.add(next(end, -1, single));
      }
    }
    return points.stream()
        .mapToDouble(v -> dtype == FLOAT32 ? (float) (double) v : v)
        .toArray();
  }

  private static double next(double v, int direction, boolean single) {
    double towards = direction * Double.POSITIVE_INFINITY;
    return single ? Math.nextAfter((float) v, towards) : Math.nextAfter(v, towards);
  }

  // ---- Elements that are combined

  private static void fills(Row row, List<In> sample, List<String> wrong) {
    if (sample.stream().noneMatch(In::isValue)) return;
    for (DType dtype : List.of(FLOAT32, FLOAT64, INT64)) {
      if (row.skips(dtype)) continue;
      for (Fill fill : Nd.floating(dtype) ? Fill.values() : new Fill[] {Fill.ZEROS, Fill.ONES}) {
        if (row.unfilled.containsKey(fill) && !Reference.IS_CPU) continue;
        Question q = Question.of(row.op, sample, dtype, Layout.DENSE, order(row, dtype), 3);
        List<Nd> bases = new ArrayList<>();
        for (int a = 0; a < sample.size(); a++)
          bases.add(fill(q.bases().get(a), sample.get(a), fill));
        note(
            wrong,
            fill,
            () -> Aspect.agree(
                row, new Question(row.op, sample, bases, Layout.DENSE, q.order(), false)));
      }
    }
  }

  private static Nd fill(Nd base, In in, Fill fill) {
    if (!in.isValue()) return base;
    Random random = Seed.random(4);
    int n = base.data().length, next[] = {0};
    int one = n == 0 ? 0 : random.nextInt(n);
    double[] values = fill.values;
    if (base.dtype() == FLOAT32 && fill == Fill.LARGEST) values = new double[] {Float.MAX_VALUE};
    if (base.dtype() == FLOAT32 && fill == Fill.SMALLEST) values = new double[] {Float.MIN_NORMAL};
    double[] from = values;
    return Nd.of(base.dtype(), base.shape(), () -> {
      int i = next[0]++;
      return fill.all || from.length > 1 || i == one || i == one + 2
          ? from[i % from.length]
          : base.data()[i];
    });
  }

  // ---- Sizes

  /** Every size that the arguments have becomes 0, or one more than a vector. */
  private static void sizes(Row row, List<In> sample, List<String> wrong) {
    TreeSet<Long> sizes = new TreeSet<>();
    for (In in : sample) for (long s : in.shape()) sizes.add(s);
    for (DType dtype : List.of(FLOAT32, INT64)) {
      if (row.unsized != null) break;
      // Of nothing libtorch takes dtypes that it refuses otherwise.
      if (row.skips(dtype)
          || Question.of(row.op, sample, dtype, Layout.DENSE, 0, 6)
                  .ask(Reference.LIB)
                  .error()
              != null) continue;
      for (long from : sizes)
        for (long to : new long[] {0, BEYOND_A_VECTOR}) {
          if (to > 0 && !row.sizes().isEmpty()) continue; // see SIZES
          List<In> resized = sample.stream().map(in -> in.resized(from, to)).toList();
          if (resized.stream().anyMatch(In::isImpossible)) continue;
          note(
              wrong,
              "size " + from + " is " + to,
              () -> Aspect.agree(
                  row, Question.of(row.op, resized, dtype, Layout.DENSE, order(row, dtype), 6)));
        }
    }
  }

  // ---- Ten million elements

  /** float32 here against float64 there: what a sum loses must not grow with its length. */
  private static void big(Row row, In in) {
    Nd wide = MADE.computeIfAbsent(List.of(in.low(), in.high(), Nd.count(in.shape())), k -> {
      Random random = Seed.random(9);
      return Nd.of(
          FLOAT32, in.shape(), () -> in.low() + (in.high() - in.low()) * random.nextDouble());
    });
    Outcome theirs = run(Reference.LIB, row, new Nd(FLOAT64, in.shape(), wide.data()));
    Outcome ours = run(Retro.LIB, row, new Nd(FLOAT32, in.shape(), wide.data()));
    for (int i = 0; i < ours.values().size(); i++)
      LONG.checkValues(
          Arrays.toString(in.shape()) + " result " + i,
          single(theirs.values().get(i)),
          ours.values().get(i));
    for (int i = 0; i < ours.gradients().size(); i++)
      if (ours.gradients().get(i) != null)
        LONG.checkGradients(
            Arrays.toString(in.shape()) + " gradient",
            single(theirs.gradients().get(i)),
            ours.gradients().get(i));
  }

  private static Nd single(Nd value) {
    return value.dtype() == FLOAT64 ? Nd.rounded(FLOAT32, value) : value;
  }

  /** Results and the gradient of weights that go round from 0 to 0.6. */
  private static <T> Outcome run(Library<T> lib, Row row, Nd input) {
    try (AutoCloseable scope = lib.scope()) {
      T leaf = lib.requireGrad(lib.make(input));
      List<T> results = lib.tensors(row.op.in(lib).apply(List.of(leaf)));
      List<Nd> values = Outcome.read(lib, results), gradients = List.of();
      if (lib.requiresGrad(results.get(0))) {
        int[] next = {0};
        Nd like = values.get(0);
        T weights = lib.make(
            Nd.of(like.dtype(), like.shape(), () -> (float) 0.1 * (double) (next[0]++ % 7)));
        gradients = Outcome.read(
            lib, lib.grad(List.of(results.get(0)), List.of(leaf), List.of(weights), false));
      }
      return new Outcome(values, gradients, List.of(), List.of(), List.of(), null);
    } catch (RuntimeException e) {
      throw e;
    } catch (java.lang.Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
