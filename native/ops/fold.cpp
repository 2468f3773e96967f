#include "ops/ops.h"
#include "ops/perdim.h"
#include "ops/pointwise.h"
#include "ops/strided.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// How windows lie in images; of each pair the height's comes first.
struct Folding {
  int64_t size[2], kernel[2], dilation[2], padding[2], stride[2], windows[2];

  int64_t padded(int d) const { return size[d] + 2 * padding[d]; }
  int64_t places() const { return kernel[0] * kernel[1]; }
  int64_t count() const { return windows[0] * windows[1]; }
  bool isPadded() const { return padding[0] || padding[1]; }
  /// Whether no element of an image is in two windows or twice in one.
  bool isDisjoint() const {
    for (int d = 0; d < 2; ++d)
      if (windows[d] > 1 && stride[d] <= dilation[d] * (kernel[d] - 1)) return false;
    return true;
  }
  /// [batch, channels, kernel's height, width, windows' rows, columns] in padded images that are dense.
  Region region(int64_t batch, int64_t channels) const {
    const int64_t row = padded(1), area = padded(0) * row;
    return {{batch, channels, kernel[0], kernel[1], windows[0], windows[1]},
            {channels * area, area, dilation[0] * row, dilation[1], stride[0] * row, stride[1]},
            0};
  }
};

Folding folding(const char* op, const int64_t* size, T input, const PerDim& kernel, const PerDim& dilation,
                const PerDim& padding, const PerDim& stride) {
  const auto kernels = perDim(op, "the kernel", kernel, 2, 1), dilations = perDim(op, "the dilation", dilation, 2, 1),
             paddings = perDim(op, "the padding", padding, 2, 0), strides = perDim(op, "the stride", stride, 2, 1);
  Folding f;
  for (int d = 0; d < 2; ++d) {
    const size_t i = static_cast<size_t>(d) + 1;
    f.size[d] = size[d], f.kernel[d] = kernels[i], f.dilation[d] = dilations[i], f.padding[d] = paddings[i];
    f.stride[d] = strides[i];
    const int64_t extent = f.dilation[d] * (f.kernel[d] - 1) + 1;
    if (f.size[d] < 1 || f.size[d] > INT32_MAX || extent > f.padded(d))
      fail<ShapeError>(op, ": a window of ", extent, " does not fit an image of ", f.size[d], " padded by ",
                       f.padding[d], ", got the input ", toString(input.sizes()));
    f.windows[d] = (f.padded(d) - extent) / f.stride[d] + 1;
  }
  numel(op, {f.padded(0), f.padded(1)});  // bounds what kernel and windows make together, too
  return f;
}

/// The sizes of `x` with others instead of the last `n`; the batch, if there is one, stays.
Dims sized(T x, int64_t n, std::initializer_list<int64_t> last) {
  Dims sizes(x.sizes().begin(), x.sizes().end() - n);
  sizes.append(last.begin(), last.end());
  return sizes;
}

/// Images without their padding.
Tensor inner(const Folding& f, T padded) {
  const int64_t d = padded.dim() - 2;
  return narrow(narrow(padded, d, f.padding[0], f.size[0]), d + 1, f.padding[1], f.size[1]);
}

Tensor folded(const Folding& f, T columns, const char* node);

/// [..., channels * places, windows] of [..., channels, height, width].
Tensor unfolded(const Folding& f, T x, const char* node) {
  const int64_t channels = x.size(x.dim() - 3);
  Tensor columns = allocateTensor(
      "unfold", sized(x, 3, {numel("unfold", {channels, f.kernel[0], f.kernel[1]}), f.count()}), x.dtype(), x.device());
  {
    NoGradGuard plain;
    Tensor image = contiguous(x);
    if (f.isPadded()) {
      image = zeros(sized(x, 2, {f.padded(0), f.padded(1)}), x.dtype(), x.device());
      copyRaw("unfold", inner(f, image), x);
    }
    const Region region = f.region(x.dim() == 4 ? x.size(0) : 1, channels);
    copyRaw("unfold", view(columns, region.sizes), viewRaw(image, region));
  }
  return record(node, columns, wrt(x, [f](T g) { return folded(f, g, "Im2ColBackwardBackward0"); }));
}

/// The way back: the sum of what the windows hold.
Tensor folded(const Folding& f, T columns, const char* node) {
  const int64_t channels = columns.size(columns.dim() - 2) / f.places();
  Tensor image;
  {
    NoGradGuard plain;
    image = zeros(sized(columns, 2, {channels, f.padded(0), f.padded(1)}), columns.dtype(), columns.device());
    const Region region = f.region(columns.dim() == 3 ? columns.size(0) : 1, channels);
    const Tensor from = view(contiguous(columns), region.sizes), to = viewRaw(image, region);
    if (f.isDisjoint()) {
      copyRaw("fold", to, from);
    } else if (columns.numel() > 0) {
      for (int64_t i = 0; i < f.kernel[0]; ++i)
        for (int64_t j = 0; j < f.kernel[1]; ++j)
          add(select(select(to, 2, i), 2, j), select(select(from, 2, i), 2, j), 1, Into::Self);
    }
    if (f.isPadded()) image = contiguous(inner(f, image));
    image = detach(image);
  }
  return record(node, image, wrt(columns, [f](T g) { return unfolded(f, g, "Col2ImBackwardBackward0"); }));
}

}  // namespace

Tensor unfold(const Tensor& input, const PerDim& kernel, const PerDim& dilation, const PerDim& padding,
              const PerDim& stride) {
  checkFloating("unfold", input);
  bool fits = input.dim() == 3 || input.dim() == 4;
  for (int64_t d = input.dim() == 4 ? 1 : 0; fits && d < input.dim(); ++d) fits = input.size(d) > 0;
  if (!fits)
    fail<ShapeError>("unfold: needs an input of 3 or 4 dimensions, of which the batch alone may be empty, got ",
                     toString(input.sizes()));
  const Folding f = folding("unfold", input.sizes().end() - 2, input, kernel, dilation, padding, stride);
  return named("unfold", [&] { return unfolded(f, input, "Im2ColBackward0"); });
}

Tensor fold(const Tensor& input, const PerDim& outputSize, const PerDim& kernel, const PerDim& dilation,
            const PerDim& padding, const PerDim& stride) {
  checkFloating("fold", input);
  const auto sizes = perDim("fold", "the output size", outputSize, 2, 1);
  const Folding f = folding("fold", sizes.data() + 1, input, kernel, dilation, padding, stride);
  const int64_t rows = input.dim() > 1 ? input.size(input.dim() - 2) : 0;
  if (input.dim() > 3 || rows < 1 || rows % f.places() != 0 || input.sizes().back() != f.count())
    fail<ShapeError>("fold: needs columns [batch, channels * ", f.places(), ", ", f.count(),
                     "] or without the batch, got ", toString(input.sizes()));
  return named("fold", [&] { return folded(f, input, "Col2ImBackward0"); });
}

}  // namespace retrograd
