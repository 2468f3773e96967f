package io.retrograd.oracle;

import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Tolerance.ELEMENTARY;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.util.List;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.global.torch;

/** Functions of one tensor, element by element. */
final class UnaryRows {
  static final double[] SPECIAL = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, 1, -1, 0.5, -2.5, 1e-30, -1e-30, 90, -90,
    1e5, -1e5, 3e38, -3e38
  };

  /** libtorch's float32 erf is 0 at 1e-30, ours is right. */
  private static final double[] LARGE = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0,
      9, -9, 3e38};

  /** At NaN libtorch passes the gradient of elu on, ours is NaN; its gelu of infinity is NaN, ours infinite. */
  private static final double[] FINITE = {0.0, -0.0, 1, -1, 0.5, -2.5, 1e-30, -1e-30, 30, -30};

  /** Where exp overflows, becomes denormal and 0, in float32 and float64. */
  private static final double[] EXP =
      {88.722839, -87.336545, -103.97208, 709.782712893384, -708.396418532264, -745.133219};
  private static final double[] LOGSIGMOID = DoubleStream.concat(DoubleStream.of(EXP),
      DoubleStream.of(-5, -10, -15, -20.1, -30, -36, -40, 5, 10, 15, 20.1, 30, 36, 40)).toArray();
  private static final double[] EXP2 = {128, -126, -150, 1024, -1022, -1075};
  private static final double[] ERFC = {-6, 9.2, 10.06, 26.5, 27.3};
  private static final double[] HALVES = {0.5, -0.5, 1.5, -1.5, 0x1p23, -0x1p23, 0x1p52, -0x1p52};

  private static final String HALF = "1 - 2 y has the error of the result, which is close to a half";

  private static final String RESTS = "libtorch subtracts the sigmoid from 1";

  private static final String EARLY = "libtorch's functions overflow before their values do";

  private UnaryRows() {}

  static List<Row> rows() {
    return List.of(
        each("neg", Tensor::neg, torch::neg).inPlace(Tensor::neg_, torch::neg_),
        each("abs", Tensor::abs, torch::abs).inPlace(Tensor::abs_, torch::abs_),
        each("sign", Tensor::sign, torch::sign),
        each("square", Tensor::square, torch::square).inPlace(Tensor::square_, torch::square_)
            .skip("truth values have no square here", DType.BOOL),
        each("exp", Tensor::exp, torch::exp).within(ELEMENTARY).inPlace(Tensor::exp_, torch::exp_).ends(EXP),
        each("exp2", Tensor::exp2, torch::exp2).within(ELEMENTARY).ends(EXP2),
        each("expm1", Tensor::expm1, torch::expm1).within(ELEMENTARY).ends(EXP),
        positive("log", Tensor::log, torch::log).within(ELEMENTARY).inPlace(Tensor::log_, torch::log_),
        positive("log2", Tensor::log2, torch::log2).within(ELEMENTARY),
        positive("log10", Tensor::log10, torch::log10).within(ELEMENTARY),
        positive("log1p", Tensor::log1p, torch::log1p).within(ELEMENTARY).ends(-1),
        positive("sqrt", Tensor::sqrt, torch::sqrt).within(ELEMENTARY).inPlace(Tensor::sqrt_, torch::sqrt_),
        positive("rsqrt", Tensor::rsqrt, torch::rsqrt).within(ELEMENTARY),
        positive("reciprocal", Tensor::reciprocal, torch::reciprocal)
            .within(ELEMENTARY).inPlace(Tensor::reciprocal_, torch::reciprocal_),
        each("sin", Tensor::sin, torch::sin).within(ELEMENTARY).inPlace(Tensor::sin_, torch::sin_),
        each("cos", Tensor::cos, torch::cos).within(ELEMENTARY).inPlace(Tensor::cos_, torch::cos_),
        range("tan", Tensor::tan, torch::tan, -1.2, 1.2).within(ELEMENTARY).ends(Math.PI / 2, -Math.PI / 2),
        range("asin", Tensor::asin, torch::asin, -0.9, 0.9).within(ELEMENTARY),
        range("acos", Tensor::acos, torch::acos, -0.9, 0.9).within(ELEMENTARY),
        each("atan", Tensor::atan, torch::atan).within(ELEMENTARY),
        each("sinh", Tensor::sinh, torch::sinh).within(ELEMENTARY).ends(EXP)
            .differs(EARLY, x -> Math.abs(x[0]) > 88.7),
        each("cosh", Tensor::cosh, torch::cosh).within(ELEMENTARY).ends(EXP)
            .differs(EARLY, x -> Math.abs(x[0]) > 88.7),
        each("tanh", Tensor::tanh, torch::tanh).within(ELEMENTARY).inPlace(Tensor::tanh_, torch::tanh_).ends(EXP),
        // libtorch's float32 vectors subtract from 1, which leaves an error of up to 2^-22: 16 units at 0.13, 3 at 0.6.
        each("erf", Tensor::erf, torch::erf).within(ELEMENTARY).specials(LARGE)
            .sized(In.between(0.6, 2, 31)).sized(In.between(0.6, 2, 33)).sized(In.between(0.6, 2, 1025)).ends(4, -4)
            .differs("libtorch's float32 gives 0 for the smallest numbers and subtracts from 1",
                x -> Math.abs(x[0]) < 0.6),
        each("erfc", Tensor::erfc, torch::erfc).within(ELEMENTARY).ends(ERFC),
        each("sigmoid", Tensor::sigmoid, torch::sigmoid).within(ELEMENTARY).inPlace(Tensor::sigmoid_, torch::sigmoid_)
            .ends(EXP).secondDiffers(HALF, x -> x[0] != 0 && Math.abs(x[0]) < 0.01),
        each("floor", Tensor::floor, torch::floor).ends(HALVES),
        each("ceil", Tensor::ceil, torch::ceil).ends(HALVES),
        each("round", Tensor::round, torch::round).ends(HALVES),
        each("trunc", Tensor::trunc, torch::trunc).ends(HALVES),
        each("isnan", Tensor::isnan, torch::isnan),
        each("isinf", Tensor::isinf, torch::isinf),
        each("isfinite", Tensor::isfinite, torch::isfinite),
        each("logicalNot", Tensor::logicalNot, torch::logical_not),
        each("bitwiseNot", Tensor::bitwiseNot, torch::bitwise_not),
        each("relu", Tensor::relu, torch::relu).inPlace(Tensor::relu_, torch::relu_),
        each("clamp(double)", x -> x.clamp(-0.5, 1.25), t -> torch.clamp(t, some(s(-0.5)), some(s(1.25))))
            .inPlace(x -> x.clamp_(-0.5, 1.25), t -> torch.clamp_(t, some(s(-0.5)), some(s(1.25)))).ends(-0.5, 1.25),
        each("clamp(long)", x -> x.clamp(0, 1), t -> torch.clamp(t, some(s(0L)), some(s(1L))))
            .inPlace(x -> x.clamp_(0, 1), t -> torch.clamp_(t, some(s(0L)), some(s(1L)))),
        each("clampMin(double)", x -> x.clampMin(-0.5), t -> torch.clamp(t, some(s(-0.5)), none()))
            .inPlace(x -> x.clampMin_(-0.5), t -> torch.clamp_(t, some(s(-0.5)), none())).ends(-0.5),
        each("clampMin(long)", x -> x.clampMin(1), t -> torch.clamp(t, some(s(1L)), none()))
            .inPlace(x -> x.clampMin_(1), t -> torch.clamp_(t, some(s(1L)), none())),
        each("clampMax(double)", x -> x.clampMax(0.5), t -> torch.clamp(t, none(), some(s(0.5))))
            .inPlace(x -> x.clampMax_(0.5), t -> torch.clamp_(t, none(), some(s(0.5)))).ends(0.5),
        each("clampMax(long)", x -> x.clampMax(1), t -> torch.clamp(t, none(), some(s(1L))))
            .inPlace(x -> x.clampMax_(1), t -> torch.clamp_(t, none(), some(s(1L)))),
        each("clamp(NaN)", x -> x.clamp(Double.NaN, 2), t -> torch.clamp(t, some(s(Double.NaN)), some(s(2.0))))
            .inPlace(x -> x.clamp_(Double.NaN, 2), t -> torch.clamp_(t, some(s(Double.NaN)), some(s(2.0))))
            .node("ClampBackward0", "such bounds go the way of tensors")
            .skip(Aspect.GRADCHECK, "differences of NaN are NaN"),
        each("F.relu", F::relu, torch::relu),
        each("F.sigmoid", F::sigmoid, torch::sigmoid).within(ELEMENTARY).ends(EXP)
            .secondDiffers(HALF, x -> x[0] != 0 && Math.abs(x[0]) < 0.01),
        each("F.tanh", F::tanh, torch::tanh).within(ELEMENTARY).ends(EXP),
        real("F.leakyRelu", x -> F.leakyRelu(x), t -> torch.leaky_relu(t)),
        real("F.leakyRelu(slope)", x -> F.leakyRelu(x, 0.2), t -> torch.leaky_relu(t, s(0.2))),
        real("F.elu", x -> F.elu(x), t -> torch.elu(t)).within(ELEMENTARY).specials(FINITE).ends(EXP)
            .gradientsDiffer("at NaN libtorch passes the gradient on", x -> Double.isNaN(x[0])),
        real("F.elu(alpha)", x -> F.elu(x, 0.7), t -> torch.elu(t, s(0.7), s(1.0), s(1.0)))
            .within(ELEMENTARY).specials(FINITE).ends(EXP)
            .gradientsDiffer("at NaN libtorch passes the gradient on", x -> Double.isNaN(x[0])),
        real("F.gelu", F::gelu, t -> torch.gelu(t)).within(COMPOSED).specials(FINITE).ends(ERFC)
            .differs("libtorch subtracts from 1, and multiplies infinity by 0",
                x -> x[0] < -1.5 || Double.isInfinite(x[0]))
            .secondIsNumber("libtorch squares, and multiplies infinity by 0", x -> x[0] > 1e19),
        real("F.silu", F::silu, torch::silu).within(COMPOSED).ends(EXP),
        real("F.softplus", x -> F.softplus(x), t -> torch.softplus(t)).within(COMPOSED).ends(20)
            .secondDiffers(RESTS, x -> x[0] > 5 && x[0] < 20),
        real("F.softplus(beta)", x -> F.softplus(x, 2, 3), t -> torch.softplus(t, s(2.0), s(3.0))).within(COMPOSED)
            .ends(1.5),
        real("F.logsigmoid", F::logsigmoid, torch::log_sigmoid).within(COMPOSED).ends(LOGSIGMOID)
            .secondDiffers(RESTS, x -> x[0] > 2));
  }

  static ScalarOptional some(Scalar v) {
    return new ScalarOptional(v);
  }

  private static ScalarOptional none() {
    return new ScalarOptional();
  }

  private static Row each(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return range(name, ours, theirs, -2, 2);
  }

  /** libtorch takes floating types alone. */
  private static Row real(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return each(name, ours, theirs).skip("integers become float32 here, as for sin", BinaryRows.INTEGERS);
  }

  private static Row positive(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return range(name, ours, theirs, 0.3, 3);
  }

  private static Row range(
      String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs, double low, double high) {
    return op(name, ours, theirs).onEach(low, high).specials(SPECIAL);
  }
}
