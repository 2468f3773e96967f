package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.In.positive;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Tolerance.ELEMENTARY;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Functions of two or three tensors, or of a tensor and a number, element by element. */
final class BinaryRows {
  private static final double[] SPECIAL = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    2,
    0.5,
    -2.5,
    1e30
  };
  private static final In ANY = in(), POSITIVE = positive();

  private static final String NO_DERIVATIVE = "it has none and says so when asked";
  private static final String AS_PYTHON =
      "Python hands numbers on as tensors, C++ has a node of its own for them";

  private static final String RPOW = "the number becomes a tensor first";

  private static final String ONE_ROUNDING =
      "libtorch rounds once; here the product does, and may overflow";

  private static final String
      WHOLE_TENSOR = "libtorch has no such form; a whole tensor stands for the number",
      ABOVE_TRUTH = "a number stands above a truth value",
      SQUARED_DIVISOR = "libtorch squares the divisor";
  private static final String LOGARITHM = "libtorch multiplies the logarithm of 0 by 0",
      CANCELS = "terms of different signs nearly cancel there",
      EXPONENT = "libtorch multiplies by the exponent before what comes back, and overflows";

  private static final String SQUARES =
      "libtorch squares, which leaves the range; MathBinary.StaysWithinItsBounds knows the true values";

  private static final String DANGLES = "compared with compositions";

  private BinaryRows() {}

  private static final String QUOTIENT = "libtorch's is NaN where the quotient is large";

  private static boolean isHuge(DType dtype, double v) {
    return isLarge(dtype, v) && Double.isFinite(v);
  }

  private static boolean isExtreme(DType dtype, double square) {
    return isLarge(dtype, square)
        || square < (dtype == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL);
  }

  /** Close to the end of the dtype or beyond. */
  private static boolean isLarge(DType dtype, double v) {
    return !(Math.abs(v) < (dtype == DType.FLOAT64 ? 0x1p1023 : 0x1p127));
  }

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>(tensors());
    rows.addAll(numbers());
    rows.addAll(ternary());
    return rows;
  }

  private static List<Row> tensors() {
    return List.of(
        pair("add", Y),
        pair("add(alpha)", Y, 2.0)
            .theirs((a, b) -> torch.add(a, b, s(2L)))
            .theirsInPlace((a, b) -> a.add_(b, s(2L)))
            .skip("truth values have no multiples here", DType.BOOL)
            .differs(ONE_ROUNDING, (t, x) -> isLarge(t, 2 * x[1])),
        pair("add(fraction)", Y, 0.5),
        pair("sub", Y),
        pair("sub(alpha)", Y, 0.5),
        pair("mul", Y),
        pair(ANY, POSITIVE, "div", Y),
        pair(POSITIVE, ANY, "pow", Y)
            .within(ELEMENTARY)
            .secondIsNumber(LOGARITHM, x -> x[0] == 0 && x[1] > 0),
        pair("rsub", Y),
        pair(POSITIVE, ANY, "rdiv", Y)
            .theirs((a, b) -> torch.mul(torch.reciprocal(a), b))
            .within(ELEMENTARY),
        pair(ANY, POSITIVE, "rpow", Y)
            .theirs((a, b) -> torch.pow(b, a))
            .within(ELEMENTARY)
            .secondIsNumber(LOGARITHM, x -> x[1] == 0 && x[0] > 0)
            .secondDiffers(CANCELS, x -> x[0] == -2.5 && x[1] == 2.5, DType.FLOAT32),
        pair(ANY, POSITIVE, "floorDivide", Y).skip(Aspect.GRADCHECK, NO_DERIVATIVE),
        rounded(pair(ANY, POSITIVE, "div(trunc)", Y, "trunc").theirs(BinaryRows::truncated)),
        rounded(pair(ANY, POSITIVE, "div(floor)", Y, "floor")
            .theirs((a, b) -> torch.floor_divide(a, b))),
        pair(ANY, POSITIVE, "remainder", Y)
            .differs(QUOTIENT, x -> Math.abs(x[0] / x[1]) > 0x1p20, DType.FLOAT32, DType.FLOAT64),
        pair(ANY, POSITIVE, "fmod", Y)
            .differs(QUOTIENT, x -> Math.abs(x[0] / x[1]) > 0x1p20, DType.FLOAT32, DType.FLOAT64)
            .gradientDiffers(
                1,
                "libtorch's is infinite where the remainder itself is NaN",
                x -> x[1] == 0 || Double.isInfinite(x[0])),
        pair("atan2", Y)
            .within(ELEMENTARY)
            .gradientsDiffer(SQUARES, (t, x) -> isExtreme(t, x[0] * x[0] + x[1] * x[1])),
        pair("maximum", Y),
        pair("minimum", Y),
        pair("clampMin(tensor)", Y)
            .theirs((a, b) -> torch.clamp(a, some(b), none()))
            .theirsInPlace((a, b) -> torch.clamp_(a, some(b), none())),
        pair("clampMax(tensor)", Y)
            .theirs((a, b) -> torch.clamp(a, none(), some(b)))
            .theirsInPlace((a, b) -> torch.clamp_(a, none(), some(b))),
        compared("eq"),
        compared("ne"),
        compared("lt"),
        compared("le"),
        compared("gt"),
        compared("ge"),
        compared("logicalAnd"),
        compared("logicalOr"),
        compared("logicalXor"),
        compared("bitwiseAnd"),
        compared("bitwiseOr"),
        compared("bitwiseXor"));
  }

  private static List<Row> numbers() {
    return List.of(
        number("add(double)", 1.5).node("AddBackward0", AS_PYTHON),
        number("add(long)", 2).node("AddBackward0", AS_PYTHON),
        number("sub(double)", 1.5).node("SubBackward0", AS_PYTHON),
        number("sub(long)", 2).node("SubBackward0", AS_PYTHON),
        number("mul(double)", 1.5).node("MulBackward0", AS_PYTHON),
        number("mul(long)", 2).node("MulBackward0", AS_PYTHON),
        number("div(double)", 1.5).node("DivBackward0", AS_PYTHON),
        number("div(long)", 3).node("DivBackward0", AS_PYTHON),
        number("div(100000)", 100000).node("DivBackward0", AS_PYTHON), // beyond int8 and int16
        number("pow(2)", 2).secondDiffers(EXPONENT, (t, x) -> isHuge(t, x[0])),
        number("pow(3)", 3).within(ELEMENTARY).secondDiffers(EXPONENT, (t, x) -> isHuge(t, x[0])),
        number("pow(0)", 0),
        number("pow(1)", 1),
        number(0.3, 2, "pow(0.5)", 0.5)
            .within(ELEMENTARY)
            .differs(
                "libtorch takes the square root, which keeps the sign of -0 and has none of -infinity",
                x -> x[0] == 0 || x[0] == Double.NEGATIVE_INFINITY),
        number(1, 3, "pow(-1)", -1).within(ELEMENTARY),
        number(0.3, 2, "pow(-1.5)", -1.5).within(ELEMENTARY),
        number("rsub(double)", 1.5),
        number("rsub(long)", 2),
        number(0.3, 2, "rdiv(double)", 1.5)
            .theirs(t -> torch.mul(torch.reciprocal(t), s(1.5)))
            .node("MulBackward0", AS_PYTHON),
        number(0.3, 2, "rdiv(long)", 2)
            .theirs(t -> torch.mul(torch.reciprocal(t), s(2L)))
            .node("MulBackward0", AS_PYTHON),
        number("rpow(double)", 1.5)
            .theirs(t -> torch.pow(s(1.5), t))
            .within(ELEMENTARY)
            .node("PowBackward1", RPOW),
        number(0.3, 3, "rpow(long)", 2)
            .theirs(t -> torch.pow(s(2L), t))
            .within(ELEMENTARY)
            .node("PowBackward1", RPOW),
        number("floorDivide(double)", 0.75).skip(Aspect.GRADCHECK, NO_DERIVATIVE),
        number("floorDivide(long)", 2).skip(Aspect.GRADCHECK, NO_DERIVATIVE),
        rounded(number("div(0.75, trunc)", 0.75, "trunc").theirs(t -> truncated(t, s(0.75)))),
        rounded(
            number("div(0.75, floor)", 0.75, "floor").theirs(t -> torch.floor_divide(t, s(0.75)))),
        rounded(number("div(2, trunc)", 2, "trunc").theirs(t -> truncated(t, s(2L)))),
        rounded(number("div(2, floor)", 2, "floor").theirs(t -> torch.floor_divide(t, s(2L)))),
        number("remainder(double)", 0.75).differs(QUOTIENT, (t, x) -> isHuge(t, x[0])),
        number("remainder(long)", 2),
        number("fmod(double)", 0.75).differs(QUOTIENT, (t, x) -> isHuge(t, x[0])),
        number("fmod(long)", 2),
        number("atan2(double)", 0.75)
            .theirs(t -> torch.atan2(t, torch.full_like(t, s(0.75))))
            .within(ELEMENTARY)
            .skip(WHOLE_TENSOR, INTEGERS)
            .gradientsDiffer(SQUARES, (t, x) -> isExtreme(t, x[0] * x[0]) && x[0] != 0),
        number("atan2(long)", 1)
            .theirs(t -> torch.atan2(t, torch.full_like(t, s(1L))))
            .within(ELEMENTARY)
            .skip(ABOVE_TRUTH, DType.BOOL)
            .gradientsDiffer(SQUARES, (t, x) -> isExtreme(t, x[0] * x[0]) && x[0] != 0),
        number("maximum(double)", 0.75)
            .theirs(t -> torch.maximum(t, torch.full_like(t, s(0.75))))
            .within(ELEMENTARY)
            .skip(WHOLE_TENSOR, INTEGERS),
        number("maximum(long)", 1)
            .theirs(t -> torch.maximum(t, torch.full_like(t, s(1L))))
            .within(ELEMENTARY)
            .skip(ABOVE_TRUTH, DType.BOOL),
        number("minimum(double)", 0.75)
            .theirs(t -> torch.minimum(t, torch.full_like(t, s(0.75))))
            .within(ELEMENTARY)
            .skip(WHOLE_TENSOR, INTEGERS),
        number("minimum(long)", 1)
            .theirs(t -> torch.minimum(t, torch.full_like(t, s(1L))))
            .within(ELEMENTARY)
            .skip(ABOVE_TRUTH, DType.BOOL),
        number("eq(double)", 1.0),
        number("eq(long)", 1),
        number("eq(boolean)", true).theirs(t -> torch.eq(t, s(true))),
        number("ne(double)", 1.0),
        number("ne(long)", 1),
        number("ne(boolean)", true).theirs(t -> torch.ne(t, s(true))),
        number("lt(double)", 0.5),
        number("lt(long)", 1),
        number("le(double)", 0.5),
        number("le(long)", 1),
        number("gt(double)", 0.5),
        number("gt(long)", 1),
        number("ge(double)", 0.5),
        number("ge(long)", 1),
        number("bitwiseAnd(long)", 3),
        number("bitwiseOr(long)", 4),
        number("bitwiseXor(long)", 5));
  }

  private static List<Row> ternary() {
    return List.of(
        call("clamp(tensor)", Y, Z)
            .elementwise()
            .on(in(3, 4), between(-1.5, -0.5, 4), between(0.5, 1.5, 3, 1))
            .theirs((a, b, c) -> torch.clamp(a, some(b), some(c)))
            .theirsInPlace((a, b, c) -> torch.clamp_(a, some(b), some(c)))
            .skip("truth values are ordered here", DType.BOOL),
        call("Retrograd.where", X, Y, Z)
            .elementwise()
            .on(mask(3, 4), in(3, 4), in(4))
            .on(mask(), in(3), in())
            .on(mask(0, 3), in(3), in(1))
            .refuses(mask(2), in(3), in(2)),
        call("Retrograd.where(a, double)", X, Y, 1.5).elementwise().on(mask(3, 4), in(4)),
        call("Retrograd.where(a, long)", X, Y, 2).elementwise().on(mask(3, 4), in(4)),
        call("Retrograd.where(double, b)", X, 1.5, Y).elementwise().on(mask(3, 4), in(4)),
        call("Retrograd.where(long, b)", X, 2, Y).elementwise().on(mask(3, 4), in(4)),
        call("Retrograd.where(double, double)", X, 1.5, 2.5).elementwise().on(mask(3, 4)),
        call("Retrograd.where(long, long)", X, 1, 2).elementwise().on(mask(3, 4)),
        call("maskedFill(double)", Y, 1.5)
            .elementwise()
            .on(in(3, 4), mask(4))
            .on(in(3, 4), mask(3, 4))
            .on(in(), mask())
            .refuses(in(3), mask(2))
            .refuses(in(3), in(3)),
        call("maskedFill(long)", Y, 2).elementwise().on(in(3, 4), mask(4)),
        call("maskedFill(boolean)", Y, true)
            .elementwise()
            .on(in(3, 4), mask(4))
            .theirs((x, m) -> torch.masked_fill(x, m, s(true)))
            .theirsInPlace((x, m) -> x.masked_fill_(m, s(true))),
        call("maskedFill(tensor)", Y, Z)
            .on(in(3, 4), mask(4), in())
            .on(in(2), mask(3, 2), in())
            .refuses(in(3), mask(3), in(1)),
        call("addcmul", Y, Z, 0.5)
            .elementwise()
            .on(in(3, 4), in(4), in(3, 1))
            .on(in(), in(), in())
            .within(ELEMENTARY)
            .skip("libtorch drops the fraction of value, which is refused here", INTEGERS)
            .differs(ONE_ROUNDING, (t, x) -> isLarge(t, x[1] * x[2])),
        call("addcmul(1)", Y, Z)
            .elementwise()
            .on(in(3, 4), in(4), in(3, 1))
            .within(ELEMENTARY)
            .skip("truth values have sums and products here", DType.BOOL)
            .differs(ONE_ROUNDING, (t, x) -> isLarge(t, x[1] * x[2])),
        call("addcdiv", Y, Z, 0.5)
            .elementwise()
            .on(in(3, 4), in(4), positive(3, 1))
            .on(in(), in(), positive())
            .within(ELEMENTARY)
            .skip("integers divide truly here; PyTorch refuses them", INTEGERS)
            .differs(ONE_ROUNDING, (t, x) -> isLarge(t, x[1] / x[2]))
            .secondDiffers(CANCELS, x -> x[1] == 2.5 && x[2] == -2.5, DType.FLOAT32)
            .gradientsDiffer(
                SQUARED_DIVISOR,
                (t, x) -> isLarge(t, x[2] * x[2]) || isLarge(t, 1 / (x[2] * x[2]))),
        call("addcdiv(1)", Y, Z)
            .elementwise()
            .on(in(3, 4), in(4), positive(3, 1))
            .within(ELEMENTARY)
            .skip("integers divide truly here; PyTorch refuses them", INTEGERS)
            .differs(ONE_ROUNDING, (t, x) -> isLarge(t, x[1] / x[2]))
            .secondDiffers(CANCELS, x -> x[1] == 2.5 && x[2] == -2.5, DType.FLOAT32)
            .gradientsDiffer(
                SQUARED_DIVISOR,
                (t, x) -> isLarge(t, x[2] * x[2]) || isLarge(t, 1 / (x[2] * x[2]))),
        call("lerp(double)", Y, 0.25)
            .elementwise()
            .on(in(3, 4), in(4))
            .within(COMPOSED)
            .skip("libtorch takes floating types alone", INTEGERS),
        call("lerp(tensor)", Y, Z)
            .elementwise()
            .on(in(3, 4), in(4), between(0, 1, 3, 1))
            .within(COMPOSED)
            .skip("libtorch takes floating types alone", INTEGERS)
            .differs(ONE_ROUNDING, (t, x) -> isHuge(t, x[0]) || isHuge(t, x[1])));
  }

  static final DType[] INTEGERS =
      Stream.of(DType.values()).filter(t -> !t.isFloatingPoint()).toArray(DType[]::new);

  private static TensorOptional some(org.bytedeco.pytorch.Tensor t) {
    return new TensorOptional(t);
  }

  private static TensorOptional none() {
    return new TensorOptional();
  }

  private static Row pair(String name, Object... arguments) {
    return pair(ANY, ANY, name, arguments);
  }

  private static Row pair(In a, In b, String name, Object... arguments) {
    return call(name, arguments)
        .onPairs(a, b)
        .promotes()
        .specials(SPECIAL)
        .refuses(in(2, 3), in(4))
        .refuses(in(2), in(3));
  }

  private static Row compared(String name) {
    return pair(name, Y).on(In.repeated(4, 5), In.repeated(5));
  }

  /** libtorch's own form takes a view of a string, which its Java binding leaves to dangle. */
  private static Row rounded(Row row) {
    return row.node("DivBackward2", DANGLES)
        .skip(Aspect.SIZES, DANGLES)
        .skip(Aspect.SPECIALS, DANGLES)
        .skip(Aspect.GRADIENTS, DANGLES)
        .skip(Aspect.SECOND_GRADIENTS, DANGLES);
  }

  private static Tensor truncated(Tensor a, Scalar b) {
    Tensor rest = torch.fmod(a, b);
    return rest.is_floating_point()
        ? torch.trunc(torch.div(a, b))
        : torch.floor_divide(torch.add(a, torch.neg(rest)), b);
  }

  private static Tensor truncated(Tensor a, Tensor b) {
    Tensor rest = torch.fmod(a, b);
    return rest.is_floating_point()
        ? torch.trunc(torch.div(a, b))
        : torch.floor_divide(torch.add(a, torch.neg(rest)), b);
  }

  private static Row number(String name, Object... numbers) {
    return number(-2, 2, name, numbers);
  }

  private static Row number(double low, double high, String name, Object... numbers) {
    return call(name, numbers).onEach(low, high);
  }
}
