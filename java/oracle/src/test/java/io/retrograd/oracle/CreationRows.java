package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Row.call;

import io.retrograd.DType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Tensors from nothing: values and dtypes. */
final class CreationRows {
  private CreationRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>(constants());
    rows.addAll(sequences());
    return rows;
  }

  private static List<Row> constants() {
    return List.of(
        made("zeros", 2, 3),
        made("zeros(INT64)", INT64, dims(2, 0)),
        made("ones", 2, 3),
        made("ones(FLOAT64)", FLOAT64, dims()),
        made("full(double)", dims(2, 3), 1.5),
        made("full(long)", dims(2), 1L << 53),
        made("full(boolean)", dims(2), true).theirs(t -> torch.ones(dims(2), type(DType.BOOL))),
        made("full(FLOAT64, double)", FLOAT64, dims(2, 3), 1.5),
        made("full(FLOAT64, long)", FLOAT64, dims(2), 1L << 53),
        made("full(FLOAT64, boolean)", FLOAT64, dims(2), true)
            .theirs(t -> torch.ones(dims(2), type(FLOAT64))),
        made("empty", 2, 3).through(x -> x.fill_(1)).theirs(t -> torch.ones(2, 3)),
        made("empty(INT64)", INT64, dims(2, 3))
            .through(x -> x.fill_(1))
            .theirs(t -> torch.ones(dims(2, 3), type(INT64))),
        made("eye", 3),
        made("eye(n, m)", 2, 4),
        made("eye(INT64, n)", INT64, 3),
        made("eye(INT64, n, m)", INT64, 4, 2),
        like("zerosLike", X),
        like("onesLike", X),
        like("fullLike(double)", X, 1.5),
        like("fullLike(long)", X, 1),
        like("emptyLike", X).through(x -> x.fill_(1)).theirs(t -> torch.ones_like(t)));
  }

  private static List<Row> sequences() {
    return List.of(
        made("arange(end)", 5),
        made("arange(start, end)", -2, 5),
        made("arange(start, end, step)", 10, 0, -3),
        made("arange(double)", 0.0, 1.0, 0.1),
        made("arange(end, double)", 4.5),
        made("arange(start, end, double)", -1.5, 4.0),
        made("arange(FLOAT64, end)", FLOAT64, 5),
        made("arange(FLOAT64, start, end)", FLOAT64, -2, 5),
        made("arange(FLOAT64, start, end, step)", FLOAT64, 10, 0, -3),
        made("arange(FLOAT64, end, double)", FLOAT64, 4.5),
        made("arange(FLOAT64, start, end, double)", FLOAT64, -1.5, 4.0),
        made("arange(FLOAT64, double)", FLOAT64, 0.0, 1.0, 0.1),
        range(0, 10_000_000_000_000_001L, 100_000_000_000_000L),
        range(1L << 60, (1L << 60) + 3, 1),
        range((1L << 60) + 3, 1L << 60, -1),
        range(-(1L << 62), 1L << 62, 1L << 60),
        range(Long.MIN_VALUE, Long.MAX_VALUE, 1L << 61),
        range(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE),
        range(Long.MAX_VALUE - 2, Long.MAX_VALUE, 1),
        range(Long.MIN_VALUE, Long.MIN_VALUE + 5, 2),
        range(0, 7, Long.MAX_VALUE),
        range(7, 7, -1),
        range(-3, 4, 7),
        range(-3, 5, 7),
        range(4, -4, -8),
        made("linspace", -1.0, 2.0, 7),
        made("linspace(1)", -1.0, 2.0, 1),
        made("linspace(FLOAT64)", FLOAT64, 0.0, 1.0, 10).within(Tolerance.ELEMENTARY));
  }

  /** Counted without libtorch, which counts in double: each number's distance from the first, in steps. */
  private static Row range(long start, long end, long step) {
    List<Double> steps = new ArrayList<>();
    BigInteger last = BigInteger.valueOf(end), by = BigInteger.valueOf(step);
    for (BigInteger at = BigInteger.valueOf(start);
        at.compareTo(last) * Long.signum(step) < 0;
        at = at.add(by)) steps.add((double) steps.size());
    double[] expected = steps.stream().mapToDouble(v -> v).toArray();
    return made("arange(%d, %d, %d)".formatted(start, end, step), start, end, step)
        .through(x -> {
          long[] numbers = x.toLongArray();
          double[] found = new double[numbers.length];
          for (int i = 0; i < found.length; i++)
            found[i] = BigInteger.valueOf(numbers[i])
                .subtract(BigInteger.valueOf(start))
                .divide(by)
                .doubleValue();
          return Retro.LIB.make(new Nd(FLOAT64, dims(found.length), found));
        })
        .theirs(t -> Torch.LIB.make(new Nd(FLOAT64, dims(expected.length), expected)));
  }

  private static TensorOptions type(DType dtype) {
    return new TensorOptions(Torch.type(dtype));
  }

  private static Row made(String name, Object... arguments) {
    return call("Retrograd." + name, arguments).on(In.mask());
  }

  private static Row like(String name, Object... arguments) {
    return call("Retrograd." + name, arguments).on(in(3, 4)).on(in());
  }
}
