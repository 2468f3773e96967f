package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Row.write;
import static io.retrograd.oracle.Torch.s;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.TensorIndex;
import org.bytedeco.pytorch.TensorIndexArrayRef;
import org.bytedeco.pytorch.TensorIndexVector;
import org.bytedeco.pytorch.global.torch;

/** Numbers that some dtypes cannot hold, given to what puts a number into a tensor. */
final class NumberRows {
  private static final List<Number> WHOLE =
      List.of(255L, 300L, -255L, -256L, 1L << 31, -(1L << 31) - 1);
  private static final List<Number> FLOATING = List.of(
      2.5, 255.5, -1.0, 0x1p31, 0x1p62, 0x1.8p63, 1e300, Double.NaN, Double.NEGATIVE_INFINITY);

  private NumberRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Number v : WHOLE) {
      rows.add(one(call("clamp(" + v + ")", -9, v)));
      rows.add(one(call("clampMin(" + v + ")", v))
          .theirs(t -> torch.clamp(t, new ScalarOptional(s(v)), new ScalarOptional())));
    }
    for (Number v : Stream.concat(WHOLE.stream(), FLOATING.stream()).toList()) {
      rows.add(one(write("fill_(" + v + ")", v)));
      rows.add(one(call("Retrograd.fullLike(" + v + ")", X, v)).says("full"));
      // libtorch takes NaN for no bound; see SpecialPointsTest.
      if (!Double.isNaN(v.doubleValue()))
        rows.add(one(call("clampMax(" + v + ")", v))
            .theirs(t -> torch.clamp(t, new ScalarOptional(), new ScalarOptional(s(v)))));
      rows.add(one(write("set(" + v + ")", v, 1)).theirs(t -> put(t, new TensorIndex(1), v)));
      rows.add(masked(write("set(mask, " + v + ")", v, Y))
          .theirs((t, m) -> put(t, new TensorIndex(m), v)));
      rows.add(masked(call("maskedFill(mask, " + v + ")", Y, v)));
      rows.add(masked(call("Retrograd.where(mask, " + v + ")", Y, X, v)));
    }
    return rows;
  }

  private static Row one(Row row) {
    return valuesOf(row.on(in(3, 4)));
  }

  private static Row masked(Row row) {
    return valuesOf(row.on(in(3, 4), mask(3, 4)));
  }

  private static Row valuesOf(Row row) {
    for (Aspect aspect : EnumSet.complementOf(EnumSet.of(Aspect.VALUES)))
      row.skip(aspect, "as for any other number");
    return row;
  }

  private static org.bytedeco.pytorch.Tensor put(
      org.bytedeco.pytorch.Tensor t, TensorIndex index, Number v) {
    return t.index_put_(new TensorIndexArrayRef(new TensorIndexVector(index)), s(v));
  }
}
