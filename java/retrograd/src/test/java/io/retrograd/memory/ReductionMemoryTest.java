package io.retrograd.memory;

import static io.retrograd.DType.BOOL;
import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.DType.INT64;
import static io.retrograd.DType.UINT8;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.DType;
import io.retrograd.Index;
import io.retrograd.Memory;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reductions convert elements while they read them: they take the memory of their result, whatever the dtype. Sizes are
 * such that nothing is rounded.
 */
class ReductionMemoryTest {
  private static final long ROWS = ForkedJvm.BRIEF ? 128 : 8192;
  private static final long COLUMNS = 1024;
  private static final long SLACK = 256 << 10; // results of parts

  private static final Map<String, UnaryOperator<Tensor>> REDUCTIONS = new LinkedHashMap<>();

  static {
    REDUCTIONS.put("sum()", x -> x.sum());
    REDUCTIONS.put("sum(0)", x -> x.sum(0));
    REDUCTIONS.put("sum(1)", x -> x.sum(1));
    REDUCTIONS.put("prod()", x -> x.prod());
    REDUCTIONS.put("prod(0)", x -> x.prod(0));
    REDUCTIONS.put("any()", x -> x.any());
    REDUCTIONS.put("any(1)", x -> x.any(1));
    REDUCTIONS.put("all()", x -> x.all());
    REDUCTIONS.put("all(0)", x -> x.all(0));
    REDUCTIONS.put("amax(0)", x -> x.amax(0));
    REDUCTIONS.put("amin(1)", x -> x.amin(1));
    REDUCTIONS.put("argmax(1)", x -> x.argmax(1));
    REDUCTIONS.put("cumsum(0)", x -> x.cumsum(0));
    REDUCTIONS.put("cumsum(1)", x -> x.cumsum(1));
  }

  /** As many elements in several layouts. */
  private static Map<String, Tensor> layouts(DType dtype) {
    Tensor x =
        arange(options(INT32), 0, ROWS * COLUMNS).remainder(7).to(dtype).reshape(ROWS, COLUMNS);
    Map<String, Tensor> all = new LinkedHashMap<>();
    all.put("dense", x);
    all.put("transposed", x.t());
    all.put(
        "every second",
        zeros(options(dtype), ROWS, 2 * COLUMNS).get(Index.all(), Index.slice(0, 2 * COLUMNS, 2)));
    all.put("rows expanded", x.get(Index.slice(0, 1)).expand(ROWS, COLUMNS));
    all.put("columns expanded", x.get(Index.all(), Index.slice(0, 1)).expand(ROWS, COLUMNS));
    all.put(
        "one element expanded", x.get(Index.slice(1, 2), Index.slice(1, 2)).expand(ROWS, COLUMNS));
    return all;
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void takesWhatItsResultTakes(DType dtype) {
    boolean ordered = dtype == FLOAT32
        || dtype == FLOAT64; // a sum of floats keeps its order through a dense copy
    Scope.run(() -> layouts(dtype)
        .forEach((layout, x) -> REDUCTIONS.forEach((name, reduction) -> {
          if (ordered && layout.equals("transposed")) return;
          long taken = peakOf(reduction, x);
          assertTrue(
              taken <= 0,
              name + " of " + dtype + ", " + layout + ": " + taken + " bytes more than its result");
        })));
  }

  /** The flat index needs one sequence, which is there but for a tensor that jumps through memory. */
  @ParameterizedTest
  @EnumSource(DType.class)
  void argmaxOfExpandedTensors(DType dtype) {
    Scope.run(() -> layouts(dtype).forEach((layout, x) -> {
      if (!layout.contains("expanded")) return;
      assertTrue(peakOf(y -> y.argmax(), x) <= 0, layout);
      Tensor part = x.get(Index.slice(0, 100)),
          cube = part.unsqueeze(1).expand(100, 3, COLUMNS).transpose(0, 2);
      for (Tensor t : new Tensor[] {part, cube}) {
        assertEquals(t.contiguous().argmax().itemLong(), t.argmax().itemLong(), layout);
        assertEquals(t.contiguous().argmin().itemLong(), t.argmin().itemLong(), layout);
      }
    }));
  }

  /** Beyond the result: at most one temporary of the result's floating type. */
  @Test
  void logsumexpAndNorm() {
    Scope.run(() -> {
      for (DType dtype : new DType[] {BOOL, UINT8, INT32, INT64}) {
        long taken = peakOf(x -> x.logsumexp(1), layouts(dtype).get("dense"));
        assertTrue(taken <= 4 * ROWS * COLUMNS, "logsumexp of " + dtype + ": " + taken);
      }
      long taken = peakOf(x -> x.norm(0.0), layouts(FLOAT32).get("dense"));
      assertTrue(taken <= ROWS * COLUMNS, "norm(0): a truth value for each element, not " + taken);
    });
  }

  @Test
  void billionsOfExpandedBools() {
    long n = ForkedJvm.BRIEF ? 300_000 : 3_000_000_000L;
    Scope.run(() -> {
      Tensor one = ones(options(BOOL), 1).expand(n);
      assertTrue(peakOf(x -> equal(n, x.sum()), one) <= 0);
      assertTrue(peakOf(x -> equal(0, x.argmax()), one) <= 0);
      Tensor rows = arange(options(INT32), 0, 1000).eq(3).expand(n / 1000, 1000);
      assertTrue(peakOf(x -> equal(n / 1000, x.sum()), rows) <= 0);
      assertTrue(peakOf(x -> equal(3, x.argmax()), rows) <= 0);
    });
  }

  private static Tensor equal(long expected, Tensor actual) {
    assertEquals(expected, actual.itemLong());
    return actual;
  }

  /** Bytes at the highest point of a computation beyond what its result takes and a bit. */
  private static long peakOf(UnaryOperator<Tensor> f, Tensor x) {
    try (Scope scope = Scope.open()) {
      Memory.resetPeak();
      long before = Memory.allocated();
      Tensor y = f.apply(x);
      return Memory.peak() - before - y.numel() * y.dtype().itemSize() - SLACK;
    }
  }
}
