package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.index;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import io.retrograd.nn.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Losses, with each reduction and without one. */
final class LossRows {
  private static final String LIMITED =
      "here the gradient by the target has the logarithms' limit, too";

  static final String FLOATING = "losses are of floating numbers here";

  private static final String BY_A_NUMBER = "libtorch's C++ has another node for numbers";

  private LossRows() {}

  /** Those that all losses have. */
  static final List<Reduction> REDUCTIONS = List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM);

  /** What libtorch has for tensors, null where there are fewer than three, and for options. */
  @FunctionalInterface
  interface Theirs {
    Tensor of(Tensor a, Tensor b, Tensor c, List<Object> options);
  }

  /**
   * A row for each number of options that is given, from none to all.
   *
   * @param tensors how many of them come first
   * @param usual the options' defaults
   */
  static List<Row> overloads(
      String name, int tensors, List<Object> usual, List<Object> given, Theirs theirs) {
    List<Row> rows = new ArrayList<>();
    for (int n = 0; n <= given.size(); n++)
      rows.add(with(name + "(" + n + " options)", tensors, usual, given.subList(0, n), theirs));
    return rows;
  }

  static Row with(String name, int tensors, List<Object> usual, List<Object> given, Theirs theirs) {
    List<Object> all = new ArrayList<>(given);
    all.addAll(usual.subList(given.size(), usual.size()));
    List<Object> arguments = new ArrayList<>(List.of(X, Y, Z).subList(0, tensors));
    arguments.addAll(given);
    Row row = call(name, arguments.toArray());
    return tensors == 2
        ? row.theirs((a, b) -> theirs.of(a, b, null, all))
        : row.theirs((a, b, c) -> theirs.of(a, b, c, all));
  }

  /** With one sample for each of the overloads, which share a body: other rows have the rest. */
  static List<Row> brief(List<Row> rows) {
    for (Row row : rows)
      if (row.name.endsWith(" options)"))
        row.samples.subList(1, row.samples.size()).clear();
    return rows;
  }

  static Tensor reduced(Tensor each, Object reduction) {
    return reduction == Reduction.NONE
        ? each
        : reduction == Reduction.MEAN ? each.mean() : each.sum();
  }

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>(losses("", Reduction.MEAN, X, Y));
    rows.addAll(likelihoods());
    rows.add(difference("F.smoothL1Loss", X, Y));
    rows.add(difference("F.smoothL1Loss(reduction)", X, Y, Reduction.SUM)
        .theirs((a, b) -> torch.smooth_l1_loss(a, b, Reduction.SUM.ordinal(), 1)));
    rows.add(nllLoss("F.nllLoss(weight)", Reduction.MEAN, -100));
    rows.add(nllLoss("F.nllLoss(weight, ignoreIndex)", Reduction.MEAN, 1, 1));
    rows.add(crossEntropy("F.crossEntropy(weight)", Reduction.MEAN, -100));
    rows.add(crossEntropy("F.crossEntropy(weight, ignoreIndex)", Reduction.MEAN, 1, 1));
    for (Reduction r : REDUCTIONS) {
      rows.addAll(losses("(" + r + ")", r, X, Y, r));
      rows.add(each(r, difference("F.smoothL1Loss(" + r + ")", X, Y, r, 0.6).ends(0.6, -0.6)));
      rows.add(nllLoss("F.nllLoss(weight, ignoreIndex, " + r + ")", r, 1, 1, r));
      rows.add(crossEntropy("F.crossEntropy(weight, ignoreIndex, " + r + ")", r, 1, 1, r));
      rows.addAll(weighted(r));
      rows.addAll(smoothed(r));
    }
    rows.add(loss("F.crossEntropy(probabilities)", X, Y)
        .theirs((a, b) -> torch.cross_entropy_loss(a, b, new TensorOptional(), 1, -100, 0))
        .on(in(3, 4), between(0, 1, 3, 4))
        .refuses(in(3, 4), between(0, 1, 3, 5))
        .node("DivBackward0", BY_A_NUMBER));
    return brief(rows);
  }

  /** With a weight of the input's shape, or one that broadcasts to it. */
  private static List<Row> weighted(Reduction r) {
    long k = r.ordinal();
    String note = "(weight, " + r + ")";
    List<Row> rows = List.of(
        call("F.mseLoss" + note, X, Y, r, Z)
            .theirs((a, b, w) -> averaged(torch.mse_loss(a, b, 0), w, r)),
        call("F.l1Loss" + note, X, Y, r, Z)
            .theirs((a, b, w) -> averaged(torch.l1_loss(a, b, 0), w, r)),
        call("F.huberLoss" + note, X, Y, r, 0.75, Z)
            .ends(0.75, -0.75)
            .theirs((a, b, w) -> reduced(torch.huber_loss(a, b, 0, 0.75).mul(w), r)));
    for (Row row : rows)
      row.within(COMPOSED)
          .on(in(3, 4), in(3, 4), between(0.5, 2, 3, 4))
          .skip(FLOATING, BinaryRows.INTEGERS);
    String node =
        switch (r) {
          case NONE -> "MulBackward0";
          case MEAN -> "MeanBackward0";
          default -> "SumBackward0";
        };
    String why = "the weight is multiplied by afterwards";
    List<Row> both = new ArrayList<>(rows);
    for (boolean isShort : r == Reduction.MEAN ? new boolean[] {false, true} : new boolean[1]) {
      both.add(probabilities(
              isShort
                  ? call("F.binaryCrossEntropy(weight)", X, Y, Z)
                  : call("F.binaryCrossEntropy" + note, X, Y, Z, r))
          .theirs((a, b, w) -> torch.binary_cross_entropy(a, b, new TensorOptional(w), k))
          .on(between(0.05, 0.95, 3, 4), between(0, 1, 3, 4), between(0.5, 2, 4).constant())
          .refuses(between(0, 1, 3, 4), between(0, 1, 3, 4), between(0.5, 2, 3)));
      both.add(logits(
              isShort
                  ? call("F.binaryCrossEntropyWithLogits(weight)", X, Y, Z)
                  : call("F.binaryCrossEntropyWithLogits" + note, X, Y, Z, r))
          .theirs((a, b, w) -> torch.binary_cross_entropy_with_logits(
              a, b, new TensorOptional(w), new TensorOptional(), k))
          .on(in(3, 4), between(0, 1, 3, 4), between(0.5, 2, 4).constant()));
    }
    both.add(logits(call("F.binaryCrossEntropyWithLogits(posWeight, " + r + ")", X, Y, Z, r, Z))
        .theirs((a, b, w) -> torch.binary_cross_entropy_with_logits(
            a, b, new TensorOptional(w), new TensorOptional(w), k))
        .on(in(3, 4), between(0, 1, 3, 4), between(0.5, 2, 4).constant())
        .refuses(in(3, 4), between(0, 1, 3, 4), between(0.5, 2, 3)));
    for (Row row : both.subList(3, both.size())) row.node(node, why);
    return both;
  }

  private static Tensor averaged(Tensor each, Tensor weight, Reduction r) {
    Tensor losses = each.mul(weight);
    return r == Reduction.MEAN ? losses.sum().div(weight.sum()) : reduced(losses, r);
  }

  private static List<Row> smoothed(Reduction r) {
    long k = r.ordinal();
    return List.of(
        loss("F.crossEntropy(smoothed, " + r + ")", X, Y, Z, 1, r, 0.25)
            .theirs((a, b, w) ->
                torch.cross_entropy_loss(dense(a), b, new TensorOptional(w), k, 1, 0.25))
            .on(in(3, 4), index(4, 3), between(0.5, 2, 4).constant())
            .on(in(4), index(4), between(0.5, 2, 4).constant())
            .on(in(2, 5, 3, 3), index(5, 2, 3, 3), between(0.5, 2, 5).constant()),
        loss("F.crossEntropy(smoothed, null, " + r + ")", X, Y, null, 1, r, 0.25)
            .theirs(
                (a, b) -> torch.cross_entropy_loss(dense(a), b, new TensorOptional(), k, 1, 0.25))
            .on(in(3, 4), index(4, 3)),
        loss("F.crossEntropy(probabilities, smoothed, " + r + ")", X, Y, Z, -1, r, 0.25)
            .theirs((a, b, w) -> torch.cross_entropy_loss(a, b, new TensorOptional(w), k, -1, 0.25))
            .on(in(3, 4), between(0, 1, 3, 4), between(0.5, 2, 4))
            .on(in(4), between(0, 1, 4), between(0.5, 2, 4))
            .on(in(2, 4, 3), between(0, 1, 2, 4, 3), between(0.5, 2, 4))
            .refuses(in(3, 4), between(0, 1, 3, 4), between(0.5, 2, 3))
            .node(r == Reduction.MEAN ? "DivBackward0" : "NegBackward0", BY_A_NUMBER));
  }

  private static List<Row> likelihoods() {
    List<Row> rows = new ArrayList<>();
    List<Object> usual = List.of(Reduction.MEAN, 1.0);
    Theirs huber =
        (a, b, c, o) -> torch.huber_loss(a, b, ((Reduction) o.get(0)).ordinal(), (Double) o.get(1));
    for (Row row : overloads("F.huberLoss", 2, usual, List.of(Reduction.SUM, 0.75), huber))
      rows.add(row.within(COMPOSED)
          .on(in(3, 4), in(3, 4))
          .on(in(), in())
          .refuses(in(2, 3), in(4))
          .ends(0.75, -0.75));
    Theirs klDiv = (a, b, c, o) -> {
      boolean isBatch = o.get(0) == Reduction.BATCH_MEAN;
      Tensor all =
          torch.kl_div(a, b, isBatch ? 2 : ((Reduction) o.get(0)).ordinal(), (Boolean) o.get(1));
      return isBatch ? all.div(s(Math.max(a.size(0), 1))) : all;
    };
    List<Row> divergences = new ArrayList<>(overloads(
        "F.klDiv", 2, List.of(Reduction.MEAN, false), List.of(Reduction.SUM, true), klDiv));
    for (boolean log : new boolean[] {false, true})
      for (Reduction r : List.of(Reduction.NONE, Reduction.BATCH_MEAN))
        divergences.add(with(
            "F.klDiv(" + r + ", " + log + ")",
            2,
            List.of(Reduction.MEAN, false),
            List.of(r, log),
            klDiv));
    for (Row row : divergences)
      rows.add(row.within(COMPOSED)
          .on(in(3, 4), between(0.1, 0.9, 3, 4))
          .on(in(3, 1), between(0.1, 0.9, 4))
          .on(in(0, 3), between(0.1, 0.9, 0, 3))
          .unfilled("libtorch's gradient by a target of 0 is NaN", Edges.Fill.ZEROS)
          .unfilled("a gradient adds up the largest numbers", Edges.Fill.LARGEST)
          .skip(FLOATING, BinaryRows.INTEGERS));
    for (Row row : rows) if (row.name.contains("BATCH_MEAN")) row.node("DivBackward0", BY_A_NUMBER);
    Theirs poisson = (a, b, c, o) -> torch.poisson_nll_loss(
        a,
        b,
        (Boolean) o.get(0),
        (Boolean) o.get(1),
        (Double) o.get(2),
        ((Reduction) o.get(3)).ordinal());
    List<Object> usualPoisson = List.of(true, false, 1e-8, Reduction.MEAN);
    List<Row> counts = new ArrayList<>(overloads(
        "F.poissonNllLoss", 2, usualPoisson, List.of(false, true, 1e-3, Reduction.SUM), poisson));
    counts.add(with(
        "F.poissonNllLoss(NONE)",
        2,
        usualPoisson,
        List.of(true, true, 1e-3, Reduction.NONE),
        poisson));
    for (Row row : counts)
      rows.add(row.within(COMPOSED)
          .on(between(0.2, 2, 3, 4), between(0.2, 4, 3, 4))
          .on(between(0.2, 2, 3, 1), between(0.2, 4, 4))
          .unfilled(
              "libtorch's gradient by a target that is not positive is NaN",
              Edges.Fill.ZEROS,
              Edges.Fill.NEGATIVE_INFINITE,
              Edges.Fill.ONES)
          .unfilled("a gradient adds up the largest numbers", Edges.Fill.LARGEST)
          .skip(FLOATING, BinaryRows.INTEGERS));
    Theirs normal = (a, b, v, o) -> {
      if (v.lt(s(0)).any().item_bool()) throw new IllegalArgumentException("negative variance");
      Tensor own = v.dim() < a.dim() ? v.unsqueeze(-1) : v, plain = own.detach();
      own = own.add(plain.clamp_min(s((Double) o.get(1))).sub(plain));
      Tensor each = own.log().add(a.sub(b).square().div(own)).mul(s(0.5));
      return reduced(
          (Boolean) o.get(0) ? each.add(s(0.5 * Math.log(2 * Math.PI))) : each, o.get(2));
    };
    List<Object> usualNormal = List.of(false, 1e-6, Reduction.MEAN);
    List<Row> normals = new ArrayList<>(
        overloads("F.gaussianNllLoss", 3, usualNormal, List.of(true, 1e-6, Reduction.SUM), normal));
    normals.add(
        with("F.gaussianNllLoss(NONE)", 3, usualNormal, List.of(true, 1e-6, Reduction.NONE), normal)
            .node("AddBackward0", BY_A_NUMBER));
    for (Row row : normals)
      rows.add(row.within(COMPOSED)
          .on(in(3, 4), in(3, 4), between(0.5, 2, 3, 4))
          .on(in(3, 4), in(3, 4), between(0.5, 2, 3, 1))
          .on(in(3, 4), in(3, 4), between(0.5, 2, 3))
          .unwatched("a GPU is not waited for")
          .unfilled(
              "what it is compared with subtracts infinity from itself",
              Edges.Fill.INFINITE,
              Edges.Fill.ALL_INFINITE)
          .skip(FLOATING, BinaryRows.INTEGERS));
    return rows;
  }

  /** Those that take a reduction and nothing else, or leave it off. */
  private static List<Row> losses(String note, Reduction r, Object... arguments) {
    long k = r.ordinal();
    return List.of(
        each(r, difference("F.mseLoss" + note, arguments)),
        each(
            r,
            difference("F.l1Loss" + note, arguments)
                .node("L1LossBackward0", "one node here; libtorch makes it of abs and mean")
                .skip("libtorch takes integers here, alone among the losses", BinaryRows.INTEGERS)),
        each(
            r,
            probabilities(loss("F.binaryCrossEntropy" + note, arguments))
                .theirs((a, b) -> torch.binary_cross_entropy(a, b, new TensorOptional(), k))
                .on(between(0.05, 0.95, 3, 4), between(0, 1, 3, 4))
                .on(between(0.1, 0.9), between(0, 1))
                .refuses(between(0, 1, 3), between(0, 1, 4))
                .gradientDiffers(
                    0,
                    "libtorch's 1e-12 is float32's",
                    x -> x[0] * (1 - x[0]) < 1.1e-12,
                    DType.FLOAT64)
                .gradientDiffers(1, LIMITED, x -> x[0] < 1e-30 || x[0] == 1)
                .secondDiffers(LIMITED, x -> x[0] * (1 - x[0]) < 1e-12)
                .secondDiffers(
                    "terms nearly cancel, and libtorch adds 1e-12 to divisors",
                    x -> x[0] == 0.5,
                    DType.FLOAT64)),
        each(
            r,
            logits(loss("F.binaryCrossEntropyWithLogits" + note, arguments))
                .theirs((a, b) -> torch.binary_cross_entropy_with_logits(
                    a, b, new TensorOptional(), new TensorOptional(), k))
                .on(in(3, 4), between(0, 1, 3, 4))
                .on(between(-90, 90, 5), between(0, 1, 5))
                .refuses(in(3), in(4))
                .ends(15, -15, 88.722839, -103.97208, 709.782712893384, -745.133219)
                .differs(
                    "libtorch adds x to its softplus, which cancels below 0, and multiplies infinity by 0; targets are "
                        + "in [0, 1] but for infinities",
                    x -> x[0] < 0 || Double.isInfinite(x[0]) || Math.abs(x[1]) > 1e38)
                .gradientDiffers(
                    0, "libtorch subtracts the target from the sigmoid", x -> x[0] > 5)),
        loss("F.nllLoss" + note, arguments)
            .theirs((a, b) -> torch.nll_loss(a, b, new TensorOptional(), k, -100))
            .on(in(3, 4), index(4, 3))
            .on(in(4), index(4))
            .on(in(0, 4), index(4, 0))
            .refuses(in(3, 4), index(4, 2))
            .refuses(in(), index(1)),
        loss("F.crossEntropy" + note, arguments)
            .theirs((a, b) -> torch.cross_entropy_loss(a, b, new TensorOptional(), k, -100, 0))
            .on(in(3, 4), index(4, 3))
            .on(in(4), index(4))
            .on(between(-90, 90, 3, 4), index(4, 3))
            .refuses(in(3, 4), index(4, 2)));
  }

  /** binaryCrossEntropy. */
  private static Row probabilities(Row row) {
    return row.within(
            new Tolerance("libtorch's second derivative adds 1e-12 to divisors", 16, true, 1e6))
        .unwatched("a GPU is not waited for")
        .unfilled(LIMITED, Edges.Fill.ZEROS, Edges.Fill.ONES, Edges.Fill.SMALLEST);
  }

  /** binaryCrossEntropyWithLogits. */
  static Row logits(Row row) {
    return row.within(COMPOSED)
        .unfilled(
            "libtorch multiplies infinity by 0 elsewhere",
            Edges.Fill.INFINITE,
            Edges.Fill.NEGATIVE_INFINITE,
            Edges.Fill.ALL_INFINITE);
  }

  /** The weights are numbers from 0.5 on of the input's dtype, without gradients. */
  private static Row nllLoss(String name, Reduction r, long ignored, Object... arguments) {
    return weighted(name, arguments)
        .theirs((a, b, w) ->
            torch.nll_loss_nd(dense(a), b, weights(a, w), (long) r.ordinal(), ignored));
  }

  private static Row crossEntropy(String name, Reduction r, long ignored, Object... arguments) {
    return weighted(name, arguments)
        .theirs((a, b, w) ->
            torch.cross_entropy_loss(dense(a), b, weights(a, w), r.ordinal(), ignored, 0));
  }

  /** With weights of the classes; `arguments` follow them. */
  private static Row weighted(String name, Object... arguments) {
    return loss(name, Stream.concat(Stream.of(X, Y, Z), Stream.of(arguments)).toArray())
        .with(a -> List.of(a.get(0), a.get(1), a.get(2).to(a.get(0).dtype()).add(0.5)))
        .on(in(3, 4), index(4, 3), index(3, 4))
        .on(in(4), index(4), index(3, 4))
        .on(in(2, 5, 3, 33), index(5, 2, 3, 33), index(3, 5))
        .refuses(in(3, 4), index(4, 3), index(3, 5));
  }

  private static TensorOptional weights(Tensor input, Tensor w) {
    return new TensorOptional(w.to(input.scalar_type()).add(s(0.5)));
  }

  /** libtorch differentiates losses of images by dense tensors alone. */
  private static Tensor dense(Tensor t) {
    return t.is_contiguous() ? t : t.contiguous();
  }

  private static Row difference(String name, Object... arguments) {
    return loss(name, arguments)
        .on(in(3, 4), in(3, 4))
        .on(in(), in())
        .on(in(0, 3), in(0, 3))
        .refuses(in(2, 3), in(4));
  }

  private static Row loss(String name, Object... arguments) {
    return call(name, arguments).within(COMPOSED);
  }

  /** Without a reduction a loss is a function of what lies in one place. */
  private static Row each(Reduction r, Row row) {
    return r == Reduction.NONE ? row.elementwise() : row;
  }
}
