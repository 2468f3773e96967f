#include <limits>

#include "math/activation.h"
#include "math/unary.h"
#include "ops/fused.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// A function whose derivative is d(x) elementwise, fused with the gradient by `B` for the first order; `slope` gives
/// the same derivative in differentiable operations for the higher ones.
template <class B, class S>
Tensor smoothBackward(const char* node, const B& b, S slope, T g, T x) {
  return record(node, fused(b, g, x),
                wrt(g, saves(x), [node, b, slope](T gg, T x) { return smoothBackward(node, b, slope, gg, x); }),
                wrt(x, saves(g, x), [slope](T gg, T g, T x) { return gg * g * slope(x); }));
}

/// The derivative of the sigmoid, without subtractions.
Tensor sigmoidSlope(T x) { return sigmoid(x) * sigmoid(-x); }

constexpr double kInvSqrt2Pi = 0.3989422804014326779399460599343819;

/// A value outside the graph.
template <class F>
Tensor raw(const F& compute) {
  NoGradGuard plain;
  return compute();
}

Tensor exponentialUnit(const char* op, const char* node, const math::Elu& f, const Tensor& x) {
  const math::EluBackward b{f.alpha, f.scale, f.inputScale};
  auto curvature = [b](T x) {
    const double factor = b.alpha * b.scale * b.inputScale * b.inputScale;
    return where(ge(x, 0), 0.0, exp(clampMax(x, 0) * b.inputScale) * factor);
  };
  return record(node, applyUnary(f, x, Into::Fresh, true, op).result,
                wrt(x, saves(x), [=](T g, T x) { return smoothBackward("EluBackwardBackward0", b, curvature, g, x); }));
}

Tensor geluExact(const Tensor& x) {
  // gelu'' = (2 - x^2) * phi(x), 0 past 40.
  auto curvature = [](T x) {
    Tensor x2 = square(clamp(x, -40, 40));
    return exp(x2 * -0.5) * (2 - x2) * kInvSqrt2Pi;
  };
  return record("GeluBackward0", applyUnary(math::Gelu{}, x).result, wrt(x, saves(x), [=](T g, T x) {
                  return smoothBackward("GeluBackwardBackward0", math::GeluBackward{}, curvature, g, x);
                }));
}

Tensor geluTanh(const Tensor& x) {
  // gelu(x) = x s with s = sigmoid(v), so gelu'' = s' (2 v' + x (v'^2 (1 - 2 s) + v'')), 0 past 40.
  auto curvature = [](T x) {
    constexpr double kLinear = math::GeluTanh::kLinear, kCubic = math::GeluTanh::kCubic;
    Tensor near = clamp(x, -40, 40), x2 = square(near);
    Tensor v = near * (x2 * kCubic + kLinear), slope = x2 * (3 * kCubic) + kLinear;
    Tensor bend = square(slope) * (1 - sigmoid(v) * 2) + near * (6 * kCubic);
    return sigmoidSlope(v) * (slope * 2 + near * bend);
  };
  return record("GeluBackward0", applyUnary(math::GeluTanh{}, x, Into::Fresh, true, "gelu").result,
                wrt(x, saves(x), [=](T g, T x) {
                  return smoothBackward("GeluBackwardBackward0", math::GeluTanhBackward{}, curvature, g, x);
                }));
}

Tensor limited(const char* op, const Tensor& x, double min, double max) {
  return record("HardtanhBackward0", applyUnary(math::Clamp{min, max}, x, Into::Fresh, true, op).result,
                wrt(x, saves(x), [min, max](T g, T x) {
                  return gated("HardtanhBackwardBackward0", math::HardtanhBackward{min, max}, g, x);
                }));
}

/// x where positive, else slope * x, with a slope that broadcasts.
Tensor sloped(const char* node, const Tensor& x, const Tensor& slope) {
  return record(node, raw([&] { return where(gt(x, 0), x, x * slope); }),
                wrt(x, saves(x, slope), [](T g, T x, T slope) { return where(gt(x, 0), g, g * slope); }),
                wrt(slope, saves(x), [](T g, T x) { return where(gt(x, 0), 0.0, g * x); }));
}

}  // namespace

Tensor leakyRelu(const Tensor& x, double slope) {
  return record("LeakyReluBackward0", applyUnary(math::LeakyRelu{slope}, x).result, wrt(x, saves(x), [slope](T g, T x) {
                  return gated("LeakyReluBackwardBackward0", math::LeakyReluBackward{slope}, g, x);
                }));
}

Tensor elu(const Tensor& x, double alpha) { return exponentialUnit("elu", "EluBackward0", {alpha}, x); }

Tensor celu(const Tensor& x, double alpha) {
  if (alpha == 0) throw std::invalid_argument("celu: alpha may not be 0");
  return exponentialUnit("celu", "CeluBackward0", {alpha, 1, 1 / alpha}, x);
}

Tensor selu(const Tensor& x) {
  return exponentialUnit("selu", "EluBackward0", {1.6732632423543772848170429916717, 1.0507009873554804934193349852946},
                         x);
}

Tensor gelu(const Tensor& x, const std::string& approximate) {
  if (approximate == "none") return geluExact(x);
  if (approximate == "tanh") return geluTanh(x);
  throw std::invalid_argument("gelu: approximate is \"none\" or \"tanh\", not \"" + approximate + "\"");
}

Tensor silu(const Tensor& x) {
  // With s = sigmoid(x): silu'' = s (1 - s) (2 + x (1 - 2 s)).
  auto curvature = [](T x) {
    Tensor s = sigmoid(x);
    return s * (1 - s) * (x * (1 - s * 2) + 2);
  };
  return record("SiluBackward0", applyUnary(math::Silu{}, x).result, wrt(x, saves(x), [=](T g, T x) {
                  return smoothBackward("SiluBackwardBackward0", math::SiluBackward{}, curvature, g, x);
                }));
}

Tensor softplus(const Tensor& x, double beta, double threshold) {
  auto curvature = [=](T x) {
    Tensor z = x * beta;
    return where(ge(z, threshold), 0.0, sigmoidSlope(z) * beta);
  };
  return record(
      "SoftplusBackward0", applyUnary(math::Softplus{beta, threshold}, x).result, wrt(x, saves(x), [=](T g, T x) {
        return smoothBackward("SoftplusBackwardBackward0", math::SoftplusBackward{beta, threshold}, curvature, g, x);
      }));
}

Tensor logsigmoid(const Tensor& x) {
  if (x.dtype() == DType::Bool)
    fail<DTypeError>("logsigmoid: bool tensors have no such operation; convert with to(FLOAT32) first");
  auto curvature = [](T x) { return -sigmoidSlope(x); };
  return record("LogSigmoidBackward0", applyUnary(math::LogSigmoid{}, x).result, wrt(x, saves(x), [=](T g, T x) {
                  return smoothBackward("LogSigmoidBackwardBackward0", math::LogSigmoidBackward{}, curvature, g, x);
                }));
}

Tensor mish(const Tensor& x) {
  // With p = log(1 + exp(x)), s = sigmoid(x) = p', t = tanh(p) and w = t' / s: mish'' = w s (2 + x (1 - s - 2 t s)).
  auto curvature = [](T x) {
    Tensor p = softplus(x), s = sigmoid(x);
    Tensor w = sigmoidSlope(p * 2) * 4;  // 1 - t^2, without a subtraction
    return w * s * (x * (sigmoid(-x) - tanh(p) * s * 2) + 2);
  };
  return record("MishBackward0", applyUnary(math::Mish{}, x).result, wrt(x, saves(x), [=](T g, T x) {
                  return smoothBackward("MishBackwardBackward0", math::MishBackward{}, curvature, g, x);
                }));
}

Tensor glu(const Tensor& x, int64_t dim) {
  checkFloating("glu", x);
  if (x.dim() == 0) fail<ShapeError>("glu: a 0-d tensor has no halves");
  const int64_t d = wrapDim("glu", dim, x.dim()), half = x.size(d) / 2;
  if (x.size(d) % 2 != 0)
    fail<ShapeError>("glu: dimension ", d, " must have an even size, got the shape ", toString(x.sizes()));
  auto first = [=](T x) { return narrow(x, d, 0, half); };
  auto second = [=](T x) { return narrow(x, d, half, half); };
  return named("glu", [&] {
    return record("GluBackward0", raw([&] { return first(x) * sigmoid(second(x)); }), wrt(x, saves(x), [=](T g, T x) {
                    Tensor b = second(x);
                    return cat({g * sigmoid(b), g * first(x) * sigmoidSlope(b)}, d);
                  }));
  });
}

Tensor hardtanh(const Tensor& x, double min, double max) {
  if (min > max)
    throw std::invalid_argument("hardtanh: min is " + std::to_string(min) + ", above max, " + std::to_string(max));
  return limited("hardtanh", x, min, max);
}

Tensor relu6(const Tensor& x) { return limited("relu6", x, 0, 6); }

Tensor hardsigmoid(const Tensor& x) {
  return record("HardsigmoidBackward0", applyUnary(math::Hardsigmoid{}, x).result, wrt(x, saves(x), [](T g, T x) {
                  return gated("HardsigmoidBackwardBackward0", math::HardtanhBackward{-3, 3, 1.0 / 6}, g, x);
                }));
}

Tensor hardswish(const Tensor& x) {
  auto curvature = [](T x) { return where(lt(abs(x), 3), full({}, 1.0 / 3, x.dtype(), x.device()), 0.0); };
  return record("HardswishBackward0", applyUnary(math::Hardswish{}, x).result, wrt(x, saves(x), [=](T g, T x) {
                  return smoothBackward("HardswishBackwardBackward0", math::HardswishBackward{}, curvature, g, x);
                }));
}

Tensor hardshrink(const Tensor& x, double lambda) {
  return record("HardshrinkBackward0", applyUnary(math::Hardshrink{lambda}, x).result,
                wrt(x, saves(x), [lambda](T g, T x) {
                  return gated("HardshrinkBackwardBackward0", math::ShrinkBackward{lambda}, g, x);
                }));
}

Tensor softshrink(const Tensor& x, double lambda) {
  if (!(lambda >= 0))
    throw std::invalid_argument("softshrink: lambda may not be negative, got " + std::to_string(lambda));
  return record("SoftshrinkBackward0", applyUnary(math::Softshrink{lambda}, x).result,
                wrt(x, saves(x), [lambda](T g, T x) {
                  return gated("SoftshrinkBackwardBackward0", math::ShrinkBackward{lambda}, g, x);
                }));
}

Tensor tanhshrink(const Tensor& x) {
  return named("tanhshrink", [&] { return x - tanh(x); });
}

Tensor softsign(const Tensor& x) {
  return named("softsign", [&] { return x / (abs(x) + 1); });
}

Tensor softmin(const Tensor& x, int64_t dim) {
  return named("softmin", [&] { return softmax(-x, dim); });
}

Tensor threshold(const Tensor& x, double threshold, double value) {
  checkHolds("threshold", x.dtype(), threshold);
  checkHolds("threshold", x.dtype(), value);
  return record("ThresholdBackward0", applyUnary(math::Threshold{threshold, value}, x).result,
                wrt(x, saves(x), [threshold](T g, T x) {
                  return gated("ThresholdBackwardBackward0", math::ThresholdBackward{threshold}, g, x);
                }));
}

Tensor prelu(const Tensor& x, const Tensor& weight) {
  checkFloating("prelu", x);
  if (weight.dtype() != x.dtype())
    fail<DTypeError>("prelu: the input is ", name(x.dtype()), ", the weight ", name(weight.dtype()),
                     "; convert one with to(dtype)");
  const int64_t channels = x.dim() > 1 ? x.size(1) : 1;
  if (weight.dim() > 1 || (weight.numel() != 1 && weight.numel() != channels))
    fail<ShapeError>("prelu: the weight has shape ", toString(weight.sizes()), " and must have one element, or ",
                     channels, ", one for each channel");
  return named("prelu", [&] {
    Dims sizes(x.dim(), 1);
    if (x.dim() > 1) sizes[1] = weight.numel();
    return sloped("PreluKernelBackward0", x, weight.dim() == x.dim() ? weight : reshape(weight, sizes));
  });
}

Tensor rrelu(const Tensor& x, double lower, double upper, bool training) {
  if (!(lower <= upper))
    throw std::invalid_argument("rrelu: lower is " + std::to_string(lower) + ", above upper, " + std::to_string(upper));
  checkFloating("rrelu", x);
  return named("rrelu", [&] {
    if (!training) return sloped("RreluWithNoiseBackward0", x, full({}, (lower + upper) / 2, x.dtype(), x.device()));
    return sloped("RreluWithNoiseBackward0", x, uniform_(empty(x.sizes(), x.dtype(), x.device()), lower, upper));
  });
}

Tensor gumbelSoftmax(const Tensor& logits, double tau, bool hard, int64_t dim) {
  checkFloating("gumbelSoftmax", logits);
  return named("gumbelSoftmax", [&] {
    // -log(-log(u)) for u in (0, 1): above 0, or the noise would be infinite.
    const double least = std::numeric_limits<float>::min();
    Tensor noise = -log(-log(uniform_(empty(logits.sizes(), logits.dtype(), logits.device()), least, 1)));
    Tensor soft = softmax((logits + noise) / tau, dim);
    if (!hard) return soft;
    Tensor plain = detach(soft), index = argmaxAlong(plain, dim, true);
    Tensor sample = scatter(zerosLike(plain), dim, index, full(index.sizes(), 1, logits.dtype(), logits.device()));
    return sample - plain + soft;
  });
}

}  // namespace retrograd
