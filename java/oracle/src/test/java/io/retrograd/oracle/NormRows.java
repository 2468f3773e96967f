package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Tolerance.COMPOSED;

import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Normalization by mean and variance. */
final class NormRows {
  private static final String
      RUNNING = "libtorch's running mean stays in the range where the sum leaves it",
      DEVIATION = "libtorch's deviation of equal numbers is above 0 by rounding";

  private NormRows() {}

  static List<Row> rows() {
    return List.of(
        within(call("F.layerNorm(4)", X, dims(4))
            .theirs(t -> norm(t, dims(4), none(), none(), 1e-5))
            .on(in(3, 4))),
        within(call("F.layerNorm(4, weight)", X, dims(4), Y)
            .theirs((t, w) -> norm(t, dims(4), some(w), none(), 1e-5))
            .on(in(3, 4), in(4))),
        affine(1e-5, 4)
            .on(in(3, 4), in(4), in(4))
            .refuses(in(3, 4), in(4), in(3))
            .refuses(in(), in(4), in(4)),
        affine(1e-5, 2, 3).on(in(5, 2, 3), in(2, 3), in(2, 3)),
        affine(1e-5, 6).on(in(1, 6), in(6), in(6)),
        affine(1e-5, 2, 2, 3).on(in(2, 2, 2, 3), in(2, 2, 3), in(2, 2, 3)),
        affine(1e-5, 63)
            .on(in(2, 63), in(63), in(63))
            .sized(in(601, 63), in(63), in(63))
            .unfilled(
                "libtorch subtracts infinity from infinity",
                Edges.Fill.INFINITE,
                Edges.Fill.NEGATIVE_INFINITE),
        affine(0.5, 4).on(in(3, 4), in(4), in(4)),
        affine(0.5, 6).on(in(6), in(6), in(6)),
        // Other shapes, which the calls cannot tell from their operands.
        within(op(
                "F.layerNorm(shape)",
                (Tensor x) -> F.layerNorm(x, x.size(-1)),
                t -> norm(t, dims(t.size(-1)), none(), none(), 1e-5))
            .on(in(3, 4))
            .on(in(2, 3, 5))
            .on(in(0, 3))
            .on(in(3, 0))
            .sized(in(33, 31))
            .sized(in(3, 1025))
            .sized(in(1025, 8))
            .big(between(0, 0.2, 3, 3_333_334))),
        within(op(
                "F.layerNorm(shape, weight)",
                (Tensor x, Tensor w) -> F.layerNorm(x, dims(w.size(0)), w),
                (t, w) -> norm(t, dims(w.size(0)), some(w), none(), 1e-5))
            .on(in(3, 4), in(4))
            .on(in(2, 3, 5), in(5))
            .on(in(0, 4), in(4))
            .refuses(in(3, 4), in(3))
            .sized(in(301, 31), in(31))));
  }

  /** With weight and bias; `eps` where it is not the default. */
  private static Row affine(double eps, long... shape) {
    String name = "F.layerNorm(" + Arrays.toString(shape) + ", weight, bias";
    Row row =
        eps == 1e-5 ? call(name + ")", X, shape, Y, Z) : call(name + ", eps)", X, shape, Y, Z, eps);
    return within(row.theirs((t, w, b) -> norm(t, shape, some(w), some(b), eps)));
  }

  private static Row within(Row row) {
    return row.within(COMPOSED)
        .unfilled(RUNNING, Edges.Fill.LARGEST)
        .unfilled(DEVIATION, Edges.Fill.EQUAL);
  }

  private static org.bytedeco.pytorch.Tensor norm(
      org.bytedeco.pytorch.Tensor x,
      long[] shape,
      TensorOptional weight,
      TensorOptional bias,
      double eps) {
    return torch.layer_norm(x, shape, weight, bias, eps, true);
  }

  private static TensorOptional some(org.bytedeco.pytorch.Tensor t) {
    return new TensorOptional(t);
  }

  private static TensorOptional none() {
    return new TensorOptional();
  }
}
