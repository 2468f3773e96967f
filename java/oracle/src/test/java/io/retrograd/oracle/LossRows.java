package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.index;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Tolerance.COMPOSED;

import io.retrograd.DType;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import io.retrograd.nn.Reduction;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Losses, with each reduction. */
final class LossRows {
  @FunctionalInterface
  private interface Reduced<T, R> {
    T apply(T input, T target, R reduction);
  }

  private static final String LIMITED = "here the gradient by the target has the logarithms' limit, too";

  private LossRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Reduction r : Reduction.values()) {
      rows.add(each(r, difference("mseLoss", r, F::mseLoss, torch::mse_loss)));
      rows.add(each(r, difference("l1Loss", r, F::l1Loss, torch::l1_loss)
          .node("L1LossBackward0", "one node here; libtorch makes it of abs and mean")
          .skip("libtorch takes integers here, alone among the losses", BinaryRows.INTEGERS)));
      rows.add(each(r, difference("smoothL1Loss", r, (a, b, k) -> F.smoothL1Loss(a, b, k, 0.6), (a, b,
          k) -> torch.smooth_l1_loss(a, b, k, 0.6)).ends(0.6, -0.6)));
      rows.add(each(r, loss("binaryCrossEntropy", r, F::binaryCrossEntropy,
              (a, b, k) -> torch.binary_cross_entropy(a, b, new TensorOptional(), k))
          .on(between(0.05, 0.95, 3, 4), between(0, 1, 3, 4)).on(between(0.1, 0.9), between(0, 1))
          .refuses(between(0, 1, 3), between(0, 1, 4)).unwatched("a GPU is not waited for")
          .within(new Tolerance("libtorch's second derivative adds 1e-12 to divisors", 16, true, 1e6))
          .gradientDiffers(0, "libtorch's 1e-12 is float32's", x -> x[0] * (1 - x[0]) < 1.1e-12, DType.FLOAT64)
          .gradientDiffers(1, LIMITED, x -> x[0] < 1e-30 || x[0] == 1)
          .secondDiffers(LIMITED, x -> x[0] * (1 - x[0]) < 1e-12)
          .secondDiffers("terms nearly cancel, and libtorch adds 1e-12 to divisors", x -> x[0] == 0.5, DType.FLOAT64)
          .unfilled(LIMITED, Edges.Fill.ZEROS, Edges.Fill.ONES, Edges.Fill.SMALLEST)));
      rows.add(each(r, loss("binaryCrossEntropyWithLogits", r, F::binaryCrossEntropyWithLogits,
              (a, b, k) -> torch.binary_cross_entropy_with_logits(a, b, new TensorOptional(), new TensorOptional(), k))
          .on(in(3, 4), between(0, 1, 3, 4)).on(between(-90, 90, 5), between(0, 1, 5)).refuses(in(3), in(4))
          .ends(15, -15, 88.722839, -103.97208, 709.782712893384, -745.133219)
          .differs("libtorch adds x to its softplus, which cancels below 0, and multiplies infinity by 0; targets are "
              + "in [0, 1] but for infinities", x -> x[0] < 0 || Double.isInfinite(x[0]) || Math.abs(x[1]) > 1e38)
          .gradientDiffers(0, "libtorch subtracts the target from the sigmoid", x -> x[0] > 5)
          .unfilled("libtorch multiplies infinity by 0 elsewhere", Edges.Fill.INFINITE, Edges.Fill.NEGATIVE_INFINITE,
              Edges.Fill.ALL_INFINITE)));
      rows.add(loss("nllLoss", r, F::nllLoss, (a, b, k) -> torch.nll_loss(a, b, new TensorOptional(), k, -100))
          .on(in(3, 4), index(4, 3)).on(in(4), index(4)).on(in(0, 4), index(4, 0)).refuses(in(3, 4), index(4, 2))
          .refuses(in(), index(1)));
      rows.add(op("F.nllLoss(weight, ignoreIndex, " + r + ")",
              (Tensor a, Tensor b, Tensor w) -> F.nllLoss(a, b, w.to(a.dtype()).add(0.5), 1, r),
              (a, b, w) -> torch.nll_loss_nd(dense(a), b, new TensorOptional(w.to(a.scalar_type()).add(new Scalar(0.5))),
                  (long) r.ordinal(), 1))
          .on(in(3, 4), index(4, 3), index(3, 4)).on(in(4), index(4), index(3, 4))
          .on(in(2, 5, 3, 33), index(5, 2, 3, 33), index(3, 5)).refuses(in(3, 4), index(4, 3), index(3, 5))
          .within(COMPOSED));
      rows.add(loss("crossEntropy", r, F::crossEntropy, (a, b, k) -> torch.cross_entropy_loss(a, b,
          new TensorOptional(), k, -100, 0))
          .on(in(3, 4), index(4, 3)).on(in(4), index(4)).on(between(-90, 90, 3, 4), index(4, 3))
          .refuses(in(3, 4), index(4, 2)));
    }
    return rows;
  }

  /** libtorch differentiates losses of images by dense tensors alone. */
  private static org.bytedeco.pytorch.Tensor dense(org.bytedeco.pytorch.Tensor t) {
    return t.is_contiguous() ? t : t.contiguous();
  }

  private static Row difference(
      String name, Reduction r, Reduced<Tensor, Reduction> ours, Reduced<org.bytedeco.pytorch.Tensor, Long> theirs) {
    return loss(name, r, ours, theirs).on(in(3, 4), in(3, 4)).on(in(), in()).on(in(0, 3), in(0, 3))
        .refuses(in(2, 3), in(4));
  }

  private static Row loss(
      String name, Reduction r, Reduced<Tensor, Reduction> ours, Reduced<org.bytedeco.pytorch.Tensor, Long> theirs) {
    return op("F." + name + "(" + r + ")", (Tensor a, Tensor b) -> ours.apply(a, b, r), (a, b) -> theirs.apply(a, b,
        (long) r.ordinal()))
        .within(COMPOSED);
  }

  /** Without a reduction a loss is a function of what lies in one place. */
  private static Row each(Reduction r, Row row) {
    return r == Reduction.NONE ? row.elementwise() : row;
  }
}
