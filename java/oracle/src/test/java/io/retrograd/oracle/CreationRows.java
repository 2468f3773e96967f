package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT64;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Tensors from nothing: values and dtypes. Random numbers are not libtorch's, so the rows state what must hold of them
 * and expect ones.
 */
final class CreationRows {
  private CreationRows() {}

  static List<Row> rows() {
    return List.of(
        made("zeros", () -> Retrograd.zeros(2, 3), () -> torch.zeros(2, 3)),
        made("zeros(INT64)", () -> Retrograd.zeros(INT64, 2, 0), () -> torch.zeros(dims(2, 0), type(INT64))),
        made("ones", () -> Retrograd.ones(2, 3), () -> torch.ones(2, 3)),
        made("ones(FLOAT64)", () -> Retrograd.ones(FLOAT64), () -> torch.ones(dims(), type(FLOAT64))),
        made("full(double)", () -> Retrograd.full(dims(2, 3), 1.5), () -> torch.full(dims(2, 3), s(1.5))),
        made("full(long)", () -> Retrograd.full(dims(2), 1L << 53), () -> torch.full(dims(2), s(1L << 53))),
        made("full(boolean)", () -> Retrograd.full(dims(2), true), () -> torch.ones(dims(2), type(DType.BOOL))),
        made("arange(end)", () -> Retrograd.arange(5), () -> torch.arange(s(5L))),
        made("arange(start, end, step)", () -> Retrograd.arange(10, 0, -3), () -> torch.arange(s(10L), s(0L), s(-3L))),
        made("arange(double)", () -> Retrograd.arange(0.0, 1.0, 0.1), () -> torch.arange(s(0.0), s(1.0), s(0.1))),
        range(0, 10_000_000_000_000_001L, 100_000_000_000_000L),
        range(1L << 60, (1L << 60) + 3, 1), range((1L << 60) + 3, 1L << 60, -1), range(-(1L << 62), 1L << 62, 1L << 60),
        range(Long.MIN_VALUE, Long.MAX_VALUE, 1L << 61), range(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE),
        range(Long.MAX_VALUE - 2, Long.MAX_VALUE, 1), range(Long.MIN_VALUE, Long.MIN_VALUE + 5, 2),
        range(0, 7, Long.MAX_VALUE), range(7, 7, -1), range(-3, 4, 7), range(-3, 5, 7), range(4, -4, -8),
        made("linspace", () -> Retrograd.linspace(-1, 2, 7), () -> torch.linspace(s(-1.0), s(2.0), 7)),
        made("linspace(1)", () -> Retrograd.linspace(-1, 2, 1), () -> torch.linspace(s(-1.0), s(2.0), 1)),
        made("linspace(FLOAT64)", () -> Retrograd.linspace(FLOAT64, 0, 1, 10),
            () -> torch.linspace(s(0.0), s(1.0), 10, type(FLOAT64))).within(Tolerance.ELEMENTARY),
        made("eye", () -> Retrograd.eye(3), () -> torch.eye(3)),
        made("eye(n, m)", () -> Retrograd.eye(2, 4), () -> torch.eye(2, 4)),
        like("zerosLike", Retrograd::zerosLike, torch::zeros_like),
        like("onesLike", Retrograd::onesLike, torch::ones_like),
        like("fullLike(double)", x -> Retrograd.fullLike(x, 1.5), t -> torch.full_like(t, s(1.5))),
        like("fullLike(long)", x -> Retrograd.fullLike(x, 1), t -> torch.full_like(t, s(1L))),
        like("emptyLike", x -> Retrograd.emptyLike(x).fill_(1), torch::ones_like),
        made("empty", () -> Retrograd.empty(2, 3).fill_(1), () -> torch.ones(2, 3)),
        holds("rand", () -> within(Retrograd.rand(200), 0, 1)),
        holds("randn", () -> within(Retrograd.randn(200), -7, 7)),
        holds("randint", () -> within(Retrograd.randint(-3, 3, 200), -3, 3)),
        holds("randLike", () -> within(Retrograd.randLike(Retrograd.zeros(200)), 0, 1)),
        holds("randnLike", () -> within(Retrograd.randnLike(Retrograd.zeros(200)), -7, 7)),
        holds("randintLike", () -> within(Retrograd.randintLike(Retrograd.zeros(200), 2, 5), 2, 5)),
        made("randperm", () -> Retrograd.zeros(9).scatter(0, Retrograd.randperm(9), Retrograd.ones(9)),
            () -> torch.ones(9)),
        row("uniform_", () -> within(Retrograd.zeros(200).uniform_(2, 3), 2, 3)),
        row("normal_", () -> within(Retrograd.zeros(200).normal_(10, 0.5), 6, 14)),
        row("bernoulli_", () -> zeroOrOne(Retrograd.zeros(200).bernoulli_(0.5))),
        row("bernoulli", () -> zeroOrOne(Retrograd.full(dims(200), 0.5).bernoulli())),
        row("F.dropout", () -> zeroOrOne(F.dropout(Retrograd.ones(200), 0.75, true).div(4))),
        Row.op("F.dropout(eval)", (Tensor x) -> F.dropout(x, 0.3, false).clone(), t -> torch.dropout(t, 0.3,
            false).clone())
            .on(in(3, 4)),
        Row.op("F.dropout(0)", (Tensor x) -> F.dropout(x, 0, true).clone(), t -> torch.dropout(t, 0,
            true).clone()).on(in(3, 4)),
        Row.op("F.dropout(1)", (Tensor x) -> F.dropout(x, 1, true).clone(), t -> torch.dropout(t, 1,
            true).clone()).on(in(3, 4))
            .skip("integers become float32 here", BinaryRows.INTEGERS));
  }

  /** Counted without libtorch, which counts in double: each number's distance from the first, in steps. */
  private static Row range(long start, long end, long step) {
    List<Double> steps = new ArrayList<>();
    BigInteger last = BigInteger.valueOf(end), by = BigInteger.valueOf(step);
    for (BigInteger at = BigInteger.valueOf(start); at.compareTo(last) * Long.signum(step) < 0; at = at.add(by))
      steps.add((double) steps.size());
    double[] expected = steps.stream().mapToDouble(v -> v).toArray();
    return made("arange(%d, %d, %d)".formatted(start, end, step), () -> {
      long[] numbers = Retrograd.arange(start, end, step).toLongArray();
      double[] found = new double[numbers.length];
      for (int i = 0; i < found.length; i++)
        found[i] = BigInteger.valueOf(numbers[i]).subtract(BigInteger.valueOf(start)).divide(by).doubleValue();
      return Retro.LIB.make(new Nd(FLOAT64, dims(found.length), found));
    }, () -> Torch.LIB.make(new Nd(FLOAT64, dims(expected.length), expected)));
  }

  private static TensorOptions type(DType dtype) {
    return new TensorOptions(Torch.type(dtype));
  }

  private static Tensor within(Tensor x, double low, double high) {
    return x.ge(low).logicalAnd(x.lt(high)).all();
  }

  private static Tensor zeroOrOne(Tensor x) {
    return x.eq(0.0).logicalOr(x.eq(1.0)).all().logicalAnd(x.eq(0.0).any()).logicalAnd(x.eq(1.0).any());
  }

  private static Row made(String name, Supplier<Tensor> ours, Supplier<org.bytedeco.pytorch.Tensor> theirs) {
    return Row.op("Retrograd." + name, (Tensor x) -> ours.get(), t -> theirs.get()).on(In.mask());
  }

  private static Row holds(String name, Supplier<Tensor> ours) {
    return row("Retrograd." + name, ours);
  }

  private static Row row(String name, Supplier<Tensor> ours) {
    return Row.op(name, (Tensor x) -> ours.get(), t -> torch.ones(dims(), type(DType.BOOL))).on(In.mask());
  }

  private static Row like(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return Row.op("Retrograd." + name, ours, theirs).on(in(3, 4)).on(in());
  }
}
