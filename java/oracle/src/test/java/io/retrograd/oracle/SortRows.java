package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.distinct;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.In.tied;
import static io.retrograd.oracle.Row.call;

import io.retrograd.DType;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.global.torch;

/** Orders along a dimension; libtorch's stable form, which alone says where equals go. */
final class SortRows {
  private static final String STABLE = "libtorch's stable form is another function";

  private SortRows() {}

  static List<Row> rows() {
    return List.of(
        sort("sort()", -1, false)
            .node("SortBackward0", STABLE)
            .sized(distinct(65))
            .sized(distinct(4097))
            .big(between(-1, 1, 10_000_002)),
        sort("sort(dim)", 0, false, 0).node("SortBackward0", STABLE).sized(distinct(1025, 3)),
        sort("sort(dim, descending)", 0, true, 0, true)
            .node("SortBackward0", STABLE)
            .sized(distinct(1025, 3)),
        sort("sort(dim, descending, stable)", -1, true, -1, true, true).sized(distinct(3, 1025)),
        topk("topk", 2).on(distinct(2)).sized(distinct(3, 1025)).refuses(in(1)).refuses(mask(3, 4)),
        topk("topk(1)", 1).on(in()),
        topk("topk(0)", 0).on(in(0)),
        topk("topk(dim)", 3, 0).theirs(t -> torch.topk(t, 3, 0, true, true)).on(distinct(5, 2)),
        topk("topk(dim, largest)", 2, 1, false)
            .theirs(t -> torch.topk(t, 2, 1, false, true))
            .on(distinct(2, 3, 2)),
        topk("topk(dim, largest, sorted)", 2, -1, true, true)
            .theirs(t -> torch.topk(t, 2, -1, true, true)));
  }

  private static Row topk(String name, Object... arguments) {
    return call(name, arguments)
        .on(distinct(3, 4))
        .skip("libtorch has none of truth values", DType.BOOL)
        .unfilled("which of equals comes first is libtorch's choice", Edges.Fill.values());
  }

  private static Row sort(String name, long dim, boolean descending, Object... arguments) {
    return call(name, arguments)
        .theirs(t -> torch.sort(t, new BoolOptional(true), dim, descending))
        .on(distinct(3, 4))
        .on(distinct(2, 3, 2))
        .on(tied(7, 5))
        .on(mask(3, 4))
        .on(tied(70, 2))
        .on(in())
        .on(in(0))
        .on(in(2, 0));
  }
}
