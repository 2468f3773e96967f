#include "kernel/grid.h"

#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// The first entry of that name.
template <class Value, size_t N>
Value choice(const char* what, const std::string& given, const std::pair<const char*, Value> (&known)[N]) {
  std::string names;
  for (const auto& [name, value] : known) {
    if (given == name) return value;
    names += (names.empty() ? "\"" : ", \"") + std::string(name) + "\"";
  }
  fail<std::invalid_argument>("gridSample: the ", what, " must be one of ", names, ", got \"", given, "\"");
}

using math::GridMode;
using math::GridPadding;
using math::GridRule;

void check(T input, T grid, GridMode mode) {
  checkFloating("gridSample", input);
  const int64_t dims = input.dim() - 2;
  if ((dims != 2 && dims != 3) || grid.dim() != input.dim() || grid.size(dims + 1) != dims ||
      grid.size(0) != input.size(0))
    fail<ShapeError>("gridSample: needs an input [batch, channels, height, width] with a grid [batch, height, width, ",
                     "2], or both with a depth and a grid of 3 coordinates, got ", toString(input.sizes()), " and ",
                     toString(grid.sizes()));
  if (mode == GridMode::Cubic && dims == 3)
    fail<ShapeError>("gridSample: mode \"bicubic\" is for inputs of 4 dimensions, got ", toString(input.sizes()));
  if (grid.dtype() != input.dtype())
    fail<DTypeError>("gridSample: the input is ", name(input.dtype()), " and the grid ", name(grid.dtype()));
  int64_t area = 1;
  for (int64_t d = 2; d < input.dim(); ++d) {
    if (input.size(d) == 0) fail<ShapeError>("gridSample: an image of no places: ", toString(input.sizes()));
    if (__builtin_mul_overflow(area, input.size(d), &area) || area > INT32_MAX)
      fail<ShapeError>("gridSample: an image of more places than an int holds: ", toString(input.sizes()));
  }
}

/// [batch, results, coordinates] or, of a result, [batch, channels, results]; dense, outside the graph.
Tensor flat(T t, int64_t first, int64_t last) {
  NoGradGuard plain;
  Dims sizes;
  for (int64_t d = 0; d < t.dim(); ++d)
    if (d > first && d <= last)
      sizes.back() *= t.size(d);
    else
      sizes.push_back(t.size(d));
  return view(contiguous(t), sizes);
}
Tensor points(T grid) { return flat(grid, 1, grid.dim() - 2); }
Tensor results(T out) { return flat(out, 2, out.dim() - 1); }
Tensor plain(T t) { return detach(contiguous(detach(t))); }

/// `gradient`, which has no derivative by what it was made of.
Tensor last(T gradient, T g, T input, T grid) {
  auto none = [](T) -> Tensor { fail<AutogradError>("gridSample: this operation has no second derivative"); };
  return record("NotImplemented", gradient, wrt(g, none), wrt(input, none), wrt(grid, none));
}

std::array<Tensor, 2> gradients(T g, T input, T grid, const GridRule& rule, Wanted wanted) {
  std::array<Tensor, 2> out;
  const bool any = g.numel() > 0;
  if (wanted[0]) {
    out[0] = full(input.sizes(), 0, input.dtype(), input.device());
    if (any) gridSampleInputSlot(g.device(), out[0], results(g), points(grid), rule);
    out[0] = last(out[0], g, input, grid);
  }
  if (wanted[1]) {
    const bool moves = any && rule.mode != GridMode::Nearest;
    out[1] = moves ? allocateTensor("gridSample", grid.sizes(), grid.dtype(), grid.device())
                   : full(grid.sizes(), 0, grid.dtype(), grid.device());
    if (moves) gridSampleGridSlot(g.device(), points(out[1]), results(g), plain(input), points(grid), rule);
    out[1] = last(out[1], g, input, grid);
  }
  return out;
}

/// The coordinates of `n` places, along dimension `d` of `sizes`.
Tensor coordinates(int64_t n, bool alignCorners, int64_t d, const Dims& sizes, T like) {
  Tensor x = n > 1 ? linspace(-1, 1, n, like.dtype(), like.device()) : full({1}, 0, like.dtype(), like.device());
  if (!alignCorners) x = x * static_cast<double>(n - 1) / static_cast<double>(n);
  Dims shape(sizes.size(), 1);
  shape[d] = n;
  return expand(view(x, shape), sizes);
}

/// [results, coordinates and a one]: what the matrices of an affine grid are multiplied with.
Tensor baseGrid(const Dims& size, bool alignCorners, T like) {
  NoGradGuard plain;
  const Dims sizes(size.begin() + 2, size.end());
  std::vector<Tensor> columns;
  for (int64_t d = static_cast<int64_t>(sizes.size()) - 1; d >= 0; --d)
    columns.push_back(coordinates(sizes[d], alignCorners, d, sizes, like));
  columns.push_back(expand(full({1}, 1, like.dtype(), like.device()), sizes));
  return reshape(stack(columns, -1), {-1, static_cast<int64_t>(columns.size())});
}

}  // namespace

Tensor affineGrid(const Tensor& theta, const Dims& size, bool alignCorners) {
  checkFloating("affineGrid", theta);
  const int64_t dims = static_cast<int64_t>(size.size()) - 2;
  if ((dims != 2 && dims != 3) || std::any_of(size.begin(), size.end(), [](int64_t n) { return n < 1; }))
    fail<ShapeError>("affineGrid: needs the size [batch, channels, height, width], or with a depth, of positive ",
                     "numbers, got ", toString(size));
  if (theta.sizes() != Dims{size[0], dims, dims + 1})
    fail<ShapeError>("affineGrid: needs theta ", toString(Dims{size[0], dims, dims + 1}), " for the size ",
                     toString(size), ", got ", toString(theta.sizes()));
  numel("affineGrid", size);
  Dims sizes{size[0]};
  sizes.append(size.begin() + 2, size.end());
  sizes.push_back(dims);
  // Memory first: where there is none, coordinates along a side may be many, too.
  allocateTensor("affineGrid", sizes, theta.dtype(), theta.device());
  const Tensor y = named("affineGrid", [&] {
    NoGradGuard plain;
    return detach(reshape(matmul(baseGrid(size, alignCorners, theta), transpose(theta, 1, 2)), sizes));
  });
  return record("AffineGridGeneratorBackward0", y, wrt(theta, [size = size, alignCorners, dims](T g) {
                  return matmul(transpose(reshape(g, {size[0], -1, dims}), 1, 2), baseGrid(size, alignCorners, g));
                }));
}

Tensor gridSample(const Tensor& input, const Tensor& grid, const std::string& mode, const std::string& paddingMode,
                  bool alignCorners) {
  const GridRule rule{
      choice<GridMode>("mode", mode,
                       {{"bilinear", GridMode::Linear}, {"nearest", GridMode::Nearest}, {"bicubic", GridMode::Cubic}}),
      choice<GridPadding>(
          "paddingMode", paddingMode,
          {{"zeros", GridPadding::Zeros}, {"border", GridPadding::Border}, {"reflection", GridPadding::Reflection}}),
      alignCorners};
  check(input, grid, rule.mode);
  Dims sizes{input.size(0), input.size(1)};
  for (int64_t d = 1; d + 1 < grid.dim(); ++d) sizes.push_back(grid.size(d));
  Tensor y = allocateTensor("gridSample", sizes, input.dtype(), input.device());
  if (y.numel()) gridSampleSlot(y.device(), results(y), plain(input), points(grid), rule);
  return record(input.dim() == 4 ? "GridSampler2DBackward0" : "GridSampler3DBackward0", y,
                jointly({input, grid}, saves(input, grid), [rule](const Grads& g, const Saved& saved, Wanted wanted) {
                  return gradients(g[0], saved[0], saved[1], rule, wanted);
                }));
}

}  // namespace retrograd
