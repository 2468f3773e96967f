package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.distinct;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.In.repeated;
import static io.retrograd.oracle.In.tied;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.global.torch;

/** Sums, extrema and the like: over all dimensions, some, or along one. */
final class ReduceRows {
  /** Ten million numbers around 0.1, in one line, three rows, three columns. */
  private static final In LINE = between(0, 0.2, 10_000_002),
      ROWS = between(0, 0.2, 3, 3_333_334),
      COLUMNS = between(0, 0.2, 3_333_334, 3);

  private static final String DIVIDES = "libtorch divides by the element where no element is 0",
      RUNNING = "libtorch's running mean stays in the range where the sum leaves it";
  private static final String
      NEARLY_0 = "libtorch's deviation of equal numbers is above 0 by rounding",
      ABSOLUTE = "of one number libtorch takes the absolute value",
      ORDERED = "truth values are ordered here",
      KEPT = "libtorch keeps uint8 here alone";

  private static final String COUNTS =
      "libtorch divides by the number of equals, of which NaN has none; SpecialPointsTest knows what is right";
  private static final Edges.Fill[] OTHERS = {
    Edges.Fill.NAN,
    Edges.Fill.INFINITE,
    Edges.Fill.NEGATIVE_INFINITE,
    Edges.Fill.ALL_NAN,
    Edges.Fill.ALL_INFINITE,
    Edges.Fill.LARGEST
  };

  private ReduceRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>(sums());
    rows.addAll(extrema());
    rows.addAll(along());
    return rows;
  }

  private static ScalarTypeOptional any() {
    return new ScalarTypeOptional();
  }

  private static List<Row> sums() {
    return List.of(
        whole("sum()").within(ACCUMULATED).on(in(0, 3)),
        dim("sum(dim)", 1).within(ACCUMULATED).on(in(2, 0)),
        dim("sum(dims, keepdim)", dims(0, -1), true).within(ACCUMULATED),
        dim("sum(dim, keepdim)", 0, true).within(ACCUMULATED).big(COLUMNS),
        whole("mean()").within(ACCUMULATED).on(in(0)),
        dim("mean(dim)", 1).within(ACCUMULATED),
        dim("mean(dim, keepdim)", 0, true).within(ACCUMULATED),
        dim("mean(dims, keepdim)", dims(0, 1), true).within(ACCUMULATED),
        whole("prod()")
            .within(ACCUMULATED)
            .on(repeated(4))
            .on(in(0))
            .on(in(1))
            .unfilled(DIVIDES, OTHERS),
        dim("prod(dim)", 1)
            .within(ACCUMULATED)
            .on(repeated(3, 3))
            .on(in(2, 0))
            .unfilled(DIVIDES, OTHERS),
        dim("prod(dim, keepdim)", 0, true)
            .within(ACCUMULATED)
            .unfilled(DIVIDES, OTHERS)
            .big(COLUMNS),
        dim("prod(dims, keepdim)", dims(0, 1), true)
            .theirs(t -> torch.prod(torch.prod(t, 0, true, any()), 1, true, any()))
            .within(ACCUMULATED)
            .unfilled(DIVIDES, OTHERS),
        call("var()")
            .on(in(3, 4))
            .on(in(5))
            .within(ACCUMULATED)
            .big(LINE)
            .unfilled(RUNNING, Edges.Fill.LARGEST),
        dim("var(dim)", 1)
            .theirs(t -> torch.var(t, 1))
            .within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST),
        dim("var(dim, keepdim)", 0, true)
            .theirs(t -> torch.var(t, dims(0), true, true))
            .within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST),
        dim("var(dims, correction, keepdim)", dims(0, 1), 0.0, true)
            .within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST),
        call("std()")
            .on(in(3, 4))
            .on(in(5))
            .within(ACCUMULATED)
            .big(LINE)
            .unfilled(RUNNING, Edges.Fill.LARGEST)
            .unfilled(NEARLY_0, Edges.Fill.EQUAL),
        dim("std(dim)", 1)
            .theirs(t -> torch.std(t, 1))
            .within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST)
            .unfilled(NEARLY_0, Edges.Fill.EQUAL),
        dim("std(dim, keepdim)", 1, true)
            .theirs(t -> torch.std(t, dims(1), true, true))
            .within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST)
            .unfilled(NEARLY_0, Edges.Fill.EQUAL),
        dim("std(dims, correction, keepdim)", dims(0, 1), 0.0, true)
            .within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST)
            .unfilled(NEARLY_0, Edges.Fill.EQUAL),
        dim("var(half)", dims(1), 0.5, false)
            .within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST),
        spread(call("varMean()").on(in(3, 4)).on(in(5))),
        spread(
            dim("varMean(dims)", 1, -2).theirs(t -> torch.var_mean(t, dims(1, -2), true, false))),
        spread(dim("varMean(dims, correction, keepdim)", dims(1), 2.0, true)),
        spread(dim("varMean(dim, keepdim)", 1, true)
            .theirs(t -> torch.var_mean(t, dims(1), true, true))),
        spread(dim("stdMean(dims)", 1).theirs(t -> torch.std_mean(t, dims(1), true, false))),
        spread(dim("stdMean(dims, correction, keepdim)", dims(1), 0.0, true)),
        spread(dim("stdMean(dim, keepdim)", 1, false)
            .theirs(t -> torch.std_mean(t, dims(1), true, false))),
        norm("norm()", 2).unfilled(ABSOLUTE, Edges.Fill.LARGEST, Edges.Fill.SMALLEST),
        norm("norm(1)", 1, 1.0),
        norm("norm(3)", 3, 3.0).unfilled(ABSOLUTE, Edges.Fill.LARGEST, Edges.Fill.SMALLEST),
        norm("norm(0.5)", 0.5, 0.5).unfilled(ABSOLUTE, Edges.Fill.LARGEST, Edges.Fill.SMALLEST),
        norm("norm(0)", 0, 0.0),
        norm("norm(inf)", Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY),
        norm("norm(-inf)", Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY),
        dim("norm(p, dim, keepdim)", 2.0, 1, true)
            .theirs(t -> torch.linalg_vector_norm(t, s(2.0), dims(1), true, any()))
            .within(ACCUMULATED),
        dim("norm(p, dims, keepdim)", 2.0, dims(1), true)
            .theirs(t -> torch.linalg_vector_norm(t, s(2.0), dims(1), true, any()))
            .within(ACCUMULATED),
        call("logsumexp()")
            .theirs(t -> torch.logsumexp(t, dims(0, 1)))
            .on(in(3, 4))
            .on(in(2, 1))
            .within(COMPOSED)
            .big(ROWS),
        dim("logsumexp(dim)", 1).within(COMPOSED).on(between(-200, 200, 3, 4)),
        dim("logsumexp(dim, keepdim)", 0, true).within(COMPOSED),
        dim("logsumexp(dims, keepdim)", dims(0, 1), true).within(COMPOSED));
  }

  private static List<Row> extrema() {
    return List.of(
        extremum("amax()").unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        extremum("amin()").unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        dimExtremum("amax(dim)", 1)
            .theirs(t -> torch.amax(t, dims(1), false))
            .on(tied(3, 4))
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        dimExtremum("amax(dim, keepdim)", 0, true)
            .on(tied(3, 4))
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        dimExtremum("amin(dim, keepdim)", 0, true)
            .on(tied(3, 4))
            .big(COLUMNS)
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        dimExtremum("amax(dims, keepdim)", dims(0, 1), true)
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        dimExtremum("amin(dims, keepdim)", dims(0, 1), true)
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        extremum("max()"),
        extremum("min()"),
        dimExtremum("max(dim)", 1),
        dimExtremum("max(dim, keepdim)", -1, true),
        dimExtremum("min(dim)", 0).big(COLUMNS),
        dimExtremum("min(dim, keepdim)", 0, true),
        extremum("argmax()").skip(ORDERED, DType.BOOL),
        dimExtremum("argmax(dim)", 1)
            .theirs(t -> torch.argmax(t, new LongOptional(1), false))
            .skip(ORDERED, DType.BOOL),
        dimExtremum("argmax(dim, keepdim)", 0, true).skip(ORDERED, DType.BOOL).big(COLUMNS),
        extremum("argmin()").skip(ORDERED, DType.BOOL),
        dimExtremum("argmin(dim)", 1)
            .theirs(t -> torch.argmin(t, new LongOptional(1), false))
            .skip(ORDERED, DType.BOOL),
        dimExtremum("argmin(dim, keepdim)", 0, true).skip(ORDERED, DType.BOOL),
        whole("all()").on(mask(3, 4)).on(in(0)).on(repeated(2, 3)).skip(KEPT, DType.UINT8),
        dim("all(dim)", 1).on(mask(3, 2)).skip(KEPT, DType.UINT8),
        dim("all(dim, keepdim)", 0, true).on(mask(2, 3)).skip(KEPT, DType.UINT8).big(COLUMNS),
        dim("all(dims, keepdim)", dims(0, 1), true).on(mask(2, 3)).skip(KEPT, DType.UINT8),
        whole("any()").on(mask(3, 4)).on(in(0)).on(repeated(2, 3)).skip(KEPT, DType.UINT8),
        dim("any(dim)", 1).on(mask(3, 2)).skip(KEPT, DType.UINT8),
        dim("any(dim, keepdim)", 0, true).on(mask(2, 3)).skip(KEPT, DType.UINT8),
        dim("any(dims, keepdim)", dims(0, 1), true).on(mask(2, 3)).skip(KEPT, DType.UINT8),
        call("equal", Y)
            .on(in(2, 3), in(2, 3))
            .on(between(1, 1, 3), between(1, 1, 3))
            .on(in(2), in(3))
            .on(in(0), in(0))
            .on(in(), in(1)),
        call("allclose", Y)
            .on(in(2, 3), in(2, 3))
            .on(between(1, 1.000001, 3), between(1, 1.000001, 3))
            .on(in(2, 0), in(0)),
        call("allclose(rtol)", Y, 0.1)
            .theirs((a, b) -> torch.allclose(a, b, 0.1, 1e-8, false))
            .on(in(3), in(3))
            .on(between(1, 1.2, 3), between(1, 1.2, 3)),
        call("allclose(rtol, atol)", Y, 0.1, 0.5)
            .theirs((a, b) -> torch.allclose(a, b, 0.1, 0.5, false))
            .on(in(3), in(3))
            .on(between(0, 0.4, 3), between(0, 0.4, 3)),
        call("allclose(atol)", Y, 0.1, 1.0, true)
            .on(in(3), in(3))
            .on(between(0, 0.9, 3), between(0, 0.9, 3)));
  }

  private static List<Row> along() {
    return List.of(
        dim("cumsum", 1).within(ACCUMULATED).on(in(2, 0)),
        dim("cumsum(0)", 0).within(ACCUMULATED).on(in()).big(COLUMNS),
        dim("softmax", 1).within(COMPOSED).on(between(-90, 90, 3, 4)),
        dim("softmax(0)", 0)
            .within(COMPOSED)
            .on(in())
            .on(in(0, 3))
            .skip("libtorch takes floating types alone, but for empty tensors", BinaryRows.INTEGERS)
            .big(COLUMNS),
        dim("logSoftmax", -1).within(COMPOSED).on(between(-90, 90, 3, 4)),
        dim("logSoftmax(0)", 0).within(COMPOSED).on(in()).big(COLUMNS),
        dim("F.softmax", X, 1).within(COMPOSED),
        dim("F.logSoftmax", X, 1).within(COMPOSED));
  }

  private static Row whole(String name) {
    return call(name)
        .on(in(3, 4))
        .on(in(2, 3, 2))
        .on(in())
        .sized(in(31))
        .sized(in(33))
        .sized(in(1025))
        .big(LINE);
  }

  private static Row dim(String name, Object... arguments) {
    return call(name, arguments)
        .on(in(3, 4))
        .on(in(2, 3, 2))
        .sized(in(33, 31))
        .sized(in(3, 1025))
        .sized(in(1025, 3))
        .big(ROWS);
  }

  private static Row spread(Row row) {
    return row.within(ACCUMULATED)
        .unfilled(RUNNING, Edges.Fill.LARGEST)
        .unfilled(NEARLY_0, Edges.Fill.EQUAL)
        .unfilled(
            "libtorch's mean beside a variance is NaN where it is infinite",
            Edges.Fill.INFINITE,
            Edges.Fill.NEGATIVE_INFINITE,
            Edges.Fill.ALL_INFINITE);
  }

  private static Row extremum(String name) {
    return call(name)
        .on(distinct(3, 4))
        .on(distinct(2, 3, 2))
        .on(tied(3, 4))
        .on(in())
        .sized(distinct(31))
        .sized(distinct(33))
        .sized(distinct(1025))
        .big(LINE)
        .refuses(in(0))
        .refuses(in(2, 0));
  }

  private static Row dimExtremum(String name, Object... arguments) {
    return call(name, arguments)
        .on(distinct(3, 4))
        .on(distinct(2, 3, 2))
        .refuses(in(0, 0))
        .sized(distinct(33, 31))
        .sized(distinct(3, 1025))
        .sized(distinct(1025, 3))
        .big(ROWS);
  }

  private static Row norm(String name, double p, Object... arguments) {
    return call(name, arguments)
        .theirs(t -> torch.linalg_vector_norm(t, s(p), new LongArrayRefOptional(), false, any()))
        .on(in(3, 4))
        .on(in(5))
        .on(in())
        .within(ACCUMULATED)
        .big(LINE);
  }
}
