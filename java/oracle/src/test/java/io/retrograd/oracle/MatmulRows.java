package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;

import io.retrograd.DType;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.util.List;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Products of vectors, matrices and batches. */
final class MatmulRows {
  private static final String EMPTY = "libtorch refuses truth values too, but for empty tensors";

  private MatmulRows() {}

  static List<Row> rows() {
    return List.of(
        product("matmul", (a, b) -> a.matmul(b), (a, b) -> torch.matmul(a, b))
            .on(in(3), in(3)).on(in(2, 3), in(3)).on(in(2, 3), in(3, 4)).on(in(2, 0), in(0, 3)).on(in(0, 3), in(3, 2))
            .refuses(in(2, 3), in(2, 3)).refuses(in(), in(3)).refuses(in(3), in(4)).refuses(in(2, 2, 3), in(3, 3, 2)),
        product("matmul(batches)", (a, b) -> a.matmul(b), (a, b) -> torch.matmul(a, b)).on(in(2, 2, 3), in(3, 2))
            .on(in(2, 2, 3), in(2, 3, 2)).on(in(2, 3), in(2, 3, 2)).on(in(2, 1, 2, 3), in(2, 3, 2))
            .on(in(2, 2, 3), in(3))
            .on(in(3), in(2, 3, 2))
            .skip(Aspect.NODE, "libtorch's last step is UnsafeViewBackward0, or a squeeze in place"),
        product("matmul(vector, matrix)", (a, b) -> a.matmul(b), (a, b) -> torch.matmul(a, b)).on(in(3), in(3, 2))
            .node("SqueezeBackward1", "libtorch squeezes in place"),
        product("mm", (a, b) -> a.mm(b), (a, b) -> torch.mm(a, b)).on(in(3, 4), in(4, 2)).on(in(3, 0), in(0, 2))
            .on(in(1, 7), in(7, 1)).refuses(in(3, 4), in(3, 4)).refuses(in(3), in(3, 4)),
        product("mm(large)", (a, b) -> a.mm(b), (a, b) -> torch.mm(a, b)).on(in(40, 33), in(33, 47))
            .skip(Aspect.GRADCHECK, "too large; see mm")
            .within(new Tolerance("sums of 33 products", 256, true, 256))
            .unfilled("which sums overflow depends on the order", Edges.Fill.LARGEST),
        product("bmm", (a, b) -> a.bmm(b), (a, b) -> torch.bmm(a, b)).on(in(2, 2, 3), in(2, 3, 2))
            .on(in(0, 2, 3), in(0, 3, 2))
            .refuses(in(2, 2, 3), in(3, 3, 2)).refuses(in(2, 3), in(3, 2)),
        product("mv", (a, b) -> a.mv(b), (a, b) -> torch.mv(a, b)).on(in(3, 4), in(4)).on(in(2, 0), in(0))
            .refuses(in(3, 4), in(3)).refuses(in(3), in(3)),
        product("dot", (a, b) -> a.dot(b), (a, b) -> torch.dot(a, b)).on(in(5), in(5)).on(in(0), in(0))
            .refuses(in(3), in(4)).refuses(in(2, 2), in(2, 2)),
        op("outer", (Tensor a, Tensor b) -> a.outer(b), (a, b) -> torch.outer(a, b)).on(in(3), in(4)).on(in(0), in(2))
            .refuses(in(2, 2), in(2)).unfilled("which sums overflow depends on the order", Edges.Fill.LARGEST),
        op("addmm", (Tensor c, Tensor a, Tensor b) -> c.addmm(a, b), (c, a, b) -> torch.addmm(c, a, b))
            .on(in(3, 2), in(3, 4), in(4, 2)).on(in(2), in(3, 4), in(4, 2)).on(in(3, 1), in(3, 4), in(4, 2))
            .on(in(), in(2, 2), in(2, 2))
            .within(ACCUMULATED).refuses(in(3), in(3, 4), in(4, 2)).refuses(in(2), in(3, 4), in(3, 2)),
        op("F.linear", (Tensor x, Tensor w) -> F.linear(x, w), (x, w) -> torch.linear(x, w))
            .on(in(3, 4), in(2, 4)).within(ACCUMULATED)
            .skip(EMPTY, DType.BOOL)
            .refuses(in(3, 4), in(2, 3)),
        op("F.linear(bias)", (Tensor x, Tensor w, Tensor b) -> F.linear(x, w, b),
                (x, w, b) -> torch.linear(x, w, new TensorOptional(b)))
            .on(in(3, 4), in(2, 4), in(2)).within(ACCUMULATED)
            .refuses(in(3, 4), in(2, 4), in(3)),
        op("F.linear(batches)", (Tensor x, Tensor w, Tensor b) -> F.linear(x, w, b),
                (x, w, b) -> torch.linear(x, w, new TensorOptional(b)))
            .on(in(2, 3, 4), in(2, 4), in(2)).on(in(4), in(2, 4), in(2)).on(in(2, 2, 2, 4), in(2, 4), in(2))
            .within(ACCUMULATED)
            .node("AddBackward0", "the bias is added to the product"));
  }

  private static Row product(String name, Row.F2<Tensor> ours, Row.F2<org.bytedeco.pytorch.Tensor> theirs) {
    return op(name, ours, theirs).within(ACCUMULATED).promotes().skip(EMPTY, DType.BOOL);
  }
}
