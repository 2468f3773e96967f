package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.distinct;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.In.tied;
import static io.retrograd.oracle.Row.op;

import io.retrograd.Tensor;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.global.torch;

/** Orders along a dimension; libtorch's stable form, which alone says where equals go. */
final class SortRows {
  private static final String STABLE = "libtorch's stable form is another function";

  private SortRows() {}

  static List<Row> rows() {
    return List.of(
        sort("sort()", x -> x.sort(), -1, false).node("SortBackward0", STABLE).sized(distinct(65)).sized(distinct(4097))
            .big(between(-1, 1, 10_000_002)),
        sort("sort(dim)", x -> x.sort(0), 0, false).node("SortBackward0", STABLE).sized(distinct(1025, 3)),
        sort("sort(dim, descending)", x -> x.sort(0, true), 0, true).node("SortBackward0", STABLE)
            .sized(distinct(1025, 3)),
        sort("sort(dim, descending, stable)", x -> x.sort(-1, true, true), -1, true).sized(distinct(3, 1025)));
  }

  private static Row sort(String name, Row.F1<Tensor> ours, long dim, boolean descending) {
    return op(name, ours, t -> torch.sort(t, new BoolOptional(true), dim, descending))
        .on(distinct(3, 4)).on(distinct(2, 3, 2)).on(tied(7, 5)).on(mask(3, 4)).on(tied(70, 2)).on(in()).on(in(0))
        .on(in(2, 0));
  }
}
