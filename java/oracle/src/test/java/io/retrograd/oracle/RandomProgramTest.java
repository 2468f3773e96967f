package io.retrograd.oracle;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.retrograd.AutogradException;
import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import io.retrograd.nn.InterpolateOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Random programs of element-wise operations, reductions, views, writes in place and products, run by both libraries:
 * every value and the gradients of two orders must agree. Where the other operand of a write shares memory with what is
 * written, libtorch refuses the call or leaves the value undefined: there it is given a copy. {@code
 * -Dretrograd.programs=N} runs more of them, {@code -Dretrograd.seed=S} starts elsewhere; a failure names its seed and
 * prints its program.
 */
class RandomProgramTest {
  private static final int PROGRAMS = Integer.getInteger("retrograd.programs", 300);
  private static final AtomicInteger ALIASED = new AtomicInteger(), STALE = new AtomicInteger();
  private static final Tolerance TOLERANCE = new Tolerance("a program", 1e5, true, 1e6);

  /** The random choices of a step, the same for both libraries. */
  private record Dice(int dim, int other, long index, long size) {}

  private interface Code<T> {
    T run(T a, T b, Dice dice);
  }

  private record Step(
      String name,
      int arity,
      BiPredicate<long[], long[]> fits,
      Code<Tensor> ours,
      Code<org.bytedeco.pytorch.Tensor> theirs) {
    boolean inPlace() {
      return name.endsWith("_");
    }

    @SuppressWarnings("unchecked")
    <T> Code<T> in(Library<T> lib) {
      return (Code<T>) (lib instanceof Torch ? theirs : ours);
    }
  }

  private interface One<T> {
    T run(T x);
  }

  private interface Diced<T> {
    T run(T x, Dice dice);
  }

  private interface Two<T> {
    T run(T a, T b);
  }

  private static Step each(String name, One<Tensor> ours, One<org.bytedeco.pytorch.Tensor> theirs) {
    return new Step(name, 1, (s, o) -> true, (a, b, d) -> ours.run(a), (a, b, d) -> theirs.run(a));
  }

  /** Needs a dimension. */
  private static Step along(
      String name, Diced<Tensor> ours, Diced<org.bytedeco.pytorch.Tensor> theirs) {
    return new Step(
        name,
        1,
        (s, o) -> s.length > 0,
        (a, b, d) -> ours.run(a, d),
        (a, b, d) -> theirs.run(a, d));
  }

  private static Step ranked(
      int rank, String name, Diced<Tensor> ours, Diced<org.bytedeco.pytorch.Tensor> theirs) {
    return new Step(
        name,
        1,
        (s, o) -> s.length == rank,
        (a, b, d) -> ours.run(a, d),
        (a, b, d) -> theirs.run(a, d));
  }

  private static Step both(
      String name,
      BiPredicate<long[], long[]> fits,
      Two<Tensor> ours,
      Two<org.bytedeco.pytorch.Tensor> theirs) {
    return new Step(name, 2, fits, (a, b, d) -> ours.run(a, b), (a, b, d) -> theirs.run(a, b));
  }

  private static Scalar s(double v) {
    return new Scalar(v);
  }

  private static final List<Step> STEPS = List.of(
      each("tanh", x -> x.tanh(), t -> torch.tanh(t)),
      each("sin", x -> x.sin(), t -> torch.sin(t)),
      each("sigmoid", x -> x.sigmoid(), t -> torch.sigmoid(t)),
      each("mul(0.7)", x -> x.mul(0.7), t -> torch.mul(t, s(0.7))),
      each("neg", x -> x.neg(), t -> torch.neg(t)),
      each("relu", x -> x.relu(), t -> torch.relu(t)),
      each("abs", x -> x.abs(), t -> torch.abs(t)),
      each("gaussian", x -> x.square().neg().exp(), t -> torch.exp(torch.neg(torch.square(t)))),
      each(
          "bounded sqrt",
          x -> x.square().add(1.0).sqrt(),
          t -> torch.sqrt(torch.add(torch.square(t), s(1.0)))),
      each("log1p", x -> x.abs().log1p(), t -> torch.log1p(torch.abs(t))),
      each(
          "clamp",
          x -> x.clamp(-0.8, 0.9),
          t -> torch.clamp(t, new ScalarOptional(s(-0.8)), new ScalarOptional(s(0.9)))),
      each("pow(3)", x -> x.tanh().pow(3), t -> torch.pow(torch.tanh(t), s(3.0))),
      each("clone", x -> x.clone(), t -> t.clone()),
      each("detach", x -> x.detach(), t -> t.detach()),
      each("sum", x -> x.sum(), t -> torch.sum(t)),
      each("mean", x -> x.mean(), t -> torch.mean(t)),
      each("max", x -> x.max(), t -> torch.max(t)),
      each(
          "where",
          x -> Retrograd.where(x.gt(0.1), x, x.mul(0.2)),
          t -> torch.where(torch.gt(t, s(0.1)), t, torch.mul(t, s(0.2)))),
      along("sum(dim)", (x, d) -> x.sum(d.dim), (t, d) -> torch.sum(t, d.dim)),
      along("mean(dim)", (x, d) -> x.mean(d.dim), (t, d) -> torch.mean(t, d.dim)),
      along("amax(dim)", (x, d) -> x.amax(d.dim), (t, d) -> torch.amax(t, Nd.dims(d.dim), false)),
      along("logsumexp", (x, d) -> x.logsumexp(d.dim), (t, d) -> torch.logsumexp(t, d.dim)),
      along("softmax", (x, d) -> x.softmax(d.dim), (t, d) -> torch.softmax(t, d.dim)),
      along("cumsum", (x, d) -> x.cumsum(d.dim), (t, d) -> torch.cumsum(t, d.dim)),
      along(
          "select", (x, d) -> x.select(d.dim, d.index), (t, d) -> torch.select(t, d.dim, d.index)),
      along(
          "narrow",
          (x, d) -> x.narrow(d.dim, d.index, d.size - d.index),
          (t, d) -> torch.narrow(t, d.dim, d.index, d.size - d.index)),
      along(
          "every second",
          (x, d) -> Retro.LIB.slice(x, d.dim, d.index % 2, d.size, 2),
          (t, d) -> Torch.LIB.slice(t, d.dim, d.index % 2, d.size, 2)),
      along(
          "transpose",
          (x, d) -> x.transpose(d.dim, d.other),
          (t, d) -> torch.transpose(t, d.dim, d.other)),
      along("unsqueeze", (x, d) -> x.unsqueeze(d.dim), (t, d) -> torch.unsqueeze(t, d.dim)),
      // A copy: a reshape is a view or not by its strides, and libtorch's results need not be dense
      // as ours.
      along(
          "reshape",
          (x, d) -> x.reshape(-1).clone(),
          (t, d) -> torch.reshape(t, -1).clone()),
      along("flip", (x, d) -> x.flip(d.dim), (t, d) -> torch.flip(t, d.dim)),
      along(
          "stack",
          (x, d) -> Retrograd.stack(x, x.mul(0.5)),
          (t, d) -> torch.stack(Torch.list(t, torch.mul(t, s(0.5))))),
      along(
          "cat",
          (x, d) -> Retrograd.cat(List.of(x, x.sin()), d.dim),
          (t, d) -> torch.cat(Torch.list(t, torch.sin(t)), d.dim)),
      along(
          "roll",
          (x, d) -> x.roll(d.index, d.dim),
          (t, d) -> torch.roll(t, new long[] {d.index}, d.dim)),
      along(
          "layerNorm",
          (x, d) -> F.layerNorm(x, new long[] {x.size(-1)}, null, null, 0.3),
          (t, d) -> torch.layer_norm(
              t, new long[] {t.size(-1)}, new TensorOptional(), new TensorOptional(), 0.3, false)),
      ranked(
          3,
          "conv1d",
          (x, d) -> F.conv1d(x, x).mul(0.3),
          (t, d) -> torch.mul(torch.conv1d(t, t), s(0.3))),
      ranked(
          3,
          "adaptiveAvgPool1d",
          (x, d) -> F.adaptiveAvgPool1d(x, 2),
          (t, d) -> torch.adaptive_avg_pool1d(t, 2)),
      ranked(
          3,
          "adaptiveMaxPool1d",
          (x, d) -> F.adaptiveMaxPool1d(x, 2),
          (t, d) -> torch.adaptive_max_pool1d(t, 2).get0()),
      ranked(
          3,
          "pad",
          (x, d) -> F.pad(x, new long[] {1, 0}, "replicate"),
          (t, d) -> torch.replication_pad1d(t, 1, 0)),
      ranked(
          3,
          "interpolate",
          (x, d) -> F.interpolate(x, InterpolateOptions.size(3).withMode("linear")),
          (t, d) -> torch.upsample_linear1d(t, new long[] {3}, false)),
      ranked(1, "expand", (x, d) -> x.expand(2, d.size), (t, d) -> t.expand(2, d.size)),
      ranked(1, "diag", (x, d) -> x.diag(), (t, d) -> torch.diag(t)),
      ranked(2, "diagonal", (x, d) -> x.diagonal(), (t, d) -> torch.diagonal(t)),
      ranked(2, "tril", (x, d) -> x.tril(), (t, d) -> torch.tril(t)),
      ranked(
          2,
          "gram",
          (x, d) -> x.mm(x.t()).mul(0.3),
          (t, d) -> torch.mul(torch.mm(t, torch.t(t)), s(0.3))),
      ranked(
          2,
          "index",
          (x, d) -> x.indexSelect(0, Retrograd.tensor(0, 0)),
          (t, d) -> torch.index_select(
              t, 0, Torch.LIB.make(new Nd(DType.INT64, Nd.dims(2), new double[2])))),
      both("add", RandomProgramTest::broadcast, (a, b) -> a.add(b), (a, b) -> torch.add(a, b)),
      both("sub", RandomProgramTest::broadcast, (a, b) -> a.sub(b), (a, b) -> torch.sub(a, b)),
      both("mul", RandomProgramTest::broadcast, (a, b) -> a.mul(b), (a, b) -> torch.mul(a, b)),
      both(
          "div",
          RandomProgramTest::broadcast,
          (a, b) -> a.div(b.square().add(1.0)),
          (a, b) -> torch.div(a, torch.add(torch.square(b), s(1.0)))),
      both(
          "maximum",
          RandomProgramTest::broadcast,
          (a, b) -> a.maximum(b),
          (a, b) -> torch.maximum(a, b)),
      both(
          "matmul",
          RandomProgramTest::product,
          (a, b) -> a.matmul(b).mul(0.4),
          (a, b) -> torch.mul(torch.matmul(a, b), s(0.4))),
      each("mul(0.5)_", x -> x.mul_(0.5), t -> t.mul_(s(0.5))),
      each("tanh_", x -> x.tanh_(), t -> torch.tanh_(t)),
      each("sin_", x -> x.sin_(), t -> torch.sin_(t)),
      along(
          "zero part_",
          (x, d) -> x.select(d.dim, d.index).mul_(0.0),
          (t, d) -> torch.select(t, d.dim, d.index).mul_(s(0.0))),
      along(
          "scale part_",
          (x, d) -> x.narrow(d.dim, d.index, 1).mul_(0.3),
          (t, d) -> torch.narrow(t, d.dim, d.index, 1).mul_(s(0.3))),
      along(
          "sine of part_",
          (x, d) -> x.transpose(d.dim, d.other).select(0, 0).sin_(),
          (t, d) -> torch.sin_(torch.select(torch.transpose(t, d.dim, d.other), 0, 0))),
      both("add_", RandomProgramTest::broadcastsTo, (a, b) -> a.add_(b), (a, b) -> a.add_(b)),
      both(
          "sub_",
          RandomProgramTest::broadcastsTo,
          (a, b) -> a.sub_(b, 0.5),
          (a, b) -> a.sub_(b, s(0.5))),
      both(
          "mul_",
          RandomProgramTest::broadcastsTo,
          (a, b) -> a.mul_(b.tanh()),
          (a, b) -> a.mul_(torch.tanh(b))),
      both("product_", RandomProgramTest::broadcastsTo, (a, b) -> a.mul_(b), (a, b) -> a.mul_(b)),
      both(
          "addcmul_",
          RandomProgramTest::broadcastsTo,
          (a, b) -> a.addcmul_(b, b.sin(), 0.5),
          (a, b) -> a.addcmul_(b, torch.sin(b), s(0.5))),
      both(
          "clampMin_",
          RandomProgramTest::broadcastsTo,
          (a, b) -> a.clampMin_(b),
          (a, b) -> torch.clamp_(a, new TensorOptional(b), new TensorOptional())),
      both("copy_", RandomProgramTest::broadcastsTo, (a, b) -> a.copy_(b), (a, b) -> a.copy_(b)),
      both(
          "fill part_",
          (s, o) -> s.length > 0 && o.length == 0,
          (a, b) -> a.select(0, 0).copy_(b),
          (a, b) -> torch.select(a, 0, 0).copy_(b)));

  private static boolean broadcast(long[] a, long[] b) {
    for (int i = 1; i <= Math.min(a.length, b.length); i++) {
      long m = a[a.length - i], n = b[b.length - i];
      if (m != n && m != 1 && n != 1) return false;
    }
    return true;
  }

  private static boolean broadcastsTo(long[] a, long[] b) {
    if (b.length > a.length) return false;
    for (int i = 1; i <= b.length; i++)
      if (b[b.length - i] != 1 && b[b.length - i] != a[a.length - i]) return false;
    return true;
  }

  private static boolean product(long[] a, long[] b) {
    boolean matrix = a.length == 2 && (b.length == 2 || b.length == 1) && a[1] == b[0];
    return matrix || a.length == 3 && b.length == 2 && a[2] == b[0];
  }

  /** One line of a program; {@code aliased}: it writes into memory that its other operand lies in. */
  private record Line(Step step, int a, int b, Dice dice, boolean aliased) {
    @Override
    public String toString() {
      return step.name + " of " + a + (step.arity > 1 ? " and " + b : "")
          + (aliased ? " in its memory " : " ") + dice;
    }
  }

  /** A program on its way in one library. */
  private static final class Run<T> {
    final Library<T> lib;
    final List<T> values = new ArrayList<>();
    int leaves;

    Run(Library<T> lib) {
      this.lib = lib;
    }

    /** Null, or what was raised. */
    RuntimeException step(Line line) {
      try {
        T other = values.get(line.b);
        if (line.aliased && line.a != line.b && lib instanceof Torch) other = lib.clone(other);
        T result = line.step.in(lib).run(values.get(line.a), other, line.dice);
        if (!line.step.inPlace()) values.add(result);
        return null;
      } catch (RuntimeException e) {
        return e;
      }
    }

    /** Gradients of both orders of a weighted sum of values with respect to the leaves. */
    List<Nd> gradients(List<T> of) {
      List<T> outputs = of.stream().filter(lib::requiresGrad).toList();
      if (outputs.isEmpty()) return List.of();
      List<T> inputs = values.subList(0, leaves);
      List<T> first = lib.grad(outputs, inputs, Outcome.weights(lib, outputs, 3), true);
      List<Nd> all = new ArrayList<>(Outcome.read(lib, first));
      // Weights go by the leaf's number: one library may know that a gradient is constant, the
      // other not.
      List<T> weights = Outcome.weights(lib, first, 4),
          again = new ArrayList<>(),
          seconds = new ArrayList<>();
      for (int i = 0; i < leaves; i++) {
        if (first.get(i) == null || !lib.requiresGrad(first.get(i))) continue;
        again.add(first.get(i));
        seconds.add(weights.get(i));
      }
      if (!again.isEmpty()) all.addAll(Outcome.read(lib, lib.grad(again, inputs, seconds, false)));
      return all;
    }
  }

  @TestFactory
  Stream<DynamicTest> programs() {
    System.out.println("RandomProgramTest: " + PROGRAMS + " programs from " + Seed.option());
    Stream<DynamicTest> programs = LongStream.range(Seed.VALUE, Seed.VALUE + PROGRAMS)
        .mapToObj(seed -> dynamicTest("seed " + seed, () -> check(seed)));
    return Stream.concat(
        programs, Stream.of(dynamicTest("writes alias", RandomProgramTest::checkAliased)));
  }

  /** Many programs write into the memory of an operand and have gradients to compare. */
  private static void checkAliased() {
    System.out.println("RandomProgramTest: operands in written memory: " + ALIASED + " compared, "
        + STALE + " raise");
    if (PROGRAMS >= 300) assertTrue(ALIASED.get() > PROGRAMS / 4, ALIASED + " programs only");
  }

  private static void check(long seed) throws Exception {
    List<String> listing = new ArrayList<>();
    try (AutoCloseable ourScope = Retro.LIB.scope();
        AutoCloseable theirScope = Torch.LIB.scope()) {
      execute(seed, listing);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "seed " + seed + ": " + e.getMessage() + "\n  " + String.join("\n  ", listing), e);
    }
  }

  private static void execute(long seed, List<String> listing) {
    Random random = new Random(seed);
    Run<Tensor> ours = new Run<>(Retro.LIB);
    Run<org.bytedeco.pytorch.Tensor> theirs = new Run<>(Torch.LIB);
    long[][] shapes = {{3, 3}, {3}, {2, 3}, {2, 3, 3}, {}, {1, 3}};
    ours.leaves = theirs.leaves = 2 + random.nextInt(3);
    for (int i = 0; i < ours.leaves; i++) {
      Nd value = Nd.random(DType.FLOAT64, shapes[random.nextInt(shapes.length)], random);
      ours.values.add(Retro.LIB.requireGrad(Retro.LIB.make(value)));
      theirs.values.add(Torch.LIB.requireGrad(Torch.LIB.make(value)));
      listing.add(i + ": leaf " + value);
    }
    boolean aliased = false;
    for (int steps = 8 + random.nextInt(18); steps > 0; steps--) {
      Line line = draw(random, ours.values, ours.leaves);
      if (line == null) continue;
      aliased |= line.aliased;
      listing.add((line.step.inPlace() ? "" : ours.values.size() + ": ") + line);
      RuntimeException e = ours.step(line), f = theirs.step(line);
      if ((e == null) != (f == null))
        throw new AssertionError("we raise " + e + ", libtorch " + f, e);
      if (e != null) listing.add("  (refused by both)");
    }
    for (int i = 0; i < ours.values.size(); i++)
      TOLERANCE.checkValues(
          "value " + i, Torch.LIB.read(theirs.values.get(i)), Retro.LIB.read(ours.values.get(i)));
    boolean compared = compareGradients(ours, theirs, ours.leaves, ours.values.size(), aliased);
    int alone = compared ? 1 : 0;
    for (int i = ours.leaves; i < ours.values.size() && !compared; i++)
      if (compareGradients(ours, theirs, i, i + 1, aliased)) alone++;
    if (aliased) (alone > 0 ? ALIASED : STALE).incrementAndGet();
  }

  /**
   * Gradients of values {@code from ... to - 1}. False where one of the libraries raises because a saved value was
   * overwritten, or there are none.
   */
  private static boolean compareGradients(
      Run<Tensor> ours,
      Run<org.bytedeco.pytorch.Tensor> theirs,
      int from,
      int to,
      boolean aliased) {
    List<Nd> expected;
    try {
      expected = theirs.gradients(theirs.values.subList(from, to));
    } catch (RuntimeException e) {
      // What libtorch saved was overwritten. We may have saved less, or must say the same.
      if (!e.getMessage().contains("modified by an inplace operation")) throw e;
      return false;
    }
    List<Nd> actual;
    try {
      actual = ours.gradients(ours.values.subList(from, to));
    } catch (AutogradException e) {
      // libtorch saved the copy.
      if (!aliased || !e.getMessage().contains("written in place since")) throw e;
      return false;
    }
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      Nd e = i < expected.size() ? expected.get(i) : null,
          a = i < actual.size() ? actual.get(i) : null;
      if (e != null && a != null) TOLERANCE.checkGradients("gradient " + i, e, a);
      else if (e != null ? !e.isZero() : a != null && !a.isZero())
        throw new AssertionError("gradient " + i + ": libtorch gives " + e + ", we " + a);
    }
    return !expected.isEmpty();
  }

  /** A step that fits the values so far; null where none was found. */
  private static Line draw(Random random, List<Tensor> values, int leaves) {
    for (int attempt = 0; attempt < 20; attempt++) {
      Step step = STEPS.get(random.nextInt(STEPS.size()));
      int low = step.inPlace() ? leaves : 0;
      if (values.size() <= low) continue;
      int a = low + random.nextInt(values.size() - low), b = random.nextInt(values.size());
      boolean writes = step.inPlace() && step.arity > 1;
      if (writes && random.nextInt(4) == 0) b = inMemoryOf(values, a, step, random);
      long[] shape = values.get(a).shape();
      if (!step.fits.test(shape, values.get(b).shape())
          || Arrays.stream(shape).reduce(1, (m, n) -> m * n) > 200) continue;
      // libtorch copies an expanded tensor onto itself, as it writes no other.
      if (step.name.equals("copy_") && a == b && isExpanded(values.get(a))) continue;
      int dim = shape.length == 0 ? 0 : random.nextInt(shape.length);
      int other = shape.length == 0 ? 0 : random.nextInt(shape.length);
      long size = shape.length == 0 ? 1 : shape[dim];
      boolean aliased = writes && values.get(a).sharesStorage(values.get(b));
      return new Line(step, a, b, new Dice(dim, other, random.nextInt((int) size), size), aliased);
    }
    return null;
  }

  private static boolean isExpanded(Tensor x) {
    long[] strides = x.stride();
    for (int d = 0; d < strides.length; d++) if (strides[d] == 0 && x.size(d) > 1) return true;
    return false;
  }

  /** An operand in the memory of {@code a}, if only {@code a} itself. */
  private static int inMemoryOf(List<Tensor> values, int a, Step step, Random random) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < values.size(); i++)
      if (values.get(i).sharesStorage(values.get(a))
          && step.fits.test(values.get(a).shape(), values.get(i).shape())) all.add(i);
    return all.isEmpty() ? a : all.get(random.nextInt(all.size()));
  }
}
