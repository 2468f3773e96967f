package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;

import io.retrograd.DType;
import java.util.List;

/** Products of vectors, matrices and batches. */
final class MatmulRows {
  private static final String EMPTY = "libtorch refuses truth values too, but for empty tensors",
      RESHAPE = "libtorch reshapes to an unknown size, which it refuses where there is nothing",
      OVERFLOW = "which sums overflow depends on the order";

  private MatmulRows() {}

  static List<Row> rows() {
    return List.of(
        product("matmul")
            .on(in(3), in(3))
            .on(in(2, 3), in(3))
            .on(in(2, 3), in(3, 4))
            .on(in(2, 0), in(0, 3))
            .on(in(0, 3), in(3, 2))
            .refuses(in(2, 3), in(2, 3))
            .refuses(in(), in(3))
            .refuses(in(3), in(4))
            .refuses(in(2, 2, 3), in(3, 3, 2)),
        product("matmul(batches)")
            .on(in(2, 2, 3), in(3, 2))
            .on(in(2, 2, 3), in(2, 3, 2))
            .on(in(2, 3), in(2, 3, 2))
            .on(in(2, 1, 2, 3), in(2, 3, 2))
            .on(in(2, 2, 3), in(3))
            .on(in(3), in(2, 3, 2))
            .skip(
                Aspect.NODE, "libtorch's last step is UnsafeViewBackward0, or a squeeze in place"),
        product("matmul(vector, matrix)")
            .on(in(3), in(3, 2))
            .node("SqueezeBackward1", "libtorch squeezes in place"),
        product("mm")
            .on(in(3, 4), in(4, 2))
            .on(in(3, 0), in(0, 2))
            .on(in(1, 7), in(7, 1))
            .refuses(in(3, 4), in(3, 4))
            .refuses(in(3), in(3, 4)),
        product("mm(large)")
            .on(in(40, 33), in(33, 47))
            .skip(Aspect.GRADCHECK, "too large; see mm")
            .within(new Tolerance("sums of 33 products", 256, true, 256))
            .unfilled(OVERFLOW, Edges.Fill.LARGEST),
        product("bmm")
            .on(in(2, 2, 3), in(2, 3, 2))
            .on(in(0, 2, 3), in(0, 3, 2))
            .refuses(in(2, 2, 3), in(3, 3, 2))
            .refuses(in(2, 3), in(3, 2)),
        product("mv")
            .on(in(3, 4), in(4))
            .on(in(2, 0), in(0))
            .refuses(in(3, 4), in(3))
            .refuses(in(3), in(3)),
        product("dot")
            .on(in(5), in(5))
            .on(in(0), in(0))
            .refuses(in(3), in(4))
            .refuses(in(2, 2), in(2, 2)),
        call("outer", Y)
            .on(in(3), in(4))
            .on(in(0), in(2))
            .refuses(in(2, 2), in(2))
            .unfilled(OVERFLOW, Edges.Fill.LARGEST),
        call("addmm", Y, Z)
            .on(in(3, 2), in(3, 4), in(4, 2))
            .on(in(2), in(3, 4), in(4, 2))
            .on(in(3, 1), in(3, 4), in(4, 2))
            .on(in(), in(2, 2), in(2, 2))
            .within(ACCUMULATED)
            .refuses(in(3), in(3, 4), in(4, 2))
            .refuses(in(2), in(3, 4), in(3, 2)),
        call("F.linear", X, Y)
            .on(in(3, 4), in(2, 4))
            .within(ACCUMULATED)
            .skip(EMPTY, DType.BOOL)
            .refuses(in(3, 4), in(2, 3)),
        call("F.linear(null)", X, Y, null)
            .on(in(3, 4), in(2, 4))
            .within(ACCUMULATED)
            .skip(EMPTY, DType.BOOL)
            .refuses(in(3, 4), in(2, 3)),
        call("F.linear(bias)", X, Y, Z)
            .on(in(3, 4), in(2, 4), in(2))
            .within(ACCUMULATED)
            .refuses(in(3, 4), in(2, 4), in(3)),
        call("F.linear(batches)", X, Y, Z)
            .on(in(2, 3, 4), in(2, 4), in(2))
            .on(in(4), in(2, 4), in(2))
            .on(in(2, 2, 2, 4), in(2, 4), in(2))
            .within(ACCUMULATED)
            .node("AddBackward0", "the bias is added to the product"),
        call("F.bilinear", X, Y, Z)
            .on(in(3, 2), in(3, 4), in(2, 2, 4))
            .on(in(2), in(4), in(3, 2, 4))
            .on(in(2, 3, 2), in(2, 3, 4), in(1, 2, 4))
            .on(in(0, 2), in(0, 4), in(2, 2, 4))
            .within(ACCUMULATED)
            .skip(EMPTY, DType.BOOL)
            .refuses(in(3, 2), in(3, 4), in(2, 4, 2))
            .unsized(RESHAPE)
            .refuses(in(3, 2), in(2, 4), in(2, 2, 4)),
        call("F.bilinear(bias)", X, X, Y, Z)
            .on(in(3, 2), in(4, 2, 2), in(4))
            .unsized(RESHAPE)
            .refuses(in(3, 2), in(4, 2, 2), in(3))
            .within(ACCUMULATED));
  }

  private static Row product(String name) {
    return call(name, Y).within(ACCUMULATED).promotes().skip(EMPTY, DType.BOOL);
  }
}
