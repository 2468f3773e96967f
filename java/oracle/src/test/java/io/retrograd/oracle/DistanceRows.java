package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.LossRows.overloads;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.COMPOSED;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch;

/** Distances of vectors. */
final class DistanceRows {
  private static final String ONCE = "libtorch has no second derivative";

  private DistanceRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Row row : overloads(
        "F.cosineSimilarity",
        2,
        List.of(1L, 1e-8),
        List.of(-1L, 1e-4),
        (a, b, c, o) -> torch.cosine_similarity(a, b, (Long) o.get(0), (Double) o.get(1))))
      rows.add(row.within(COMPOSED).on(in(2, 3, 4), in(3, 4)).refuses(in(3, 4), in(3, 5)));
    for (Row row : overloads(
        "F.pairwiseDistance",
        2,
        List.of(2.0, 1e-6, false),
        List.of(3.0, 1e-3, true),
        (a, b, c, o) -> torch.pairwise_distance(
            a, b, (Double) o.get(0), (Double) o.get(1), (Boolean) o.get(2))))
      rows.add(row.within(COMPOSED)
          .node("LinalgVectorNormBackward0", "norm's")
          .on(in(3, 4), in(4))
          .refuses(in(3, 4), in(3, 5)));
    rows.add(cdist("Retrograd.cdist", 2, X, Y).sized(in(33, 5), in(1025, 5)));
    for (double p : new double[] {0, 0.5, 1, 1.5, 2, 3, Double.POSITIVE_INFINITY})
      rows.add(cdist("Retrograd.cdist(" + p + ")", p, X, Y, p));
    rows.add(pdist(call("F.pdist", X).theirs(t -> torch.pdist(t, 2))));
    for (double p : new double[] {0, 1, 3, Double.POSITIVE_INFINITY})
      rows.add(pdist(call("F.pdist(" + p + ")", X, p).theirs(t -> torch.pdist(t, p))));
    return LossRows.brief(rows);
  }

  private static Row cdist(String name, double p, Object... arguments) {
    return call(name, arguments)
        .theirs((a, b) -> torch.cdist(a, b, p, new LongOptional()))
        .within(COMPOSED)
        .on(in(3, 4), in(2, 4))
        .on(in(2, 3, 4), in(5, 4))
        .on(in(2, 1, 3, 2), in(4, 2, 2))
        .refuses(in(3, 4), in(3, 5))
        .refuses(in(4), in(3, 4))
        .unsized("libtorch crashes without elements")
        .unfilled(
            "libtorch's vectors take the sign of NaN for NaN, and skip it in maxima",
            Edges.Fill.INFINITE,
            Edges.Fill.NEGATIVE_INFINITE,
            Edges.Fill.ALL_INFINITE,
            Edges.Fill.NAN,
            Edges.Fill.ALL_NAN)
        .skip(Aspect.SECOND_GRADIENTS, ONCE);
  }

  private static Row pdist(Row row) {
    return row.within(COMPOSED)
        .on(in(4, 3))
        .refuses(in(4))
        .unsized("libtorch crashes without elements")
        .node("IndexBackward0", "made of cdist")
        .unfilled("the sign of NaN is 0 here", Edges.Fill.NAN, Edges.Fill.ALL_NAN)
        .unfilled(
            "cdist subtracts infinite rows from themselves",
            Edges.Fill.INFINITE,
            Edges.Fill.NEGATIVE_INFINITE,
            Edges.Fill.ALL_INFINITE)
        .skip(Aspect.SECOND_GRADIENTS, ONCE);
  }
}
