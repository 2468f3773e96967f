package io.retrograd.oracle;

import static io.retrograd.DType.BOOL;
import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.DType.INT64;
import static io.retrograd.DType.UINT8;
import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.options;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.retrograd.DType;
import io.retrograd.DTypeException;
import io.retrograd.Index;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Numbers that a dtype cannot hold: as operands of comparisons, as factors, as bounds, and converted. */
class BeyondDTypeTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  private static final List<Long> WHOLE = List.of(
      Long.MIN_VALUE,
      -(1L << 53) - 1,
      (-1L << 31) - 1,
      -1L << 31,
      (-1L << 31) + 1,
      -300L,
      -1L,
      0L,
      1L,
      2L,
      3L,
      44L,
      254L,
      255L,
      1L << 24,
      (1L << 24) + 1,
      (1L << 31) - 1,
      1L << 31,
      1L << 40,
      (1L << 53) - 1,
      1L << 53,
      (1L << 53) + 1,
      Long.MAX_VALUE);

  private static final double[] FLOATING = {
    Double.NaN,
    INF,
    -INF,
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.5,
    0.1,
    0x1p24,
    0x1p31,
    0x1p53,
    0x1p63,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    3.5e38,
    -3.5e38,
    1e300,
    -1e300,
    Double.MIN_VALUE
  };

  /** Elements of a dtype at the ends of its range and of others', as Double, Long or Boolean. */
  private static List<? extends Object> elements(DType dtype) {
    if (dtype == BOOL) return List.of(false, true);
    if (Nd.floating(dtype)) {
      int[] next = {0};
      double[] held =
          Nd.of(dtype, Nd.dims(FLOATING.length), () -> FLOATING[next[0]++]).data();
      return Arrays.stream(held).boxed().toList();
    }
    return Stream.concat(
            WHOLE.stream().filter(v -> holds(dtype, v)),
            Stream.of(Nd.lowest(dtype), Nd.highest(dtype)))
        .distinct()
        .toList();
  }

  private static final List<Object> NUMBERS = List.of(
      0L,
      1L,
      -1L,
      2L,
      3L,
      44L,
      255L,
      256L,
      300L,
      -255L,
      -300L,
      (1L << 24) + 1,
      (1L << 31) - 1,
      1L << 31,
      -1L << 31,
      (-1L << 31) - 1,
      1L << 40,
      (1L << 53) + 1,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      0.0,
      1.0,
      -1.0,
      2.5,
      0.1,
      255.5,
      300.0,
      0x1p31,
      0x1p53,
      0x1p53 + 2,
      0x1p63,
      -0x1p63,
      1e19,
      1e30,
      -1e30,
      (double) Float.MAX_VALUE,
      3.5e38,
      -3.5e38,
      1e300,
      -1e300,
      Double.MIN_VALUE,
      INF,
      -INF,
      Double.NaN);

  // ---- comparisons

  /** How the sign of a comparison answers; unordered operands differ and do nothing else. */
  private record Comparison(
      String name,
      IntPredicate answer,
      boolean unordered,
      BiFunction<Tensor, Object, Tensor> ours,
      BiFunction<org.bytedeco.pytorch.Tensor, Scalar, org.bytedeco.pytorch.Tensor> theirs) {
    boolean of(Object a, Object b) {
      double x = asDouble(a), y = asDouble(b);
      if (Double.isNaN(x) || Double.isNaN(y)) return unordered;
      boolean finite = Double.isFinite(x) && Double.isFinite(y);
      return answer.test(finite ? exact(a).compareTo(exact(b)) : Double.compare(x, y));
    }
  }

  private static final List<Comparison> COMPARISONS = List.of(
      new Comparison("eq", c -> c == 0, false, (x, n) -> pick(n, x::eq, x::eq), torch::eq),
      new Comparison("ne", c -> c != 0, true, (x, n) -> pick(n, x::ne, x::ne), torch::ne),
      new Comparison("lt", c -> c < 0, false, (x, n) -> pick(n, x::lt, x::lt), torch::lt),
      new Comparison("le", c -> c <= 0, false, (x, n) -> pick(n, x::le, x::le), torch::le),
      new Comparison("gt", c -> c > 0, false, (x, n) -> pick(n, x::gt, x::gt), torch::gt),
      new Comparison("ge", c -> c >= 0, false, (x, n) -> pick(n, x::ge, x::ge), torch::ge));

  private static Tensor pick(
      Object number, Function<Long, Tensor> whole, Function<Double, Tensor> floating) {
    return number instanceof Long n ? whole.apply(n) : floating.apply((Double) number);
  }

  /**
   * libtorch decides where the promoted dtype holds the number (and rounds it), mathematics where it cannot, or where
   * the number lies beyond the integers.
   */
  @TestFactory
  Stream<DynamicTest> comparisonsWithNumbers() {
    return Arrays.stream(DType.values())
        .flatMap(dtype -> COMPARISONS.stream()
            .map(c -> dynamicTest(
                c.name + " " + dtype,
                () -> Scope.run(() -> NUMBERS.forEach(n -> compare(c, dtype, n))))));
  }

  private static void compare(Comparison c, DType dtype, Object number) {
    List<?> elements = elements(dtype);
    DType common = promoted(dtype, number);
    List<Boolean> expected;
    boolean beyond = !Nd.floating(dtype)
        && dtype != BOOL
        && number instanceof Double d
        && Double.isFinite(d)
        && !holds(dtype, number);
    if (holds(common, number) && !beyond) {
      try (PointerScope scope = new PointerScope()) {
        Scalar s = number instanceof Long n ? new Scalar(n) : new Scalar((double) number);
        expected =
            truths(Torch.LIB.read(c.theirs.apply(theirs(dtype, elements), s)).data());
      }
    } else {
      expected = elements.stream().map(e -> c.of(e, number)).toList();
    }
    String what = c.name + " " + dtype + elements + " with " + number;
    Tensor x = ours(dtype, elements);
    assertEquals(expected, truths(c.ours.apply(x, number)), what);
    Tensor spread = Retrograd.zeros(options(dtype), elements.size(), 3);
    spread.select(1, 1).copy_(x);
    assertEquals(expected, truths(c.ours.apply(spread.select(1, 1), number)), what + " strided");
    for (int i = 0; i < elements.size(); i++)
      assertEquals(
          expected.subList(i, i + 1), truths(c.ours.apply(x.select(0, i), number)), what + " 0-d");
  }

  // ---- conversions

  /** What x86 makes of a number: the same on every path and device. */
  private static Object converted(Object element, DType to) {
    if (element instanceof Boolean b) return converted(b ? 1L : 0L, to);
    if (to == BOOL) return asDouble(element) != 0;
    if (to == FLOAT32)
      return element instanceof Long n
          ? (double) (float) (long) n
          : (double) (float) (double) element;
    if (to == FLOAT64) return asDouble(element);
    if (element instanceof Long n) return Nd.wrapped(to, n);
    // Through a whole register: one of 64 bits for unsigned numbers.
    DType register = Nd.unsigned(to) || to.itemSize() > 4 ? INT64 : INT32;
    double v = (double) element, end = register == INT64 ? 0x1p63 : 0x1p31;
    return Nd.wrapped(to, (double) (long) v >= -end && v < end ? (long) v : (long) -end);
  }

  @TestFactory
  Stream<DynamicTest> conversions() {
    return Arrays.stream(DType.values())
        .flatMap(from -> Arrays.stream(DType.values())
            .filter(to -> to != from)
            .map(to -> dynamicTest(from + " to " + to, () -> Scope.run(() -> convert(from, to)))));
  }

  private static void convert(DType from, DType to) {
    List<Object> edges = new ArrayList<>(elements(from));
    if (Nd.floating(from))
      for (double v : new double[] {
        -0.5,
        -1.5,
        255.5,
        256,
        300.75,
        -300.75,
        0x1p31 - 128,
        0x1p31,
        -0x1p31,
        -0x1p31 - 256,
        0x1p32 + 512,
        0x1p40,
        -0x1p40,
        0x1p62,
        -0x1p63,
        0x1p63,
        -0x1p64,
        0x1p64,
        1e30
      }) edges.add(from == FLOAT32 ? (double) (float) v : v);
    for (int n : new int[] {1, 3, 19, edges.size(), 1000, 70_001}) {
      List<Object> elements = new ArrayList<>();
      for (int i = 0; i < n; i++) elements.add(edges.get((n == 1 ? 0 : i) % edges.size()));
      Tensor x = ours(from, elements);
      Object expected = array(to, elements.stream().map(e -> converted(e, to)).toList());
      String what = from + " to " + to + ", " + n + " elements, ";
      same(expected, x.to(to), what + "to");
      Tensor table = Retrograd.zeros(options(from), n, 3);
      table.select(1, 1).copy_(x);
      same(expected, table.select(1, 1).to(to), what + "strided");
      same(expected, table.t().select(0, 1).to(to), what + "column");
      same(expected, x.expand(3, n).to(to).select(0, 2), what + "expanded");
      Tensor into = Retrograd.zeros(options(to), n, 3);
      into.select(1, 2).copy_(x);
      same(expected, into.select(1, 2), what + "copy_ into a column");
      same(expected, Retrograd.zeros(options(to), n).copy_(x), what + "copy_");
    }
    for (Object element : edges) {
      Tensor one = ours(from, List.of(element)).reshape();
      Object expected = array(to, List.of(converted(element, to)));
      String what = from + " " + element + " to " + to + ", ";
      same(expected, one.to(to).reshape(1), what + "0-d");
      Tensor target = Retrograd.zeros(options(to), 1);
      same(expected, target.fill_(one), what + "fill_");
      same(
          expected,
          target.zero_().maskedFill(Retrograd.ones(options(BOOL), 1), one),
          what + "maskedFill");
      same(expected, target.zero_().set(one.to(to), Index.at(0)), what + "set");
      if (to == INT64) assertEquals(converted(element, to), one.itemLong(), what + "itemLong");
      if (to == FLOAT64) assertEquals(converted(element, to), one.item(), what + "item");
      if (from == FLOAT64) {
        Tensor made = fromArray(options(to), new double[] {(double) element});
        same(expected, made, what + "fromArray");
      }
    }
  }

  private static void same(Object expected, Tensor actual, String what) {
    Tensor x = actual.detach();
    if (expected instanceof boolean[] b) assertArrayEquals(b, x.toBooleanArray(), what);
    else if (expected instanceof long[] l) assertArrayEquals(l, x.toLongArray(), what);
    else assertArrayEquals((double[]) expected, x.toDoubleArray(), what);
  }

  // ---- factors and bounds

  private interface Scaled {
    Tensor apply(Tensor x, Tensor y, double factor);
  }

  private static final Map<String, Scaled> SCALED = Map.of(
      "add",
      (x, y, f) -> x.add(y, f),
      "add_",
      (x, y, f) -> x.clone().add_(y, f),
      "sub",
      (x, y, f) -> x.sub(y, f),
      "sub_",
      (x, y, f) -> x.clone().sub_(y, f),
      "addcmul",
      (x, y, f) -> x.addcmul(y, y, f),
      "addcmul_",
      (x, y, f) -> x.clone().addcmul_(y, y, f));

  @TestFactory
  Stream<DynamicTest> factorsOfIntegers() {
    return integers()
        .flatMap(dtype -> SCALED.keySet().stream()
            .map(name ->
                dynamicTest(name + " " + dtype, () -> Scope.run(() -> factors(name, dtype)))));
  }

  private static void factors(String name, DType dtype) {
    Scaled op = SCALED.get(name);
    Tensor x = ours(dtype, List.of(5L, 7L)), y = ours(dtype, List.of(2L, 3L));
    long highest = Nd.highest(dtype), lowest = Nd.unsigned(dtype) ? -highest : Nd.lowest(dtype);
    boolean all = lowest == Long.MIN_VALUE;
    for (double wrong : new double[] {
      1e30, -1e30, 0x1p63, -0x1p64, 1e300, all ? 0x1p63 : highest + 1, all ? -0x1p64 : lowest - 1
    }) {
      var e = assertThrows(IllegalArgumentException.class, () -> op.apply(x, y, wrong), wrong + "");
      String message = e.getMessage();
      assertTrue(
          message.startsWith(name.replace("_", "")) && message.contains(dtype + ""), message);
    }
    for (double wrong : new double[] {0.5, -1.5, Double.NaN, INF, -INF})
      assertThrows(DTypeException.class, () -> op.apply(x, y, wrong), wrong + "");
    for (long f : new long[] {-1, 0, 3, all ? 1L << 62 : highest, lowest}) {
      long[] expected = new long[2];
      for (int i = 0; i < 2; i++) {
        long a = x.select(0, i).itemLong(), b = y.select(0, i).itemLong();
        long sum = name.startsWith("sub")
            ? a - f * b
            : name.startsWith("addcmul") ? a + f * b * b : a + f * b;
        expected[i] = (long) converted(sum, dtype);
      }
      assertArrayEquals(expected, op.apply(x, y, f).toLongArray(), name + " " + dtype + " " + f);
    }
  }

  /** Where wrapping the number would give something else than wrapping the result. */
  @Test
  void numbersThatAreNoOperands() {
    Scope.run(() -> {
      for (DType dtype : integers().filter(t -> t.itemSize() < 8).toList()) {
        Tensor x = ours(dtype, List.of(5L, 100L));
        long highest = Nd.highest(dtype);
        for (long n : new long[] {1L << 40, highest + 1, highest + 45, 2 * highest + 2}) {
          for (var e : Map.<String, Function<Long, Tensor>>of(
                  "maximum",
                  x::maximum,
                  "minimum",
                  x::minimum,
                  "remainder",
                  x::remainder,
                  "fmod",
                  x::fmod,
                  "floorDivide",
                  x::floorDivide,
                  "pow",
                  x::pow,
                  "clampMin",
                  x::clampMin,
                  "clampMax",
                  x::clampMax)
              .entrySet()) {
            var error = assertThrows(
                IllegalArgumentException.class, () -> e.getValue().apply(n), e.getKey() + n);
            assertTrue(error.getMessage().startsWith(e.getKey() + ": " + n), error.getMessage());
          }
        }
        assertThrows(
            IllegalArgumentException.class,
            () -> Retrograd.linspace(options(dtype), 0, 1e30, 4),
            "linspace");
      }
      // As in PyTorch, sums and products wrap.
      Tensor bytes = ours(UINT8, List.of(200L, 7L));
      assertArrayEquals(new long[] {244, 51}, bytes.add(300).toLongArray());
      assertArrayEquals(new long[] {96, 52}, bytes.mul(300).toLongArray());
    });
  }

  /** As libtorch: bounds must fit, and so must only what can come. */
  @Test
  void boundsOfRandomIntegers() {
    long[][] bounds = {
      {0, 2},
      {0, 3},
      {-1, 1},
      {0, 256},
      {0, 257},
      {-1, 5},
      {255, 256},
      {256, 300},
      {-300, -200},
      {-1L << 31, 1L << 31},
      {-1L << 31, (1L << 31) + 1},
      {(-1L << 31) - 1, 0},
      {1L << 40, 1L << 41},
      {Long.MIN_VALUE, Long.MAX_VALUE}
    };
    for (DType dtype : DType.values())
      for (long[] b : bounds) {
        boolean fits;
        try (PointerScope scope = new PointerScope()) {
          torch.randint(b[0], b[1], new long[] {50}, new TensorOptions(Torch.type(dtype)));
          fits = true;
        } catch (RuntimeException e) {
          fits = false;
        }
        String what = dtype + Arrays.toString(b);
        if (!fits) {
          var e = assertThrows(
              IllegalArgumentException.class,
              () -> Retrograd.randint(options(dtype), b[0], b[1], 50),
              what);
          assertTrue(
              e.getMessage().startsWith("randint: ") && e.getMessage().contains("" + dtype),
              e.getMessage());
        } else {
          Tensor x = Retrograd.randint(options(dtype), b[0], b[1], 50);
          for (long v : x.toLongArray())
            assertTrue(Nd.floating(dtype) || (v >= b[0] && v < b[1]), what + " gave " + v);
        }
      }
  }

  // ---- exact values in both libraries

  private static double asDouble(Object v) {
    return v instanceof Boolean b ? (b ? 1 : 0) : ((Number) v).doubleValue();
  }

  private static BigDecimal exact(Object v) {
    if (v instanceof Boolean b) return b ? BigDecimal.ONE : BigDecimal.ZERO;
    return v instanceof Long n ? BigDecimal.valueOf(n) : new BigDecimal((double) v);
  }

  private static DType promoted(DType dtype, Object number) {
    if (Nd.floating(dtype)) return dtype;
    if (number instanceof Double) return FLOAT32;
    return dtype == BOOL ? INT64 : dtype;
  }

  private static boolean holds(DType dtype, Object number) {
    double v = asDouble(number);
    if (dtype == BOOL) throw new IllegalStateException("numbers are above truth values");
    if (dtype == FLOAT32) return !Double.isFinite(v) || Math.abs(v) <= Float.MAX_VALUE;
    if (dtype == FLOAT64) return true;
    if (number instanceof Long n) return n >= Nd.lowest(dtype) && n <= Nd.highest(dtype);
    return v >= Nd.lowest(dtype) && v < Nd.highest(dtype) + 1.0;
  }

  /** A Java array of exact elements: booleans, longs, or doubles. */
  private static Object array(DType dtype, List<?> elements) {
    if (dtype == BOOL) {
      boolean[] out = new boolean[elements.size()];
      for (int i = 0; i < out.length; i++) out[i] = (Boolean) elements.get(i);
      return out;
    }
    if (Nd.floating(dtype))
      return elements.stream().mapToDouble(BeyondDTypeTest::asDouble).toArray();
    return elements.stream().mapToLong(e -> (Long) e).toArray();
  }

  private static Stream<DType> integers() {
    return Arrays.stream(DType.values()).filter(Nd::integral);
  }

  private static Tensor ours(DType dtype, List<?> elements) {
    Object array = array(dtype, elements);
    if (array instanceof boolean[] b) return fromArray(b);
    return array instanceof double[] d ? fromArray(dtype, d) : fromArray(dtype, (long[]) array);
  }

  private static org.bytedeco.pytorch.Tensor theirs(DType dtype, List<?> elements) {
    long[] shape = {elements.size()};
    if (!Nd.integral(dtype))
      return Torch.LIB.make(new Nd(
          dtype, shape, elements.stream().mapToDouble(BeyondDTypeTest::asDouble).toArray()));
    var t =
        torch.empty(shape, new TensorOptions(torch.ScalarType.Long), new MemoryFormatOptional());
    t.data_ptr_long().put((long[]) array(dtype, elements));
    return t.to(Torch.type(dtype));
  }

  private static List<Boolean> truths(double[] v) {
    return Arrays.stream(v).mapToObj(x -> x != 0).toList();
  }

  private static List<Boolean> truths(Tensor t) {
    assertEquals(BOOL, t.dtype());
    return truths(t.toDoubleArray());
  }
}
