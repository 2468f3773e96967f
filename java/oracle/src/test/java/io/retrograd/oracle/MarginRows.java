package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.index;
import static io.retrograd.oracle.LossRows.overloads;
import static io.retrograd.oracle.LossRows.reduced;
import static io.retrograd.oracle.LossRows.with;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.nn.F;
import io.retrograd.nn.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Losses with a margin. */
final class MarginRows {
  private MarginRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    List<Object> usual = List.of(1.0, Reduction.MEAN), none = List.of(0.0, Reduction.MEAN);
    List<Object> each = List.of(0.25, Reduction.NONE);
    LossRows.Theirs hinge =
        (a, b, c, o) -> torch.hinge_embedding_loss(a, b, (Double) o.get(0), k(o.get(1)));
    for (Row row : all("F.hingeEmbeddingLoss", 2, usual, List.of(0.25, Reduction.SUM), each, hinge))
      rows.add(row.on(in(3, 4), signs(3, 4)).on(in(3, 1), signs(4)));
    LossRows.Theirs ranking =
        (a, b, c, o) -> torch.margin_ranking_loss(a, b, c, (Double) o.get(0), k(o.get(1)));
    for (Row row : all("F.marginRankingLoss", 3, none, List.of(0.25, Reduction.SUM), each, ranking))
      rows.add(clamped(row).on(in(3, 4), in(3, 4), signs(3, 4)).on(in(5), in(5), signs(5)));
    LossRows.Theirs cosine =
        (a, b, c, o) -> torch.cosine_embedding_loss(a, b, c, (Double) o.get(0), k(o.get(1)));
    for (Row row :
        all("F.cosineEmbeddingLoss", 3, none, List.of(0.25, Reduction.SUM), each, cosine))
      rows.add(row.on(in(4, 3), in(4, 3), signs(4))
          .on(in(3), in(3), signs())
          .refuses(in(4, 3), in(4, 3), signs(4, 3)));
    LossRows.Theirs triplet = (a, b, c, o) -> torch.triplet_margin_loss(
        a,
        b,
        c,
        (Double) o.get(0),
        (Double) o.get(1),
        (Double) o.get(2),
        (Boolean) o.get(3),
        k(o.get(4)));
    List<Object> usualTriplet = List.of(1.0, 2.0, 1e-6, false, Reduction.MEAN);
    for (Row row : all(
        "F.tripletMarginLoss",
        3,
        usualTriplet,
        List.of(2.0, 3.0, 1e-3, true, Reduction.SUM),
        List.of(2.0, 2.0, 1e-3, true, Reduction.NONE),
        triplet))
      rows.add(clamped(row).on(in(4, 3), in(4, 3), in(4, 3)).refuses(in(4, 3), in(4, 3), in(3)));
    BinaryOperator<io.retrograd.Tensor> distance = F::pairwiseDistance;
    for (Reduction r : LossRows.REDUCTIONS)
      rows.add(clamped(row(
              call("F.tripletMarginWithDistanceLoss(" + r + ")", X, Y, Z, distance, 2.0, true, r)))
          .theirs((a, b, c) -> torch.triplet_margin_loss(a, b, c, 2, 2, 1e-6, true, k(r)))
          .on(in(4, 3), in(4, 3), in(4, 3))
          .says("pairwiseDistance"));
    LossRows.Theirs soft = (a, b, c, o) -> torch.soft_margin_loss(a, b, k(o.get(0)));
    for (Row row : all(
        "F.softMarginLoss",
        2,
        List.of(Reduction.MEAN),
        List.of(Reduction.SUM),
        List.of(Reduction.NONE),
        soft))
      rows.add(row.on(in(3, 4), signs(3, 4))
          .unfilled(
              "libtorch divides infinity by infinity",
              Edges.Fill.INFINITE,
              Edges.Fill.NEGATIVE_INFINITE,
              Edges.Fill.ALL_INFINITE,
              Edges.Fill.LARGEST));
    rows.addAll(multi());
    return LossRows.brief(rows);
  }

  private static List<Row> multi() {
    List<Row> rows = new ArrayList<>();
    String once = "libtorch has no second derivative";
    LossRows.Theirs one = (a, b, c, o) -> torch.multi_margin_loss(
        a, b, s((Long) o.get(0)), s((Double) o.get(1)), new TensorOptional(), k(Reduction.MEAN));
    for (Row row : overloads("F.multiMarginLoss", 2, List.of(1L, 1.0), List.of(2L, 0.5), one))
      rows.add(made(row(row), Reduction.MEAN)
          .on(in(3, 4), index(4, 3))
          .on(in(4), index(4))
          .refuses(in(3, 4), index(4, 2))
          .refuses(in(2, 3, 4), index(3, 2, 4)));
    for (Reduction r : LossRows.REDUCTIONS)
      rows.add(made(row(call("F.multiMarginLoss(" + r + ")", X, Y, 2L, 0.5, Z, r)), r)
          .theirs((a, b, w) ->
              torch.multi_margin_loss(a, b, s(2L), s(0.5), new TensorOptional(w), k(r)))
          .on(in(3, 4), index(4, 3), between(0.5, 2, 4).constant()));
    rows.add(made(row(call("F.multiMarginLoss(weight)", X, Y, 1L, 0.5, Z)), Reduction.MEAN)
        .theirs((a, b, w) ->
            torch.multi_margin_loss(a, b, s(1L), s(0.5), new TensorOptional(w), k(Reduction.MEAN)))
        .on(in(3, 4), index(4, 3), between(0.5, 2, 4).constant()));
    for (Row row : rows)
      row.unsized("libtorch crashes without rows").skip(Aspect.SECOND_GRADIENTS, once);
    List<Row> labels = all(
        "F.multilabelMarginLoss",
        2,
        List.of(Reduction.MEAN),
        List.of(Reduction.SUM),
        List.of(Reduction.NONE),
        (a, b, c, o) -> torch.multilabel_margin_loss(a, b, k(o.get(0))));
    for (Row row : labels)
      rows.add(row.on(in(3, 4), new In(In.Kind.INDEX, -1, 4, false, 3, 4))
          .on(in(5), index(5, 5))
          .refuses(in(3, 4), index(4, 3))
          .unsized("libtorch crashes without rows")
          .skip(Aspect.GRADCHECK, "there is no second derivative, as in libtorch"));
    rows.add(truths("F.multilabelSoftMarginLoss", X, Y)
        .theirs((a, b) -> soft(a, b, null, Reduction.MEAN))
        .on(in(3, 4), between(0, 1, 3, 4)));
    rows.add(truths("F.multilabelSoftMarginLoss(weight)", X, Y, Z)
        .theirs((a, b, w) -> soft(a, b, w, Reduction.MEAN))
        .on(in(3, 4), between(0, 1, 3, 4), between(0.5, 2, 4).constant()));
    for (Reduction r : LossRows.REDUCTIONS)
      rows.add(truths("F.multilabelSoftMarginLoss(" + r + ")", X, Y, Z, r)
          .theirs((a, b, w) -> soft(a, b, w, r))
          .on(in(3, 4), between(0, 1, 3, 4), between(0.5, 2, 4).constant()));
    return rows;
  }

  private static Row made(Row row, Reduction r) {
    String node = r == Reduction.NONE
        ? "MeanBackward1"
        : r == Reduction.MEAN ? "MeanBackward0" : "SumBackward0";
    return row.node(node, "made of operations")
        .unfilled(
            "0 times an infinite weight is NaN here",
            Edges.Fill.NAN,
            Edges.Fill.ALL_NAN,
            Edges.Fill.INFINITE,
            Edges.Fill.NEGATIVE_INFINITE,
            Edges.Fill.ALL_INFINITE);
  }

  private static Row truths(String name, Object... arguments) {
    return LossRows.logits(row(call(name, arguments)));
  }

  private static Tensor soft(Tensor a, Tensor b, Tensor w, Reduction r) {
    Tensor losses = torch.binary_cross_entropy_with_logits(
        a, b, w == null ? new TensorOptional() : new TensorOptional(w), new TensorOptional(), 0);
    return reduced(losses.mean(-1), r);
  }

  /** One of each overload, and one without a reduction. */
  private static List<Row> all(
      String name,
      int tensors,
      List<Object> usual,
      List<Object> given,
      List<Object> each,
      LossRows.Theirs theirs) {
    List<Row> rows = new ArrayList<>(overloads(name, tensors, usual, given, theirs));
    rows.add(with(name + "(NONE)", tensors, usual, each, theirs));
    rows.forEach(MarginRows::row);
    return rows;
  }

  private static Row clamped(Row row) {
    return row.name.contains("NONE")
        ? row.node("ClampBackward1", "clamp with a minimum alone, as in Python")
        : row;
  }

  private static Row row(Row row) {
    return row.within(COMPOSED).skip(LossRows.FLOATING, BinaryRows.INTEGERS);
  }

  /** 1 or -1, and some 0. */
  private static In signs(long... shape) {
    return new In(In.Kind.INDEX, -1, 2, false, shape);
  }

  private static long k(Object reduction) {
    return ((Reduction) reduction).ordinal();
  }
}
