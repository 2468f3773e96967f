package io.retrograd.oracle;

import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.In.positive;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Tolerance.ELEMENTARY;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Functions of two or three tensors, or of a tensor and a number, element by element. */
final class BinaryRows {
  private static final double[] SPECIAL = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1, -1, 2, 0.5, -2.5, 1e30
  };
  private static final In ANY = in(), POSITIVE = positive();

  private static final String NO_DERIVATIVE = "it has none and says so when asked";
  private static final String AS_PYTHON = "Python hands numbers on as tensors, C++ has a node of its own for them";

  private static final String RPOW = "the number becomes a tensor first";

  private static final String ONE_ROUNDING = "libtorch rounds once; here the product does, and may overflow";

  private static final String LOGARITHM = "libtorch multiplies the logarithm of 0 by 0",
      CANCELS = "terms of different signs nearly cancel there",
      EXPONENT = "libtorch multiplies by the exponent before what comes back, and overflows";

  private static final String SQUARES =
      "libtorch squares, which leaves the range; MathBinary.StaysWithinItsBounds knows the true values";

  private BinaryRows() {}

  private static final String QUOTIENT = "libtorch's is NaN where the quotient is large";

  private static boolean isHuge(DType dtype, double v) {
    return isLarge(dtype, v) && Double.isFinite(v);
  }

  private static boolean isExtreme(DType dtype, double square) {
    return isLarge(dtype, square) || square < (dtype == DType.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL);
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
        pair("add", (a, b) -> a.add(b), (a, b) -> torch.add(a, b)).inPlace((a, b) -> a.add_(b), (a, b) -> a.add_(b)),
        pair("add(alpha)", (a, b) -> a.add(b, 2.0), (a, b) -> torch.add(a, b, s(2L)))
            .inPlace((a, b) -> a.add_(b, 2.0), (a, b) -> a.add_(b, s(2L)))
            .skip("truth values have no multiples here", DType.BOOL)
            .differs(ONE_ROUNDING, (t, x) -> isLarge(t, 2 * x[1])),
        pair("add(fraction)", (a, b) -> a.add(b, 0.5), (a, b) -> torch.add(a, b, s(0.5)))
            .inPlace((a, b) -> a.add_(b, 0.5), (a, b) -> a.add_(b, s(0.5))),
        pair("sub", (a, b) -> a.sub(b), (a, b) -> torch.sub(a, b)).inPlace((a, b) -> a.sub_(b), (a, b) -> a.sub_(b)),
        pair("sub(alpha)", (a, b) -> a.sub(b, 0.5), (a, b) -> torch.sub(a, b, s(0.5)))
            .inPlace((a, b) -> a.sub_(b, 0.5), (a, b) -> a.sub_(b, s(0.5))),
        pair("mul", (a, b) -> a.mul(b), (a, b) -> torch.mul(a, b)).inPlace((a, b) -> a.mul_(b), (a, b) -> a.mul_(b)),
        pair("div", ANY, POSITIVE, (a, b) -> a.div(b), (a, b) -> torch.div(a, b))
            .inPlace((a, b) -> a.div_(b), (a, b) -> a.div_(b)),
        pair("pow", POSITIVE, ANY, (a, b) -> a.pow(b), (a, b) -> torch.pow(a, b)).within(ELEMENTARY)
            .inPlace((a, b) -> a.pow_(b), (a, b) -> a.pow_(b)).secondIsNumber(LOGARITHM, x -> x[0] == 0 && x[1] > 0),
        pair("rsub", (a, b) -> a.rsub(b), (a, b) -> torch.rsub(a, b)),
        pair("rdiv", POSITIVE, ANY, (a, b) -> a.rdiv(b), (a, b) -> torch.mul(torch.reciprocal(a), b))
            .within(ELEMENTARY),
        pair("rpow", ANY, POSITIVE, (a, b) -> a.rpow(b), (a, b) -> torch.pow(b, a)).within(ELEMENTARY)
            .secondIsNumber(LOGARITHM, x -> x[1] == 0 && x[0] > 0)
            .secondDiffers(CANCELS, x -> x[0] == -2.5 && x[1] == 2.5, DType.FLOAT32),
        pair("floorDivide", ANY, POSITIVE, (a, b) -> a.floorDivide(b), (a, b) -> torch.floor_divide(a, b))
            .skip(Aspect.GRADCHECK, NO_DERIVATIVE),
        pair("remainder", ANY, POSITIVE, (a, b) -> a.remainder(b), (a, b) -> torch.remainder(a, b))
            .differs(QUOTIENT, x -> Math.abs(x[0] / x[1]) > 0x1p20, DType.FLOAT32, DType.FLOAT64),
        pair("fmod", ANY, POSITIVE, (a, b) -> a.fmod(b), (a, b) -> torch.fmod(a, b))
            .differs(QUOTIENT, x -> Math.abs(x[0] / x[1]) > 0x1p20, DType.FLOAT32, DType.FLOAT64)
            .gradientDiffers(1, "libtorch's is infinite where the remainder itself is NaN",
                x -> x[1] == 0 || Double.isInfinite(x[0])),
        pair("atan2", ANY, ANY, (a, b) -> a.atan2(b), (a, b) -> torch.atan2(a, b)).within(ELEMENTARY)
            .gradientsDiffer(SQUARES, (t, x) -> isExtreme(t, x[0] * x[0] + x[1] * x[1])),
        pair("maximum", (a, b) -> a.maximum(b), (a, b) -> torch.maximum(a, b)),
        pair("minimum", (a, b) -> a.minimum(b), (a, b) -> torch.minimum(a, b)),
        pair("clampMin(tensor)", (a, b) -> a.clampMin(b), (a, b) -> torch.clamp(a, some(b), none()))
            .inPlace((a, b) -> a.clampMin_(b), (a, b) -> torch.clamp_(a, some(b), none())),
        pair("clampMax(tensor)", (a, b) -> a.clampMax(b), (a, b) -> torch.clamp(a, none(), some(b)))
            .inPlace((a, b) -> a.clampMax_(b), (a, b) -> torch.clamp_(a, none(), some(b))),
        compared("eq", (a, b) -> a.eq(b), (a, b) -> torch.eq(a, b)),
        compared("ne", (a, b) -> a.ne(b), (a, b) -> torch.ne(a, b)),
        compared("lt", (a, b) -> a.lt(b), (a, b) -> torch.lt(a, b)),
        compared("le", (a, b) -> a.le(b), (a, b) -> torch.le(a, b)),
        compared("gt", (a, b) -> a.gt(b), (a, b) -> torch.gt(a, b)),
        compared("ge", (a, b) -> a.ge(b), (a, b) -> torch.ge(a, b)),
        compared("logicalAnd", (a, b) -> a.logicalAnd(b), (a, b) -> torch.logical_and(a, b)),
        compared("logicalOr", (a, b) -> a.logicalOr(b), (a, b) -> torch.logical_or(a, b)),
        compared("logicalXor", (a, b) -> a.logicalXor(b), (a, b) -> torch.logical_xor(a, b)),
        compared("bitwiseAnd", (a, b) -> a.bitwiseAnd(b), (a, b) -> torch.bitwise_and(a, b)),
        compared("bitwiseOr", (a, b) -> a.bitwiseOr(b), (a, b) -> torch.bitwise_or(a, b)),
        compared("bitwiseXor", (a, b) -> a.bitwiseXor(b), (a, b) -> torch.bitwise_xor(a, b)));
  }

  private static List<Row> numbers() {
    return List.of(
        number("add(double)", x -> x.add(1.5), t -> torch.add(t, s(1.5))).inPlace(x -> x.add_(1.5), t -> t.add_(s(1.5)))
            .node("AddBackward0", AS_PYTHON),
        number("add(long)", x -> x.add(2), t -> torch.add(t, s(2L))).inPlace(x -> x.add_(2), t -> t.add_(s(2L)))
            .node("AddBackward0", AS_PYTHON),
        number("sub(double)", x -> x.sub(1.5), t -> torch.sub(t, s(1.5))).inPlace(x -> x.sub_(1.5), t -> t.sub_(s(1.5)))
            .node("SubBackward0", AS_PYTHON),
        number("sub(long)", x -> x.sub(2), t -> torch.sub(t, s(2L))).inPlace(x -> x.sub_(2), t -> t.sub_(s(2L)))
            .node("SubBackward0", AS_PYTHON),
        number("mul(double)", x -> x.mul(1.5), t -> torch.mul(t, s(1.5))).inPlace(x -> x.mul_(1.5), t -> t.mul_(s(1.5)))
            .node("MulBackward0", AS_PYTHON),
        number("mul(long)", x -> x.mul(2), t -> torch.mul(t, s(2L))).inPlace(x -> x.mul_(2), t -> t.mul_(s(2L)))
            .node("MulBackward0", AS_PYTHON),
        number("div(double)", x -> x.div(1.5), t -> torch.div(t, s(1.5))).inPlace(x -> x.div_(1.5), t -> t.div_(s(1.5)))
            .node("DivBackward0", AS_PYTHON),
        number("div(long)", x -> x.div(3), t -> torch.div(t, s(3L))).inPlace(x -> x.div_(3), t -> t.div_(s(3L)))
            .node("DivBackward0", AS_PYTHON),
        number("pow(2)", x -> x.pow(2), t -> torch.pow(t, s(2L))).inPlace(x -> x.pow_(2), t -> t.pow_(s(2L)))
            .secondDiffers(EXPONENT, (t, x) -> isHuge(t, x[0])),
        number("pow(3)", x -> x.pow(3), t -> torch.pow(t, s(3L))).within(ELEMENTARY)
            .secondDiffers(EXPONENT, (t, x) -> isHuge(t, x[0])),
        number("pow(0)", x -> x.pow(0), t -> torch.pow(t, s(0L))),
        number("pow(1)", x -> x.pow(1), t -> torch.pow(t, s(1L))),
        op("pow(0.5)", (Tensor x) -> x.pow(0.5), t -> torch.pow(t, s(0.5))).onEach(0.3, 2).within(ELEMENTARY)
            .inPlace(x -> x.pow_(0.5), t -> t.pow_(s(0.5)))
            .differs("libtorch takes the square root, which keeps the sign of -0 and has none of -infinity",
                x -> x[0] == 0 || x[0] == Double.NEGATIVE_INFINITY),
        op("pow(-1)", (Tensor x) -> x.pow(-1), t -> torch.pow(t, s(-1L))).onEach(1, 3).within(ELEMENTARY)
            .inPlace(x -> x.pow_(-1), t -> t.pow_(s(-1L))),
        op("pow(-1.5)", (Tensor x) -> x.pow(-1.5), t -> torch.pow(t, s(-1.5))).onEach(0.3, 2).within(ELEMENTARY),
        number("rsub(double)", x -> x.rsub(1.5), t -> torch.rsub(t, s(1.5))),
        number("rsub(long)", x -> x.rsub(2), t -> torch.rsub(t, s(2L))),
        op("rdiv(double)", (Tensor x) -> x.rdiv(1.5), t -> torch.mul(torch.reciprocal(t), s(1.5))).onEach(0.3, 2)
            .node("MulBackward0", AS_PYTHON),
        op("rdiv(long)", (Tensor x) -> x.rdiv(2), t -> torch.mul(torch.reciprocal(t), s(2L))).onEach(0.3, 2)
            .node("MulBackward0", AS_PYTHON),
        number("rpow(double)", x -> x.rpow(1.5), t -> torch.pow(s(1.5), t)).within(ELEMENTARY)
            .node("PowBackward1", RPOW),
        op("rpow(long)", (Tensor x) -> x.rpow(2), t -> torch.pow(s(2L), t)).onEach(0.3, 3).within(ELEMENTARY)
            .node("PowBackward1", RPOW),
        number("floorDivide(double)", x -> x.floorDivide(0.75), t -> torch.floor_divide(t, s(0.75)))
            .skip(Aspect.GRADCHECK, NO_DERIVATIVE),
        number("floorDivide(long)", x -> x.floorDivide(2), t -> torch.floor_divide(t, s(2L)))
            .skip(Aspect.GRADCHECK, NO_DERIVATIVE),
        number("remainder(double)", x -> x.remainder(0.75), t -> torch.remainder(t, s(0.75)))
            .differs(QUOTIENT, (t, x) -> isHuge(t, x[0])),
        number("remainder(long)", x -> x.remainder(2), t -> torch.remainder(t, s(2L))),
        number("fmod(double)", x -> x.fmod(0.75), t -> torch.fmod(t, s(0.75)))
            .differs(QUOTIENT, (t, x) -> isHuge(t, x[0])),
        number("fmod(long)", x -> x.fmod(2), t -> torch.fmod(t, s(2L))),
        op("atan2(double)", (Tensor x) -> x.atan2(0.75), t -> torch.atan2(t, torch.full_like(t, s(0.75)))).onEach(-2, 2)
            .within(ELEMENTARY).skip("libtorch has no such form; a whole tensor stands for the number", INTEGERS)
            .gradientsDiffer(SQUARES, (t, x) -> isExtreme(t, x[0] * x[0]) && x[0] != 0),
        op("atan2(long)", (Tensor x) -> x.atan2(1), t -> torch.atan2(t, torch.full_like(t, s(1L)))).onEach(-2, 2)
            .within(ELEMENTARY).skip("a number stands above a truth value", DType.BOOL)
            .gradientsDiffer(SQUARES, (t, x) -> isExtreme(t, x[0] * x[0]) && x[0] != 0),
        op("maximum(double)", (Tensor x) -> x.maximum(0.75), t -> torch.maximum(t, torch.full_like(t,
            s(0.75)))).onEach(-2, 2)
            .within(ELEMENTARY).skip("libtorch has no such form; a whole tensor stands for the number", INTEGERS),
        op("maximum(long)", (Tensor x) -> x.maximum(1), t -> torch.maximum(t, torch.full_like(t, s(1L)))).onEach(-2, 2)
            .within(ELEMENTARY).skip("a number stands above a truth value", DType.BOOL),
        op("minimum(double)", (Tensor x) -> x.minimum(0.75), t -> torch.minimum(t, torch.full_like(t,
            s(0.75)))).onEach(-2, 2)
            .within(ELEMENTARY).skip("libtorch has no such form; a whole tensor stands for the number", INTEGERS),
        op("minimum(long)", (Tensor x) -> x.minimum(1), t -> torch.minimum(t, torch.full_like(t, s(1L)))).onEach(-2, 2)
            .within(ELEMENTARY).skip("a number stands above a truth value", DType.BOOL),
        number("eq(double)", x -> x.eq(1.0), t -> torch.eq(t, s(1.0))),
        number("eq(long)", x -> x.eq(1), t -> torch.eq(t, s(1L))),
        number("ne(double)", x -> x.ne(1.0), t -> torch.ne(t, s(1.0))),
        number("ne(long)", x -> x.ne(1), t -> torch.ne(t, s(1L))),
        number("lt(double)", x -> x.lt(0.5), t -> torch.lt(t, s(0.5))),
        number("lt(long)", x -> x.lt(1), t -> torch.lt(t, s(1L))),
        number("le(double)", x -> x.le(0.5), t -> torch.le(t, s(0.5))),
        number("le(long)", x -> x.le(1), t -> torch.le(t, s(1L))),
        number("gt(double)", x -> x.gt(0.5), t -> torch.gt(t, s(0.5))),
        number("gt(long)", x -> x.gt(1), t -> torch.gt(t, s(1L))),
        number("ge(double)", x -> x.ge(0.5), t -> torch.ge(t, s(0.5))),
        number("ge(long)", x -> x.ge(1), t -> torch.ge(t, s(1L))),
        number("bitwiseAnd(long)", x -> x.bitwiseAnd(3), t -> torch.bitwise_and(t, s(3L))),
        number("bitwiseOr(long)", x -> x.bitwiseOr(4), t -> torch.bitwise_or(t, s(4L))),
        number("bitwiseXor(long)", x -> x.bitwiseXor(5), t -> torch.bitwise_xor(t, s(5L))));
  }

  private static List<Row> ternary() {
    return List.of(
        op("clamp(tensor)", (Tensor a, Tensor b, Tensor c) -> a.clamp(b, c),
                (a, b, c) -> torch.clamp(a, some(b), some(c)))
            .elementwise().on(in(3, 4), between(-1.5, -0.5, 4), between(0.5, 1.5, 3, 1))
            .inPlace((a, b, c) -> a.clamp_(b, c), (a, b, c) -> torch.clamp_(a, some(b), some(c)))
            .skip("truth values are ordered here", DType.BOOL),
        op("Retrograd.where", (Tensor c, Tensor a, Tensor b) -> Retrograd.where(c, a, b), (c, a, b) -> torch.where(c,
            a, b))
            .elementwise().on(mask(3, 4), in(3, 4), in(4)).on(mask(), in(3), in()).on(mask(0, 3), in(3), in(1))
            .refuses(mask(2), in(3), in(2)),
        op("Retrograd.where(a, double)", (Tensor c, Tensor a) -> Retrograd.where(c, a, 1.5), (c, a) -> torch.where(c,
            a, s(1.5)))
            .elementwise().on(mask(3, 4), in(4)),
        op("Retrograd.where(a, long)", (Tensor c, Tensor a) -> Retrograd.where(c, a, 2), (c, a) -> torch.where(c, a,
            s(2L)))
            .elementwise().on(mask(3, 4), in(4)),
        op("Retrograd.where(double, b)", (Tensor c, Tensor b) -> Retrograd.where(c, 1.5, b), (c, b) -> torch.where(c,
            s(1.5), b))
            .elementwise().on(mask(3, 4), in(4)),
        op("Retrograd.where(double, double)", (Tensor c) -> Retrograd.where(c, 1.5, 2.5), c -> torch.where(c, s(1.5),
            s(2.5)))
            .elementwise().on(mask(3, 4)),
        op("Retrograd.where(long, long)", (Tensor c) -> Retrograd.where(c, 1, 2), c -> torch.where(c, s(1L), s(2L)))
            .elementwise().on(mask(3, 4)),
        op("maskedFill(double)", (Tensor x, Tensor m) -> x.maskedFill(m, 1.5), (x, m) -> torch.masked_fill(x, m,
            s(1.5)))
            .elementwise().on(in(3, 4), mask(4)).on(in(3, 4), mask(3, 4)).on(in(), mask()).refuses(in(3), mask(2))
            .refuses(in(3), in(3))
            .inPlace((x, m) -> x.maskedFill_(m, 1.5), (x, m) -> x.masked_fill_(m, s(1.5))),
        op("maskedFill(long)", (Tensor x, Tensor m) -> x.maskedFill(m, 2), (x, m) -> torch.masked_fill(x, m, s(2L)))
            .elementwise().on(in(3, 4), mask(4))
            .inPlace((x, m) -> x.maskedFill_(m, 2), (x, m) -> x.masked_fill_(m, s(2L))),
        op("maskedFill(tensor)", (Tensor x, Tensor m, Tensor v) -> x.maskedFill(m, v), (x, m,
            v) -> torch.masked_fill(x, m, v))
            .on(in(3, 4), mask(4), in()).on(in(2), mask(3, 2), in()).refuses(in(3), mask(3), in(1))
            .inPlace((x, m, v) -> x.maskedFill_(m, v), (x, m, v) -> x.masked_fill_(m, v)),
        op("addcmul", (Tensor x, Tensor a, Tensor b) -> x.addcmul(a, b, 0.5), (x, a, b) -> torch.addcmul(x, a, b,
            s(0.5)))
            .elementwise().on(in(3, 4), in(4), in(3, 1)).on(in(), in(), in()).within(ELEMENTARY)
            .inPlace((x, a, b) -> x.addcmul_(a, b, 0.5), (x, a, b) -> x.addcmul_(a, b, s(0.5)))
            .skip("libtorch drops the fraction of value, which is refused here", INTEGERS)
            .differs(ONE_ROUNDING, (t, x) -> isLarge(t, x[1] * x[2])),
        op("addcdiv", (Tensor x, Tensor a, Tensor b) -> x.addcdiv(a, b, 0.5), (x, a, b) -> torch.addcdiv(x, a, b,
            s(0.5)))
            .elementwise().on(in(3, 4), in(4), positive(3, 1)).on(in(), in(), positive()).within(ELEMENTARY)
            .inPlace((x, a, b) -> x.addcdiv_(a, b, 0.5), (x, a, b) -> x.addcdiv_(a, b, s(0.5)))
            .skip("integers divide truly here; PyTorch refuses them", INTEGERS)
            .differs(ONE_ROUNDING, (t, x) -> isLarge(t, x[1] / x[2]))
            .secondDiffers(CANCELS, x -> x[1] == 2.5 && x[2] == -2.5, DType.FLOAT32)
            .gradientsDiffer("libtorch squares the divisor", (t, x) -> isLarge(t, x[2] * x[2]) || isLarge(t, 1 / (x[2] * x[2]))),
        op("lerp(double)", (Tensor x, Tensor e) -> x.lerp(e, 0.25), (x, e) -> torch.lerp(x, e, s(0.25)))
            .elementwise().on(in(3, 4), in(4)).within(COMPOSED).skip("libtorch takes floating types alone", INTEGERS)
            ,
        op("lerp(tensor)", (Tensor x, Tensor e, Tensor w) -> x.lerp(e, w), (x, e, w) -> torch.lerp(x, e, w))
            .elementwise().on(in(3, 4), in(4), between(0, 1, 3, 1)).within(COMPOSED)
            .skip("libtorch takes floating types alone", INTEGERS)
            .differs(ONE_ROUNDING, (t, x) -> isHuge(t, x[0]) || isHuge(t, x[1])));
  }

  static final DType[] INTEGERS =
      Arrays.stream(DType.values()).filter(t -> !t.isFloatingPoint()).toArray(DType[]::new);

  private static TensorOptional some(org.bytedeco.pytorch.Tensor t) {
    return new TensorOptional(t);
  }

  private static TensorOptional none() {
    return new TensorOptional();
  }

  private static Row pair(String name, Row.F2<Tensor> ours, Row.F2<org.bytedeco.pytorch.Tensor> theirs) {
    return pair(name, ANY, ANY, ours, theirs);
  }

  private static Row pair(String name, In a, In b, Row.F2<Tensor> ours, Row.F2<org.bytedeco.pytorch.Tensor> theirs) {
    return op(name, ours, theirs).onPairs(a, b).promotes().specials(SPECIAL).refuses(in(2, 3), in(4))
        .refuses(in(2), in(3));
  }

  private static Row compared(String name, Row.F2<Tensor> ours, Row.F2<org.bytedeco.pytorch.Tensor> theirs) {
    return pair(name, ours, theirs).on(In.repeated(4, 5), In.repeated(5));
  }

  private static Row number(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return op(name, ours, theirs).onEach(-2, 2);
  }
}
