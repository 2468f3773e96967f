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
            .skip("integers become float32 here", BinaryRows.INTEGERS),
        channels("F.dropout1d", 0.5, dims(20, 10, 3), X),
        channels("F.dropout1d(p)", 0.25, dims(20, 10, 3), X, 0.75),
        channels("F.dropout1d(no batch)", 0.25, dims(200, 3), X, 0.75, true),
        channels("F.dropout2d", 0.5, dims(20, 10, 1, 3), X),
        channels("F.dropout2d(p)", 0.25, dims(20, 10, 3), X, 0.75),
        channels("F.dropout2d(training)", 0.25, dims(20, 10, 2, 3), X, 0.75, true),
        channels("F.dropout3d", 0.5, dims(20, 10, 1, 1, 3), X),
        channels("F.dropout3d(p)", 0.25, dims(20, 10, 1, 1, 3), X, 0.75),
        channels("F.dropout3d(no batch)", 0.25, dims(200, 1, 1, 3), X, 0.75, true),
        call("F.alphaDropout", X)
            .through(Tensor::clone)
            .theirs(t -> torch.alpha_dropout(t, 0.5, false).clone())
            .on(in(3, 4)),
        call("F.alphaDropout(p)", X, 0.3)
            .through(Tensor::clone)
            .theirs(t -> torch.alpha_dropout(t, 0.3, false).clone())
            .on(in(3, 4)),
        call("F.alphaDropout(1)", X, 1.0, true)
            .through(Tensor::clone)
            .theirs(t -> torch.alpha_dropout(t, 1, true).clone())
            .on(in(3, 4))
            .skip("integers become float32 here", BinaryRows.INTEGERS),
        holds("F.alphaDropout(training)", 1, dims(N), X, 0.5, true).through(RandomRows::isSelu),
        call("F.featureAlphaDropout", X)
            .through(Tensor::clone)
            .theirs(t -> torch.feature_alpha_dropout(t, 0.5, false).clone())
            .on(in(3, 4)),
        call("F.featureAlphaDropout(p)", X, 0.3)
            .through(Tensor::clone)
            .theirs(t -> torch.feature_alpha_dropout(t, 0.3, false).clone())
            .on(in(3, 4)),
        holds("F.featureAlphaDropout(training)", 1, dims(20, 10, 3), X, 0.5, true)
            .through(x -> isSelu(x).logicalAnd(isConstant(x))),
        holds("F.rrelu(random)", -1, dims(N), X, 0.25, 0.5, true)
            .through(x -> x.le(-0.25)
                .logicalAnd(x.gt(-0.5))
                .all()
                .logicalAnd(x.lt(-0.4).any())
                .logicalAnd(x.gt(-0.35).any())),
        holds("F.gumbelSoftmax", 0, dims(20, 10), X).through(x -> sumsToOne(x, -1)),
        holds("F.gumbelSoftmax(tau)", 0, dims(20, 10), X, 0.1).through(x -> sumsToOne(x, -1)),
        holds("F.gumbelSoftmax(hard)", 0, dims(20, 10), X, 1.0, true)
            .through(x -> isZeroOrOne(x).logicalAnd(sumsToOne(x, -1))),
        holds("F.gumbelSoftmax(dim)", 0, dims(20, 10), X, 1.0, true, 0)
            .through(x -> isZeroOrOne(x).logicalAnd(sumsToOne(x, 0))));
  }

  private static Tensor isZeroOrOne(Tensor x) {
    return x.eq(0.0)
        .logicalOr(x.eq(1.0))
        .all()
        .logicalAnd(x.eq(0.0).any())
        .logicalAnd(x.eq(1.0).any());
  }

  /** What alphaDropout with the probability of a half makes of ones. */
  private static Tensor isSelu(Tensor x) {
    double least = 1.7580993408473766, a = 1 / Math.sqrt((least * least / 2 + 1) / 2);
    Tensor kept = x.sub(a * (1 + least / 2)).abs().lt(1e-5);
    Tensor dropped = x.add(a * least / 2).abs().lt(1e-5);
    return kept.logicalOr(dropped).all().logicalAnd(kept.any()).logicalAnd(dropped.any());
  }

  /** Along the last dimension. */
  private static Tensor isConstant(Tensor x) {
    return x.eq(x.narrow(-1, 0, 1)).all();
  }

  private static Tensor sumsToOne(Tensor x, long dim) {
    return x.sum(dim).sub(1.0).abs().lt(1e-5).all();
  }

  /** Zeros and ones, the same along the last dimension. */
  private static Row channels(String name, double operand, long[] shape, Object... arguments) {
    return holds(name, operand, shape, arguments)
        .through(x -> isZeroOrOne(x).logicalAnd(isConstant(x)));
  }

  private static Row within(String name, double low, double high, Object... arguments) {
    return holds(name, 0, dims(N), arguments)
        .through(x -> x.ge(low).logicalAnd(x.lt(high)).all());
  }

  private static Row zeroOrOne(String name, double operand, Object... arguments) {
    return holds(name, operand, dims(N), arguments).through(RandomRows::isZeroOrOne);
  }

  private static Row permutation(String name, Object... arguments) {
    return holds(name, 0, dims(N), arguments)
        .through(x -> Retrograd.zeros(9)
            .scatter(0, x.to(DType.INT64), Retrograd.ones(9))
            .eq(1.0)
            .all());
  }

  /** Where the call takes a tensor, its elements are the operand. */
  private static Row holds(String name, double operand, long[] shape, Object... arguments) {
    return call(name, arguments)
        .on(In.mask())
        .with(x -> List.of(Retrograd.full(shape, operand)))
        .theirs(t -> torch.ones(dims(), new TensorOptions(torch.ScalarType.Bool)));
  }
}
