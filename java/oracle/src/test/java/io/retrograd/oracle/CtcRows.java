package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.LossRows.REDUCTIONS;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.COMPOSED;

import io.retrograd.Device;
import io.retrograd.Retrograd;
import io.retrograd.nn.Reduction;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** The loss of label sequences. */
final class CtcRows {
  /** Of three sequences. */
  private static final long[] TIMES = {7, 6, 7};

  private CtcRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(row("F.ctcLoss", 0, Reduction.MEAN, false));
    rows.add(row("F.ctcLoss(blank)", 4, Reduction.MEAN, false, 4L));
    rows.add(row("F.ctcLoss(reduction)", 4, Reduction.SUM, false, 4L, Reduction.SUM));
    for (Reduction r : REDUCTIONS)
      rows.add(row("F.ctcLoss(" + r + ", zeroInfinity)", 4, r, true, 4L, r, true));
    return rows;
  }

  /** Targets of two or three labels, padded. */
  private static Row row(String name, long blank, Reduction r, boolean zero, Object... options) {
    List<Object> arguments =
        new ArrayList<>(List.of(X, Y, Retrograd.fromArray(TIMES, 3).to(Device.CPU), Z));
    arguments.addAll(List.of(options));
    return call(name, arguments.toArray())
        .theirs((x, y, z) -> torch.ctc_loss(x, y, torch.tensor(TIMES), z, blank, r.ordinal(), zero))
        .within(COMPOSED)
        .on(
            in(7, 3, 5),
            new In(In.Kind.INDEX, blank == 0 ? 1 : 0, blank == 0 ? 5 : 4, false, 3, 3),
            new In(In.Kind.INDEX, 2, 4, false, 3))
        .unfilled("libtorch subtracts infinity from itself", Edges.Fill.NEGATIVE_INFINITE)
        .unsized("lengths go with sizes")
        .skip(Aspect.GRADCHECK, "the gradient is that of logits");
  }
}
