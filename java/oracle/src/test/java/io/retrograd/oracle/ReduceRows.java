package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.distinct;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.In.repeated;
import static io.retrograd.oracle.In.tied;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.global.torch;

/** Sums, extrema and the like: over all dimensions, some, or along one. */
final class ReduceRows {
  /** Ten million numbers around 0.1, in one line, three rows, three columns. */
  private static final In LINE = between(0, 0.2, 10_000_002), ROWS = between(0, 0.2, 3, 3_333_334),
      COLUMNS = between(0, 0.2, 3_333_334, 3);

  private static final String DIVIDES = "libtorch divides by the element where no element is 0",
      RUNNING = "libtorch's running mean stays in the range where the sum leaves it";

  private static final String COUNTS =
      "libtorch divides by the number of equals, of which NaN has none; SpecialPointsTest knows what is right";
  private static final Edges.Fill[] OTHERS = {
    Edges.Fill.NAN, Edges.Fill.INFINITE, Edges.Fill.NEGATIVE_INFINITE, Edges.Fill.ALL_NAN, Edges.Fill.ALL_INFINITE,
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
        whole("sum()", x -> x.sum(), t -> torch.sum(t)).within(ACCUMULATED).on(in(0, 3)),
        dim("sum(dim)", x -> x.sum(1), t -> torch.sum(t, 1)).within(ACCUMULATED).on(in(2, 0)),
        dim("sum(dims, keepdim)", x -> x.sum(dims(0, -1), true), t -> torch.sum(t, dims(0, -1), true, any()))
            .within(ACCUMULATED),
        dim("sum(dim, keepdim)", x -> x.sum(0, true), t -> torch.sum(t, dims(0), true, any()))
            .within(ACCUMULATED).big(COLUMNS),
        whole("mean()", x -> x.mean(), t -> torch.mean(t)).within(ACCUMULATED).on(in(0)),
        dim("mean(dim)", x -> x.mean(1), t -> torch.mean(t, 1)).within(ACCUMULATED),
        dim("mean(dims, keepdim)", x -> x.mean(dims(0, 1), true), t -> torch.mean(t, dims(0, 1), true, any()))
            .within(ACCUMULATED),
        whole("prod()", x -> x.prod(), t -> torch.prod(t)).within(ACCUMULATED).on(repeated(4)).on(in(0)).on(in(1))
            .unfilled(DIVIDES, OTHERS),
        dim("prod(dim)", x -> x.prod(1), t -> torch.prod(t, 1)).within(ACCUMULATED).on(repeated(3, 3)).on(in(2, 0))
            .unfilled(DIVIDES, OTHERS),
        dim("prod(dim, keepdim)", x -> x.prod(0, true), t -> torch.prod(t, 0, true, any())).within(ACCUMULATED)
            .unfilled(DIVIDES, OTHERS).big(COLUMNS),
        op("var()", (Tensor x) -> x.var(), t -> torch.var(t)).on(in(3, 4)).on(in(5)).within(ACCUMULATED).big(LINE)
            .unfilled(RUNNING, Edges.Fill.LARGEST),
        dim("var(dim)", x -> x.var(1), t -> torch.var(t, 1)).within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST),
        dim("var(dims, correction, keepdim)", x -> x.var(dims(0, 1), 0, true),
                t -> torch.var(t, dims(0, 1), new ScalarOptional(s(0L)), true)).within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST),
        op("std()", (Tensor x) -> x.std(), t -> torch.std(t)).on(in(3, 4)).on(in(5)).within(ACCUMULATED).big(LINE)
            .unfilled(RUNNING, Edges.Fill.LARGEST)
            .unfilled("libtorch's deviation of equal numbers is above 0 by rounding", Edges.Fill.EQUAL),
        dim("std(dim)", x -> x.std(1), t -> torch.std(t, 1)).within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST)
            .unfilled("libtorch's deviation of equal numbers is above 0 by rounding", Edges.Fill.EQUAL),
        dim("std(dims, correction, keepdim)", x -> x.std(dims(0, 1), 0, true),
                t -> torch.std(t, dims(0, 1), new ScalarOptional(s(0L)), true)).within(ACCUMULATED)
            .unfilled(RUNNING, Edges.Fill.LARGEST)
            .unfilled("libtorch's deviation of equal numbers is above 0 by rounding", Edges.Fill.EQUAL),
        norm("norm()", 2, x -> x.norm())
            .unfilled("of one number libtorch takes the absolute value", Edges.Fill.LARGEST, Edges.Fill.SMALLEST),
        norm("norm(1)", 1, x -> x.norm(1)),
        norm("norm(3)", 3, x -> x.norm(3))
            .unfilled("of one number libtorch takes the absolute value", Edges.Fill.LARGEST, Edges.Fill.SMALLEST),
        norm("norm(0.5)", 0.5, x -> x.norm(0.5))
            .unfilled("of one number libtorch takes the absolute value", Edges.Fill.LARGEST, Edges.Fill.SMALLEST),
        norm("norm(0)", 0, x -> x.norm(0)),
        norm("norm(inf)", Double.POSITIVE_INFINITY, x -> x.norm(Double.POSITIVE_INFINITY)),
        norm("norm(-inf)", Double.NEGATIVE_INFINITY, x -> x.norm(Double.NEGATIVE_INFINITY)),
        dim("norm(p, dims, keepdim)", x -> x.norm(2, dims(1), true),
                t -> torch.linalg_vector_norm(t, s(2.0), dims(1), true, any())).within(ACCUMULATED),
        op("logsumexp()", (Tensor x) -> x.logsumexp(), t -> torch.logsumexp(t, dims(0, 1))).on(in(3, 4)).on(in(2, 1))
            .within(COMPOSED).big(ROWS),
        dim("logsumexp(dim)", x -> x.logsumexp(1), t -> torch.logsumexp(t, dims(1), false)).within(COMPOSED)
            .on(between(-200, 200, 3, 4)),
        dim("logsumexp(dims, keepdim)", x -> x.logsumexp(dims(0, 1), true), t -> torch.logsumexp(t, dims(0, 1), true))
            .within(COMPOSED));
  }

  private static List<Row> extrema() {
    return List.of(
        extremum("amax()", x -> x.amax(), t -> torch.amax(t))
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        extremum("amin()", x -> x.amin(), t -> torch.amin(t))
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        dimExtremum("amax(dim)", x -> x.amax(1), t -> torch.amax(t, dims(1), false)).on(tied(3, 4))
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        dimExtremum("amin(dim, keepdim)", x -> x.amin(0, true), t -> torch.amin(t, dims(0), true)).on(tied(3, 4))
            .big(COLUMNS)
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        dimExtremum("amax(dims, keepdim)", x -> x.amax(dims(0, 1), true), t -> torch.amax(t, dims(0, 1), true))
            .unfilled(COUNTS, Edges.Fill.NAN, Edges.Fill.ALL_NAN),
        extremum("max()", x -> x.max(), t -> torch.max(t)),
        extremum("min()", x -> x.min(), t -> torch.min(t)),
        dimExtremum("max(dim)", x -> x.max(1), t -> torch.max(t, 1)),
        dimExtremum("max(dim, keepdim)", x -> x.max(-1, true), t -> torch.max(t, -1, true)),
        dimExtremum("min(dim)", x -> x.min(0), t -> torch.min(t, 0)).big(COLUMNS),
        dimExtremum("min(dim, keepdim)", x -> x.min(0, true), t -> torch.min(t, 0, true)),
        extremum("argmax()", x -> x.argmax(), t -> torch.argmax(t))
            .skip("truth values are ordered here", DType.BOOL),
        dimExtremum("argmax(dim)", x -> x.argmax(1), t -> torch.argmax(t, new LongOptional(1), false))
            .skip("truth values are ordered here", DType.BOOL),
        dimExtremum("argmax(dim, keepdim)", x -> x.argmax(0, true), t -> torch.argmax(t, new LongOptional(0), true))
            .skip("truth values are ordered here", DType.BOOL).big(COLUMNS),
        extremum("argmin()", x -> x.argmin(), t -> torch.argmin(t))
            .skip("truth values are ordered here", DType.BOOL),
        dimExtremum("argmin(dim)", x -> x.argmin(1), t -> torch.argmin(t, new LongOptional(1), false))
            .skip("truth values are ordered here", DType.BOOL),
        dimExtremum("argmin(dim, keepdim)", x -> x.argmin(0, true), t -> torch.argmin(t, new LongOptional(0), true))
            .skip("truth values are ordered here", DType.BOOL),
        whole("all()", x -> x.all(), t -> torch.all(t)).on(mask(3, 4)).on(in(0)).on(repeated(2, 3))
            .skip("libtorch keeps uint8 here alone", DType.UINT8),
        dim("all(dim)", x -> x.all(1), t -> torch.all(t, 1)).on(mask(3, 2))
            .skip("libtorch keeps uint8 here alone", DType.UINT8),
        dim("all(dim, keepdim)", x -> x.all(0, true), t -> torch.all(t, 0, true)).on(mask(2, 3))
            .skip("libtorch keeps uint8 here alone", DType.UINT8).big(COLUMNS),
        whole("any()", x -> x.any(), t -> torch.any(t)).on(mask(3, 4)).on(in(0)).on(repeated(2, 3))
            .skip("libtorch keeps uint8 here alone", DType.UINT8),
        dim("any(dim)", x -> x.any(1), t -> torch.any(t, 1)).on(mask(3, 2))
            .skip("libtorch keeps uint8 here alone", DType.UINT8),
        dim("any(dim, keepdim)", x -> x.any(0, true), t -> torch.any(t, 0, true)).on(mask(2, 3))
            .skip("libtorch keeps uint8 here alone", DType.UINT8),
        op("equal", (Tensor a, Tensor b) -> a.equal(b), (a, b) -> torch.equal(a, b))
            .on(in(2, 3), in(2, 3)).on(between(1, 1, 3), between(1, 1, 3)).on(in(2), in(3)).on(in(0), in(0))
            .on(in(), in(1)),
        op("allclose", (Tensor a, Tensor b) -> a.allclose(b), (a, b) -> torch.allclose(a, b))
            .on(in(2, 3), in(2, 3)).on(between(1, 1.000001, 3), between(1, 1.000001, 3)).on(in(2, 0), in(0)),
        op("allclose(atol)", (Tensor a, Tensor b) -> a.allclose(b, 0.1, 1, true), (a, b) -> torch.allclose(a, b, 0.1,
            1, true))
            .on(in(3), in(3)).on(between(0, 0.9, 3), between(0, 0.9, 3)));
  }

  private static List<Row> along() {
    return List.of(
        dim("cumsum", x -> x.cumsum(1), t -> torch.cumsum(t, 1)).within(ACCUMULATED).on(in(2, 0)),
        dim("cumsum(0)", x -> x.cumsum(0), t -> torch.cumsum(t, 0)).within(ACCUMULATED).on(in()).big(COLUMNS),
        dim("softmax", x -> x.softmax(1), t -> torch.softmax(t, 1)).within(COMPOSED).on(between(-90, 90, 3, 4)),
        dim("softmax(0)", x -> x.softmax(0), t -> torch.softmax(t, 0)).within(COMPOSED).on(in()).on(in(0, 3))
            .skip("libtorch takes floating types alone, but for empty tensors", BinaryRows.INTEGERS).big(COLUMNS),
        dim("logSoftmax", x -> x.logSoftmax(-1), t -> torch.log_softmax(t, -1)).within(COMPOSED)
            .on(between(-90, 90, 3, 4)),
        dim("logSoftmax(0)", x -> x.logSoftmax(0), t -> torch.log_softmax(t, 0)).within(COMPOSED).on(in()).big(COLUMNS),
        dim("F.softmax", x -> F.softmax(x, 1), t -> torch.softmax(t, 1)).within(COMPOSED),
        dim("F.logSoftmax", x -> F.logSoftmax(x, 1), t -> torch.log_softmax(t, 1)).within(COMPOSED));
  }

  private static Row whole(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return op(name, ours, theirs).on(in(3, 4)).on(in(2, 3, 2)).on(in()).sized(in(31)).sized(in(33)).sized(in(1025))
        .big(LINE);
  }

  private static Row dim(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return op(name, ours, theirs).on(in(3, 4)).on(in(2, 3, 2))
        .sized(in(33, 31)).sized(in(3, 1025)).sized(in(1025, 3)).big(ROWS);
  }

  private static Row extremum(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return op(name, ours, theirs).on(distinct(3, 4)).on(distinct(2, 3, 2)).on(tied(3, 4)).on(in())
        .sized(distinct(31)).sized(distinct(33)).sized(distinct(1025)).big(LINE).refuses(in(0)).refuses(in(2, 0));
  }

  private static Row dimExtremum(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return op(name, ours, theirs).on(distinct(3, 4)).on(distinct(2, 3, 2)).refuses(in(0, 0))
        .sized(distinct(33, 31)).sized(distinct(3, 1025)).sized(distinct(1025, 3)).big(ROWS);
  }

  private static Row norm(String name, double p, Row.F1<Tensor> ours) {
    return op(name, ours, t -> torch.linalg_vector_norm(t, s(p), new LongArrayRefOptional(), false, any()))
        .on(in(3, 4)).on(in(5)).on(in()).within(ACCUMULATED).big(LINE);
  }
}
