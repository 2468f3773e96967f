#pragma once

#include <string>
#include <vector>

#include "ops/operand.h"

// Images [batch, channels, ...]: padding, other sizes, samples at any places, channels exchanged for places.

namespace retrograd {
#pragma GCC visibility push(default)

/// The input with more places before and after it, or fewer where a number is negative.
/// @param x of any dtype; where the mode is no constant [batch, channels, ...] or [channels, ...] with one to three
///     dimensions of places, all of which are padded
/// @param pad how many places before and after the last dimension, before and after the last but one, and so on
/// @param mode "constant", the value; "reflect", the mirror image without the place at the edge; "replicate", the
///     place at the edge; "circular", what lies at the other end
/// @param value of the new places where the mode is "constant"
/// [F]
Tensor pad(const Tensor& x, const Dims& pad, const std::string& mode = "constant", double value = 0);
/// Images of another size; F.interpolate in Java. Floating; uint8 too where the mode is a nearest one.
/// @param x [batch, channels, ...] with one to three dimensions of places
/// @param size of the result, one for each dimension or one for all; empty where `scale` says it
/// @param scale by how much the result is larger, likewise; the size is rounded down
/// @param mode "nearest", "nearest-exact" and "area" for all, "linear" for one dimension, "bilinear" and "bicubic" for
///     two, "trilinear" for three
/// @param alignCorners whether the places at the corners keep their values
/// @param recompute whether the size alone, not `scale`, says which places are taken
/// @param antialias whether a smaller result takes all places that it covers: "bilinear" and "bicubic" alone
/// [native]
Tensor interpolate(const Tensor& x, const PerDim& size, const std::vector<double>& scale, const std::string& mode,
                   bool alignCorners, bool recompute, bool antialias);
/// The input at the places of a grid, whose coordinates reach from -1 to 1 in each dimension. Without a second
/// derivative.
/// @param input [batch, channels, height, width] or [batch, channels, depth, height, width], floating
/// @param grid [batch, height out, width out, 2] or [batch, depth out, height out, width out, 3] of the input's dtype:
/// x,
///     y and z of each result
/// @param mode "bilinear" (of five dimensions trilinear), "nearest", or of four dimensions "bicubic"
/// @param paddingMode what is outside: "zeros"; "border", the place at the edge; "reflection", the mirror image
/// @param alignCorners whether -1 and 1 are the centres of the places at the corners, not their outer edges
/// [F]
Tensor gridSample(const Tensor& input, const Tensor& grid, const std::string& mode = "bilinear",
                  const std::string& paddingMode = "zeros", bool alignCorners = false);
/// The grid for `gridSample` that maps a result's places by a matrix.
/// @param theta floating [batch, 2, 3] or [batch, 3, 4]
/// @param size of the result: [batch, channels, height, width] or [batch, channels, depth, height, width]
/// @param alignCorners as `gridSample` has it
/// [F]
Tensor affineGrid(const Tensor& theta, const Dims& size, bool alignCorners = false);
/// [..., channels * r * r, height, width] as [..., channels, height * r, width * r], where r is `upscaleFactor`. [F]
Tensor pixelShuffle(const Tensor& x, int64_t upscaleFactor);
/// [..., channels, height * r, width * r] as [..., channels * r * r, height, width], where r is `downscaleFactor`. [F]
Tensor pixelUnshuffle(const Tensor& x, int64_t downscaleFactor);
/// [batch, channels, ...] with the channels, divided into groups, in another order: the first of all groups, the second
/// of all, and so on. [F]
Tensor channelShuffle(const Tensor& x, int64_t groups);

#pragma GCC visibility pop
}  // namespace retrograd
