package io.retrograd.oracle;

import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Tolerance.ELEMENTARY;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.global.torch;

/** Functions of one tensor, element by element. */
final class UnaryRows {
  static final double[] SPECIAL = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -2.5,
    1e-30,
    -1e-30,
    90,
    -90,
    1e5,
    -1e5,
    3e38,
    -3e38
  };

  /** libtorch's float32 erf is 0 at 1e-30, ours is right. */
  private static final double[] LARGE = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 9, -9, 3e38
  };

  /** Where exp overflows, becomes denormal and 0, in float32 and float64. */
  static final double[] EXP = {
    88.722839, -87.336545, -103.97208, 709.782712893384, -708.396418532264, -745.133219
  };

  private static final double[] EXP2 = {128, -126, -150, 1024, -1022, -1075};
  static final double[] ERFC = {-6, 9.2, 10.06, 26.5, 27.3};
  private static final double[] HALVES = {0.5, -0.5, 1.5, -1.5, 0x1p23, -0x1p23, 0x1p52, -0x1p52};

  private static final String HALF =
      "1 - 2 y has the error of the result, which is close to a half";

  private static final String EARLY = "libtorch's functions overflow before their values do";

  private UnaryRows() {}

  static List<Row> rows() {
    return List.of(
        each("neg"),
        each("abs"),
        each("sign"),
        each("square").skip("truth values have no square here", DType.BOOL),
        each("exp").within(ELEMENTARY).ends(EXP),
        each("exp2").within(ELEMENTARY).ends(EXP2),
        each("expm1").within(ELEMENTARY).ends(EXP),
        positive("log").within(ELEMENTARY),
        positive("log2").within(ELEMENTARY),
        positive("log10").within(ELEMENTARY),
        positive("log1p").within(ELEMENTARY).ends(-1),
        range(0.05, 0.95, "logit").within(COMPOSED),
        range(0.05, 0.95, "logit(eps)", 0.2)
            .within(COMPOSED)
            .ends(0.2, 0.8)
            .gradientsDiffer(
                "at NaN libtorch's vectors give 0, its remainders NaN", x -> Double.isNaN(x[0])),
        positive("sqrt").within(ELEMENTARY),
        positive("rsqrt").within(ELEMENTARY),
        positive("reciprocal").within(ELEMENTARY),
        each("sin").within(ELEMENTARY),
        each("cos").within(ELEMENTARY),
        range(-1.2, 1.2, "tan").within(ELEMENTARY).ends(Math.PI / 2, -Math.PI / 2),
        range(-0.9, 0.9, "asin").within(ELEMENTARY),
        range(-0.9, 0.9, "acos").within(ELEMENTARY),
        each("atan").within(ELEMENTARY),
        each("sinh").within(ELEMENTARY).ends(EXP).differs(EARLY, x -> Math.abs(x[0]) > 88.7),
        each("cosh").within(ELEMENTARY).ends(EXP).differs(EARLY, x -> Math.abs(x[0]) > 88.7),
        each("tanh").within(ELEMENTARY).ends(EXP),
        // libtorch's float32 vectors subtract from 1, which leaves an error of up to 2^-22: 16
        // units at 0.13, 3 at 0.6.
        each("erf")
            .within(ELEMENTARY)
            .specials(LARGE)
            .sized(In.between(0.6, 2, 31))
            .sized(In.between(0.6, 2, 33))
            .sized(In.between(0.6, 2, 1025))
            .ends(4, -4)
            .differs(
                "libtorch's float32 gives 0 for the smallest numbers and subtracts from 1",
                x -> Math.abs(x[0]) < 0.6),
        each("erfc").within(ELEMENTARY).ends(ERFC),
        range(-0.95, 0.95, "erfinv")
            .within(ELEMENTARY)
            .ends(1, -1, 0.999999, -0.99999999999, 1e-30)
            .differs(
                "close to 1 libtorch takes steps on erf, we on erfc",
                x -> Math.abs(x[0]) > 0.99 && Math.abs(x[0]) < 1),
        each("sigmoid")
            .within(ELEMENTARY)
            .ends(EXP)
            .secondDiffers(HALF, x -> x[0] != 0 && Math.abs(x[0]) < 0.01),
        each("floor").ends(HALVES),
        each("ceil").ends(HALVES),
        each("round").ends(HALVES),
        each("trunc").ends(HALVES),
        each("isnan"),
        each("isinf"),
        each("isfinite"),
        each("logicalNot"),
        each("bitwiseNot"),
        each("relu"),
        each("clamp(double)", -0.5, 1.25).ends(-0.5, 1.25),
        each("clamp(long)", 0, 1),
        each("clampMin(double)", -0.5)
            .theirs(t -> torch.clamp(t, some(s(-0.5)), none()))
            .theirsInPlace(t -> torch.clamp_(t, some(s(-0.5)), none()))
            .ends(-0.5),
        each("clampMin(long)", 1)
            .theirs(t -> torch.clamp(t, some(s(1L)), none()))
            .theirsInPlace(t -> torch.clamp_(t, some(s(1L)), none())),
        each("clampMax(double)", 0.5)
            .theirs(t -> torch.clamp(t, none(), some(s(0.5))))
            .theirsInPlace(t -> torch.clamp_(t, none(), some(s(0.5))))
            .ends(0.5),
        each("clampMax(long)", 1)
            .theirs(t -> torch.clamp(t, none(), some(s(1L))))
            .theirsInPlace(t -> torch.clamp_(t, none(), some(s(1L)))),
        each("clamp(NaN)", Double.NaN, 2.0)
            .node("ClampBackward0", "such bounds go the way of tensors")
            .skip(Aspect.GRADCHECK, "differences of NaN are NaN"),
        each("F.relu", X),
        each("F.sigmoid", X)
            .within(ELEMENTARY)
            .ends(EXP)
            .secondDiffers(HALF, x -> x[0] != 0 && Math.abs(x[0]) < 0.01),
        each("F.tanh", X).within(ELEMENTARY).ends(EXP));
  }

  static ScalarOptional some(Scalar v) {
    return new ScalarOptional(v);
  }

  private static ScalarOptional none() {
    return new ScalarOptional();
  }

  static Row each(String name, Object... arguments) {
    return range(-2, 2, name, arguments);
  }

  private static Row positive(String name) {
    return range(0.3, 3, name);
  }

  private static Row range(double low, double high, String name, Object... arguments) {
    return call(name, arguments).onEach(low, high).specials(SPECIAL);
  }
}
