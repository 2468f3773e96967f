#include "kernel/conv.h"

#include "ops/perdim.h"
#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// Sizes of image, weight and result are [batch or channels out, channels, ...].
struct Conv {
  int64_t dims;  // spatial ones
  ConvSteps steps;

  int64_t kernel(T w, int64_t d) const { return w.size(d + 2); }
  /// From the first to the last place of the kernel.
  int64_t extent(T w, int64_t d) const { return steps.dilation[at(d)] * (kernel(w, d) - 1) + 1; }
  /// Kernels have three dimensions, of which the last ones are those of the operation.
  size_t at(int64_t d) const { return static_cast<size_t>(d + 3 - dims); }

  /// Dense and with all three dimensions, outside the graph.
  Tensor full(T t) const {
    NoGradGuard plain;
    if (!t.defined()) return {};
    Dims sizes = t.sizes();
    for (int64_t d = dims; d < 3; ++d) sizes.insert(2, 1);
    return view(contiguous(t), sizes);
  }
};

void check(const char* op, T x, T w, T bias, const Conv& c, bool transposed) {
  const int64_t dims = c.dims, groups = c.steps.groups;
  checkFloating(op, x);
  if (x.dim() != dims + 2)
    fail<ShapeError>(op, ": needs an input of ", dims + 1, " or ", dims + 2, " dimensions, got ", toString(x.sizes()));
  if (w.dim() != dims + 2)
    fail<ShapeError>(op, ": needs a weight of ", dims + 2, " dimensions, got ", toString(w.sizes()));
  for (T t : {w, bias})
    if (t.defined() && t.dtype() != x.dtype())
      fail<DTypeError>(op, ": the input is ", name(x.dtype()), ", but weight or bias ", name(t.dtype()));
  if (groups < 1) fail<std::invalid_argument>(op, ": there must be at least one group, got ", groups);
  if (w.numel() == 0 || (x.numel() == 0 && x.size(0) > 0))
    fail<ShapeError>(op, ": nothing but the batch may be empty, got the input ", toString(x.sizes()),
                     " and the weight ", toString(w.sizes()));
  for (int64_t d = 2; d < dims + 2; ++d)
    if (x.size(d) > INT32_MAX || w.size(d) > INT32_MAX)  // what is computed from them fits into an int64
      fail<ShapeError>(op, ": sizes beyond an int, got the input ", toString(x.sizes()), " and the weight ",
                       toString(w.sizes()));
  if (w.size(0) % groups != 0)
    fail<ShapeError>(op, ": the weight's ", w.size(0), " channels cannot be divided into ", groups, " groups");
  const int64_t inputs = transposed ? w.size(0) : w.size(1) * groups;
  const int64_t outputs = transposed ? w.size(1) * groups : w.size(0);
  if (x.size(1) != inputs)
    fail<ShapeError>(op, ": the weight ", toString(w.sizes()), " with ", groups, " groups needs an input of ", inputs,
                     " channels, got ", x.size(1), " in ", toString(x.sizes()));
  if (bias.defined() && (bias.dim() != 1 || bias.size(0) != outputs))
    fail<ShapeError>(op, ": needs a bias [", outputs, "], got ", toString(bias.sizes()));
}

using Gradients = std::array<Tensor, 3>;

Tensor weightGradient(const Conv& c, T g, T x, const Dims& sizes);

/// In place, outside the graph.
Tensor addBias(T y, T bias) {
  NoGradGuard plain;
  Dims channels(y.sizes().size() - 1, 1);
  channels[0] = bias.size(0);
  return add(y, view(contiguous(bias), channels), 1, Into::Self);
}

/// The sum over all dimensions but the channels.
Tensor biasGradient(const Conv& c, T g) {
  Dims others{0};
  for (int64_t d = 0; d < c.dims; ++d) others.push_back(d + 2);
  return sum(g, others, false);
}

Tensor inputGradient(const Conv& c, const char* node, T g, T w, T bias, const Dims& sizes);

/// The result where nothing is multiplied: zeros plus the bias, outside the graph.
Tensor biases(T bias, const Dims& sizes, T like) {
  NoGradGuard plain;
  Tensor y = full(sizes, 0, like.dtype(), like.device());
  return bias.defined() ? addBias(y, bias) : y;
}

Tensor convolution(const Conv& c, const char* node, T x, T w, T bias, const Dims& sizes) {
  const bool any = x.numel() && w.numel();
  Tensor y = any ? allocateTensor("conv", sizes, x.dtype(), x.device()) : biases(bias, sizes, x);
  if (any)
    convSlot(x.device(), c.full(y), c.full(x), c.full(w), bias.defined() ? contiguous(detach(bias)) : bias, c.steps);
  return record(node, y, jointly({x, w, bias}, saves(x, w), [c](const Grads& grads, const Saved& saved, Wanted wanted) {
                  T x = saved[0], w = saved[1];
                  Tensor g = contiguous(grads[0]);
                  Gradients out;
                  if (wanted[0]) out[0] = inputGradient(c, "ConvolutionBackwardBackward0", g, w, {}, x.sizes());
                  if (wanted[1]) out[1] = weightGradient(c, g, x, w.sizes());
                  if (wanted[2]) out[2] = biasGradient(c, g);
                  return out;
                }));
}

/// Plus `bias`, as the result of a transposed convolution.
Tensor inputGradient(const Conv& c, const char* node, T g, T w, T bias, const Dims& sizes) {
  const bool any = g.numel() && w.numel();
  Tensor x = any ? allocateTensor("conv", sizes, g.dtype(), g.device()) : biases(bias, sizes, g);
  if (any) convInputSlot(g.device(), c.full(x), c.full(g), c.full(w), c.steps);
  if (any && bias.defined()) addBias(x, bias);
  return record(node, x, jointly({g, w, bias}, saves(g, w), [c](const Grads& grads, const Saved& saved, Wanted wanted) {
                  T g = saved[0], w = saved[1];
                  Tensor v = contiguous(grads[0]);
                  Gradients out;
                  if (wanted[0]) out[0] = convolution(c, "ConvolutionBackwardBackward0", v, w, {}, g.sizes());
                  if (wanted[1]) out[1] = weightGradient(c, g, v, w.sizes());
                  if (wanted[2]) out[2] = biasGradient(c, v);
                  return out;
                }));
}

Tensor weightGradient(const Conv& c, T g, T x, const Dims& sizes) {
  const bool any = g.numel() && x.numel();
  Tensor w = any ? allocateTensor("conv", sizes, g.dtype(), g.device()) : biases({}, sizes, g);
  if (any) convWeightSlot(g.device(), c.full(w), c.full(g), c.full(x), c.steps);
  return record("ConvolutionBackwardBackward0", w,
                jointly({g, x}, saves(g, x), [c](const Grads& grads, const Saved& saved, Wanted wanted) {
                  T g = saved[0], x = saved[1];
                  Tensor u = contiguous(grads[0]);
                  Gradients out;
                  if (wanted[0]) out[0] = convolution(c, "ConvolutionBackwardBackward0", x, u, {}, g.sizes());
                  if (wanted[1]) out[1] = inputGradient(c, "ConvolutionBackwardBackward0", g, u, {}, x.sizes());
                  return out;
                }));
}

/// Of an input without a batch: `body` of a batch of one.
template <class Body>
Tensor batched(T input, int64_t dims, const Body& body) {
  if (input.dim() != dims + 1) return body(input);
  return squeeze(body(unsqueeze(input, 0)), {0});
}

/// `ends`: zeros before and after the image together, in each dimension.
Tensor convNd(const char* op, T x, T w, T bias, const Conv& c, const ConvSteps::Each& ends) {
  Dims sizes{x.size(0), w.size(0)};
  for (int64_t d = 0; d < c.dims; ++d) {
    const int64_t room = x.size(d + 2) + ends[c.at(d)];
    if (c.extent(w, d) > room)
      fail<ShapeError>(op, ": the kernel ", toString(Dims(w.sizes().begin() + 2, w.sizes().end())),
                       c.extent(w, d) > c.kernel(w, d) ? ", dilated," : "", " is larger than the padded input ",
                       toString(x.sizes()), " in dimension ", d + 2);
    sizes.push_back((room - c.extent(w, d)) / c.steps.stride[c.at(d)] + 1);
  }
  return named(op, [&] { return convolution(c, "ConvolutionBackward0", x, w, bias, sizes); });
}

Tensor byNumbers(const char* op, int64_t dims, T input, T w, T bias, const PerDim& stride, const PerDim& padding,
                 const PerDim& dilation, int64_t groups) {
  return batched(input, dims, [&](T x) {
    const Conv c{dims,
                 {perDim(op, "the stride", stride, dims, 1), perDim(op, "the padding", padding, dims, 0),
                  perDim(op, "the dilation", dilation, dims, 1), groups}};
    check(op, x, w, bias, c, false);
    ConvSteps::Each ends = c.steps.padding;
    for (int64_t& n : ends) n *= 2;
    return convNd(op, x, w, bias, c, ends);
  });
}

Tensor byName(const char* op, int64_t dims, T input, T w, T bias, const PerDim& stride, const std::string& padding,
              const PerDim& dilation, int64_t groups) {
  if (padding == "valid") return byNumbers(op, dims, input, w, bias, stride, {0}, dilation, groups);
  if (padding != "same")
    fail<std::invalid_argument>(op, ": the padding must be numbers, \"same\" or \"valid\", got \"", padding, "\"");
  return batched(input, dims, [&](T x) {
    Conv c{dims,
           {perDim(op, "the stride", stride, dims, 1), perDim(op, "the padding", {0}, dims, 0),
            perDim(op, "the dilation", dilation, dims, 1), groups}};
    check(op, x, w, bias, c, false);
    ConvSteps::Each ends{};
    for (int64_t d = 0; d < dims; ++d) {
      if (c.steps.stride[c.at(d)] != 1)
        fail<std::invalid_argument>(op, ": padding \"same\" needs a stride of 1, got ", toString(stride));
      ends[c.at(d)] = c.extent(w, d) - 1;
      c.steps.padding[c.at(d)] = ends[c.at(d)] / 2;
    }
    return convNd(op, x, w, bias, c, ends);
  });
}

Tensor transposed(const char* op, int64_t dims, T input, T w, T bias, const PerDim& stride, const PerDim& padding,
                  const PerDim& outputPadding, int64_t groups, const PerDim& dilation) {
  return batched(input, dims, [&](T x) {
    const Conv c{dims,
                 {perDim(op, "the stride", stride, dims, 1), perDim(op, "the padding", padding, dims, 0),
                  perDim(op, "the dilation", dilation, dims, 1), groups}};
    check(op, x, w, bias, c, true);
    const ConvSteps::Each more = perDim(op, "the output padding", outputPadding, dims, 0);
    Dims sizes{x.size(0), w.size(1) * groups};
    for (int64_t d = 0; d < dims; ++d) {
      const size_t i = c.at(d);
      if (more[i] >= std::max(c.steps.stride[i], c.steps.dilation[i]))
        fail<std::invalid_argument>(op, ": the output padding must be smaller than the stride or the dilation, got ",
                                    toString(outputPadding));
      sizes.push_back((x.size(d + 2) - 1) * c.steps.stride[i] - 2 * c.steps.padding[i] + c.extent(w, d) + more[i]);
      if (sizes.back() < 1)
        fail<ShapeError>(op, ": nothing is left of the result of ", toString(x.sizes()), " in dimension ", d + 2);
    }
    return named(op, [&] { return inputGradient(c, "ConvolutionBackward0", x, w, bias, sizes); });
  });
}

}  // namespace

#define CONVOLUTION(dims)                                                                                             \
  Tensor conv##dims##d(const Tensor& x, const Tensor& w, const OptionalTensor& bias, const PerDim& stride,            \
                       const PerDim& padding, const PerDim& dilation, int64_t groups) {                               \
    return byNumbers("conv" #dims "d", dims, x, w, bias, stride, padding, dilation, groups);                          \
  }                                                                                                                   \
  Tensor conv##dims##d(const Tensor& x, const Tensor& w, const OptionalTensor& bias, const PerDim& stride,            \
                       const std::string& padding, const PerDim& dilation, int64_t groups) {                          \
    return byName("conv" #dims "d", dims, x, w, bias, stride, padding, dilation, groups);                             \
  }                                                                                                                   \
  Tensor convTranspose##dims##d(const Tensor& x, const Tensor& w, const OptionalTensor& bias, const PerDim& stride,   \
                                const PerDim& padding, const PerDim& outputPadding, int64_t groups,                   \
                                const PerDim& dilation) {                                                             \
    return transposed("convTranspose" #dims "d", dims, x, w, bias, stride, padding, outputPadding, groups, dilation); \
  }

CONVOLUTION(1)
CONVOLUTION(2)
CONVOLUTION(3)
#undef CONVOLUTION

}  // namespace retrograd
