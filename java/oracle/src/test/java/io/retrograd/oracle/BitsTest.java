package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.index;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.retrograd.DType;
import io.retrograd.Index;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Bit for bit: an element depends on its inputs alone, not on its place, the layout or the number of threads. */
class BitsTest {
  private static final int N = 270_001;

  /** Rows that combine elements, with arguments large enough for two threads and odd enough for remainders. */
  private static final Object[][] COMBINING = {
    {"sum()", in(601, 443)},
    {"sum(dim)", in(601, 443)},
    {"sum(dim, keepdim)", in(601, 443)},
    {"mean()", in(601, 443)},
    {"prod()", In.between(0.99, 1.01, 270_001)},
    {"var(dim)", in(601, 443)},
    {"std()", in(601, 443)},
    {"norm()", in(601, 443)},
    {"norm(3)", in(601, 443)},
    {"logsumexp(dim)", in(601, 443)},
    {"amax(dim)", in(601, 443)},
    {"argmax()", in(601, 443)},
    {"max(dim)", in(601, 443)},
    {"cumsum", in(601, 443)},
    {"cumsum(0)", in(601, 443)},
    {"softmax", in(601, 443)},
    {"softmax(0)", in(601, 443)},
    {"logSoftmax", in(601, 443)},
    {"mm", in(151, 403), in(403, 117)},
    {"bmm", in(7, 33, 65), in(7, 65, 31)},
    {"mv", in(601, 443), in(443)},
    {"dot", in(270_001), in(270_001)},
    {"indexSelect", in(601, 443), index(601, 999)},
    {"indexAdd", in(31, 343), index(31, 999), in(999, 343)},
    {"sort()", in(601, 443)},
    {"sort(dim)", in(601, 443)},
    {"F.layerNorm(shape)", in(601, 443)},
    {"scatterAdd", in(31, 343), index(31, 999, 343), in(999, 343)},
    {"F.crossEntropy(MEAN)", in(999, 83), index(83, 999)}
  };

  @TestFactory
  Stream<DynamicTest> elementByElement() {
    return OpTable.rows().stream()
        .filter(row -> row.specials.length > 0)
        .flatMap(row -> Stream.of(DType.FLOAT32, DType.FLOAT64)
            .map(t -> dynamicTest(row + " " + t, () -> elements(row, t))));
  }

  private static void elements(Row row, DType dtype) {
    run(() -> {
      List<Tensor> all =
          make(row.samples.get(0).stream().map(in -> in.withShape(N)).toList(), dtype);
      if (Outcome.Question.of(row.op, row.samples.get(0), dtype, Layout.DENSE, 0, 1)
              .ask(Retro.LIB)
              .error()
          != null) return;
      double[] whole = threadsAgree(row, all);
      UnaryOperator<Tensor> part = x -> x.narrow(0, 37, 1000);
      UnaryOperator<Tensor> spread = x -> {
        Tensor wide = Retrograd.zeros(dtype, 1000, 3);
        wide.select(1, 1).copy_(part.apply(x));
        return wide.select(1, 1);
      };
      double[] expected = java.util.Arrays.copyOfRange(whole, 37, 1037);
      assertArrayEquals(expected, apply(row, all, part), "part");
      assertArrayEquals(expected, apply(row, all, spread), "strided");
      for (int i : new int[] {0, 1, 999})
        assertArrayEquals(
            new double[] {expected[i]}, apply(row, all, x -> x.get(Index.at(37 + i))), "alone");
    });
  }

  @TestFactory
  Stream<DynamicTest> combining() {
    return Stream.of(COMBINING)
        .flatMap(c -> Stream.of(DType.FLOAT32, DType.FLOAT64)
            .map(t -> dynamicTest(c[0] + " " + t, () -> combined(c, t))));
  }

  private static void combined(Object[] c, DType dtype) {
    Row row =
        OpTable.rows().stream().filter(r -> r.name.equals(c[0])).findFirst().orElseThrow();
    List<In> arguments = Stream.of(c).skip(1).map(In.class::cast).toList();
    run(() -> {
      List<Tensor> all = make(arguments, dtype);
      double[] expected = threadsAgree(row, all);
      assertArrayEquals(expected, apply(row, all, BitsTest::transposed), "transposed in memory");
    });
  }

  private static Tensor transposed(Tensor x) {
    return x.dim() < 2 ? x : x.transpose(0, 1).contiguous().transpose(0, 1);
  }

  private static List<Tensor> make(List<In> arguments, DType dtype) {
    Random random = Seed.random(5);
    List<Tensor> out = new ArrayList<>();
    for (In in : arguments) out.add(Retro.LIB.make(in.make(dtype, random)));
    return out;
  }

  private static double[] threadsAgree(Row row, List<Tensor> all) {
    double[] one = apply(row, all, x -> x);
    Retrograd.setNumThreads(2);
    try {
      assertArrayEquals(one, apply(row, all, x -> x), "two threads");
    } finally {
      Retrograd.setNumThreads(1);
    }
    return one;
  }

  private static double[] apply(Row row, List<Tensor> all, UnaryOperator<Tensor> how) {
    Supplier<double[]> values = () -> Retro.LIB
        .tensors(row.op.ours().apply(all.stream().map(how).toList()))
        .get(0)
        .toDoubleArray();
    return Scope.run(values);
  }

  private static void run(Runnable action) {
    Scope.run(action);
  }
}
