package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;

import io.retrograd.Index;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch;

/** Views. */
final class ViewRows {
  private static final String STRIDED =
      "the offset counts from the tensor's first element; only dense tensors are recorded";

  private ViewRows() {}

  static List<Row> rows() {
    return List.of(
        call("view", 2, 6).on(in(3, 4)).on(in(12)).refuses(in(5)),
        call("view(-1)", -1, 2).on(in(3, 4)).on(in(0, 3)).refuses(in(3)),
        call("view()").on(in(1, 1)).on(in()),
        call("viewAs", Y).on(in(3, 4), in(2, 6)).says("view"),
        call("reshape", 2, 6).on(in(3, 4)).on(in(4, 3)).refuses(in(5)),
        call("reshape(-1)", -1).on(in(3, 4)).on(in()).on(in(0, 2)),
        call("reshapeAs", Y).on(in(3, 4), in(2, 6)).says("reshape"),
        call("flatten").on(in(3, 4)).on(in()).on(in(2, 3, 2)),
        call("flatten(start)", 1)
            .theirs(t -> torch.flatten(t, 1, -1))
            .on(in(2, 3, 2))
            .on(in(2, 3))
            .refuses(in(2)),
        call("flatten(start, end)", 0, 1).on(in(2, 3, 2)),
        call("unflatten", 1, 2, -1)
            .node("ViewBackward0", "a view")
            .on(in(3, 4))
            .on(in(2, 6, 2))
            .refuses(in(2, 3)),
        call("unflatten(-1)", -1, 3, 1, 2).on(in(2, 6)).on(in(6)),
        call("squeeze()").on(in(1, 3, 1)).on(in(2)).on(in()),
        call("squeeze(dim)", 0).on(in(1, 3)).on(in(2, 3)).on(in()),
        call("squeeze(none)", dims()).on(in(1, 3, 1)).on(in(2)).on(in()),
        call("squeeze(dims)", 0, -1).on(in(1, 3, 1)).on(in(2, 3, 1)),
        call("unsqueeze", 1).on(in(2, 3)).on(in(2)).refuses(in()),
        call("unsqueeze(-1)", -1).on(in(2, 3)).on(in()),
        call("permute", 2, 0, 1).on(in(2, 3, 4)).refuses(in(2, 3)),
        call("transpose", 0, -1).on(in(2, 3, 4)).on(in(3)).on(in()),
        call("t").on(in(2, 3)).on(in(3)).on(in()).refuses(in(2, 3, 4)),
        call("T").theirs(t -> t.numpy_T()).on(in(2, 3)),
        call("movedim", 0, 2).on(in(2, 3, 4)).refuses(in(2, 3)),
        call("expand", 2, 3, 4)
            .on(in(3, 4))
            .on(in(3, 1))
            .on(in())
            .on(in(2, 1, 1))
            .refuses(in(2, 4))
            .refuses(in(1, 2, 3, 4)),
        call("expand(-1)", -1, 4).on(in(3, 1)).on(in(0, 1)).refuses(in(4)),
        call("expandAs", Y).on(in(3, 1), in(2, 3, 4)).says("expand"),
        call("select", 1, -1).on(in(3, 4)).on(in(2, 3, 2)).refuses(in(3, 0)),
        call("narrow", 0, 1, 2).on(in(3, 4)).on(in(4)).refuses(in(2)),
        call("diagonal").on(in(3, 4)).on(in(0, 3)).refuses(in(3)),
        call("diagonal(1)", 1)
            .theirs(t -> torch.diagonal(t, 1, 0, 1))
            .on(in(3, 4))
            .on(in(1, 4)),
        call("diagonal(0, 1)", 0, 2).theirs(t -> torch.diagonal(t, 0, 2, 1)).on(in(2, 3, 4)),
        call("diagonal(offset)", 1, 1, 2).on(in(2, 3, 4)),
        call("diagonal(-1)", -1, 0, 1).on(in(3, 4)).on(in(1, 4)),
        call("unbind").on(in(3, 4)).on(in(2)),
        call("unbind(dim)", 1).on(in(3, 4)).refuses(in(3)),
        call("split", 2).on(in(5, 2)).on(in(4)),
        call("split(dim)", 2, 1).on(in(2, 5)).refuses(in(3)),
        call("chunk", 2).on(in(5, 2)).on(in(1)),
        call("chunk(dim)", 3, -1).on(in(2, 7)).refuses(in()),
        call("asStrided", dims(2, 3), dims(1, 2)).on(in(3, 4)).only(STRIDED, Layout.DENSE),
        call("asStrided(offset)", dims(2, 2), dims(1, 3), 2)
            .on(in(3, 4))
            .refuses(in(3))
            .only(STRIDED, Layout.DENSE),
        call("detach")
            .notInPlace("detach_ writes nothing: it takes a tensor out of the graph")
            .on(in(3, 4))
            .on(in()),
        call("get(at)", Index.at(1))
            .theirs(t -> torch.select(t, 0, 1))
            .on(in(3, 4))
            .on(in(2))
            .refuses(in(1, 2))
            .says("select"),
        call("get(long)", 1, -1)
            .theirs(t -> torch.select(torch.select(t, 0, 1), 0, -1))
            .on(in(3, 4))
            .says("select"),
        call("get(slice)", Index.all(), Index.slice(0, 3, 2))
            .theirs(t -> torch.slice(t, 1, new LongOptional(0), new LongOptional(3), 2))
            .on(in(3, 4))
            .on(in(2, 1)),
        call("get(newAxis)", Index.newAxis())
            .theirs(t -> torch.unsqueeze(t, 0))
            .on(in(3, 4))
            .on(in()),
        call("get(ellipsis)", Index.ellipsis(), Index.at(0))
            .theirs(t -> torch.select(t, -1, 0))
            .on(in(3, 4))
            .says("select"));
  }
}
