package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Tolerance.ELEMENTARY;
import static io.retrograd.oracle.Torch.s;
import static io.retrograd.oracle.UnaryRows.ERFC;
import static io.retrograd.oracle.UnaryRows.EXP;
import static io.retrograd.oracle.UnaryRows.each;

import io.retrograd.DType;
import java.util.List;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.global.torch;

/** Activations of networks. */
final class ActivationRows {
  /** At NaN libtorch passes the gradient of elu on, ours is NaN; its gelu of infinity is NaN, ours infinite. */
  private static final double[] FINITE = {0.0, -0.0, 1, -1, 0.5, -2.5, 1e-30, -1e-30, 30, -30};

  private static final double[] LOGSIGMOID = DoubleStream.concat(
          DoubleStream.of(EXP),
          DoubleStream.of(-5, -10, -15, -20.1, -30, -36, -40, 5, 10, 15, 20.1, 30, 36, 40))
      .toArray();

  private static final String RESTS = "libtorch subtracts the sigmoid from 1";

  private static final String NAN = "at NaN libtorch passes the gradient on";

  private static final String UNSIGNED = "libtorch refuses negative bounds of unsigned numbers";

  private ActivationRows() {}

  static List<Row> rows() {
    return List.of(
        real("F.leakyRelu", X),
        real("F.leakyRelu(slope)", X, 0.2),
        real("F.elu", X)
            .within(ELEMENTARY)
            .specials(FINITE)
            .ends(EXP)
            .gradientsDiffer(NAN, x -> Double.isNaN(x[0])),
        real("F.elu(alpha)", X, 0.7)
            .theirs(t -> torch.elu(t, s(0.7), s(1.0), s(1.0)))
            .within(ELEMENTARY)
            .specials(FINITE)
            .ends(EXP)
            .gradientsDiffer(NAN, x -> Double.isNaN(x[0])),
        real("F.gelu", X)
            .within(COMPOSED)
            .specials(FINITE)
            .ends(ERFC)
            .differs(
                "libtorch subtracts from 1, and multiplies infinity by 0",
                x -> x[0] < -1.5 || Double.isInfinite(x[0]))
            .secondIsNumber("libtorch squares, and multiplies infinity by 0", x -> x[0] > 1e19),
        real("F.silu", X).within(COMPOSED).ends(EXP),
        real("F.softplus", X)
            .within(COMPOSED)
            .ends(20)
            .secondDiffers(RESTS, x -> x[0] > 5 && x[0] < 20),
        real("F.softplus(beta = 2)", X, 2.0)
            .theirs(t -> torch.softplus(t, s(2), s(20)))
            .within(COMPOSED)
            .ends(10)
            .secondDiffers(RESTS, x -> x[0] >= 2.5 && x[0] < 10),
        real("F.softplus(beta)", X, 2.0, 3.0).within(COMPOSED).ends(1.5),
        real("F.logsigmoid", X)
            .theirs(t -> torch.log_sigmoid(t))
            .within(COMPOSED)
            .ends(LOGSIGMOID)
            .secondDiffers(RESTS, x -> x[0] > 2),
        real("F.celu", X)
            .within(ELEMENTARY)
            .specials(FINITE)
            .ends(EXP)
            .gradientsDiffer(NAN, x -> Double.isNaN(x[0])),
        real("F.celu(alpha)", X, 0.75) // of 1 / alpha libtorch has the float32
            .within(ELEMENTARY)
            .specials(FINITE)
            .ends(EXP)
            .gradientsDiffer(NAN, x -> Double.isNaN(x[0])),
        real("F.selu", X)
            .within(ELEMENTARY)
            .specials(FINITE)
            .ends(EXP)
            .gradientsDiffer(NAN, x -> Double.isNaN(x[0])),
        real("F.gelu(none)", X, "none")
            .within(COMPOSED)
            .specials(FINITE)
            .ends(ERFC)
            .differs(
                "libtorch subtracts from 1, and multiplies infinity by 0",
                x -> x[0] < -1.5 || Double.isInfinite(x[0]))
            .secondIsNumber("libtorch squares, and multiplies infinity by 0", x -> x[0] > 1e19),
        real("F.gelu(tanh)", X, "tanh")
            .within(COMPOSED)
            .specials(FINITE)
            .differs(
                "libtorch subtracts from 1, and multiplies infinity by 0",
                x -> x[0] < -1.5 || x[0] > 1e19)
            .secondIsNumber("libtorch squares, and multiplies infinity by 0", x -> x[0] > 1e15),
        real("F.mish", X)
            .within(COMPOSED)
            .specials(FINITE)
            .ends(EXP)
            .gradientsDiffer("libtorch multiplies infinity by 0", x -> x[0] > Double.MAX_VALUE)
            .secondDiffers("libtorch subtracts from 1", x -> x[0] > 5),
        gated(each("F.hardtanh", X).skip(UNSIGNED, DType.UINT8)),
        gated(each("F.hardtanh(min)", X, -0.5)
            .theirs(t -> torch.hardtanh(t, s(-0.5), s(1.0)))
            .skip(UNSIGNED, DType.UINT8)
            .ends(-0.5)),
        gated(each("F.hardtanh(min, max)", X, -0.5, 1.25)
            .skip(UNSIGNED, DType.UINT8)
            .ends(-0.5, 1.25)),
        gated(each("F.relu6", X).ends(6)),
        gated(real("F.hardsigmoid", X))
            .theirs(t -> torch.hardtanh(t.add(s(3)), s(0.0), s(6.0)).div(s(6)))
            .node(
                "HardsigmoidBackward0",
                "libtorch's own takes a sixth of float32 in float64, and has no second derivative")
            .gradientsDiffer("the sum rounds to 6", x -> x[0] > 2.999 && x[0] < 3)
            .ends(3, -3),
        gated(real("F.hardswish", X)).ends(3, -3),
        gated(real("F.hardshrink", X)).ends(0.5, -0.5),
        gated(real("F.hardshrink(lambda)", X, 0.7)).ends(0.7, -0.7),
        gated(real("F.softshrink", X)).ends(0.5, -0.5),
        gated(real("F.softshrink(lambda)", X, 0.7)).ends(0.7, -0.7),
        each("F.tanhshrink", X).theirs(t -> t.sub(t.tanh())).within(COMPOSED),
        each("F.softsign", X)
            .theirs(t -> t.div(t.abs().add(s(1))))
            .within(COMPOSED)
            .secondDiffers("factors of rounded quotients", x -> Math.abs(x[0]) > 100),
        each("F.threshold", X, 0.25, -1.5).ends(0.25),
        each("F.threshold(whole)", X, 1.0, 3.0),
        call("F.softmin", X, 1L)
            .theirs(t -> torch.softmax(t.neg(), 1))
            .within(COMPOSED)
            .on(in(3, 4)),
        call("F.glu", X)
            .within(COMPOSED)
            .on(in(3, 4))
            .on(in(2))
            .refuses(in(3, 3))
            .refuses(in()),
        call("F.glu(dim)", X, 0L).within(COMPOSED).on(in(4, 3)).refuses(in(3, 4)),
        call("F.prelu", X, Y)
            .within(COMPOSED)
            .on(in(3, 4), in(1))
            .on(in(3, 4), in(4))
            .on(in(2, 3, 2, 2), in(3))
            .on(in(5), in(1))
            .on(in(), in())
            .on(in(2, 3), in())
            .refuses(in(3, 4), in(3))
            .refuses(in(5), in(5))
            .refuses(in(3, 4), in(1, 4)),
        each("F.rrelu", X).theirs(t -> torch.rrelu(t)),
        each("F.rrelu(lower)", X, 0.25)
            .theirs(t -> torch.rrelu(t, s(0.25), s(1.0 / 3), false, new GeneratorOptional())),
        each("F.rrelu(lower, upper)", X, 0.25, 0.5)
            .theirs(t -> torch.rrelu(t, s(0.25), s(0.5), false, new GeneratorOptional())),
        // Of one slope alone.
        each("F.rrelu(training)", X, 0.25, 0.25, true)
            .theirs(t -> torch.rrelu(t, s(0.25), s(0.25), true, new GeneratorOptional()))
            .specials(FINITE)
            .gradientsDiffer(NAN, x -> Double.isNaN(x[0])));
  }

  /** Whose gradient is 0 at NaN. */
  private static Row gated(Row row) {
    return row.gradientsDiffer(
        "at NaN libtorch's vectors give 0, its remainders pass the gradient on",
        x -> Double.isNaN(x[0]));
  }

  /** libtorch takes floating types alone. */
  private static Row real(String name, Object... arguments) {
    return each(name, arguments)
        .skip("integers become float32 here, as for sin", BinaryRows.INTEGERS);
  }
}
