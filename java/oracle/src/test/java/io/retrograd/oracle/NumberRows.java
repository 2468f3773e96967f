package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.TensorIndex;
import org.bytedeco.pytorch.TensorIndexArrayRef;
import org.bytedeco.pytorch.TensorIndexVector;
import org.bytedeco.pytorch.global.torch;

/** Numbers that some dtypes cannot hold, given to what puts a number into a tensor. */
final class NumberRows {
  private static final long[] WHOLE = {255, 300, -255, -256, 1L << 31, -(1L << 31) - 1};
  private static final double[] FLOATING = {
    2.5, 255.5, -1, 0x1p31, 0x1p62, 0x1.8p63, 1e300, Double.NaN, Double.NEGATIVE_INFINITY
  };

  private NumberRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (long v : WHOLE) {
      rows.add(one("fill_", v, x -> x.clone().fill_(v), t -> t.clone().fill_(s(v))));
      rows.add(one("Retrograd.fullLike", v, x -> Retrograd.fullLike(x, v), t -> torch.full_like(t, s(v))).says("full"));
      rows.add(one("clamp", v, x -> x.clamp(-9, v), t -> torch.clamp(t, some(-9), some(v))));
      rows.add(one("clampMin", v, x -> x.clampMin(v), t -> torch.clamp(t, some(v), new ScalarOptional())));
      rows.add(one("clampMax", v, x -> x.clampMax(v), t -> torch.clamp(t, new ScalarOptional(), some(v))));
      rows.add(one("set", v, x -> x.clone().set(v, 1), t -> set(t, new TensorIndex(1), v)));
      rows.add(masked("set", v, (x, m) -> x.clone().set(v, m), (t, m) -> set(t, new TensorIndex(m), v)));
      rows.add(masked("maskedFill", v, (x, m) -> x.maskedFill(m, v), (t, m) -> torch.masked_fill(t, m, s(v))));
      rows.add(masked("Retrograd.where", v, (x, m) -> Retrograd.where(m, x, v), (t, m) -> torch.where(m, t, s(v))));
    }
    for (double v : FLOATING) {
      rows.add(one("fill_", v, x -> x.clone().fill_(v), t -> t.clone().fill_(s(v))));
      rows.add(one("Retrograd.fullLike", v, x -> Retrograd.fullLike(x, v), t -> torch.full_like(t, s(v))).says("full"));
      // libtorch takes NaN for no bound; see SpecialPointsTest.
      if (!Double.isNaN(v))
        rows.add(one("clampMax", v, x -> x.clampMax(v), t -> torch.clamp(t, new ScalarOptional(), some(v))));
      rows.add(one("set", v, x -> x.clone().set(v, 1), t -> set(t, new TensorIndex(1), v)));
      rows.add(masked("set", v, (x, m) -> x.clone().set(v, m), (t, m) -> set(t, new TensorIndex(m), v)));
      rows.add(masked("maskedFill", v, (x, m) -> x.maskedFill(m, v), (t, m) -> torch.masked_fill(t, m, s(v))));
      rows.add(masked("Retrograd.where", v, (x, m) -> Retrograd.where(m, x, v), (t, m) -> torch.where(m, t, s(v))));
    }
    return rows;
  }

  private static Row one(String name, Number v, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return valuesOf(op(name + "(" + v + ")", ours, theirs).on(in(3, 4)));
  }

  private static Row masked(String name, Number v, Row.F2<Tensor> ours, Row.F2<org.bytedeco.pytorch.Tensor> theirs) {
    return valuesOf(op(name + "(mask, " + v + ")", ours, theirs).on(in(3, 4), mask(3, 4)));
  }

  private static Row valuesOf(Row row) {
    for (Aspect aspect : EnumSet.complementOf(EnumSet.of(Aspect.VALUES))) row.skip(aspect, "as for any other number");
    return row;
  }

  private static org.bytedeco.pytorch.Tensor set(org.bytedeco.pytorch.Tensor t, TensorIndex index, Number v) {
    var x = t.clone();
    var at = new TensorIndexArrayRef(new TensorIndexVector(index));
    return v instanceof Long whole ? x.index_put_(at, s(whole)) : x.index_put_(at, s(v.doubleValue()));
  }

  private static ScalarOptional some(long v) {
    return new ScalarOptional(s(v));
  }

  private static ScalarOptional some(double v) {
    return new ScalarOptional(s(v));
  }
}
