#include "ops/image.h"

#include "ops/pointwise.h"

namespace retrograd {

namespace {

using T = const Tensor&;

/// The elements of `x`, whose last dimensions are seen as `split`, with these in another order, seen as `sizes`.
/// Outside the graph.
Tensor rearranged(const char* op, T x, int64_t last, const Dims& split, const Dims& order, const Dims& sizes) {
  NoGradGuard plain;
  const Dims batch(x.sizes().begin(), x.sizes().end() - last);
  auto behind = [&](const Dims& dims) {
    Dims all = batch;
    all.append(dims.begin(), dims.end());
    return all;
  };
  Dims moved;
  for (size_t d = 0; d < batch.size(); ++d) moved.push_back(static_cast<int64_t>(d));
  for (int64_t d : order) moved.push_back(static_cast<int64_t>(batch.size()) + d);
  Tensor y = allocateTensor(op, behind(sizes), x.dtype(), x.device());
  const Tensor from = named(op, [&] { return permute(reshape(x, behind(split)), moved); });
  if (y.numel()) copySlot(y.device(), view(y, from.sizes()), from);
  return y;
}

void checkImage(const char* op, T x) {
  if (x.dim() < 3) fail<ShapeError>(op, ": needs [..., channels, height, width], got ", toString(x.sizes()));
}

/// Throws unless `size`, of dimension `d`, divides into parts of the square or the like of a positive factor.
void checkDivides(const char* op, T x, int64_t d, int64_t factor, int64_t part) {
  if (x.size(d) % part != 0)
    fail<ShapeError>(op, ": dimension ", d, " of ", toString(x.sizes()), " does not divide by ", part,
                     " for a factor of ", factor);
}

int64_t square(const char* op, int64_t factor) {
  if (factor < 1) fail<std::invalid_argument>(op, ": the factor must be positive, got ", factor);
  return numel(op, {factor, factor});
}

}  // namespace

Tensor pixelShuffle(const Tensor& x, int64_t r) {
  checkImage("pixelShuffle", x);
  const int64_t d = x.dim() - 3, h = x.size(d + 1), w = x.size(d + 2), parts = square("pixelShuffle", r);
  checkDivides("pixelShuffle", x, d, r, parts);
  const int64_t channels = x.size(d) / parts;
  const Dims sizes{channels, numel("pixelShuffle", {h, r}), numel("pixelShuffle", {w, r})};
  const Tensor y = rearranged("pixelShuffle", x, 3, {channels, r, r, h, w}, {0, 3, 1, 4, 2}, sizes);
  return record("PixelShuffleBackward0", y, wrt(x, [r](T g) { return pixelUnshuffle(g, r); }));
}

Tensor pixelUnshuffle(const Tensor& x, int64_t r) {
  checkImage("pixelUnshuffle", x);
  const int64_t d = x.dim() - 3, parts = square("pixelUnshuffle", r);
  checkDivides("pixelUnshuffle", x, d + 1, r, r);
  checkDivides("pixelUnshuffle", x, d + 2, r, r);
  const int64_t h = x.size(d + 1) / r, w = x.size(d + 2) / r;
  const Dims sizes{numel("pixelUnshuffle", {x.size(d), parts}), h, w};
  const Tensor y = rearranged("pixelUnshuffle", x, 3, {x.size(d), h, r, w, r}, {0, 2, 4, 1, 3}, sizes);
  return record("PixelUnshuffleBackward0", y, wrt(x, [r](T g) { return pixelShuffle(g, r); }));
}

Tensor channelShuffle(const Tensor& x, int64_t groups) {
  if (x.dim() < 3) fail<ShapeError>("channelShuffle: needs [batch, channels, ...], got ", toString(x.sizes()));
  if (groups < 1) fail<std::invalid_argument>("channelShuffle: there must be at least one group, got ", groups);
  checkDivides("channelShuffle", x, 1, groups, groups);
  const int64_t each = x.size(1) / groups;
  Dims sizes(x.sizes().begin() + 1, x.sizes().end()), split{groups, each}, order{1, 0};
  for (int64_t d = 2; d < x.dim(); ++d) split.push_back(x.size(d)), order.push_back(d);
  const Tensor y = rearranged("channelShuffle", x, x.dim() - 1, split, order, sizes);
  return record("ChannelShuffleBackward0", y, wrt(x, [each](T g) { return each ? channelShuffle(g, each) : g; }));
}

}  // namespace retrograd
