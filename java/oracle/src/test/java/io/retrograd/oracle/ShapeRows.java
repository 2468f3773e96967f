package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;

import java.util.List;
import org.bytedeco.pytorch.global.torch;

/** Copies of other shapes. */
final class ShapeRows {
  private ShapeRows() {}

  static List<Row> rows() {
    return List.of(
        call("Retrograd.cat", X, Y)
            .theirs((a, b) -> torch.cat(Torch.list(a, b)))
            .on(in(2, 3), in(1, 3))
            .on(in(2), in(3))
            .on(in(0), in(2, 2))
            .on(in(0, 3), in(1, 3))
            .promotes()
            .refuses(in(2, 3), in(2, 4))
            .refuses(in(), in()),
        call("Retrograd.cat(list)", List.of(X, Y))
            .on(in(2, 3), in(1, 3))
            .refuses(in(2, 3), in(2, 4)),
        call("Retrograd.cat(dim)", List.of(X, Y, X), -1)
            .on(in(2, 3), in(2, 1))
            .on(in(2, 2, 2), in(2, 2, 1)),
        call("Retrograd.stack", X, Y)
            .theirs((a, b) -> torch.stack(Torch.list(a, b)))
            .on(in(2, 3), in(2, 3))
            .on(in(), in())
            .on(in(0), in(0))
            .promotes()
            .refuses(in(2), in(3)),
        call("Retrograd.stack(list)", List.of(X, Y)).on(in(2, 3), in(2, 3)).refuses(in(2), in(3)),
        call("Retrograd.stack(dim)", List.of(X, Y), 1).on(in(2, 3), in(2, 3)),
        call("repeat", 2, 1, 3)
            .on(in(2, 3))
            .on(in(2))
            .on(in())
            .refuses(in(1, 1, 1, 1))
            .node("ViewBackward0", "expand, clone, view"),
        call("tile", 2, 3)
            .on(in(2, 3))
            .on(in(2))
            .on(in())
            .on(in(2, 1, 3))
            .node("ViewBackward0", "expand, clone, view"),
        call("roll(shift)", 1)
            .theirs(t -> torch.roll(t, 1))
            .on(in(2, 3))
            .on(in(4))
            .on(in())
            .on(in(0)),
        call("roll(shift, dim)", -7, 1)
            .theirs(t -> torch.roll(t, new long[] {-7}, 1))
            .on(in(2, 3))
            .on(in(2, 4, 2))
            .on(in(0, 3))
            .refuses(in(3)),
        call("roll(shifts, dims)", dims(1, 3), dims(0, -1)).on(in(2, 4)).on(in(3, 2, 5)),
        call("flip", 0).on(in(3, 4)).on(in(2)).on(in(0)),
        call("flip(dims)", 0, -1).on(in(3, 4)).refuses(in(3)),
        call("tril").on(in(3, 4)).on(in(2, 3, 3)).refuses(in(3)),
        call("tril(diagonal)", 1).on(in(3, 4)),
        call("triu").on(in(3, 4)).on(in(2, 3, 3)).refuses(in(3)),
        call("triu(diagonal)", -1).on(in(3, 4)),
        call("diag").on(in(3)).refuses(in(2, 3, 4)),
        call("diag(diagonal)", 1).on(in(3)),
        call("diag(matrix)", 1)
            .on(in(3, 4))
            .on(in(2, 2))
            .node("CloneBackward0", "a copy of the diagonal; libtorch's is DiagonalBackward0_copy"),
        call("diag(-2)", -2).on(in(3)));
  }
}
