package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Row.call;

import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import java.util.List;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Random numbers, which are not libtorch's: the rows state what must hold of them and expect a one. */
final class RandomRows {
  private static final int N = 200;

  private RandomRows() {}

  static List<Row> rows() {
    return List.of(
        within("Retrograd.rand", 0, 1, N),
        within("Retrograd.rand(FLOAT64)", 0, 1, FLOAT64, dims(N)),
        within("Retrograd.randn", -7, 7, N),
        within("Retrograd.randn(FLOAT64)", -7, 7, FLOAT64, dims(N)),
        within("Retrograd.randint", -3, 3, -3, 3, dims(N)),
        within("Retrograd.randint(INT32)", -3, 3, INT32, -3, 3, dims(N)),
        within("Retrograd.randLike", 0, 1, X),
        within("Retrograd.randnLike", -7, 7, X),
        within("Retrograd.randintLike", 2, 5, X, 2, 5),
        permutation("Retrograd.randperm", 9),
        permutation("Retrograd.randperm(INT32)", INT32, 9),
        within("uniform_", 2, 3, 2.0, 3.0),
        within("uniform_(from)", 0.25, 1, 0.25),
        within("uniform_()", 0, 1),
        within("normal_", 6, 14, 10.0, 0.5),
        within("normal_(mean)", 3, 17, 10.0),
        within("normal_()", -7, 7),
        zeroOrOne("bernoulli_", 0, 0.5),
        zeroOrOne("bernoulli", 0.5),
        zeroOrOne("F.dropout", 0.25, X, 0.75, true),
        zeroOrOne("F.dropout(p)", 0.25, X, 0.75),
        zeroOrOne("F.dropout(0.5)", 0.5, X),
        call("F.dropout(eval)", X, 0.3, false)
            .through(Tensor::clone)
            .theirs(t -> torch.dropout(t, 0.3, false).clone())
            .on(in(3, 4)),
        call("F.dropout(0)", X, 0.0, true)
            .through(Tensor::clone)
            .theirs(t -> torch.dropout(t, 0, true).clone())
            .on(in(3, 4)),
        call("F.dropout(1)", X, 1.0, true)
            .through(Tensor::clone)
            .theirs(t -> torch.dropout(t, 1, true).clone())
            .on(in(3, 4))
            .skip("integers become float32 here", BinaryRows.INTEGERS));
  }

  private static Row within(String name, double low, double high, Object... arguments) {
    return holds(name, 0, arguments)
        .through(x -> x.ge(low).logicalAnd(x.lt(high)).all());
  }

  private static Row zeroOrOne(String name, double operand, Object... arguments) {
    return holds(name, operand, arguments)
        .through(x -> x.eq(0.0)
            .logicalOr(x.eq(1.0))
            .all()
            .logicalAnd(x.eq(0.0).any())
            .logicalAnd(x.eq(1.0).any()));
  }

  private static Row permutation(String name, Object... arguments) {
    return holds(name, 0, arguments)
        .through(x -> Retrograd.zeros(9)
            .scatter(0, x.to(DType.INT64), Retrograd.ones(9))
            .eq(1.0)
            .all());
  }

  /** Where the call takes a tensor, its elements are the operand. */
  private static Row holds(String name, double operand, Object... arguments) {
    return call(name, arguments)
        .on(In.mask())
        .with(x -> List.of(Retrograd.full(dims(N), operand)))
        .theirs(t -> torch.ones(dims(), new TensorOptions(torch.ScalarType.Bool)));
  }
}
