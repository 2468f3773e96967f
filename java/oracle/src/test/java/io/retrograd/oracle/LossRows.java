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
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Losses, with each reduction and without one. */
final class LossRows {
  private static final String LIMITED =
      "here the gradient by the target has the logarithms' limit, too";

  private LossRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>(losses("", Reduction.MEAN, X, Y));
    rows.add(difference("F.smoothL1Loss", X, Y));
    rows.add(difference("F.smoothL1Loss(reduction)", X, Y, Reduction.SUM)
        .theirs((a, b) -> torch.smooth_l1_loss(a, b, Reduction.SUM.ordinal(), 1)));
    rows.add(nllLoss("F.nllLoss(weight)", Reduction.MEAN, -100));
    rows.add(nllLoss("F.nllLoss(weight, ignoreIndex)", Reduction.MEAN, 1, 1));
    rows.add(crossEntropy("F.crossEntropy(weight)", Reduction.MEAN, -100));
    rows.add(crossEntropy("F.crossEntropy(weight, ignoreIndex)", Reduction.MEAN, 1, 1));
    for (Reduction r : Reduction.values()) {
      rows.addAll(losses("(" + r + ")", r, X, Y, r));
      rows.add(each(r, difference("F.smoothL1Loss(" + r + ")", X, Y, r, 0.6).ends(0.6, -0.6)));
      rows.add(nllLoss("F.nllLoss(weight, ignoreIndex, " + r + ")", r, 1, 1, r));
      rows.add(crossEntropy("F.crossEntropy(weight, ignoreIndex, " + r + ")", r, 1, 1, r));
    }
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
            loss("F.binaryCrossEntropy" + note, arguments)
                .theirs((a, b) -> torch.binary_cross_entropy(a, b, new TensorOptional(), k))
                .on(between(0.05, 0.95, 3, 4), between(0, 1, 3, 4))
                .on(between(0.1, 0.9), between(0, 1))
                .refuses(between(0, 1, 3), between(0, 1, 4))
                .unwatched("a GPU is not waited for")
                .within(new Tolerance(
                    "libtorch's second derivative adds 1e-12 to divisors", 16, true, 1e6))
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
                    DType.FLOAT64)
                .unfilled(LIMITED, Edges.Fill.ZEROS, Edges.Fill.ONES, Edges.Fill.SMALLEST)),
        each(
            r,
            loss("F.binaryCrossEntropyWithLogits" + note, arguments)
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
                .gradientDiffers(0, "libtorch subtracts the target from the sigmoid", x -> x[0] > 5)
                .unfilled(
                    "libtorch multiplies infinity by 0 elsewhere",
                    Edges.Fill.INFINITE,
                    Edges.Fill.NEGATIVE_INFINITE,
                    Edges.Fill.ALL_INFINITE)),
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

  private static TensorOptional weights(
      org.bytedeco.pytorch.Tensor input, org.bytedeco.pytorch.Tensor w) {
    return new TensorOptional(w.to(input.scalar_type()).add(s(0.5)));
  }

  /** libtorch differentiates losses of images by dense tensors alone. */
  private static org.bytedeco.pytorch.Tensor dense(org.bytedeco.pytorch.Tensor t) {
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
